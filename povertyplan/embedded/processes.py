"""What the two servers' wrappers share: is it there, is it gone, what did it say."""

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

LOG_TAIL = 15


class ServerError(Exception):
    """An embedded server could not be started or stopped; the message says what to do."""


def listens(path: Path) -> bool:
    """Whether a living server has the Unix socket `path` open; a file left behind by a dead one does not count."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(5)
        try:
            client.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
    return True


def processes_in(folder: Path) -> list[int]:
    """Process ids whose working directory is `folder`: both servers go to their data folder, and a pid file may lie."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "cwd") == str(folder):
                found.append(int(process.name))
        except OSError:
            continue  # ended meanwhile, or another user's
    return found


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask until `condition` holds; False when it does not within `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def tail(log: Path) -> str:
    """The last lines of a log, for an error message."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-LOG_TAIL:])
