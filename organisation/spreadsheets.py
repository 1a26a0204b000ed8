"""Lists as files for a spreadsheet: CSV as Norwegian Excel reads it, and XLSX. No cell becomes a formula."""

import csv
import datetime
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Rows = Iterable[Sequence[Any]]


def csv_file(name: str, header: Sequence[Any], rows: Rows) -> HttpResponse:
    response = _attachment(f"{name}.csv", "text/csv; charset=utf-8")
    response.write(csv_bytes(header, rows))
    return response


def csv_bytes(header: Sequence[Any], rows: Rows) -> bytes:
    """The file itself. Excel takes it for something else without the mark, and Norwegian Excel wants semicolons."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([_as_text(cell) for cell in row] for row in (header, *rows))
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def xlsx_file(name: str, header: Sequence[Any], rows: Rows) -> HttpResponse:
    """Numbers and days as such, everything else as text whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (header, *rows):
        sheet.append([_cell(sheet, cell) for cell in row])
    content = io.BytesIO()
    book.save(content)
    response = _attachment(f"{name}.xlsx", XLSX)
    response.write(content.getvalue())
    return response


def harmless(text: str) -> str:
    """What looks like a formula is a text to the spreadsheet too."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _attachment(name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int | float | Decimal):
        return str(cell).replace(".", ",")
    return harmless(str(cell))


def _cell(sheet: Any, value: Any) -> Any:
    if value is None or isinstance(value, int | Decimal | datetime.date):
        return WriteOnlyCell(sheet, value=value)
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", str(value)))
    cell.data_type = "s"
    return cell
