"""A full disk: the job says so in plain words, nothing half-written stays, and trying again works."""

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, default_storage

from organisation.domain import document_jobs
from organisation.domain.document_jobs import run
from organisation.domain.documents import make_again
from organisation.models import Document, DocumentJob, JobState
from organisation.pdf.order import Order
from organisation.pdf.render import RenderFailed, render_pdf
from tests.factories import DocumentJobFactory, UserFactory
from tests.organisation.fake_render import fake_render

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
LETTER = {"title": "Tildelingsbrev", "dated": "2026-02-01"}
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte. Only root may mount one; without, the other tests tell the same of our own code."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.getuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system may be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path, leave: int = 0) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError:
            file.truncate(file.tell() - leave)
    return filler


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def told(job: DocumentJob) -> tuple[str, str]:
    job.refresh_from_db()
    return job.state, job.error


def again(job: DocumentJob) -> DocumentJob:
    make_again(document=job.document, by=UserFactory())
    run(job.pk)
    job.refresh_from_db()
    return job


FAILED = (JobState.FAILED, RenderFailed("disk").reason)


def test_what_it_says_is_plain() -> None:
    assert "ikke plass" in FAILED[1] and "prøv så igjen" in FAILED[1]


def test_a_store_that_is_full_leaves_nothing_and_works_the_next_time(
    media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The storage writes some of it, then the disk is full."""
    monkeypatch.setattr(document_jobs, "render_pdf", fake_render)
    job, real = DocumentJobFactory(), FileSystemStorage._save

    def torn(storage: FileSystemStorage, name: str, content: Any) -> str:
        real(storage, name, type(content)(content.file, name))
        raise FULL

    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "_save", torn)
        run(job.pk)
    assert (told(job), files(media_root), Document.objects.get().file.name) == (FAILED, [], "")
    assert again(job).state == JobState.DONE
    assert files(media_root) == ["2.pdf"]


def test_the_file_made_before_stays_when_there_is_no_room_for_the_next(
    media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_jobs, "render_pdf", fake_render)
    job = DocumentJobFactory()
    run(job.pk)
    before = Document.objects.get()
    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "_save", lambda *args: (_ for _ in ()).throw(FULL))
        again(job)
    assert told(job) == FAILED
    assert Document.objects.get().file_sha256 == before.file_sha256
    assert default_storage.exists(before.file.name) and files(media_root) == ["1.pdf"]


def test_another_trouble_of_the_disk_is_not_called_a_full_one(
    media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_jobs, "render_pdf", fake_render)
    job = DocumentJobFactory()
    monkeypatch.setattr(FileSystemStorage, "_save", lambda *args: (_ for _ in ()).throw(OSError(errno.EIO, "intern")))
    run(job.pk)
    state, error = told(job)
    assert state == JobState.FAILED and "Noe gikk galt" in error and "intern" not in error


def test_the_sandbox_says_that_the_disk_is_full(tmp_path: Path) -> None:
    """A device that is always full, and needs no rights."""
    order = tmp_path / "order"
    with order.open("wb") as file:
        Order("<!doctype html><html lang=nb><title>x</title><h1>x</h1>").write(file)
    command = [sys.executable, "-m", "organisation.pdf.sandbox", "/dev/full", str(os.getpid()), "60", str(2 * 1024**3)]
    with order.open("rb") as file:
        ended = subprocess.run(command, stdin=file, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (ended.returncode, '"failed": "disk"' in ended.stdout) == (1, True), ended.stdout + ended.stderr


@pytest.mark.parametrize("leave", [0, 16 * 1024], ids=["for nothing", "for the page, not for the PDF"])
def test_a_temporary_folder_that_is_full(
    leave: int, tiny_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tiny_disk))
    filler, out = fill(tiny_disk, leave), tmp_path / "made.pdf"
    with pytest.raises(RenderFailed) as failed:
        render_pdf("pdf/base.html", LETTER, out, on_progress=lambda step, percent: None)
    assert (failed.value.code, files(tiny_disk), out.exists()) == ("disk", ["filler"], False)
    filler.unlink()
    render_pdf("pdf/base.html", LETTER, out, on_progress=lambda step, percent: None)
    assert (out.read_bytes()[:5], files(tiny_disk)) == (b"%PDF-", [])


def test_a_media_folder_that_is_full(tiny_disk: Path, settings: Any) -> None:
    """The whole way: made, no room for it, told, room made, tried again."""
    settings.MEDIA_ROOT = tiny_disk
    filler, job = fill(tiny_disk, 8 * 1024), DocumentJobFactory()
    run(job.pk)
    assert (told(job), files(tiny_disk), Document.objects.get().file.name) == (FAILED, ["filler"], "")
    filler.unlink()
    assert again(job).state == JobState.DONE
    assert files(tiny_disk) == ["2.pdf"]
