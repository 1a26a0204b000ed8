"""Celery only wakes workers: ids in, one domain call."""

import datetime
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from organisation import tasks
from organisation.domain import daily_mail, document_jobs, log_chain, outbox
from povertyplan.celery import app as celery_app


def test_the_names_that_messages_and_the_schedule_use_are_tasks() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    ours = {"organisation.tasks.wake_outbox", "organisation.tasks.wake_document_jobs", "organisation.tasks.seal_logs"}
    ours.add("organisation.tasks.make_daily_mails")
    assert ours <= scheduled
    celery_app.loader.import_default_modules()
    assert scheduled | {"organisation.tasks.make_document"} <= set(celery_app.tasks)


def test_a_message_sends_the_mail_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr(outbox, "send", sent.append)
    tasks.send_mail(7)
    assert sent == [7]


def test_the_sweep_hands_out_each_unsent_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[Any] = []
    monkeypatch.setattr(tasks.send_mail, "delay", woken.append)
    monkeypatch.setattr(outbox, "unsent", lambda: [3, 1])
    tasks.wake_outbox()
    assert woken == [3, 1]


def test_a_message_makes_the_document_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    monkeypatch.setattr(document_jobs, "run", made.append)
    tasks.make_document(7)
    assert made == [7]


def test_the_sweep_wakes_a_worker_for_each_unfinished_document(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[Any] = []
    monkeypatch.setattr(tasks.make_document, "delay", woken.append)
    monkeypatch.setattr(document_jobs, "unfinished", lambda: [3, 1])
    tasks.wake_document_jobs()
    assert woken == [3, 1]


def test_the_logs_are_sealed_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed: list[bool] = []
    monkeypatch.setattr(log_chain, "seal", lambda: sealed.append(True))
    tasks.seal_logs()
    assert sealed == [True]


def test_the_days_mails_are_made_as_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[datetime.datetime] = []
    monkeypatch.setattr(daily_mail, "make_mails", lambda *, at: made.append(at))
    tasks.make_daily_mails()
    assert abs(timezone.now() - made[0]) < datetime.timedelta(minutes=1)


def test_what_is_found_by_day_is_found_before_the_mail_of_the_day() -> None:
    reminders = [entry for name, entry in settings.CELERY_BEAT_SCHEDULE.items() if name.startswith("remind-of-")]
    assert len(reminders) >= 4
    for entry in reminders:
        assert entry["schedule"].hour == {(settings.MAIL_HOUR - 1) % 24}
        assert entry["schedule"].minute == {0}
