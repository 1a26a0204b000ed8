"""Celery tasks: ids in, one domain call."""

from celery import shared_task
from django.utils import timezone

from grants.domain import call


@shared_task
def close_calls() -> None:
    call.close_calls_past_deadline(timezone.now())
