"""Several workers at one job, with real connections: one makes the document."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db.models.functions import Now

from organisation.domain import document_jobs
from organisation.domain.document_jobs import claim, run
from organisation.models import Document, DocumentJob, JobState
from tests.at_once import at_once
from tests.factories import DocumentJobFactory
from tests.organisation.fake_render import fake_render

pytestmark = pytest.mark.django_db(transaction=True)
BASE_DIR = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING], ids=["queued", "lease over"])
def test_one_of_many_claims_the_job(state: JobState) -> None:
    job = DocumentJobFactory()
    lease_over = Now() - document_jobs.datetime.timedelta(seconds=1)
    DocumentJob.objects.update(state=state, token=3, attempts=3, leased_until=lease_over)
    tokens = at_once(*[lambda: claim(job.pk)] * 8)
    assert sorted(tokens, key=str) == [4, *[None] * 7]
    job.refresh_from_db()
    assert (job.token, job.attempts) == (4, 4)


def test_many_workers_make_one_document(media_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_jobs, "render_pdf", fake_render)
    job = DocumentJobFactory()
    assert at_once(*[lambda: run(job.pk)] * 6) == [None] * 6
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 1)
    assert [path.name for path in media_root.rglob("*.pdf")] == ["1.pdf"]


def test_a_worker_that_wakes_up_after_another_has_finished_changes_nothing(
    media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slow one stops in the midst of its work, its lease runs out, the other one makes the document, then it goes on."""
    at_work, go_on = threading.Event(), threading.Event()
    job = DocumentJobFactory()

    def first_is_slow(*args: Any, **kwargs: Any) -> None:
        if not at_work.is_set():
            at_work.set()
            assert go_on.wait(20)
        fake_render(*args, **kwargs)

    def other() -> None:
        assert at_work.wait(20)
        DocumentJob.objects.update(leased_until=Now() - document_jobs.datetime.timedelta(seconds=1))
        run(job.pk)
        go_on.set()

    monkeypatch.setattr(document_jobs, "render_pdf", first_is_slow)
    assert at_once(lambda: run(job.pk), other) == [None, None]
    job.refresh_from_db()
    assert (job.state, job.token, job.attempts, job.percent) == (JobState.DONE, 2, 2, 100)
    assert [path.name for path in media_root.rglob("*.pdf")] == ["2.pdf"]
    assert Document.objects.get().file.name.endswith("2.pdf")


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "unix:///nowhere/redis.sock?db=0"], ids=["port", "socket"])
def test_waking_without_a_broker_fails_nothing_and_waits_for_nothing(url: str) -> None:
    """In a process of its own, since Celery keeps its connections. Kombu's pauses between retries would hold a user up."""
    program = (
        "import django, kombu.utils.functional as kombu; django.setup(); kombu.sleep = lambda seconds: print('waited');"
        "from organisation.domain.documents import wake; wake(1); print('went on')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=BASE_DIR,
        env=os.environ | {"REDIS_URL": url, "DJANGO_SETTINGS_MODULE": "povertyplan.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "went on\n", done.stderr
    assert "the sweep will find it" in done.stderr
