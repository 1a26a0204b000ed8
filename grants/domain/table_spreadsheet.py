"""Tables as XLSX: the rows of the CSV with numbers as numbers, one sheet for each table."""

from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from grants.domain.table_export import Cell, table_as_rows
from grants.domain.table_shown import shown
from grants.domain.tables import Table

WHOLE = "#,##0"  # the spreadsheet writes the separators of whoever opens the file
FIRST_COLUMN, OTHER_COLUMNS = 48, 18  # widths, in characters
BOLD = Font(bold=True)
WRAPPED = Alignment(wrap_text=True, vertical="top")  # a heading may be a question


def as_xlsx(tables: Iterable[Table], *, is_own: bool = False) -> bytes:
    """A file with the tables in their order, each with its N and its notes below. `is_own`: of the reader's own reports."""
    book = Workbook(write_only=True)
    for table in tables:
        _write(book.create_sheet(f"Tabell {table.number}"), table, shown(table, is_own=is_own))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Any, table: Table, said: dict[str, Any]) -> None:
    head, *body = table_as_rows(table)
    sheet.column_dimensions["A"].width = FIRST_COLUMN
    for index in range(2, len(head) + 1):
        sheet.column_dimensions[get_column_letter(index)].width = OTHER_COLUMNS
    sheet.freeze_panes = "B2"
    sheet.append([_heading(sheet, value) for value in head])
    for row in body:
        sheet.append([_cell(sheet, value) for value in row])
    sheet.append([])
    for text in (said["caption"], said["answered"], *said["notes"]):
        if text:
            sheet.append([_cell(sheet, text)])


def _heading(sheet: Any, value: Cell) -> WriteOnlyCell:
    cell = _cell(sheet, value)
    cell.font, cell.alignment = BOLD, WRAPPED
    return cell


def _cell(sheet: Any, value: Cell) -> WriteOnlyCell:
    """A name may hold characters that the format can't; they are left out."""
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value)
    if isinstance(value, int | Decimal):
        cell.number_format = _format_of(Decimal(value))
    return cell


def _format_of(value: Decimal) -> str:
    """With the decimals it was rounded to, also where they are noughts."""
    exponent = value.as_tuple().exponent
    return f"0.{'0' * -exponent}" if isinstance(exponent, int) and exponent < 0 else WHOLE
