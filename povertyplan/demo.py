"""The demo: `python -m povertyplan.demo [--once] [--port N]`, which `make demo` runs.

Migrates, loads the reference plans, starts a real Celery worker, has it make a status report as a PDF, and serves until
Ctrl-C. With `--once` it ends after the PDF, and its last line is `report: PATH`.
"""

import argparse
import os
import signal
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import NoReturn

from povertyplan import embedded
from povertyplan.children import ChildFailed, Children

BASE_DIR = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
# Generous: a first migration on a slow disk, a report on a busy machine.
STEP_SECONDS = 300.0
WEB_SECONDS = 60.0
PYTHON = sys.executable
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody pressed Ctrl-C or asked the process to end."""


def main() -> int:
    options = _options()
    os.chdir(BASE_DIR)
    os.environ |= {
        "POVERTYPLAN_DEMO": "1",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }
    for signum in ENDING_SIGNALS:
        # What nohup has set to be ignored stays so.
        if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN:
            signal.signal(signum, _stop)
    serving = False
    try:
        with embedded.environment(BASE_DIR), tempfile.TemporaryDirectory() as scratch, Children(_logs()) as children:
            _prepare(children)
            report = _report(children, Path(scratch))
            url = _serve(children, options.port)
            if not options.once:
                serving = True
                _welcome(children, url, report)
                _wait(children)
    except (ChildFailed, embedded.ServerError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except Stopped as stopped:
        return 0 if serving else 128 + int(str(stopped))
    print(f"report: {report}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="povertyplan.demo", description="Serve the demo.")
    parser.add_argument("--once", action="store_true", help="end when the report is made, leaving nothing running")
    parser.add_argument("--port", type=int, default=8000, help="the port to serve at, if it is free (8000)")
    return parser.parse_args()


def _stop(signum: int, frame: FrameType | None) -> NoReturn:
    # Once is enough: the way out must not be cut short by an impatient second Ctrl-C.
    for each in ENDING_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(str(signum))


def _logs() -> Path:
    logs = embedded.var_folder(BASE_DIR) / "log"
    logs.mkdir(exist_ok=True)
    return logs


def _manage(children: Children, *arguments: str) -> list[str]:
    return children.run(arguments[0], [PYTHON, "manage.py", *arguments], STEP_SECONDS)


def _prepare(children: Children) -> None:
    """Bring database and static files up to date; one demo at a time, for Django has no lock of its own for it."""
    with embedded.held(embedded.var_folder(BASE_DIR) / "demo.lock"):
        _say("Preparing the database and the reference plans ...")
        _manage(children, "migrate", "--noinput")
        _manage(children, "collectstatic", "--noinput", "--verbosity=0")
        _manage(children, "load_demo")


def _report(children: Children, scratch: Path) -> str:
    """Start the worker and have it make the report; the PDF's path."""
    _say("Making the status report with the worker ...")
    # Name and schedule are this demo's own, so that a second one beside it does no harm.
    names = ["--hostname", f"demo-{os.getpid()}@%h", "--beat", "--schedule", str(scratch / "schedule")]
    quiet = ["--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    children.start("worker", [PYTHON, "-m", "celery", "-A", "povertyplan", "worker", *names, *quiet])
    lines = _manage(children, "demo_report")
    if not lines or not Path(lines[-1]).is_file():
        raise ChildFailed(f"demo_report made no PDF; it printed: {lines[-1:]}")
    return lines[-1]


def _serve(children: Children, wanted: int) -> str:
    """Start the web server and wait until it answers; its URL."""
    port = _free_port(wanted)
    if port != wanted:
        _say(f"Port {wanted} is taken; serving at {port}.")
    place = ["--bind", f"{HOST}:{port}", "--no-control-socket"]
    size = ["--workers", "2", "--threads", "4", "--access-logfile", "-"]
    # The path without its query: what people search for is nobody's business.
    size += ["--access-logformat", "%(t)s %(m)s %(U)s %(s)s %(L)s", "--logger-class", "povertyplan.web_log.WebLog"]
    children.start("web", [PYTHON, "-m", "gunicorn", "povertyplan.wsgi", *place, *size])
    end = time.monotonic() + WEB_SECONDS
    while not _healthy(url := f"http://{HOST}:{port}/"):
        children.check()
        if time.monotonic() > end:
            raise ChildFailed(f"The web server does not answer at {url}helse/; see {children.logs / 'web.log'}.")
        time.sleep(0.1)
    return url


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            # As the web server binds: a port that only waits for old connections to fade counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise ChildFailed("No port is free for the web server.")


def _healthy(url: str) -> bool:
    # Straight to the port: a proxy in the environment knows nothing of it.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}helse/", timeout=10) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _welcome(children: Children, url: str, report: str) -> None:
    logins = _manage(children, "demo_logins")
    _say(
        "\n".join(
            ["", f"Povertyplan is served at {url}", "", *logins, "", f"report: {report}", "Ctrl-C ends the demo."]
        )
    )


def _wait(children: Children) -> None:
    while True:
        children.check()
        time.sleep(0.5)


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
