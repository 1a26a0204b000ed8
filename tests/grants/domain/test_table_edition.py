"""A collection of tables: frozen, and printed."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from pypdf import PdfReader

from grants.domain.table_edition import DOCUMENT_KIND, make_edition
from grants.models import TableEdition
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, JobState
from organisation.pdf import render
from tests.factories import TODAY_AT, GrantFactory, GrantSchemeFactory, UserFactory
from tests.grants.domain.table_examples import published_before, some_reports

pytestmark = pytest.mark.django_db


def make(**changes: Any) -> TableEdition:
    scheme, by = some_reports()
    published_before(scheme, by)
    return make_edition(**{"scheme": scheme, "year": 2009, "by": by, "at": TODAY_AT} | changes)


def test_the_41_tables_are_frozen_and_their_document_is_queued() -> None:
    edition = make()
    document = edition.document
    assert (document.kind, document.municipality, document.job.state) == (DOCUMENT_KIND, None, JobState.QUEUED)
    content = json.loads(json.dumps(document.content))
    assert content["title"] == "Tabellsamling 2009" and content["subject"] == edition.scheme.name
    assert [table["number"] for table in content["tables"]] == list(range(1, 42))
    before = content["tables"][28]["answered"]
    some_reports(edition.scheme, units=3)
    document.refresh_from_db()
    assert document.content["tables"][28]["answered"] == before


def test_a_collection_of_the_demo_keeps_saying_so() -> None:
    with override_settings(DEMO=True):
        edition = make()
    note = "Demo: beløpene for 2009 er ekte, svarene er oppdiktet."
    assert all(table["notes"][0] == note for table in edition.document.content["tables"])


def test_it_is_said_who_made_it() -> None:
    edition = make()
    entries = AuditEntry.objects.filter(action="table_edition.make")
    assert {row.actor_id for row in entries} == {edition.made_by_id}


def test_without_answers_or_amounts_there_is_nothing_to_print() -> None:
    scheme = GrantSchemeFactory()
    with pytest.raises(DomainError, match="2009"):
        make_edition(scheme=scheme, year=2009, by=UserFactory(), at=TODAY_AT)
    assert not TableEdition.objects.exists()
    GrantFactory(scheme=scheme)
    assert make_edition(scheme=scheme, year=2009, by=UserFactory(), at=TODAY_AT).pk


def test_a_button_pressed_twice_makes_one() -> None:
    first = make()
    same = {"scheme": first.scheme, "year": 2009, "by": first.made_by}
    assert make_edition(**same, at=TODAY_AT + datetime.timedelta(seconds=2)) == first
    assert make_edition(**same | {"by": UserFactory()}, at=TODAY_AT) != first
    assert make_edition(**same, at=TODAY_AT + datetime.timedelta(minutes=2)) != first
    assert TableEdition.objects.count() == 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


def elements(reader: PdfReader) -> list[Any]:
    """Every element of the document's structure."""
    found, waiting = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        found.append(element)
        kids = element.get("/K", [])
        kids = kids if isinstance(kids, list) else [kids]
        waiting += [kid for kid in kids if hasattr(kid.get_object(), "get") and "/S" in kid.get_object()]
    return found


def test_the_pdf_has_every_table_tagged_with_its_n(folder: Path) -> None:
    """The renderer fails on any error of its own."""
    content = make().document.content
    out = folder / "tables.pdf"
    render.render_pdf("grants/pdf/tables.html", content, out, on_progress=lambda step, percent: None)
    reader = PdfReader(out)
    text = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)
    for table in content["tables"]:
        assert f"{table['name']}: {table['title']}" in text
        assert table["answered"] in text
    assert (
        text.count("Primært rettet mot barn/familier med innvandrerbakgrunn") >= 1 + 4
    )  # table 11, and above 16 to 19
    kinds = [element.get("/S") for element in elements(reader)]
    drawings = sum(1 for table in content["tables"] if table["chart"])
    assert (kinds.count("/Table"), kinds.count("/Caption")) == (41, 41 + drawings)
    assert kinds.count("/TH") > 41 * 3
    figures = [element for element in elements(reader) if element.get("/S") == "/Figure"]
    panels = sum(len(table["chart"]["panels"]) for table in content["tables"] if table["chart"])
    assert len(figures) >= panels > 10 and all(figure.get("/Alt") for figure in figures)
    assert f"Side 1 av {len(reader.pages)}" in text
    assert len(reader.outline) >= 41
