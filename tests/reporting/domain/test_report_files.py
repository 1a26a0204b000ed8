"""The numbers of a report as files: what page, PDF, CSV and the file inside the PDF say is the same, to the digit."""

import csv
import io
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from organisation.charts.numbers import NO_BREAK
from organisation.documents import attachments_of as attachments_of_kind
from organisation.documents import kind_called
from organisation.pdf.render import render_pdf
from reporting.domain.passages import text_of
from reporting.domain.report import DOCUMENT_KIND
from reporting.domain.report_files import (
    CSV_NAME,
    HEADER,
    JSON_NAME,
    attachments_of,
    csv_file,
    json_file,
    numbers_by_key,
    numbers_in,
    printed,
    public,
    unnamed_in,
)
from reporting.domain.sections import sections_of
from tests.reporting import sub_project_content, yearly_content
from tests.reporting.frozen_content import empty_content, hostile_content, make_content


def read_csv(file: bytes) -> list[dict[str, str]]:
    assert file.startswith(b"\xef\xbb\xbf"), "Excel takes it for something else without the mark"
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig")), delimiter=";"))


def page_of(content: dict[str, Any]) -> str:
    with translation.override("nb"):
        return text_of(render_to_string("reporting/_report_body.html", {"content": content}))


def without_spaces(text: str) -> str:
    return "".join(text.split()).replace(NO_BREAK, "")


def test_each_number_is_a_row_with_its_place_unit_and_day() -> None:
    rows = read_csv(csv_file(make_content()))
    assert list(rows[0]) == list(HEADER)
    found = [tuple(row.values()) for row in rows]
    assert ("Status i tall", "", "Planlagt", "Antall", "1", "", "2011-08-15") in found
    assert ("Mål for mål", "Prøvetall", "Indikator 1", "2010", "1458", "personer", "2011-08-15") in found
    assert ("Mål for mål", "Prøvetall", "Indikator 2", "2009", "mangler", "personer", "2011-08-15") in found
    assert ("Mål for mål", "Prøvetiltak 1", "deltakere", "Resultat", "38", "personer", "2011-08-15") in found
    assert ("Mål for mål", "Prøvetiltak 1", "kurs", "Måltall", "ikke satt", "", "2011-08-15") in found
    assert (
        "Tall for hele planen",
        "Familier i kommunen",
        "Andel i arbeid",
        "2011",
        "60,5",
        "prosent",
        "2011-08-15",
    ) in found
    assert (
        "Vedlegg: loggen for perioden",
        "Prøvetiltak 1",
        "deltakere",
        "Tall",
        "1838",
        "personer",
        "2011-02-02",
    ) in found


def test_protected_numbers_stand_as_they_are_printed_and_older_ones_with_their_day() -> None:
    rows = [row for row in read_csv(csv_file(make_content())) if row["Avsnitt"] == "Familienes egne svar"]
    assert [(row["Rad"], row["Tall"], row["Dato"]) for row in rows] == [
        ("Ja", "31", "2011-08-01"), ("Litt", "12", "2011-03-01"), ("Nei", "<5", "2011-08-15"),
        ("Vet ikke", "vises ikke", "2011-08-15"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content", [make_content(), empty_content(), hostile_content()], ids=["all", "empty", "hostile"]
)
def test_page_and_csv_agree_to_the_digit(content: dict[str, Any]) -> None:
    page = without_spaces(page_of(content))
    rows = read_csv(csv_file(content))
    missing = [row for row in rows if without_spaces(row["Tall"]) not in page]
    assert not missing
    assert len(rows) == len(numbers_in(content)) == len(json.loads(json_file(content))["numbers"])


SUB_PROJECTS, YEARLY = sub_project_content.make_content(), yearly_content.make_content()


def whole_page_of(content: dict[str, Any]) -> str:
    """With what stands before the list of contents."""
    sections = [section.template for section in sections_of(content)]
    with translation.override("nb"):
        return text_of("".join(render_to_string(name, {"content": content}) for name in sections))


@pytest.mark.parametrize("content", [make_content(), SUB_PROJECTS, YEARLY], ids=["plan", "sub-projects", "yearly"])
def test_every_number_of_each_kind_stands_on_its_page_and_has_a_place_and_a_name(content: dict[str, Any]) -> None:
    assert unnamed_in(content) == set()
    page, rows = without_spaces(whole_page_of(content)), read_csv(csv_file(content))
    assert not [row for row in rows if without_spaces(row["Tall"]) not in page]
    titles = {str(section.title) for section in sections_of(content)}
    assert not [row for row in rows if row["Avsnitt"] not in titles]
    assert not [row for row in rows if not row["Rad"]]


def test_a_figure_of_page_one_has_one_row_and_minst_stays() -> None:
    rows = [row for row in read_csv(csv_file(SUB_PROJECTS)) if row["Avsnitt"] == "Første side"]
    assert [(row["Kolonne"], row["Tall"]) for row in rows if row["Rad"] == "Familier som er nådd"] == [
        ("Antall", "minst 1200")
    ]
    assert [(row["Kolonne"], row["Tall"]) for row in rows if row["Rad"] == "Stoppunkt holdt"] == [("Tall", "–")]


def test_a_result_of_a_sub_project_says_which_goal_it_is_of() -> None:
    rows = [row for row in read_csv(csv_file(SUB_PROJECTS)) if row["Tabell"] == "Prøve delprosjekt 1"]
    found = [(row["Rad"], row["Kolonne"], row["Tall"]) for row in rows if row["Rad"].startswith("Prøve mål")]
    assert found == [
        ("Prøve mål 1", "Måltall", "40"), ("Prøve mål 1", "Resultat", "50"), ("Prøve mål 2", "Måltall", "40"),
        ("Prøve mål 2", "Resultat", "<5"), ("Prøve mål 3", "Måltall", "40"), ("Prøve mål 3", "Resultat", "ikke telt"),
    ]  # fmt: skip


def test_what_is_still_to_come_is_no_number_and_money_has_its_unit() -> None:
    rows = [row for row in read_csv(csv_file(SUB_PROJECTS)) if row["Rad"] == "1. halvår 2026" and not row["Tabell"]]
    assert [(row["Avsnitt"], row["Kolonne"], row["Enhet"]) for row in rows] == [
        ("Penger i hvert halvår", "Bevilget", "kroner")
    ]


def test_the_numbers_of_a_grant_stand_in_the_sections_and_under_the_words_of_the_page() -> None:
    rows = [row for row in read_csv(csv_file(YEARLY)) if "1, Enhet 1" in row["Rad"] + row["Tabell"]]
    found = {(row["Avsnitt"], row["Kolonne"]) for row in rows if not row["Avsnitt"].startswith("Endret")}
    assert found == {
        ("Tilskuddene og pengene", "Søkt om"), ("Tilskuddene og pengene", "Tildelt"), ("Tilskuddene og pengene", "Brukt"),
        ("Tilskuddene og pengene", "Igjen"), ("Hva pengene har gått til", "Kroner"),
        ("Hva pengene har gått til", "Barn og unge"), ("Tilskudd for tilskudd", "Barn og unge"),
    }  # fmt: skip
    assert "Fra året før" in {row["Kolonne"] for row in read_csv(csv_file(YEARLY))}


@pytest.mark.parametrize("content", [SUB_PROJECTS, YEARLY], ids=["sub-projects", "yearly"])
def test_the_keys_are_those_that_the_page_has(content: dict[str, Any]) -> None:
    """So that where a number comes from is found by the way that the page has to it."""
    with translation.override("nb"):
        page = "".join(render_to_string(section.template, {"content": content}) for section in sections_of(content))
    on_page = {unescape(key) for key in re.findall(r'data-key="([^"]+)"', page)}
    # How the goals were judged and what a table of 41 says are no figures of a row each.
    unfound = {key for key in on_page if not key.startswith(("judged:", "answers:", "table:"))} - set(
        numbers_by_key(content)
    )
    assert on_page
    assert not unfound


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PDF as a worker makes it of this content, with the files that the kind registers."""
    content = make_content()
    out: Path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    render_pdf(
        kind_called(DOCUMENT_KIND).template, content, out, on_progress=lambda step, percent: None,
        attachments=attachments_of_kind(DOCUMENT_KIND, content),
    )  # fmt: skip
    return out


def test_pdf_and_the_files_inside_it_agree_to_the_digit(made: Path) -> None:
    content = make_content()
    with pikepdf.open(made) as pdf:
        inside = {name: pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments}
    assert inside == {CSV_NAME: csv_file(content), JSON_NAME: json_file(content)}
    text = without_spaces("".join(page.extract_text() for page in PdfReader(made).pages))
    assert not [row for row in read_csv(inside[CSV_NAME]) if without_spaces(row["Tall"]) not in text]


def test_the_json_is_the_report_without_what_only_the_product_needs() -> None:
    content = make_content(
        counts=[{"key": "target:x", "shown": "under", "value": None, "on": None}],
        count_sums=[["a", "b"]],
        logo="data:x",
    )
    file = json_file(content)
    data = json.loads(file)
    assert data["summary"] == content["summary"]
    assert data["goals"][0]["title"] == content["goals"][0]["title"]
    assert not {"counts", "count_sums", "logo"} & set(data)

    def names(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {name for inner in value.values() for name in names(inner)}
        return {name for inner in value for name in names(inner)} if isinstance(value, list) else set()

    assert not {"id", "measure_id", "key", "counts"} & names(data)
    assert data["numbers"][0] == {
        "section": "Status i tall", "table": "", "row": "Planlagt", "column": "Antall", "printed": "1", "unit": "",
        "day": "2011-08-15",
    }  # fmt: skip


def test_no_label_becomes_a_formula() -> None:
    content = make_content(state_counts=[{"state": "planned", "label": "=1+1", "count": -3}])
    row = next(row for row in read_csv(csv_file(content)) if "1+1" in row["Rad"])
    assert (row["Rad"], row["Tall"]) == ("'=1+1", "-3")


def test_a_first_page_and_tables_of_other_shapes_are_listed() -> None:
    """As the other kinds of reports have them: heads that are objects, a total that is a list, money by half-year."""
    under = {"key": "outcome:families:a", "shown": "under", "value": None, "on": None}
    older = {"key": "outcome:families:total", "shown": "number", "value": 12, "on": "2026-03-01"}
    withheld = {"key": "outcome:events:total", "shown": "withheld", "value": 7, "on": None}
    content = {
        "schema": 2, "kind": "sub_projects", "as_of": "2026-06-30", "summary": "Slik gikk det.",
        "five": [{"key": "left", "label": "Kroner igjen", "value": 1600.5, "of": 2000, "change": "50 mindre"}],
        "results": {
            "columns": [{"kind": "families", "label": "Familier"}, {"kind": "events", "label": "Arrangementer"}],
            "rows": [{"id": "x", "title": "Åpen kafé", "cells": [under, None]}], "total": [older, withheld],
        },
        "money": {"halves": [{"code": "2026-1", "label": "1. halvår 2026", "awarded": 100, "paid": 40, "left": 60}]},
    }  # fmt: skip
    found = [(row.table, row.row, row.column, row.printed, row.day) for row in numbers_in(content)]
    assert found == [
        ("", "Kroner igjen", "Tall", "1600,5", "2026-06-30"),
        ("", "Kroner igjen", "Av", "2000", "2026-06-30"),
        ("", "Åpen kafé", "Familier", "<5", "2026-06-30"),
        ("", "I alt", "Familier", "12", "2026-03-01"),
        ("", "I alt", "Arrangementer", "vises ikke", "2026-06-30"),
        ("", "1. halvår 2026", "Bevilget", "100", "2026-06-30"),
        ("", "1. halvår 2026", "Utbetalt", "40", "2026-06-30"),
        ("", "1. halvår 2026", "Igjen", "60", "2026-06-30"),
    ]
    assert "7" not in str(read_csv(csv_file(content))), "what is withheld leaves by no file"


def test_a_number_is_found_by_its_key_and_it_is_the_result_that_is_meant() -> None:
    content = {
        "kind": "plan_half_year",
        "targets": [{"key": "target:a", "name": "kurs", "target": 5, "result": 3, "entries": 2}],
    }
    figure = numbers_by_key(content)["target:a"]
    assert (figure.row, figure.column, figure.printed) == ("kurs", "Resultat", "3")
    assert numbers_by_key(content).keys() == {"target:a"}


NUMBERS = st.one_of(st.integers(-(10**9), 10**9), st.decimals(-1000, 1000, places=2).map(float))


@given(st.lists(st.tuples(st.text(max_size=20), NUMBERS), max_size=8))
def test_no_number_of_a_table_is_lost_or_changed(rows: list[tuple[str, float]]) -> None:
    table = {
        "title": "T",
        "columns": ["2026"],
        "rows": [{"label": label, "cells": [{"value": value}]} for label, value in rows],
    }
    found = [row.printed for row in numbers_in({"kind": "x", "tables": [table]})]
    assert found == [printed(value) for _label, value in rows]
    assert [float(text.replace("−", "-").replace(",", ".")) for text in found] == [
        float(value) for _label, value in rows
    ]


@pytest.mark.parametrize(
    "content", [make_content(), empty_content(), hostile_content()], ids=["all", "empty", "hostile"]
)
def test_every_number_has_a_name_to_read_it_by(content: dict[str, Any]) -> None:
    assert unnamed_in(content) == set()
    assert unnamed_in({**content, "news": [{"label": "Noe nytt", "surprises": 3}]}) == {"surprises"}


def test_figures_that_stand_as_words_are_listed_as_they_are_printed() -> None:
    """As the tables of the directorate have them."""
    cells = [{"text": "1\u00a0838", "column": "Antall"}, {"text": "33,3", "column": "Prosent"}]
    table = {
        "title": "Tabell 6",
        "columns": ["Antall", "Prosent"],
        "rows": [{"label": "Ferie", "cells": cells}],
        "total": None,
    }
    found = numbers_in({"kind": "yearly_grants", "tables": [{**table, "values": {"rows": [{"values": {"n": 1838}}]}}]})
    assert [(row.table, row.row, row.column, row.printed) for row in found] == [
        ("Tabell 6", "Ferie", "Antall", "1838"), ("Tabell 6", "Ferie", "Prosent", "33,3"),
    ]  # fmt: skip


def test_the_same_content_gives_the_same_bytes() -> None:
    assert attachments_of(make_content()) == attachments_of(json.loads(json.dumps(make_content())))
    assert public(make_content()) == public(json.loads(json.dumps(make_content())))
