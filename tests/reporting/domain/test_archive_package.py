"""The package for the archive: what is in it, that its metadata are valid, and that the same version gives the same bytes."""

import datetime
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.base import ContentFile
from lxml import etree

from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, Document
from reporting.domain.archive_package import NAMESPACE, PDF_NAME, take_out
from reporting.domain.free_texts import HELD
from reporting.domain.report_files import csv_file, json_file
from reporting.models import ReportExport, ReportVersion
from tests.factories import ReportVersionFactory, UserFactory
from tests.reporting.frozen_content import make_content

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
PDF = b"%PDF-1.7\n<x:xmpmeta><pdfaid:part>3</pdfaid:part></x:xmpmeta>\n" + b"x" * 200_000 + b"%%EOF\n"
SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "archive-package.xsd"


def a_version(state: str = "published", **fields: Any) -> ReportVersion:
    figures = {**make_content(), "schema": 2}
    row: ReportVersion = ReportVersionFactory(
        state=state, figures=figures, report__case_number="11/26497", report__title="Statusrapport <1. halvår> & mer",
        made_by__name="Kari Koordinator", **fields,
    )  # fmt: skip
    document = row.document
    assert document is not None
    document.file.save("ferdig.pdf", ContentFile(PDF), save=False)
    Document.objects.filter(pk=document.pk).update(
        file=document.file.name, file_sha256=hashlib.sha256(PDF).hexdigest(), file_size=len(PDF)
    )
    return ReportVersion.objects.get(pk=row.pk)


def said_of_a_correction(reason: str, written: str = "Noe var feil.") -> str:
    """The metadata of a correction whose reason was written so, and stands so in the report."""
    corrections = {"number": 2, "before": 1, "published_on": "2026-03-01", "reason": reason, "changes": [], "more": 0}
    row = a_version(number=2, correction_reason=written, content={**make_content(), "corrections": corrections})
    return unpacked(row)["metadata.xml"].decode()


def taken(row: ReportVersion) -> tuple[bytes, ReportExport]:
    out = io.BytesIO()
    export = take_out(published=row, out=out, by=UserFactory(), at=AT)
    return out.getvalue(), export


def unpacked(row: ReportVersion) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(taken(row)[0])) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def test_it_holds_the_pdf_as_it_was_published_the_figures_and_the_metadata() -> None:
    row = a_version()
    files = unpacked(row)
    assert list(files) == [PDF_NAME, "tall.csv", "rapport.json", "metadata.json", "metadata.xml"]
    assert files[PDF_NAME] == PDF
    assert files["tall.csv"] == csv_file(row.content)
    assert files["rapport.json"] == json_file(row.content)


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_the_metadata_are_valid_and_describe_every_file(state: str) -> None:
    files = unpacked(a_version(state))
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    parsed = etree.fromstring(files["metadata.xml"])
    assert schema.validate(parsed), schema.error_log
    names = {"n": NAMESPACE}
    for described in parsed.iterfind(".//n:dokumentobjekt", names):
        name = described.findtext("n:referanseDokumentfil", namespaces=names)
        assert described.findtext("n:sjekksum", namespaces=names) == hashlib.sha256(files[name]).hexdigest()
        assert int(described.findtext("n:filstoerrelse", namespaces=names)) == len(files[name])
    listed = [row.text for row in parsed.iterfind(".//n:referanseDokumentfil", names)]
    assert listed == [PDF_NAME, "tall.csv", "rapport.json"]
    kinds = [row.text for row in parsed.iterfind(".//n:tilknyttetRegistreringSom", names)]
    assert kinds == ["Hoveddokument", "Vedlegg", "Vedlegg"]
    assert [row.text for row in parsed.iterfind(".//n:format", names)] == ["PDF/A-3a", "CSV", "JSON"]
    assert parsed.findtext("n:mappe/n:mappeID", namespaces=names) == "11/26497"
    assert parsed.findtext("n:registrering/n:tittel", namespaces=names) == "Statusrapport <1. halvår> & mer"
    assert parsed.findtext(".//n:dokumenttype", namespaces=names) == "Statusrapport"


def test_a_schema_that_says_something() -> None:
    """One that took anything would make the test above worth nothing."""
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    good = unpacked(a_version())["metadata.xml"].decode()
    assert schema.validate(etree.fromstring(good.encode()))
    for old, new in (
        ("<sjekksumAlgoritme>SHA-256", "<sjekksumAlgoritme>MD5"),
        ("<journalstatus>Journalført", "<journalstatus>Kanskje"),
        ("<filstoerrelse>", "<filstoerrelse>-"),
        ("<journaldato>", "<journaldato>i går "),
    ):
        assert not schema.validate(etree.fromstring(good.replace(old, new, 1).encode())), old


def test_json_and_xml_say_the_same() -> None:
    files = unpacked(a_version("withdrawn"))

    def flat(value: Any, name: str = "") -> list[tuple[str, str]]:
        if isinstance(value, dict):
            return [pair for key, inner in value.items() for pair in flat(inner, key)]
        if isinstance(value, list):
            return [pair for inner in value for pair in flat(inner, name)]
        return [(name, str(value))]

    parsed = ElementTree.fromstring(files["metadata.xml"])
    leaves = [(row.tag.partition("}")[2], row.text or "") for row in parsed.iter() if not len(row)]
    assert leaves == flat(json.loads(files["metadata.json"]))


def test_the_same_version_gives_the_same_bytes_until_it_is_withdrawn() -> None:
    row = a_version()
    (first, export), (second, _again) = taken(row), taken(row)
    assert first == second
    assert export.sha256 == hashlib.sha256(first).hexdigest()
    ReportVersion.objects.filter(pk=row.pk).update(
        state="withdrawn", withdrawn_at=AT, withdrawn_by=row.made_by, withdrawn_reason="Tallene var feil."
    )
    said = unpacked(row)["metadata.xml"].decode()
    assert "<journalstatus>Utgår</journalstatus>" in said
    assert "Rapporten er trukket tilbake: Tallene var feil." in said


def test_a_correction_says_what_it_corrects() -> None:
    said = said_of_a_correction("Et tall var feil.")
    assert "Versjon 2 retter en tidligere versjon: Et tall var feil." in said
    assert "<versjonsnummer>2</versjonsnummer>" in said


def test_a_reason_is_told_in_the_words_of_the_report_and_not_while_it_is_held_back() -> None:
    assert "versjon: Et tall var feil.<" in said_of_a_correction("Et tall var feil.", written="Kari Nordmann var med.")
    said = said_of_a_correction(HELD, written="Kari Nordmann var med.")
    assert "Versjon 2 retter en tidligere versjon.<" in said
    assert "Nordmann" not in said and HELD not in said


def test_names_stand_in_the_metadata_and_in_nothing_else() -> None:
    row = a_version()
    files = unpacked(row)
    assert "Kari Koordinator" in files["metadata.xml"].decode()
    for name in ("tall.csv", "rapport.json"):
        assert "Kari Koordinator" not in files[name].decode()


def test_taking_it_out_stands_in_the_log_of_changes() -> None:
    row = a_version()
    _bytes, export = taken(row)
    entry = AuditEntry.objects.get(table_name="reporting_reportexport", row_id=export.pk)
    assert (entry.action, entry.operation, entry.after["report_version_id"]) == ("report.export", "INSERT", row.pk)


@pytest.mark.parametrize("state", ["draft", "in_review", "approved"])
def test_what_has_not_gone_out_is_not_archived(state: str) -> None:
    row = ReportVersionFactory(state=state)
    with pytest.raises(DomainError):
        take_out(published=row, out=io.BytesIO(), by=UserFactory(), at=AT)
    assert not ReportExport.objects.exists()


def test_a_pdf_that_is_another_one_is_not_handed_out() -> None:
    row = a_version()
    Document.objects.filter(pk=row.document_id).update(file_sha256="0" * 64)
    with pytest.raises(DomainError, match="ikke den som ble publisert"):
        taken(row)
    assert not ReportExport.objects.exists()


def test_a_pdf_that_is_lost_leaves_nothing_behind() -> None:
    row = a_version()
    assert row.document is not None
    row.document.file.storage.delete(row.document.file.name)
    with pytest.raises(FileNotFoundError):
        taken(row)
    assert not ReportExport.objects.exists()
