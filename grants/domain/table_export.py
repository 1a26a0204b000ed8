"""A table as rows of cells, and as CSV and text made of them: the same for pages, files and the shell. In bokmål."""

import csv
import io
from decimal import Decimal

from grants.domain.table import Column, Row, Table, Value
from grants.domain.table_disclosure import WITHHELD
from grants.domain.table_shown import demo_note
from organisation.spreadsheets import harmless

Cell = str | Value


def table_as_rows(table: Table) -> list[list[Cell]]:
    """Header, rows, total, and N where the columns have one of their own. Numbers as numbers, None where there is none.

    Names are written by people: one that looks like a formula gets an apostrophe in front, so that no spreadsheet runs it.
    """
    rows = [*table.rows, table.total] if table.total else table.rows
    made: list[list[Cell]] = [
        [f"Tabell {table.number}. {table.title}", *(harmless(_heading(column)) for column in table.columns)],
        *([harmless(row.label), *_values(row)] for row in rows),
    ]
    if any(column.base is not None for column in table.columns):
        made.append(["N", *(column.base for column in table.columns)])
    return made


def as_csv(table: Table) -> str:
    """With semicolons and decimal commas, as Norwegian spreadsheets read it. Without a byte order mark."""
    file = io.StringIO()
    rows = table_as_rows(table)
    if note := demo_note():
        rows.append([note])
    csv.writer(file, delimiter=";", lineterminator="\r\n").writerows([_norwegian(cell) for cell in row] for row in rows)
    return file.getvalue()


def as_text(table: Table) -> str:
    """Aligned for a terminal, with N and what is missing under it."""
    title = table_as_rows(table)[0][0]
    lines = [["", *(harmless(column.label) for column in table.columns)]]
    lines += [[_norwegian(cell, thousands=" ", nothing="–") for cell in row] for row in table_as_rows(table)[1:]]
    widths = [max(len(line[n]) for line in lines) for n in range(len(lines[0]))]
    under = [f"N = {'ukjent' if table.n is None else table.n}. Ubesvart: {table.missing}."]
    if table.published_years:
        under.append(f"Tidligere publiserte tall: {', '.join(map(str, table.published_years))}.")
    under += filter(None, [table.note, demo_note()])
    questions = dict.fromkeys(column.question for column in table.columns if column.question)
    over = [f"{title}, {table.year}", *(f"I kolonnene: {question}" for question in questions)]
    return "\n".join([*over, "", *(_aligned(line, widths) for line in lines), "", *under, ""])


def _values(row: Row) -> list[Cell]:
    return [WITHHELD if place in row.withheld else value for place, value in enumerate(row.values)]


def _heading(column: Column) -> str:
    """A file has one row of headings, so that each option says what it answers."""
    return f"{column.question}: {column.label}" if column.question else column.label


def _aligned(line: list[str], widths: list[int]) -> str:
    label, *cells = line
    return "  ".join(
        [label.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))]
    )


def _norwegian(cell: Cell, thousands: str = "", nothing: str = "") -> str:
    if cell is None:
        return nothing
    if isinstance(cell, int | Decimal):
        return f"{cell:,}".replace(",", thousands).replace(".", ",")
    return cell
