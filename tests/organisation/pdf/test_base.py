"""The frame that documents share: a letter made of nothing but the frame and a text."""

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from organisation.pdf.render import build_html, render_pdf

LETTER: dict[str, Any] = {
    "municipality": "Prøvevik kommune",
    "kind": "Tildelingsbrev",
    "title": "Tildelingsbrev nr. 2",
    "subject": "Åpen kafé <b>på</b> Møllenberg",
    "case_number": "26/1234",
    "dated": "2026-02-01",
    "facts": [["Tilskudd", "450 000 kr"], ["Periode", "2026–2028"]],
    "signatures": [["Prøve Person", "Plankoordinator"], ["Prøve Partner", "Prøvelaget"]],
}


def made(content: dict[str, Any], out: Path) -> PdfReader:
    render_pdf("pdf/base.html", content, out, on_progress=lambda step, percent: None)
    return PdfReader(out)


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    return made(LETTER, tmp_path_factory.mktemp("pdf") / "letter.pdf")


def test_it_says_who_writes_what_about_what(letter: PdfReader) -> None:
    text = re.sub(r"\s+", " ", letter.pages[0].extract_text())
    parts = ["Prøvevik kommune", "Tildelingsbrev nr. 2", "Åpen kafé <b>på</b> Møllenberg", "Tilskudd 450 000 kr"]
    parts += ["Sted, dato og underskrift", "Plankoordinator", "Prøvelaget"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_it_is_tagged_norwegian_archivable_and_dated(letter: PdfReader) -> None:
    root: Any = letter.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("nb", True)
    xmp = root["/Metadata"].get_data()
    assert b'pdfaid:part="3"' in xmp and b'pdfaid:conformance="A"' in xmp and b'pdfuaid:part="1"' in xmp
    assert letter.metadata is not None
    assert letter.metadata.title == "Tildelingsbrev nr. 2: Åpen kafé <b>på</b> Møllenberg"
    assert (letter.metadata.author, letter.metadata.get("/CreationDate")) == ("Prøvevik kommune", "D:20260201")


def test_the_pages_after_the_first_repeat_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = build_html("pdf/base.html", LETTER).replace("</main>", "<p>Lang tekst.</p>" * 80 + "</main>")
    monkeypatch.setattr("organisation.pdf.render.build_html", lambda template, content: long)
    first, second = (page.extract_text() for page in made({}, tmp_path / "long.pdf").pages[:2])
    assert "Arkivsak 26/1234" in second and "Tildelingsbrev nr. 2" in second
    assert "Arkivsak 26/1234" not in first


def test_what_is_missing_is_left_out_without_a_complaint(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="organisation.pdf.render"):
        text = made({"title": "Protokoll"}, tmp_path / "bare.pdf").pages[0].extract_text()
    assert "".join(text.split()) == "ProtokollSide1av1"
    assert caplog.records == []
