"""Celery only wakes workers: ids in, one domain call."""

from typing import Any

import pytest
from django.conf import settings

from organisation import tasks
from organisation.domain import document_jobs, log_chain, outbox
from povertyplan.celery import app as celery_app


def test_the_names_that_messages_and_the_schedule_use_are_tasks() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    ours = {"organisation.tasks.wake_outbox", "organisation.tasks.wake_document_jobs", "organisation.tasks.seal_logs"}
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
