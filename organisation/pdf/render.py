"""The PDF of a document: the HTML is made here, the pages in a subprocess that can do nothing else."""

import json
import logging
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from organisation.pdf.order import Attachment, Order
from organisation.pdf.sandbox import is_disk_full

logger = logging.getLogger(__name__)

MEMORY_BYTES = 2 * 1024**3
POLL_SECONDS = 0.5
ROOT = Path(__file__).resolve().parents[2]
# Control characters that HTML does not allow; a text pasted from elsewhere may hold them.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")

TEXT = gettext_noop("Setter sammen teksten")
PAGES = gettext_noop("Lager sidene")
FILE = gettext_noop("Skriver PDF-filen")

REASONS = {
    "timeout": gettext_noop("Det tok for lang tid å lage PDF-en, og den ble stoppet. Prøv igjen."),
    "memory": gettext_noop("Dokumentet er for stort: PDF-en trengte mer minne enn den får bruke."),
    "library": gettext_noop(
        "Serveren mangler et program som trengs for å lage PDF: {packages}. Be driften om å installere det."
    ),
    "log": gettext_noop(
        "PDF-en ble ikke riktig, fordi en fil eller en del av oppsettet mangler. Be driften om å se i loggen."
    ),
    "disk": gettext_noop(
        "Det er ikke plass til PDF-en på disken. Ingenting er gått tapt. Be driften om å rydde plass, og prøv så igjen."
    ),
    "crash": gettext_noop("Noe gikk galt da PDF-en ble laget. Prøv igjen. Skjer det på nytt, så si fra til driften."),
}
# Debian's package for each library that WeasyPrint opens.
PACKAGES = {
    "gobject": "libglib2.0-0",
    "pangoft2": "libpangoft2-1.0-0",
    "pango": "libpango-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
    "harfbuzz": "libharfbuzz0b",
    "fontconfig": "libfontconfig1",
}

Progress = Callable[[str, int], None]


class RenderFailed(Exception):
    """The PDF could not be made. `reason` is a sentence for the person who waits, `code` a key of REASONS."""

    def __init__(self, code: str, detail: str = "") -> None:
        found = (package for name, package in PACKAGES.items() if name in detail)
        self.code = code
        self.reason = _(REASONS[code]).format(packages=next(found, "libpango-1.0-0, libpangoft2-1.0-0"))
        super().__init__(self.reason)


def render_pdf(
    template: str,
    content: dict[str, Any],
    out: Path,
    *,
    on_progress: Progress,
    attachments: Sequence[Attachment] = (),
    timeout: float = 300,
) -> None:
    """Write the PDF that a template makes of frozen content to `out`, which is replaced as a whole or not at all.

    The variant of PDF/A is a setting; `attachments` go into PDF/A-3a only.

    `on_progress(step, percent)` is called at least once a second; `step` is the bokmål text, to be translated where it
    is shown. When it raises, the subprocess is killed and the exception passes through. Raises RenderFailed.
    """
    deadline = time.monotonic() + timeout
    on_progress(TEXT, 1)
    order = Order(build_html(template, content), settings.PDF_VARIANT, attachments)
    on_progress(TEXT, 5)
    with disk_full_is_told(), tempfile.TemporaryDirectory(prefix="document-") as folder, translation.override("nb"):
        made = Path(folder) / "document.pdf"
        with child_process(order, made, folder, timeout) as process:
            follow(process, deadline, on_progress)
        if made.read_bytes()[:5] != b"%PDF-":
            raise RenderFailed("crash")
        put_in_place(made, out)
    on_progress(FILE, 100)


@contextmanager
def disk_full_is_told() -> Iterator[None]:
    """A full disk is nobody's mistake and passes: whoever waits is told what it is. Raises RenderFailed."""
    try:
        yield
    except OSError as error:
        if is_disk_full(error):
            logger.error("the disk is full")
            raise RenderFailed("disk") from error
        raise


def build_html(template: str, content: dict[str, Any]) -> str:
    """The whole page as text. The templates escape everything; what HTML cannot hold is left out."""
    with translation.override("nb"):
        return CONTROL.sub("", render_to_string(template, {"content": content}))


@contextmanager
def child_process(order: Order, made: Path, folder: str, timeout: float) -> Iterator["subprocess.Popen[bytes]"]:
    """The sandbox, started with an environment of its own and never left behind."""
    command = [sys.executable, "-m", "organisation.pdf.sandbox", str(made)]
    command += [str(os.getpid()), str(int(timeout) + 1), str(MEMORY_BYTES)]
    environment = {
        **{"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": folder, "TMPDIR": folder, "PYTHONDONTWRITEBYTECODE": "1"},
        # The same content gives the same bytes: fontTools stamps the embedded fonts with the time.
        **{"SOURCE_DATE_EPOCH": "0", "PYTHONHASHSEED": "0"},
    }
    with tempfile.TemporaryFile() as page:
        order.write(page)
        page.seek(0)
        process = subprocess.Popen(
            command,
            stdin=page,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()


def follow(process: "subprocess.Popen[bytes]", deadline: float, on_progress: Progress) -> None:
    """Read the child's messages until it is done; tell the caller how far it has come, and that we are alive."""
    step, percent, done = TEXT, 5, False
    for message in messages(process, deadline):
        if "warning" in message:
            logger.warning("weasyprint: %s", message["warning"])
        elif "failed" in message:
            logger.error("weasyprint: %s %s", message["failed"], message.get("detail", ""))
            raise RenderFailed(message["failed"], message.get("detail", ""))
        elif "phase" in message:
            step, reached = place(message["phase"], message["count"])
            percent = max(percent, reached)
        done = done or "done" in message
        on_progress(step, percent)
    status = process.wait(timeout=10)
    if status == -signal.SIGXCPU:
        raise RenderFailed("timeout")
    if not done or status:
        logger.error("the sandbox ended with status %s", status)
        # Where there is no memory glib ends the process, and other libraries use what they did not get.
        raise RenderFailed("memory" if status in (-signal.SIGTRAP, -signal.SIGABRT, -signal.SIGSEGV) else "crash")


def messages(process: "subprocess.Popen[bytes]", deadline: float) -> Iterator[dict[str, Any]]:
    """Each message of the child, and an empty one whenever it has been silent for a while; ends when it closes."""
    assert process.stdout
    pipe: IO[bytes] = process.stdout
    os.set_blocking(pipe.fileno(), False)
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            if time.monotonic() > deadline:
                raise RenderFailed("timeout")
            if not selector.select(POLL_SECONDS):
                yield {}
                continue
            chunk = os.read(pipe.fileno(), 65536)
            if not chunk:
                return
            *lines, rest = (rest + chunk).split(b"\n")
            yield from (json.loads(line) for line in lines)


def place(phase: str, count: int) -> tuple[str, int]:
    """Step and percent. How many pages there will be is not known, and they are laid out more than once."""
    if phase == "text":
        return TEXT, 15
    if phase == "pages":
        return PAGES, 20 + int(65 * count / (count + 40))
    return FILE, 90


def put_in_place(made: Path, out: Path) -> None:
    """Move the file to where it belongs in one step, also from another file system."""
    part = out.with_name(out.name + ".part")
    try:
        part.touch(mode=0o600)
        with part.open("wb") as file:
            file.write(made.read_bytes())
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)
