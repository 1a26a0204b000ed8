"""Celery tasks: ids in, one domain call. None of them opens a family: what they need, the database gives as keys."""

from celery import shared_task
from django.utils import timezone

from families.domain import decision_reminders


@shared_task
def remind_of_expiring_decisions() -> None:
    decision_reminders.remind_of_expiring(on=timezone.localdate())
