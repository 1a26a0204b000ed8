"""Programs beside a command: none outlives it, and each failure says why."""

import os
import sys
import time
from pathlib import Path

import pytest

from povertyplan.children import ChildFailed, Children

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
# Starts a child of its own, writes its number down, and heeds no request to end.
STUBBORN = """
import pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "60"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
time.sleep(60)
"""


def lives(process: int) -> bool:
    """Whether it runs; one that has ended and only waits to be noticed does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


def test_lines_of_a_program(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        assert children.run("says", [sys.executable, "-c", "print('en'); print('to')"], 30) == ["en", "to"]


def test_failure_carries_the_end_of_the_log(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "import sys; sys.exit('no such plan')"]
    with Children(tmp_path) as children, pytest.raises(ChildFailed, match=r"(?s)status 1.*no such plan"):
        children.run("fails", program, 30)


def test_program_that_takes_too_long(tmp_path: Path) -> None:
    with Children(tmp_path) as children, pytest.raises(ChildFailed, match="not done after 0 seconds"):
        children.run("slow", SLEEPS, 0.2)


def test_end_of_a_lasting_program_is_noticed_while_another_runs(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        children.start("worker", [sys.executable, "-c", "import sys; sys.exit('broker lost')"])
        with pytest.raises(ChildFailed, match=r"(?s)worker ended with status 1.*broker lost"):
            children.run("slow", SLEEPS, 30)


def test_nothing_outlives_the_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("povertyplan.children.END_SECONDS", 0.3)
    number = tmp_path / "number"
    with Children(tmp_path) as children:
        children.start("stubborn", [sys.executable, "-c", STUBBORN, str(number)])
        while not number.exists() or not number.read_text():
            children.check()
            time.sleep(0.02)
        grandchild = int(number.read_text())
        assert lives(grandchild)
    deadline = time.monotonic() + 5
    while lives(grandchild) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not lives(grandchild)


def test_logs_are_new_files(tmp_path: Path) -> None:
    """Another demo that writes to the same name keeps its own file."""
    with Children(tmp_path) as children:
        children.start("web", SLEEPS)
        before = os.stat(tmp_path / "web.log").st_ino
        with (tmp_path / "web.log").open():
            Children(tmp_path).run("web", [sys.executable, "-c", ""], 30)
            assert os.stat(tmp_path / "web.log").st_ino != before
