"""Celery tasks: ids in, one domain call. None but retention opens a family: what they need, the database gives as keys."""

import datetime

from celery import shared_task
from django.utils import timezone

from families.domain import consent, decision_reminders, insight, retention


@shared_task
def remind_of_expiring_decisions() -> None:
    decision_reminders.remind_of_expiring(on=timezone.localdate())


@shared_task
def remind_of_consents() -> None:
    consent.remind_of_consents(on=timezone.localdate())


@shared_task
def erase_expired() -> None:
    """What failed stands in the log, and is tried again the next day."""
    retention.erase_expired(on=timezone.localdate())


@shared_task
def delete_old_insight_files() -> None:
    insight.delete_old_files(made_before=timezone.now() - datetime.timedelta(days=insight.FILE_DAYS))
