"""Files in the PDF: the figures of a report as CSV and JSON, in PDF/A-3a only."""

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisation.documents import Attachment, csv_attachment, json_attachment
from organisation.pdf.order import A2, A3, Order
from organisation.pdf.render import render_pdf

LETTER: dict[str, Any] = {"municipality": "Prøvevik kommune", "title": "Rapport", "dated": "2026-02-01"}
HEADER = ["Mål", "Antall"]
ROWS = [["Åpen kafé", 12], ["=1+1", -2.5], ["Ukjent", None]]
CSV = csv_attachment("tall.csv", header=HEADER, rows=ROWS, description="Tallene i rapporten")
JSON = json_attachment("måltall.json", data={"b": "æøå", "a": [1, 2.5]}, description="Tallene for programmer")


def make(out: Path, *attachments: Attachment) -> pikepdf.Pdf:
    render_pdf("pdf/base.html", LETTER, out, on_progress=lambda step, percent: None, attachments=attachments)
    return pikepdf.open(out)


def test_the_files_come_out_as_they_went_in_with_type_and_description(tmp_path: Path) -> None:
    pdf = make(tmp_path / "a.pdf", JSON, CSV)
    assert list(pdf.attachments) == ["måltall.json", "tall.csv"]
    for given_file in (CSV, JSON):
        specification = pdf.attachments[given_file.name]
        file = specification.get_file()
        assert file.read_bytes() == given_file.content
        assert (file.mime_type, specification.description) == (given_file.mime, given_file.description)
        assert bytes(file.obj.Params.CheckSum) == hashlib.md5(given_file.content).digest()
        assert (file.size, str(file.obj.Params.ModDate)) == (len(given_file.content), "D:20260201")


def test_each_file_is_associated_once_as_the_documents_data(tmp_path: Path) -> None:
    pdf = make(tmp_path / "a.pdf", CSV, JSON)
    names = [str(file.UF) for file in pdf.Root.AF]
    assert sorted(names) == ["måltall.json", "tall.csv"]
    assert [str(file.AFRelationship) for file in pdf.Root.AF] == ["/Data", "/Data"]


def test_a_document_without_files_has_no_list_of_them(tmp_path: Path) -> None:
    pdf = make(tmp_path / "a.pdf")
    assert (len(pdf.attachments), "/AF" in pdf.Root) == (0, False)


def test_pdf_a_2_holds_no_files_and_says_which_it_is(tmp_path: Path, settings: Any) -> None:
    with_files = make(tmp_path / "3.pdf", CSV)
    settings.PDF_VARIANT = A2
    without = make(tmp_path / "2.pdf", CSV)
    for pdf, part, files in ((with_files, "3", 1), (without, "2", 0)):
        xmp = pdf.open_metadata()
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == (part, "A", "1")
        assert len(pdf.attachments) == files
    assert b"tall.csv" not in (tmp_path / "2.pdf").read_bytes()
    assert not [
        item for item in without.objects if isinstance(item, pikepdf.Stream) and item.get("/Type") == "/EmbeddedFile"
    ]


@pytest.mark.parametrize("variant", [A3, A2])
def test_the_same_content_gives_the_same_bytes(tmp_path: Path, settings: Any, variant: str) -> None:
    settings.PDF_VARIANT = variant
    for name in ("one.pdf", "two.pdf"):
        make(tmp_path / name, CSV, JSON)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_a_table_is_written_as_norwegian_excel_reads_it() -> None:
    assert CSV.content.startswith(b"\xef\xbb\xbfM\xc3\xa5l;Antall\r\n")
    read = list(csv.reader(io.StringIO(CSV.content.decode("utf-8-sig")), delimiter=";"))
    assert read == [HEADER, ["Åpen kafé", "12"], ["'=1+1", "-2,5"], ["Ukjent", ""]]


def test_data_are_written_with_their_keys_in_order() -> None:
    assert json.loads(JSON.content) == {"a": [1, 2.5], "b": "æøå"}
    assert json_attachment("x.json", data={"a": [1, 2.5], "b": "æøå"}, description="x").content == JSON.content
    with pytest.raises(ValueError, match="JSON compliant"):
        json_attachment("x.json", data=[float("nan")], description="x")


@pytest.mark.parametrize("name", ["", "../tall.csv", "a/b.csv", ".csv", "tall\n.csv", "x" * 101], ids=repr)
def test_a_name_that_is_no_plain_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="plain name"):
        Attachment(name, b"", "text/csv", "Tall")


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="same name"):
        Order("", A3, [CSV, CSV])


def test_an_unknown_variant_is_refused() -> None:
    with pytest.raises(ValueError, match="pdf/a-3a"):
        Order("", "pdf/a-1b")


@given(html=st.text(), files=st.lists(st.tuples(st.binary(), st.text(min_size=1)), max_size=4))
def test_an_order_is_read_as_it_was_written(html: str, files: list[tuple[bytes, str]]) -> None:
    html = html.encode("utf-8", "ignore").decode()
    attachments = [Attachment(f"{at}.bin", content, "a/b", text) for at, (content, text) in enumerate(files)]
    stream = io.BytesIO()
    Order(html, A3, attachments).write(stream)
    stream.seek(0)
    assert Order.read(stream) == Order(html, A3, attachments)
    assert stream.read() == b""
