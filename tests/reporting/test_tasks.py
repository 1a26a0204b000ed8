"""Celery only wakes workers: ids in, one domain call."""

from typing import Any

import pytest
from django.conf import settings

from povertyplan.celery import app as celery_app
from reporting import tasks
from reporting.domain import report_job
from reporting.models import JobState, ReportJob
from tests.factories import ReportJobFactory


def test_the_names_that_messages_and_the_schedule_use_are_tasks() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert "reporting.tasks.wake_report_jobs" in scheduled
    celery_app.loader.import_default_modules()
    assert scheduled | {"reporting.tasks.make_report"} <= set(celery_app.tasks)


def test_a_message_makes_the_report_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    monkeypatch.setattr(report_job, "make_report", made.append)
    tasks.make_report(7)
    assert made == [7]


@pytest.mark.django_db
def test_the_sweep_wakes_a_worker_for_each_unfinished_job(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[Any] = []
    monkeypatch.setattr(tasks.make_report, "delay", woken.append)
    jobs = [ReportJobFactory(), ReportJobFactory()]
    running = ReportJobFactory()
    ReportJob.objects.filter(pk=running.pk).update(
        state=JobState.RUNNING, leased_until=report_job.Now() + report_job.datetime.timedelta(hours=1)
    )
    tasks.wake_report_jobs()
    assert woken == [job.pk for job in jobs]
