"""PostgreSQL and Redis for one checkout: real servers from wheels, for the demo, the tests and a developer's shell.

Several processes share the servers. Each holds a shared lock on `use.lock` while it uses them; starting, and stopping
when the last one leaves, are decided under a short exclusive `start.lock`. The kernel drops both locks of a process
that is killed, so servers left behind by a kill -9 are taken over by the next user and stopped when that one leaves.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import postgres, redis
from .folders import private_folder, socket_folder
from .processes import ServerError

__all__ = ["ServerError", "Urls", "environment", "held", "running", "var_folder"]


@dataclass(frozen=True)
class Urls:
    """Where the servers are: the database as its owner (migrations), as the application, and Redis."""

    owner: str
    app: str
    redis: str


def var_folder(base: Path) -> Path:
    """The folder for what a checkout makes while it runs (POVERTYPLAN_VAR, else `var` in `base`), made 0700."""
    return private_folder(Path(os.environ.get("POVERTYPLAN_VAR") or base / "var").resolve())


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the file `path` alone; waits for whoever holds it now."""
    descriptor = _open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        # Closing alone would not do: a forked child may still have the same open file.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


@contextmanager
def running(base: Path, var: Path | None = None) -> Iterator[Urls]:
    """Have the servers of the checkout `base` running during the block, their data in `var` (else its folder `var`).

    Raises ServerError with a message for the person at the keyboard when they cannot be started.
    """
    var = private_folder((var or base / "var").resolve())
    share, user = _open_lock(var / "use.lock"), os.getpid()
    try:
        with held(var / "start.lock"):
            fcntl.flock(share, fcntl.LOCK_SH)
            urls = _start(var)
        yield urls
    finally:
        # A forked child that comes past here shares our lock: leaving is for the one who came.
        if os.getpid() == user:
            _leave(var, share)


@contextmanager
def environment(base: Path) -> Iterator[None]:
    """Have a database and a Redis named in os.environ during the block: those given there, else the embedded ones."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with running(base, var_folder(base)) as urls:
        os.environ["DATABASE_URL"] = urls.app
        os.environ["DATABASE_OWNER_URL"] = urls.owner
        os.environ.setdefault("REDIS_URL", urls.redis)
        yield


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _start(var: Path) -> Urls:
    sockets = socket_folder(var)
    private_folder(var / "log")
    owner, app = postgres.start(var, sockets)
    return Urls(owner=owner, app=app, redis=redis.start(var, sockets))


def _leave(var: Path, share: int) -> None:
    try:
        with held(var / "start.lock"):
            fcntl.flock(share, fcntl.LOCK_UN)
            if _last_one(share):
                sockets = socket_folder(var)
                redis.stop(var, sockets)
                postgres.stop(var, sockets)
    finally:
        os.close(share)


def _last_one(share: int) -> bool:
    try:
        fcntl.flock(share, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
