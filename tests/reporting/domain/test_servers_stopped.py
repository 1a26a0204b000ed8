"""Real workers while something they need goes away: another worker at the same job, Redis, the database."""

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection

from organisation.domain import documents
from organisation.models import AuditEntry, Document, DocumentJob, JobState
from povertyplan.brokers import broker_url
from povertyplan.celery import app as celery_app
from povertyplan.embedded import redis
from tests import worker as workers
from tests.at_once import wait_until
from tests.factories import DocumentJobFactory, ReportVersionFactory
from tests.reporting.frozen_content import make_content
from tests.worker import Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]


def order(**content: Any) -> DocumentJob:
    """A report that waits to be made."""
    version = ReportVersionFactory(state="in_review", figures=make_content(**content))
    DocumentJob.objects.filter(document=version.document).delete()
    Document.objects.filter(pk=version.document_id).update(file="")
    return DocumentJobFactory(document=Document.objects.get(pk=version.document_id))


def is_now(state: JobState) -> Callable[[], bool]:
    return lambda: DocumentJob.objects.get().state == state


def one_file_and_one_done(media_root: Path, attempts: int) -> None:
    job, document = DocumentJob.objects.get(), Document.objects.get()
    assert (job.state, job.attempts) == (JobState.DONE, attempts)
    made = [path for path in media_root.rglob("*") if path.is_file()]
    assert made == [Path(settings.MEDIA_ROOT) / document.file.name]
    assert made[0].read_bytes()[:5] == b"%PDF-"
    assert AuditEntry.objects.filter(action="document.made", table_name="organisation_document").count() == 1


def test_two_workers_told_of_one_report_make_it_once(media_root: Path, start_worker: Callable[[], Worker]) -> None:
    first, second = start_worker(), start_worker()
    job = order()
    for _ in range(6):
        celery_app.send_task("organisation.tasks.make_document", [job.pk], ignore_result=True)
    assert wait_until(is_now(JobState.DONE), 60), first.log.read_text() + second.log.read_text()
    logs = [worker.log.read_text() for worker in (first, second)]
    taken = "make_document"
    assert wait_until(lambda: all(taken in worker.log.read_text() for worker in (first, second))), logs
    one_file_and_one_done(media_root, attempts=1)


def test_a_worker_whose_database_connections_end_lets_the_next_attempt_finish(
    media_root: Path, worker_process: Worker
) -> None:
    """What a restart of PostgreSQL is to a worker: every connection ends in the midst of its work."""
    order()
    assert wait_until(is_now(JobState.RUNNING), 60), worker_process.log.read_text()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
        )
        assert cursor.fetchone()[0] > 0
    assert wait_until(is_now(JobState.DONE), 90), worker_process.log.read_text()
    one_file_and_one_done(media_root, attempts=2)


class Broker:
    """A Redis of the test's own, which it may stop."""

    def __init__(self, folder: Path) -> None:
        self.var, self.sockets = folder / "var", folder
        (self.var / "log").mkdir(parents=True)
        self.url = self.start()

    def start(self) -> str:
        return redis.start(self.var, self.sockets)

    def stop(self) -> None:
        redis.stop(self.var, self.sockets)


@pytest.fixture
def broker() -> Iterator[Broker]:
    with tempfile.TemporaryDirectory() as folder:  # a short path: a socket's name has little room
        broker = Broker(Path(folder))
        yield broker
        broker.stop()


@pytest.fixture
def worker_of_broker(
    broker: Broker, media_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Worker]:
    """A worker and a web process (this one) that know this Redis and no other."""
    monkeypatch.setattr(documents, "celery_app", celery_to(broker.url))
    monkeypatch.setenv("REDIS_URL", broker.url)
    worker = workers._launch(tmp_path, 0)
    try:
        assert wait_until(lambda: " ready." in worker.log.read_text(), 60), worker.log.read_text()
        yield worker
    finally:
        with suppress(ProcessLookupError):
            os.killpg(worker.process.pid, signal.SIGKILL)
        worker.process.wait()


def celery_to(url: str) -> Celery:
    app = Celery(broker=broker_url(url))
    app.conf.update(
        task_default_queue=settings.CELERY_TASK_DEFAULT_QUEUE,
        broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS,
    )
    return app


def test_a_report_ordered_while_redis_is_stopped_is_made_when_it_is_back(
    broker: Broker, media_root: Path, worker_of_broker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    broker.stop()
    job = order()
    documents.wake(job.pk)
    assert "the sweep will find it" in caplog.text
    assert not wait_until(lambda: not is_now(JobState.QUEUED)(), 3)
    broker.start()
    assert wait_until(is_now(JobState.DONE), 120), worker_of_broker.log.read_text()
    one_file_and_one_done(media_root, attempts=1)


def test_a_report_is_finished_though_redis_stops_while_it_is_made(
    broker: Broker, media_root: Path, worker_of_broker: Worker
) -> None:
    job = order()
    documents.wake(job.pk)
    assert wait_until(is_now(JobState.RUNNING), 60), worker_of_broker.log.read_text()
    broker.stop()
    assert is_now(JobState.RUNNING)(), "stopped too late to tell anything"
    assert wait_until(is_now(JobState.DONE), 60), worker_of_broker.log.read_text()
    broker.start()
    # Whatever the broker still has of it, and whatever the sweep wakes: nothing is made again.
    assert not wait_until(lambda: DocumentJob.objects.get().attempts > 1, 5)
    one_file_and_one_done(media_root, attempts=1)
