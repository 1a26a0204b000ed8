"""Lists as files: the same cells in both kinds, no formulas, and rows that are read as they are asked for."""

import datetime
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from organisation.models import Notice
from organisation.spreadsheets import (
    asked_file,
    batched,
    csv_file,
    csv_on_disk,
    csv_stream,
    streamed,
    xlsx_on_disk,
)
from organisation.workbook import FORBIDDEN
from tests.factories import NoticeFactory, UserFactory

DAY = datetime.date(2026, 2, 3)
ROW = ["Åpen kafé", 12, Decimal("1600.50"), DAY, None, "=1+1", True]


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def cells(response: HttpResponseBase) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(body(response))).active
    return [[cell.value for cell in row] for row in sheet]


def test_a_csv_is_as_norwegian_excel_reads_it() -> None:
    response = csv_stream("liste", list("abcdefg"), [ROW])
    assert response["Content-Disposition"] == 'attachment; filename="liste.csv"'
    assert body(response).decode() == "\ufeffa;b;c;d;e;f;g\r\nÅpen kafé;12;1600,50;2026-02-03;;'=1+1;True\r\n"


def test_a_spreadsheet_has_numbers_and_days_and_no_formula() -> None:
    response = xlsx_on_disk("liste", list("abcdefg"), [ROW])
    sheet = load_workbook(io.BytesIO(body(response))).active
    head, row = list(sheet)
    assert [cell.value for cell in head] == list("abcdefg") and head[0].font.bold
    assert [cell.value for cell in row] == ["Åpen kafé", 12, 1600.5, datetime.datetime(2026, 2, 3), None, "=1+1", True]
    assert row[5].data_type == "s" and row[3].is_date


def test_a_moment_is_in_norwegian_time() -> None:
    moment = datetime.datetime(2026, 7, 1, 22, 30, tzinfo=datetime.UTC)
    assert cells(xlsx_on_disk("x", ["a"], [[moment]]))[1] == [datetime.datetime(2026, 7, 2, 0, 30)]


@given(text=st.text(max_size=30))
def test_every_text_comes_back(text: str) -> None:
    """But for what XML can't hold; a line break of Windows is one of everybody's."""
    found = [value for row in cells(xlsx_on_disk("x", ["a"], [[text]]))[1:] for value in row]
    expected = FORBIDDEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    assert found == ([expected] if expected else [])


def test_a_sheet_may_have_more_columns_than_letters() -> None:
    (_head, row) = cells(xlsx_on_disk("x", ["a"] * 30, [list(range(30))]))
    assert row == list(range(30))


def test_rows_are_read_as_the_file_is_sent() -> None:
    read: list[int] = []

    def rows() -> Iterator[list[int]]:
        for n in range(5_000):
            read.append(n)
            yield [n]

    pieces = iter(csv_stream("x", ["a"], rows()).streaming_content)  # type: ignore[attr-defined]
    next(pieces)
    assert len(read) == 1_000
    assert len(b"".join(pieces).splitlines()) == 4_000 and len(read) == 5_000


def test_what_belongs_to_a_transaction_is_read_at_once() -> None:
    rows = iter([["a"], ["=b"]])
    response = csv_on_disk("x", ["n"], rows)
    assert next(rows, None) is None
    assert body(response).decode("utf-8-sig").splitlines() == ["n", "a", "'=b"]


def test_few_rows_are_the_same_file_in_memory() -> None:
    assert csv_file("x", ["a"], [["=1"]]).content == body(csv_stream("x", ["a"], [["=1"]]))


@pytest.mark.django_db
def test_the_address_says_which_file(django_assert_num_queries: Any) -> None:
    user = UserFactory()
    for n in range(3):
        NoticeFactory(user=user, text=f"Sak {n}.")
    rows = Notice.objects.filter(user=user)
    for asked in ("", "pdf", "\0"):
        request = RequestFactory().get("/", {"format": asked})
        assert asked_file(request, "x", ["a"], rows, lambda row: [row.text]) is None
    request = RequestFactory().get("/", {"format": "csv"})
    with django_assert_num_queries(1):
        response = asked_file(request, "x", ["a"], rows, lambda row: [row.text])
        assert body(response).decode("utf-8-sig").splitlines() == ["a", "Sak 2.", "Sak 1.", "Sak 0."]


@pytest.mark.django_db
def test_rows_come_by_a_cursor_in_parts() -> None:
    user = UserFactory()
    for _ in range(3):
        NoticeFactory(user=user)
    assert [len(part) for part in batched(streamed(Notice.objects.filter(user=user)), 2)] == [2, 1]
