"""A real worker, killed while it makes a report: the next one takes the job up, and there is one report, not two."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings

from organisation.models import Document, DocumentJob, JobState
from reporting.domain.report import send_for_review
from tests.at_once import wait_until
from tests.reporting.closed_round import CLOSED_AT, Scene
from tests.worker import Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]


def job_is(state: JobState) -> Callable[[], bool]:
    return lambda: DocumentJob.objects.get().state == state


def test_a_report_whose_worker_is_killed_is_made_once_by_the_next(
    media_root: Path, start_worker: Callable[[], Worker]
) -> None:
    draft = Scene.make().close()
    first = start_worker()
    send_for_review(draft=draft, version=draft.version, by=draft.made_by, at=CLOSED_AT)
    assert wait_until(job_is(JobState.RUNNING)), first.log.read_text()
    first.kill()
    job = DocumentJob.objects.get()
    assert (job.state, job.attempts) == (JobState.RUNNING, 1), "killed too late to tell anything"

    second = start_worker()
    assert wait_until(job_is(JobState.DONE), 60), second.log.read_text()

    job, document = DocumentJob.objects.get(), Document.objects.get()
    assert (job.attempts, job.percent) == (2, 100)
    (made,) = [path for path in media_root.rglob("*") if path.is_file()]
    assert made == settings.MEDIA_ROOT / document.file.name
    assert made.read_bytes()[:5] == b"%PDF-"
    assert hashlib.sha256(made.read_bytes()).hexdigest() == document.file_sha256


def test_a_report_that_no_message_told_of_is_found_by_the_sweep(media_root: Path, worker_process: Worker) -> None:
    """The message was lost (the row is there, nobody was woken): beat's sweep makes it good."""
    with patch("organisation.domain.documents.wake"):
        draft = Scene.make().close()
        send_for_review(draft=draft, version=draft.version, by=draft.made_by, at=CLOSED_AT)
    assert job_is(JobState.QUEUED)()
    assert wait_until(job_is(JobState.DONE), 60), worker_process.log.read_text()
    assert len(list(media_root.rglob("*.pdf"))) == 1
