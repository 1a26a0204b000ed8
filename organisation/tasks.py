"""Celery tasks: ids in, one call."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def clear_expired() -> None:
    """Forget sessions that have run out, and log-in attempts older than 30 days."""
    call_command("clearsessions")
    call_command("axes_reset_logs", age=30)
