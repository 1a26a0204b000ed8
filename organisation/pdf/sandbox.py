"""The subprocess that turns HTML into a PDF: no network, no files but our own, capped memory and time.

    python -m organisation.pdf.sandbox OUT PARENT_PID SECONDS BYTES < order

What it makes is told as order.py says. It tells how far it has come on stdout, one JSON object a line:
{"phase": "pages", "count": 12}, {"failed": "memory"}, {"warning": "..."}, {"done": true}.
It knows nothing of Django, the database or any secret (docs/security.md).
"""

import ctypes
import errno
import json
import logging
import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import IO, Any

from organisation.pdf.order import Order

BASE = "https://static.invalid/"
STATIC = Path(__file__).resolve().parents[2] / "static"
# The print sheets of the apps, and what the shared one uses.
SHEETS = sorted(str(path.relative_to(STATIC)) for path in STATIC.glob("*/*-pdf.css"))
ALLOWED = {
    BASE + name: STATIC / name
    for name in (
        "povertyplan/pdf.css",
        *SHEETS,
        "vendor/inter/inter-latin-wght-normal.woff2",
        "vendor/inter/inter-latin-ext-wght-normal.woff2",
        "vendor/inter/inter-latin-wght-italic.woff2",
    )
}
TYPES = {".css": "text/css", ".woff2": "font/woff2"}
FORBIDDEN_EVENTS = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "os.fork")
PR_SET_PDEATHSIG = 1
# WeasyPrint tells its steps by log messages: "Step 5 - Creating layout - Page 12".
PHASES = {"1": "text", "2": "text", "3": "text", "4": "text", "5": "pages", "6": "file", "7": "file"}

MEMORY_GONE = b'{"failed": "memory"}\n'
# Set aside for the telling of it.
RESERVE = 4 * 1024**2


DISK_FULL = {errno.ENOSPC, errno.EDQUOT}


def is_disk_full(error: OSError) -> bool:
    return error.errno in DISK_FULL


class Reports:
    """What the parent hears."""

    def __init__(self, stream: IO[str]) -> None:
        self.stream = stream

    def say(self, **message: Any) -> None:
        self.stream.write(json.dumps(message) + "\n")
        self.stream.flush()


class Messages(logging.Handler):
    """WeasyPrint's log, passed on: steps and warnings at once, errors kept, since one error makes the PDF unfit."""

    def __init__(self, reports: Reports) -> None:
        super().__init__(logging.INFO)
        self.reports = reports
        self.errors: list[str] = []
        self.pages = 0

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.levelno >= logging.ERROR:
            self.errors.append(text[:300])
        elif record.levelno >= logging.WARNING:
            self.reports.say(warning=text[:300])
        elif text.startswith("Step ") and (phase := PHASES.get(text[5:6])):
            self.pages += phase == "pages"
            self.reports.say(phase=phase, count=self.pages)


def die_with(parent: int) -> None:
    """Kill this process when its parent goes, also by SIGKILL."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # gone before the call
        sys.exit(1)


def set_limits(seconds: int, memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 1024 * 1024, 256 * 1024 * 1024))


def refuse(event: str, _args: tuple[Any, ...]) -> None:
    """An audit hook: whatever gets past the fetcher still opens no connection and starts no process."""
    if event.startswith(FORBIDDEN_EVENTS):
        raise PermissionError(f"not allowed in the sandbox: {event}")


def make_fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):
        """Knows the files of the allow list by their exact address, and data: URIs. Nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if path := ALLOWED.get(url):
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": TYPES[path.suffix]})
            if url[:5].lower() == "data:":
                return super().fetch(url, headers)
            raise PermissionError("address not on the allow list")

    return Fetcher(allowed_protocols={"data"}, allow_redirects=False)


def write(order: Order, out: str, reports: Reports) -> bool:
    """Make the PDF; whether it may be used. What went wrong is told, and how long WeasyPrint's gaps took to mend."""
    try:
        import weasyprint
    except OSError as error:
        reports.say(failed="library", detail=str(error)[:300])
        return False
    from organisation.pdf.tagging import Finisher

    sys.addaudithook(refuse)
    messages = Messages(reports)
    for name in ("weasyprint", "weasyprint.progress"):
        logger = logging.getLogger(name)
        logger.addHandler(messages)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    document = weasyprint.HTML(string=order.html, base_url=BASE, url_fetcher=make_fetcher())
    finisher = Finisher(order.attachments)
    with finisher.watching():
        document.write_pdf(out, finisher=finisher, pdf_variant=order.variant)
    if messages.errors:
        reports.say(failed="log", detail=messages.errors[0])
        return False
    reports.say(done=True, finishing=round(finisher.seconds, 3))
    return True


def main(arguments: list[str]) -> int:
    out, parent, seconds, memory = arguments[0], int(arguments[1]), int(arguments[2]), int(arguments[3])
    die_with(parent)
    set_limits(seconds, memory)
    channel = os.dup(1)
    reports = Reports(os.fdopen(channel, "w", encoding="utf-8"))
    os.dup2(2, 1)  # what libraries print is no message
    order = Order.read(sys.stdin.buffer)
    reserve = bytearray(RESERVE)
    try:
        return 0 if write(order, out, reports) else 1
    except MemoryError:  # there may be too little left even to say so
        del reserve
        os.write(channel, MEMORY_GONE)
        os._exit(1)
    except Exception as error:  # the place, not the message: it could quote the document
        frame = traceback.extract_tb(error.__traceback__)[-1]
        code = "disk" if isinstance(error, OSError) and is_disk_full(error) else "crash"
        reports.say(failed=code, detail=f"{type(error).__name__} in {Path(frame.filename).name}:{frame.lineno}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
