"""What may be attached: judged by content, stored under a name of our own."""

from pathlib import Path
from typing import Any

import pytest

from measures.models import Attachment
from organisation.domain.attachments import ALLOWED, check_attachment, store_attachment, stored_attachments
from organisation.domain.errors import DomainError
from tests.identity_numbers import grouped, made_up
from tests.measures.uploads import DOCX, EXE, HTML, JPEG, PDF, SVG, XLSX, png, upload, zipped

GOOD = {"notat.pdf": PDF, "bilde.png": png(), "b.jpg": JPEG, "B.JPEG": JPEG, "sak.docx": DOCX, "tall.xlsx": XLSX}
BAD = {
    "a program named pdf": ("notat.pdf", EXE),
    "a program named png": ("bilde.png", EXE),
    "a page named png": ("bilde.png", HTML),
    "a page named pdf": ("notat.pdf", HTML),
    "a drawing with a script named png": ("bilde.png", SVG),
    "a pdf that begins with a page": ("notat.pdf", HTML + PDF),
    "a picture named pdf": ("notat.pdf", JPEG),
    "a pdf named jpg": ("bilde.jpg", PDF),
    "any zip named docx": ("sak.docx", zipped("virus.exe")),
    "any zip named xlsx": ("tall.xlsx", zipped("virus.exe")),
    "a workbook named docx": ("sak.docx", XLSX),
    "the beginning of a zip named docx": ("sak.docx", DOCX[:40]),
    "a program before a zip": ("sak.docx", EXE + DOCX),
    "a program": ("virus.exe", EXE),
    "a page": ("side.html", HTML),
    "a drawing": ("tegning.svg", SVG),
    "a pdf under another name": ("notat.pdf.exe", PDF),
    "no suffix": ("notat", PDF),
    "only a suffix": (".pdf", PDF),
    "nothing but zeros": ("notat.pdf", b"\x00" * 100),
    "text": ("notat.pdf", b"vanlig tekst"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_that_is_what_its_name_says_is_taken(name: str) -> None:
    file = upload(name, GOOD[name])
    assert check_attachment(file) == ALLOWED["." + name.rsplit(".")[-1].lower()]
    assert file.read() == GOOD[name], "the file must be read from its beginning afterwards"


@pytest.mark.parametrize("what", BAD)
def test_a_file_of_another_kind_is_refused(what: str) -> None:
    with pytest.raises(DomainError) as refusal:
        check_attachment(upload(*BAD[what]))
    assert refusal.value.field == "file"


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(DomainError, match="tom"):
        check_attachment(upload("notat.pdf", b""))


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_taken(settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = len(PDF)
    assert check_attachment(upload("notat.pdf", PDF)) == "application/pdf"
    with pytest.raises(DomainError, match="MB") as refusal:
        check_attachment(upload("notat.pdf", PDF + b"\n"))
    assert refusal.value.field == "file"


def test_the_limit_is_ten_megabytes(settings: Any) -> None:
    assert settings.ATTACHMENT_MAX_BYTES == 10 * 1024 * 1024


def test_a_file_is_stored_under_a_random_name(media_root: Path) -> None:
    attachment = store_attachment(upload("../../Møtereferat, mars.PDF", PDF), Attachment)
    assert attachment.name == "Møtereferat, mars.PDF"
    assert (attachment.content_type, attachment.size) == ("application/pdf", len(PDF))
    (stored,) = [path for path in media_root.rglob("*") if path.is_file()]
    assert stored.read_bytes() == PDF
    assert stored.suffix == ".pdf"
    assert "referat" not in str(stored)


def test_a_refused_file_is_not_stored(media_root: Path) -> None:
    with pytest.raises(DomainError):
        store_attachment(upload("notat.pdf", EXE), Attachment)
    assert not list(media_root.rglob("*"))


def test_a_long_name_keeps_its_suffix(media_root: Path) -> None:
    attachment = store_attachment(upload("x" * 240 + ".pdf", PDF), Attachment)
    assert len(attachment.name) <= 200
    assert attachment.name.endswith(".pdf")


@pytest.mark.parametrize("name", [made_up(), f"vedtak_{grouped(made_up(), '6 5', '_')}", f"søknad {made_up()} kopi"])
def test_a_name_with_a_national_identity_number_is_refused(name: str, media_root: Path) -> None:
    with pytest.raises(DomainError, match="Filnavnet") as refusal:
        store_attachment(upload(f"{name}.pdf", PDF), Attachment)
    assert refusal.value.field == "file"
    assert made_up() not in str(refusal.value)
    assert not list(media_root.rglob("*"))


def test_when_one_of_several_files_is_refused_none_stays_in_the_store(media_root: Path) -> None:
    with pytest.raises(DomainError), stored_attachments([upload("a.pdf", PDF), upload("b.pdf", EXE)], Attachment):
        raise AssertionError("the second file must be refused before anything is written")
    assert not [path for path in media_root.rglob("*") if path.is_file()]
