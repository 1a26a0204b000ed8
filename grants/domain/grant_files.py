"""Reading a file of amounts or answers: CSV or XLSX in, rows of text out, with the numbers they have in the file.

Reading is total: any bytes give a Sheet or a DomainError that says what to do. What the cells mean is no matter here, but
for national identity numbers, which are not taken in at all.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import Any

from django.utils.translation import gettext_lazy as _

from grants.domain.grant_file_columns import column_of
from grants.domain.grant_file_workbook import Record, read_workbook
from organisation.domain.errors import DomainError
from organisation.identity_numbers import contains_identity_number

# A round of the whole country is some 60 kB of amounts, or 2 MB of answers.
MAX_BYTES = 5 * 1024**2
MAX_ROWS = 20_000
MAX_COLUMNS = 60  # all questions together are 27
DELIMITERS = (";", ",", "\t")
TEXT_NAMES = (".csv", ".tsv", ".txt")
# What stands beside the last column: a comma in a number that isn't quoted makes a cell too many.
SURPLUS = ""
NUMBER = "#"
NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
SEPARATOR_LINE = re.compile(
    r"\s*sep=([;,\t|])\s*\Z"
)  # what Excel writes above a CSV that is to be opened in any country
TOO_LARGE = _("Filen er for stor. Den kan ha høyst 5 MB, 20 000 rader og 60 kolonner. Del den i flere filer.")
NOT_READABLE = _("Filen kan ikke leses. Lagre den på nytt som CSV eller XLSX, og prøv igjen.")


@dataclass(frozen=True)
class Line:
    """One row with content: its number in the file, as a spreadsheet counts, and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """What was read. `columns` are our names for them (grant_file_columns.py), in the file's order."""

    columns: tuple[str, ...]
    rows: tuple[Line, ...]

    def as_rows(self) -> list[dict[str, str]]:
        """For keeping it as JSON; `from_rows` is the way back."""
        return [{NUMBER: str(line.number), **line.cells} for line in self.rows]

    @classmethod
    def from_rows(cls, columns: Iterable[str], rows: Iterable[dict[str, str]]) -> "Sheet":
        lines = (
            Line(int(row[NUMBER]), {column: text for column, text in row.items() if column != NUMBER}) for row in rows
        )
        return cls(tuple(columns), tuple(lines))


def read_file(name: str, content: bytes) -> Sheet:
    """The first sheet of an XLSX file, or a CSV file in any of the usual encodings. Raises DomainError at the field "file"."""
    if not content:
        raise DomainError(_("Filen er tom."), "file")
    if len(content) > MAX_BYTES:
        raise DomainError(TOO_LARGE, "file")
    suffix = PurePath(name).suffix.lower()
    if suffix == ".xlsx":
        return _sheet(read_workbook(content, max_columns=MAX_COLUMNS, max_rows=MAX_ROWS))
    if suffix not in TEXT_NAMES:
        raise DomainError(_("Filen må være CSV eller XLSX. Lagre regnearket i et av disse formatene."), "file")
    return _sheet(_read_text(_decoded(content)))


def _decoded(content: bytes) -> str:
    """UTF-16 says so with its first bytes. What isn't UTF-8 is Windows-1252, which Norwegian spreadsheets write."""
    encodings = ["utf-8-sig", "cp1252"]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not NOT_TEXT.search(text):
            return text
    raise DomainError(NOT_READABLE, "file")


def _read_text(text: str) -> Iterator[Record]:
    first, _end, rest = text.partition("\n")
    skipped, delimiter = 0, None
    if match := SEPARATOR_LINE.match(first):
        skipped, delimiter, text = 1, match[1], rest
    try:
        yield from enumerate(_records(text, delimiter or _delimiter(text)), 1 + skipped)
    except csv.Error as error:
        message = _("Filen kan ikke leses. Se etter anførselstegn som ikke er lukket, og lagre den på nytt.")
        raise DomainError(message, "file") from error


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _delimiter(text: str) -> str:
    """The one that makes most known headings of the first row; among equals, most cells."""

    def score(delimiter: str) -> tuple[int, int]:
        try:
            first: list[str] = next((row for row in _records(text, delimiter) if any(map(str.strip, row))), [])
        except csv.Error:
            return (-1, 0)
        return (sum(column_of(cell) is not None for cell in first), len(first))

    return max(DELIMITERS, key=score)


def _sheet(records: Iterable[Record]) -> Sheet:
    filled = ((number, [_tidy(cell) for cell in cells]) for number, cells in records)
    filled = ((number, cells) for number, cells in filled if any(cells))
    header = next(filled, None)
    if header is None:
        raise DomainError(_("Filen er tom."), "file")
    columns = _columns(header[1])
    lines = tuple(Line(number, _cells(columns, cells)) for number, cells in islice(filled, MAX_ROWS + 1))
    if len(lines) > MAX_ROWS:
        raise DomainError(TOO_LARGE, "file")
    if not lines:
        raise DomainError(_("Filen har ingen rader under overskriftene."), "file")
    _refuse_identity_numbers(lines)
    return Sheet(tuple(column for column in columns if column), lines)


def _tidy(cell: str) -> str:
    if NOT_TEXT.search(cell):
        raise DomainError(NOT_READABLE, "file")
    return unicodedata.normalize("NFC", "\n".join(cell.splitlines()).strip())


def _columns(headings: list[str]) -> list[str | None]:
    """The columns by place; None where there is no heading."""
    if len(headings) > MAX_COLUMNS:
        raise DomainError(TOO_LARGE, "file")
    columns = [column_of(heading) for heading in headings]
    if not any(columns):
        raise DomainError(_("Den første raden må være overskrifter. Se malene for hva kolonnene heter."), "file")
    unknown = [heading for heading, column in zip(headings, columns, strict=True) if heading and column is None]
    if unknown:
        raise DomainError(
            _named(_("Disse kolonnene er ukjente: %(columns)s. Rett navnene eller ta dem ut."), unknown), "file"
        )
    twice = [heading for n, heading in enumerate(headings) if heading and columns[n] in columns[:n]]
    if twice:
        raise DomainError(_named(_("Disse kolonnene står flere ganger: %(columns)s."), twice), "file")
    return columns


def _named(message: Any, headings: list[str]) -> Any:
    shown = [f"«{heading[:60]}»" for heading in headings[:10]] + ["…"] * (len(headings) > 10)
    return message % {"columns": ", ".join(shown)}


def _cells(columns: list[str | None], cells: list[str]) -> dict[str, str]:
    found = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    surplus = [cell for n, cell in enumerate(cells) if cell and (n >= len(columns) or columns[n] is None)]
    return found | ({SURPLUS: " ".join(surplus)} if surplus else {})


def _refuse_identity_numbers(lines: Iterable[Line]) -> None:
    rows = [
        str(line.number)
        for line in lines
        # Eleven digits at least; most cells have fewer, and need no closer look.
        if any(sum(map(str.isdecimal, cell)) > 10 and contains_identity_number(cell) for cell in line.cells.values())
    ]
    if rows:
        message = _(
            "Det ser ut til å stå et fødselsnummer eller D-nummer i rad %(rows)s. Ta det bort før du leser inn."
        )
        raise DomainError(message % {"rows": ", ".join(rows[:10])}, "file")
