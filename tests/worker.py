"""A real Celery worker beside a test, at work on the test's database. For tests marked `transaction=True`."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings

from povertyplan.celery import app as celery_app
from tests.at_once import wait_until
from tests.database import app_settings

BASE_DIR = Path(__file__).resolve().parents[1]


@dataclass
class Worker:
    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def kill(self) -> None:
        """The whole group at once, without a word: what the kernel does when memory runs out."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def is_ready(self) -> bool:
        assert self.process.poll() is None, f"The worker ended:\n{self.log.read_text()}"
        return bool(celery_app.control.ping(destination=[self.name], timeout=0.3))


@pytest.fixture
def start_worker(transactional_db: None, tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    """Starts a worker with beat and waits until it is ready; ends all of them after the test."""
    workers: list[Worker] = []

    def start() -> Worker:
        if not workers:
            celery_app.control.purge()
        worker = _launch(tmp_path, len(workers))
        workers.append(worker)
        assert wait_until(worker.is_ready, 60), f"The worker is not ready:\n{worker.log.read_text()}"
        return worker

    yield start
    for worker in workers:
        worker.kill()
    celery_app.control.purge()


@pytest.fixture
def worker_process(start_worker: Callable[[], Worker]) -> Worker:
    return start_worker()


def _launch(folder: Path, number: int) -> Worker:
    name = f"test-{secrets.token_hex(4)}@here"
    log = folder / f"worker-{number}.log"
    options = ["--beat", "--schedule", str(folder / f"beat-{number}"), "--concurrency", "1", "--hostname", name]
    options += ["--loglevel", "INFO", "--without-mingle", "--without-gossip"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "--app", "povertyplan", "worker", *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=BASE_DIR,
            env=environment(),
            start_new_session=True,
        )
    return Worker(name, process, log)


def environment() -> dict[str, Any]:
    inherited = {name: value for name, value in os.environ.items() if name != "POVERTYPLAN_DB_ROLE"}
    return inherited | {
        "DATABASE_URL": _url(app_settings()),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "POVERTYPLAN_QUEUE": settings.CELERY_TASK_DEFAULT_QUEUE,
        "POVERTYPLAN_JOB_LEASE_SECONDS": "3",
        "POVERTYPLAN_JOB_SWEEP_SECONDS": "1",
    }


def _url(database: dict[str, Any]) -> str:
    login = f"{quote(database['USER'], safe='')}:{quote(database['PASSWORD'], safe='')}"
    host = quote(database["HOST"], safe="") + (f":{database['PORT']}" if database["PORT"] else "")
    return f"postgresql://{login}@{host}/{database['NAME']}"
