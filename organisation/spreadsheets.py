"""Lists as files for a spreadsheet: CSV as Norwegian Excel reads it, and XLSX. No cell becomes a formula.

Both are made row by row and take the same memory whatever there is. A CSV is sent while it is made; a spreadsheet is a
packed file, which is made on disk first. Give rows that are read as they are asked for (`streamed`): of what is sent
after the view has returned, SeparationMiddleware sees to what is shown.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from organisation.workbook import write_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Rows = Iterable[Sequence[Any]]
Row = TypeVar("Row")
AT_A_TIME = 1_000  # rows read from the database, and put into one piece of what is sent
IN_MEMORY = 1 << 20  # bytes of a file that need no disk


def csv_file(name: str, header: Sequence[Any], rows: Rows) -> HttpResponse:
    """A few rows, in memory: what a dashboard shows."""
    return _attachment(HttpResponse(csv_bytes(header, rows), content_type=CSV), f"{name}.csv")


def csv_stream(name: str, header: Sequence[Any], rows: Rows) -> StreamingHttpResponse:
    """Any number of rows, sent as it is made: `rows` are read after the view has returned."""
    return _attachment(StreamingHttpResponse(_csv_pieces(header, rows), content_type=CSV), f"{name}.csv")


def csv_on_disk(name: str, header: Sequence[Any], rows: Rows) -> FileResponse:
    """For rows that can't be read later, as a family's: inside the transaction they belong to, to a file on disk."""
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the response closes it
    for piece in _csv_pieces(header, rows):
        file.write(piece)
    file.seek(0)
    return _attachment(FileResponse(file, content_type=CSV), f"{name}.csv")


def csv_bytes(header: Sequence[Any], rows: Rows) -> bytes:
    """The file itself, where it is stored or put into another."""
    return b"".join(_csv_pieces(header, rows))


def xlsx_on_disk(name: str, header: Sequence[Any], rows: Rows) -> FileResponse:
    """Any number of rows. Numbers and days as such, everything else as text whatever it begins with."""
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the response closes it
    write_workbook(file, header, rows)
    file.seek(0)
    return _attachment(FileResponse(file, content_type=XLSX), f"{name}.xlsx")


Response = TypeVar("Response", bound=HttpResponseBase)
FILES: dict[str, Callable[[str, Sequence[Any], Rows], HttpResponseBase]] = {"csv": csv_stream, "xlsx": xlsx_on_disk}


def asked_file(
    request: HttpRequest,
    name: str,
    header: Sequence[Any],
    rows: QuerySet[Any] | Iterable[Any],
    cells: Callable[[Any], Sequence[Any]],
) -> HttpResponseBase | None:
    """The whole list as the file that the address asks for ("format"); None when it asks for the page."""
    write = FILES.get(request.GET.get("format", ""))
    if write is None:
        return None
    found = streamed(rows) if isinstance(rows, QuerySet) else rows
    return write(name, [str(text) for text in header], (cells(row) for row in found))


def streamed(rows: QuerySet[Any]) -> Iterator[Any]:
    """The rows by a cursor in the database, a thousand at a time; what is prefetched is read for each thousand."""
    return iter(rows.iterator(chunk_size=AT_A_TIME))


def batched(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """The rows in parts, for what is looked up for many at once."""
    found = iter(rows)
    while part := list(islice(found, size)):
        yield part


def harmless(text: str) -> str:
    """What looks like a formula is a text to the spreadsheet too."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _csv_pieces(header: Sequence[Any], rows: Rows) -> Iterator[bytes]:
    """Excel takes it for something else without the mark, and Norwegian Excel wants semicolons."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    text.write("\ufeff")
    writer.writerow([_as_text(cell) for cell in header])
    for number, row in enumerate(rows, 1):
        writer.writerow([_as_text(cell) for cell in row])
        if number % AT_A_TIME == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _attachment(response: Response, name: str) -> Response:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, int | float | Decimal):
        return str(cell).replace(".", ",")
    return harmless(str(cell))
