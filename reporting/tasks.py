"""Celery tasks: ids in, one domain call."""

from celery import shared_task
from django.utils import timezone

from reporting.domain import reading_room, resolution, round_reminders, schedule


@shared_task
def follow_the_calendar() -> None:
    """Open the rounds that are due, then remind of those that are open and of the reports that have no round."""
    today = timezone.localdate()
    schedule.open_due_rounds(on=today)
    round_reminders.remind_of_rounds(on=today)
    round_reminders.remind_of_other_reports(on=today)


@shared_task
def fill_reading_room() -> None:
    reading_room.fill()


@shared_task
def remind_of_resolutions() -> None:
    """Points of resolutions that are due."""
    resolution.remind_of_resolutions(on=timezone.localdate())
