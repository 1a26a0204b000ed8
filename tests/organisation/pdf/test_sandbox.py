"""What the subprocess may do, and that it never outlives the one who started it."""

import base64
import itertools
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisation.pdf import render, sandbox
from organisation.pdf.order import Order
from organisation.pdf.render import RenderFailed, render_pdf

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _pages_without_templates(monkeypatch):
    """What is made here are pages written in the test."""
    monkeypatch.setattr(render, "build_html", lambda template, content: content["html"])


def page(body):
    head = '<title>Prøve</title><link rel="stylesheet" href="povertyplan/pdf.css">'
    return {"html": f'<!doctype html><html lang="nb">{head}<h1>Prøve</h1>{body}'}


def make(content, out, on_progress=lambda step, percent: None, **options):
    render_pdf("no.html", content, out, on_progress=on_progress, **options)


SMALL = page("<p>Noe tekst.</p>")
BIG = page(f"<p>{'Lang tekst. ' * 60}</p>" * 2000)


def children() -> set[int]:
    """The sandboxes of this very process."""
    own = {int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}
    return {pid for pid in own if b"organisation.pdf.sandbox" in command_line(pid)}


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")")[-1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_the_fetcher_gives_our_own_files():
    fetcher = sandbox.make_fetcher()
    for url, path in sandbox.ALLOWED.items():
        response = fetcher.fetch(url)
        assert response.read() == path.read_bytes()
    assert fetcher.fetch("data:text/plain;base64," + base64.b64encode(b"ja").decode()).read() == b"ja"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        f"file://{ROOT}/static/povertyplan/pdf.css",
        "http://127.0.0.1/",
        "https://static.invalid/",
        "https://static.invalid/povertyplan/../../povertyplan/settings.py",
        "https://static.invalid/povertyplan/pdf.css?x",
        "https://static.invalid/povertyplan/app.css",
        "HTTPS://STATIC.INVALID/povertyplan/pdf.css",
        "ftp://example.invalid/a",
        "povertyplan/pdf.css",
        "../../etc/passwd",
        "/etc/passwd",
        "jar:file:///etc/passwd",
        "gopher://example.invalid",
        "",
    ],
)
def test_the_fetcher_refuses(url):
    with pytest.raises(PermissionError):
        sandbox.make_fetcher().fetch(url)


@given(
    scheme=st.sampled_from(["http:", "https:", "file:", "ftp:", "FILE:", "javascript:", "", "dat:", sandbox.BASE]),
    rest=st.text(max_size=60),
)
def test_the_fetcher_refuses_everything_else(scheme, rest):
    url = scheme + rest
    if url in sandbox.ALLOWED or url[:5].lower() == "data:":
        return
    with pytest.raises(PermissionError):
        sandbox.make_fetcher().fetch(url)


def test_a_resource_from_elsewhere_fails_the_document(tmp_path):
    with pytest.raises(RenderFailed) as failure:
        make(page('<p>x<img alt="x" src="file:///etc/passwd">'), tmp_path / "made.pdf")
    assert failure.value.code == "log"
    assert list(tmp_path.iterdir()) == []


def test_the_sandbox_opens_no_connection_and_starts_nothing():
    for event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.exec", "os.system", "os.posix_spawn"):
        with pytest.raises(PermissionError):
            sandbox.refuse(event, ())
    sandbox.refuse("open", ())


def test_the_sandbox_knows_neither_django_nor_secrets(monkeypatch, tmp_path):
    code = "import sys, organisation.pdf.sandbox, organisation.pdf.tagging; print([n for n in sys.modules if 'django' in n])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
    seen = {}
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **named: seen.update(named["env"]) or real(*args, **named))
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    make(SMALL, tmp_path / "made.pdf")
    python = {"PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED"}
    assert set(seen) == {"PATH", "LANG", "HOME", "TMPDIR", "SOURCE_DATE_EPOCH"} | python


def test_progress_is_told_often_and_never_goes_back(tmp_path):
    told = []
    make(BIG, tmp_path / "made.pdf", on_progress=lambda *step: told.append((time.monotonic(), *step)))
    percents = [percent for _, _, percent in told]
    assert percents == sorted(percents) and percents[-1] == 100
    assert [step for at, (_, step, _) in enumerate(told) if at == 0 or step != told[at - 1][1]] == [
        "Setter sammen teksten",
        "Lager sidene",
        "Skriver PDF-filen",
    ]
    assert all(after[0] - before[0] < 1.5 for before, after in itertools.pairwise(told))


def test_too_long_a_run_is_stopped_and_leaves_nothing(tmp_path):
    with pytest.raises(RenderFailed) as failure:
        make(BIG, tmp_path / "made.pdf", timeout=2)
    assert failure.value.code == "timeout"
    assert "Prøv igjen" in failure.value.reason
    assert children() == set()
    assert list(tmp_path.iterdir()) == []


def test_an_abort_kills_the_run_and_keeps_the_old_file(tmp_path):
    class LeaseLost(Exception):
        pass

    started: set[int] = set()

    def on_progress(step, percent):
        started.update(children())
        if percent >= 20:
            raise LeaseLost

    (tmp_path / "made.pdf").write_bytes(b"old")
    with pytest.raises(LeaseLost):
        make(BIG, tmp_path / "made.pdf", on_progress=on_progress)
    assert started and not any(is_running(pid) for pid in started)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("made.pdf", b"old")]


def test_too_little_memory_is_told_as_such(monkeypatch, tmp_path):
    monkeypatch.setattr(render, "MEMORY_BYTES", 170 * 1024**2)
    with pytest.raises(RenderFailed) as failure:
        make(BIG, tmp_path / "made.pdf")
    assert failure.value.code == "memory"


def test_a_missing_library_is_named():
    failed = RenderFailed("library", "cannot load library 'libpangoft2-1.0-0': No such file")
    assert "libpangoft2-1.0-0" in failed.reason
    assert "libpango-1.0-0" in RenderFailed("library", "noe annet").reason


def test_a_broken_run_is_told_as_such(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(RenderFailed) as failure:
        make(SMALL, tmp_path / "made.pdf")
    assert failure.value.code == "crash"


def test_the_sandbox_dies_with_a_killed_parent(tmp_path):
    """The worker is killed with SIGKILL: nothing of it may go on."""
    order = tmp_path / "order"
    with order.open("wb") as file:
        Order("<!doctype html><html lang=nb><title>x</title>" + "<p>Lang tekst. " * 60_000).write(file)
    code = (
        "import os, subprocess, sys, time\n"
        f"command = [sys.executable, '-m', 'organisation.pdf.sandbox', {str(tmp_path / 'x.pdf')!r}]\n"
        "command += [str(os.getpid()), '300', str(2 * 1024**3)]\n"
        f"page = open({str(order)!r})\n"
        "child = subprocess.Popen(command, stdin=page, stdout=subprocess.PIPE, start_new_session=True)\n"
        "print(child.pid, flush=True)\n"
        "print(child.stdout.readline().decode().strip(), flush=True)\n"
        "time.sleep(300)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        child = int(parent.stdout.readline())
        assert json.loads(parent.stdout.readline())["phase"] == "text"
        assert is_running(child)
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.communicate()
    deadline = time.monotonic() + 5
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(child)
