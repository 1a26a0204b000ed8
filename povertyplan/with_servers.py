"""Run a command with the embedded servers: `python -m povertyplan.with_servers [--alone] COMMAND ARGS...`.

With DATABASE_URL set the command runs on that server. `--alone` waits until no other `--alone` command runs in the same
var folder, for tests make and drop databases of the same names.
"""

import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from types import FrameType
from typing import NoReturn

from povertyplan import embedded
from povertyplan.children import bound

BASE_DIR = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    alone = arguments[:1] == ["--alone"]
    command = arguments[1:] if alone else arguments
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, leave)
    turn = embedded.held(embedded.var_folder(BASE_DIR) / "alone.lock") if alone else nullcontext()
    try:
        with turn, embedded.environment(BASE_DIR):
            return run(command)
    except embedded.ServerError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def run(command: list[str]) -> int:
    """Run `command` to its end; its exit status, in the shell's form when a signal ended it."""
    child = subprocess.Popen(bound(command))
    # Ctrl-C reaches the child too; it says what it has to say and ends, and we wait for it.
    signal.signal(signal.SIGINT, lambda signum, frame: None)
    try:
        status = child.wait()
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()
    return status if status >= 0 else 128 - status


def leave(signum: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + signum)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
