"""The PDF of a yearly report on grants: what stands in it, that page one is one page, and that everyone can read it."""

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from organisation.charts import lines
from organisation.pdf import render
from reporting.domain.sections import sections_of
from tests.organisation.pdf import structure
from tests.reporting.yearly_content import HOSTILE, make_content

TEMPLATE = "reporting/pdf/report.html"


def make_pdf(content: dict[str, Any], out: Path) -> PdfReader:
    render.render_pdf(TEMPLATE, content, out, on_progress=lambda step, percent: None)
    return PdfReader(out)


def words(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def html_words(content: dict[str, Any]) -> str:
    return words(re.sub("<[^>]+>", " ", render.build_html(TEMPLATE, content)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pdf")


@pytest.fixture(scope="module")
def reader(folder: Path) -> PdfReader:
    return make_pdf(make_content(), folder / "report.pdf")


def test_page_one_is_what_the_board_decides_on(reader: PdfReader) -> None:
    page = words(reader.pages[0].extract_text())
    for part in ("Prøvevik kommune", "Årsrapport om tilskudd 2009", "10/123", "Forslag til vedtak", "Prøve vedtak."):
        assert part in page
    for part in (
        "per 10. mai 2010",
        "12 345 678",
        "1 234",
        "12 flere enn i 2008",
        "Dette er forsinket",
        "Prøve avslag.",
    ):
        assert part in page
    assert "Innhold" not in page


def test_page_one_is_one_page_however_much_there_is(folder: Path) -> None:
    content = make_content(grants=14)
    content["late"] = [{**row, "title": "Lang ordning " * 12} for row in content["late"] * 6]
    content["turned_down"] = [{**row, "reason": "Lang grunn " * 60} for row in content["turned_down"] * 6]
    content["proposed_decision"] = "Vedtak " * 200
    reader = make_pdf(content, folder / "long.pdf")
    assert "Avslått eller sendt tilbake" in words(reader.pages[0].extract_text())
    assert words(reader.pages[1].extract_text()).startswith("Innhold Hele forslaget til vedtak")


def test_the_sections_stand_in_the_order_of_the_contents(reader: PdfReader) -> None:
    text = words(" ".join(page.extract_text() for page in reader.pages))
    titles = [str(section.title) for section in sections_of(make_content()) if section.in_contents]
    assert titles[0] == "Sammendrag" and titles[-1] == "Slik er små tall skjermet"
    contents, body = text[: text.index("Prøve sammendrag.")], text[text.index("Prøve sammendrag.") :]
    assert all(title in contents for title in titles)
    places = [body.rindex(title) for title in titles[1:]]
    assert places == sorted(places)


def test_counts_are_shown_as_they_may_be(reader: PdfReader) -> None:
    text = words(" ".join(page.extract_text() for page in reader.pages))
    assert "<5" in text and "vises ikke" in text and "12 per 31. desember 2009" in text


def test_each_grant_says_what_became_of_the_money_and_of_the_report(reader: PdfReader) -> None:
    text = words(" ".join(page.extract_text() for page in reader.pages))
    for part in (
        "587 001 kroner (oppgitt fra regnskapet). 13 000 kroner igjen", "Delt prosjekt", "Plantiltak 1", "Prøveplanen",
        "over 100.000 kroner", "Prøve beskrivelse 3.2.", "Alle målsettinger", "Prøve tilbakemelding.",
        "rapporteres til tilskuddsgiveren", "ikke holdt",
    ):  # fmt: skip
        assert part in text, part


def test_a_table_of_many_years_lies_across(folder: Path) -> None:
    reader = make_pdf(make_content(years=12), folder / "wide.pdf")
    turned = [page for page in reader.pages if page.mediabox.width > page.mediabox.height]
    assert len(turned) == 1 and "Tabell 4" in turned[0].extract_text()
    standing = make_pdf(make_content(years=4), folder / "narrow.pdf")
    assert not [page for page in standing.pages if page.mediabox.width > page.mediabox.height]


def test_a_chart_in_thousands_says_so_above_its_table_in_kroner() -> None:
    content = make_content()
    caption = "Tusen kroner, år for år"
    content["tables"][0]["chart"] = lines(
        id="tegning",
        title="Beløp",
        caption=caption,
        points=["2008", "2009"],
        series=[{"label": "Beløp", "values": [11, 12]}],
    )
    assert f">{caption}</figcaption>" in render.build_html(TEMPLATE, content)


def test_nothing_but_the_grants_is_a_report_too() -> None:
    content = make_content(grants=0)
    content |= {
        "grants": [], "late": [], "turned_down": [], "tables": [], "ordinary": [], "children": None, "changes": None,
        "counts": [], "summary": "",
    }  # fmt: skip
    text = html_words(content)
    for part in ("Ingen rapporter er forsinket.", "Kommunen har ikke søkt om eller fått tilskudd dette året.", "–"):
        assert part in text
    assert "Slik er små tall skjermet" not in text


def test_what_people_wrote_is_text() -> None:
    content = make_content()
    content["grants"][0]["feedback"] = content["turned_down"][0]["reason"] = HOSTILE
    content["grants"][0]["measures"][0]["title"] = content["grants"][0]["scheme"] = HOSTILE
    assert "<script" not in render.build_html(TEMPLATE, content)


def test_everyone_can_read_it(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = folder / "structure.pdf"
    with caplog.at_level(logging.ERROR):
        make_pdf(make_content(grants=9, measures=6, years=12), path)
    assert not caplog.records
    structure.check(path)


def test_the_same_content_is_the_same_file(folder: Path) -> None:
    make_pdf(make_content(), folder / "once.pdf")
    make_pdf(make_content(), folder / "twice.pdf")
    assert (folder / "once.pdf").read_bytes() == (folder / "twice.pdf").read_bytes()
