"""Reading the first sheet of an XLSX file as rows of text, without being led to read more than it could reasonably hold."""

import datetime
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook

from grants.domain.grant_file_values import LONGEST_TEXT
from organisation.domain.errors import DomainError

Record = tuple[int, list[str]]
# 20 000 rows of all questions unpack to some 25 MB of XML.
MAX_UNPACKED = 40 * 1024**2
MAX_PARTS = 500
# Spreadsheets may have formats, and no content, far below the last row.
ROWS_LOOKED_AT = 100_000
NOT_A_WORKBOOK = _("Filen kan ikke leses som XLSX. Åpne den i et regneark uten passord, og lagre den på nytt.")
TOO_LARGE = _(
    "Regnearket er for stort. Det kan ha høyst 20 000 rader, 60 kolonner og 20 000 tegn i en celle. Del det i flere filer."
)


def read_workbook(content: bytes, *, max_columns: int, max_rows: int) -> list[Record]:
    """The rows with content of the first sheet, each with its number. Formulas give the value they were saved with."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which are nothing to us
            _check_size(content)
            return list(_rows(content, max_columns, max_rows))
    except DomainError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged file leads it to
        raise DomainError(NOT_A_WORKBOOK, "file") from error


def _check_size(content: bytes) -> None:
    """A zip file says how large its parts are, and more than that is never unpacked. Office files declare no types."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        found = parts.infolist()
        if len(found) > MAX_PARTS or sum(part.file_size for part in found) > MAX_UNPACKED:
            raise DomainError(TOO_LARGE, "file")
        # Without zeros, for what is written in UTF-16 is read as well.
        if any(b"<!DOCTYPE" in parts.read(part).replace(b"\0", b"") for part in found):
            raise DomainError(NOT_A_WORKBOOK, "file")


def _rows(content: bytes, max_columns: int, max_rows: int) -> Iterator[Record]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size is not to be relied on
        filled = characters = 0
        for number, cells in enumerate(sheet.iter_rows(max_col=max_columns + 1), 1):
            characters += _characters(cells)
            if characters > MAX_UNPACKED:
                raise DomainError(TOO_LARGE, "file")
            texts = [_text(cell) for cell in cells]
            if any(texts):
                filled += 1
                if filled > max_rows + 1 or (len(texts) > max_columns and texts[max_columns]):
                    raise DomainError(TOO_LARGE, "file")
                yield number, _trimmed(texts)
            if number > ROWS_LOOKED_AT:
                raise DomainError(TOO_LARGE, "file")
    finally:
        book.close()


def _characters(cells: Iterable[Any]) -> int:
    """How much text is in a row, before any of it is looked at: thousands of cells may share one text of the file."""
    lengths = [len(cell.value) for cell in cells if isinstance(cell.value, str)]
    if max(lengths, default=0) > LONGEST_TEXT:
        raise DomainError(TOO_LARGE, "file")
    return sum(lengths)


def _trimmed(texts: list[str]) -> list[str]:
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _text(cell: Any) -> str:
    """A cell as it would stand in a CSV file."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nei"
    if isinstance(value, int | float):
        return _number(value, "%" in (cell.number_format or ""))
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip()


def _number(value: float, is_percent: bool) -> str:
    """With the fifteen digits that spreadsheets show. Three decimals become four, for "1.600" in a text is 1600."""
    exact = Decimal(format(value, ".15g")) * (100 if is_percent else 1)
    if not exact.is_finite():
        return str(exact)
    text = format(exact, "f")
    whole, _point, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    if not decimals:
        return whole
    return f"{whole}.{decimals}{'0' if len(decimals) == 3 else ''}" + (" %" if is_percent else "")
