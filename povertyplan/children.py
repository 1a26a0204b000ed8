"""Programs that a command starts beside itself, all of which end when it ends, whatever the reason."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

END_SECONDS = 15.0


class ChildFailed(Exception):
    """A child ended that should have gone on, or ended with an error; the message has the end of its log."""


def bound(command: Sequence[str]) -> list[str]:
    """`command` so that the kernel ends it when its parent dies without a word (kill -9), where that can be had."""
    return ["setpriv", "--pdeathsig", "TERM", "--", *command] if shutil.which("setpriv") else list(command)


class Children:
    """Starts programs, each with a log of its own in `logs`, and ends them all on leaving the block."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self._processes: dict[str, subprocess.Popen[str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes.values():
            if process.poll() is None:
                process.terminate()
        end = time.monotonic() + END_SECONDS
        for process in self._processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, end - time.monotonic()))
            self._kill_group(process)

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a program that goes on until the block is left."""
        self._processes[name] = self._popen(name, command, subprocess.DEVNULL)

    def check(self) -> None:
        """Raise ChildFailed when a program has ended that should go on."""
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise ChildFailed(f"{name} ended with status {process.returncode}.\n{self._tail(name)}")

    def run(self, name: str, command: Sequence[str], seconds: float) -> list[str]:
        """Run a program to its end while the others live; the lines it printed.

        Raises ChildFailed when it fails or takes longer than `seconds`, or when one of the others ends.
        """
        output = self._fresh(f"{name}.out")
        with output.open("w") as out:
            process = self._popen(name, command, out.fileno())
        end = time.monotonic() + seconds
        try:
            while process.poll() is None:
                self.check()
                if time.monotonic() > end:
                    raise ChildFailed(f"{name} is not done after {seconds:.0f} seconds.\n{self._tail(name)}")
                time.sleep(0.05)
        finally:
            self._kill_group(process)
        if process.returncode != 0:
            raise ChildFailed(f"{name} failed with status {process.returncode}.\n{self._tail(name)}")
        return output.read_text(encoding="utf-8").splitlines()

    def _popen(self, name: str, command: Sequence[str], out: int) -> subprocess.Popen[str]:
        with self._fresh(f"{name}.log").open("w") as log:
            # A session of its own: Ctrl-C comes to us, and we end the children in order.
            return subprocess.Popen(
                bound(command),
                stdin=subprocess.DEVNULL,
                stdout=log if out == subprocess.DEVNULL else out,
                stderr=log,
                text=True,
                start_new_session=True,
            )

    def _fresh(self, name: str) -> Path:
        """A new file, so that another demo beside this one goes on writing to its own."""
        path = self.logs / name
        path.unlink(missing_ok=True)
        return path

    def _kill_group(self, process: subprocess.Popen[str]) -> None:
        """End what is left of a child and its own children (a worker's pool)."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _tail(self, name: str) -> str:
        logs = [path for path in (self.logs / f"{name}.log", self.logs / f"{name}.out") if path.exists()]
        said = [path for path in logs if path.stat().st_size] or logs
        lines = said[0].read_text(encoding="utf-8", errors="replace").splitlines()
        return f"{said[0]} ends:\n" + "\n".join(lines[-20:])
