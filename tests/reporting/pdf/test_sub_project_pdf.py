"""The PDF of a report on sub-projects: what stands in it, that page one is one page, and that everyone can read it."""

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from pypdf import PdfReader

from organisation.pdf import render
from reporting.domain.sections import sections_of
from tests.organisation.pdf import structure
from tests.reporting.sub_project_content import HOSTILE, make_content

TEMPLATE = "reporting/pdf/report.html"


def make_pdf(content: dict[str, Any], out: Path) -> PdfReader:
    render.render_pdf(TEMPLATE, content, out, on_progress=lambda step, percent: None)
    return PdfReader(out)


def words(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def words_of(content: dict[str, Any]) -> str:
    return words(re.sub("<[^>]+>", " ", render.build_html(TEMPLATE, content)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pdf")


@pytest.fixture(scope="module")
def reader(folder: Path) -> PdfReader:
    return make_pdf(make_content(), folder / "report.pdf")


def test_page_one_is_what_the_board_decides_on(reader: PdfReader) -> None:
    page = words(reader.pages[0].extract_text())
    for part in ("Prøvevik kommune", "Halvårsstatus for delprosjektene", "1. halvår 2025", "Forslag til vedtak"):
        assert part in page
    for part in (
        "per 30. juni 2025",
        "4 av 6",
        "minst 1 200",
        "12 345 678",
        "Dette er forsinket",
        "Stoppet i halvåret",
    ):
        assert part in page
    assert "Prøve grunn" in page and "Innhold" not in page


def test_the_sections_stand_in_the_order_of_the_contents(reader: PdfReader) -> None:
    text = words(" ".join(page.extract_text() for page in reader.pages))
    titles = [str(section.title) for section in sections_of(make_content()) if section.in_contents]
    assert titles[0] == "Sammendrag" and titles[-1] == "Vedlegg: loggen for halvåret"
    contents, body = text[: text.index("Prøve sammendrag.")], text[text.index("Prøve sammendrag.") :]
    assert all(title in contents for title in titles)
    places = [body.rindex(title) for title in titles[1:]]
    assert places == sorted(places)


def test_counts_are_shown_as_they_may_be(reader: PdfReader) -> None:
    text = words(" ".join(page.extract_text() for page in reader.pages))
    assert "minst 70" in text and "<5" in text and "vises ikke" in text and "12 per 31. desember 2024" in text
    assert "Slik er små tall skjermet" in text
    assert "ikke telt" in text and "4,2" in text


def test_few_answers_have_no_mean() -> None:
    content = make_content(parts=1)
    content["sub_projects"][0]["review"]["answers"] = {
        "count": 4,
        "asked": 6,
        "questions": [{"text": "Fint?", "mean": None}],
    }
    text = words_of(content)
    assert "4 av 6 partnere svarte" in text and "færre enn fem har svart" in text and "Fint?" not in text


@pytest.mark.parametrize("text", ["Prøve", "Et langt navn på noe som mange skal være med på sammen " * 3])
def test_page_one_is_one_page_whatever_there_is(folder: Path, text: str) -> None:
    content = make_content(parts=18, late=14, stopped=8, entries=0, text=text)
    content["proposed_decision"] = "Formannskapet tar saken til orientering, og ber om en ny sak. " * 30
    reader = make_pdf(content, folder / "much.pdf")
    first, second = (words(reader.pages[at].extract_text()) for at in (0, 1))
    assert "Stoppet i halvåret" in first and "Innhold" not in first
    assert "Innhold" in second
    assert "og 9 til" in first and "og 9 delprosjekter til" in first


def test_everyone_can_read_it(folder: Path, reader: PdfReader, caplog: pytest.LogCaptureFixture) -> None:
    structure.check(folder / "report.pdf")
    with caplog.at_level(logging.WARNING):
        make_pdf(make_content(parts=12, entries=9), folder / "long.pdf")
    structure.check(folder / "long.pdf")
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_nothing_at_all_is_a_report_too(folder: Path) -> None:
    content = make_content(parts=0, late=0, stopped=0)
    content |= {"money": {"halves": [], "awarded": 0, "paid": 0, "left": 0}, "summary": ""}
    make_pdf(content, folder / "empty.pdf")
    structure.check(folder / "empty.pdf")
    text = words_of(content)
    for said in (
        "Kommunen hadde ingen delprosjekter i halvåret.",
        "Ingen resultater er telt ennå.",
        "Ingen loggføringer",
    ):
        assert said in text


def test_what_people_write_stays_text(folder: Path) -> None:
    html = render.build_html(TEMPLATE, make_content(text=HOSTILE))
    assert "<script>" not in html and "{{ x }}" in html
    make_pdf(make_content(text=HOSTILE), folder / "hostile.pdf")


def test_the_same_content_gives_the_same_bytes(folder: Path) -> None:
    for name in ("one.pdf", "other.pdf"):
        make_pdf(make_content(), folder / name)
    assert (folder / "one.pdf").read_bytes() == (folder / "other.pdf").read_bytes()


def test_the_page_has_the_same_numbers_and_leads_each_back_to_what_it_was_made_from() -> None:
    def figures(html: str) -> list[tuple[str, str]]:
        found = re.findall(r'<(?:a|span) class="(?:ds-link )?report-figure" data-key="([^"]+)"[^>]*>([^<]*)<', html)
        return [(key, words(text)) for key, text in found]

    content = make_content()
    with translation.override("nb"):
        page = "".join(
            render_to_string(name, {"content": content, "figures_url": "/rapporter/x/tall/"})
            for name in ("reporting/report/_before_contents.html", "reporting/_report_body.html")
        )
    assert figures(page) == figures(render.build_html(TEMPLATE, content))
    assert ("five:families", "1 200") in figures(page) and ("outcome:children:del0000001", "&lt;5") in figures(page)
    assert 'href="/rapporter/x/tall/outcome%3Achildren%3Adel0000001/"' in page
