"""The rows of a file as the import takes them: each cell read, each error with its row and column. No database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from grants.domain.grant_file_columns import (
    AMOUNTS,
    GRANTED,
    MEASURE,
    REGION,
    ROW,
    TABLE,
    UNIT,
    VALUE,
    YEAR,
    heading_of,
    questions_of,
)
from grants.domain.grant_file_values import option, read_amount, read_answer, read_count, within
from grants.domain.grant_files import SURPLUS, Line
from grants.domain.published_figures import FIRST_YEAR, LAST_YEAR, check_figure, publishable_rows
from grants.domain.table_list import SPECS
from organisation.domain.errors import DomainError

# As long as their columns.
LONGEST_NAME, LONGEST_REGION, LONGEST_TITLE = 150, 100, 200
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
OVER_TIME = [number for number, spec in SPECS.items() if spec.is_over_time]


@dataclass(frozen=True)
class RowError:
    """What is wrong in one row. `column` is the heading, or "" where it is the row as a whole."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        if self.column:
            return _("Rad %(row)s, %(column)s: %(message)s") % vars(self)
        return _("Rad %(row)s: %(message)s") % vars(self)


@dataclass
class Row:
    """One row as it was read. `amount` is None where the file has none; `answers` by question, for the columns there are."""

    number: int
    name: str = ""
    region: str = ""
    amount: Decimal | None = None
    title: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)

    def refuse(self, message: Any, column: str = "") -> None:
        self.errors.append(RowError(self.number, heading_of(column) if column else "", str(message)))

    def take(self, line: Line, column: str, read: Callable[[str], Any], *, needed: bool = False) -> Any:
        """The cell as `read` reads it; None where it is empty or wrong."""
        text = line.cells.get(column, "")
        if not text:
            if needed:
                self.refuse(_("Feltet er tomt."), column)
            return None
        try:
            return read(text)
        except DomainError as error:
            self.refuse(error.message, column)
            return None


@dataclass
class FigureRow(Row):
    """A row of published figures. `option` is a code, or "" in the tables with one row."""

    table: int | None = None
    option: str = ""
    value: Decimal | None = None
    year: int | None = None


def read_rows(lines: tuple[Line, ...], kind: str) -> list[Row]:
    """Rows of amounts or answers."""
    return [_row(line, kind) for line in lines]


def read_figure_rows(lines: tuple[Line, ...], year: int) -> list[FigureRow]:
    """Rows of published figures, of the year that the row says, or else of `year`."""
    rows = [_figure_row(line, year) for line in lines]
    refuse_repeated(rows, lambda row: (row.table, row.year, row.option))
    return rows


def refuse_repeated(rows: list[Any], key: Callable[[Any], Any]) -> None:
    """Two good rows about the same are an error: nobody can know which one is meant."""
    first: dict[Any, int] = {}
    for row in rows:
        if not row.errors and first.setdefault(key(row), row.number) != row.number:
            row.refuse(_("Det samme står i rad %(row)s.") % {"row": first[key(row)]})


def _row(line: Line, kind: str) -> Row:
    row = Row(line.number)
    _refuse_surplus(row, line)
    row.name = row.take(line, UNIT, _name(LONGEST_NAME), needed=True) or ""
    row.region = row.take(line, REGION, _name(LONGEST_REGION)) or ""
    row.amount = row.take(line, GRANTED, read_amount, needed=kind == AMOUNTS)
    if MEASURE in line.cells:
        row.title = row.take(line, MEASURE, _name(LONGEST_TITLE), needed=True) or ""
    for name, question in questions_of(kind).items():
        if name in line.cells:
            value = row.take(line, name, lambda text, question=question: read_answer(question, text))  # type: ignore[misc]
            row.answers[name] = question.empty if value is None else value
    return row


def _figure_row(line: Line, year: int) -> FigureRow:
    row = FigureRow(line.number)
    _refuse_surplus(row, line)
    row.table = row.take(line, TABLE, _table, needed=True)
    row.value = row.take(line, VALUE, lambda text: _figure(text, row.table), needed=True)
    row.year = row.take(line, YEAR, _year) or year
    if row.table is not None:
        options = tuple(publishable_rows(row.table))
        if options[0][0]:
            row.option = row.take(line, ROW, lambda text: option(options, text), needed=True) or ""
        elif line.cells.get(ROW):
            row.refuse(_("Tabell %(table)s har bare én rad. La feltet stå tomt.") % {"table": row.table}, ROW)
    return row


def _refuse_surplus(row: Row, line: Line) -> None:
    if line.cells.get(SURPLUS):
        row.refuse(
            _("Raden har flere felt enn det er overskrifter. Sett anførselstegn rundt tekst og tall med skilletegn i.")
        )


def _name(longest: int) -> Callable[[str], str]:
    return lambda text: within(" ".join(text.split()), longest)


def _table(text: str) -> int:
    number = read_count(text)
    if number not in OVER_TIME:
        tables = ", ".join(str(table) for table in OVER_TIME)
        raise DomainError(_("Publiserte tall kan leses inn for tabell %(tables)s.") % {"tables": tables})
    return number


def _figure(text: str, table: int | None) -> Decimal:
    figure = read_amount(text.removesuffix("%").rstrip())
    if table is not None:
        check_figure(table=table, value=figure)
    return figure


def _year(text: str) -> int:
    year = read_count(text)
    if year not in YEARS:
        raise DomainError(_("Skriv et årstall fra 1990 til 2100."))
    return year
