"""Celery tasks: ids in, one domain call."""

from celery import shared_task
from django.utils import timezone

from grants.domain import call, grant_reminders, kept_import, recurring, review_reminders


@shared_task
def close_calls() -> None:
    call.close_calls_past_deadline(timezone.now())


@shared_task
def pay_recurring(recurring_id: int) -> None:
    recurring.pay_recurring(recurring_id=recurring_id, on=timezone.localdate(), at=timezone.now())


@shared_task
def pay_due_recurring() -> None:
    for recurring_id in recurring.due_recurring(timezone.localdate()):
        pay_recurring.delay(recurring_id)


@shared_task
def remind_of_reviews() -> None:
    review_reminders.remind_of_reviews(on=timezone.localdate())


@shared_task
def remind_of_grants() -> None:
    grant_reminders.remind_of_grants(on=timezone.localdate())


@shared_task
def discard_old_imports() -> None:
    kept_import.discard_old(by=None, at=timezone.now())
