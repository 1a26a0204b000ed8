"""A table as it is printed: columns, rows and a total, with N."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

Value = int | Decimal | None


@dataclass(frozen=True)
class Column:
    """`key` names it in JSON, CSV and XLSX, in Norwegian as the directorate words it ("antall", "prosent", "ja", "2009").

    `base` is N where the column has one of its own: what percents down the column are of. None: it has none, or it isn't known.
    `question` is what the label answers, where it is an option.
    """

    key: str
    label: str
    figure: str  # COUNT, PERCENT, KRONER or MEAN
    base: int | None = None
    question: str = ""


@dataclass(frozen=True)
class Row:
    """`values` in the columns' order, rounded as printed; None where there is no figure. `base`: N of percents across the row.

    `withheld` are the places of figures that are about too few persons to be told (table_disclosure.py); their value is None.
    """

    label: str
    values: tuple[Value, ...]
    code: str = ""
    base: int | None = None
    withheld: frozenset[int] = frozenset()

    def without(self, places: Iterable[int]) -> "Row":
        """The row, with nothing told at these places."""
        hidden = self.withheld.union(places)
        return replace(
            self, values=tuple(None if n in hidden else v for n, v in enumerate(self.values)), withheld=hidden
        )


@dataclass(frozen=True)
class Table:
    """A table as it is printed. `n` is the number of answers it rests on, `missing` those that left the question open."""

    number: int
    title: str
    year: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    n: int | None
    missing: int = 0
    total: Row | None = None
    is_over_time: bool = False
    is_by_region: bool = False
    note: str = ""
    published_years: tuple[int, ...] = field(default=())  # columns that are figures published earlier

    @property
    def has_withheld(self) -> bool:
        return any(row.withheld for row in (*self.rows, *([self.total] if self.total else [])))

    @property
    def is_empty(self) -> bool:
        """Nobody has answered, and nothing was published."""
        return not self.n and not any(value for row in self.rows for value in row.values)

    def as_json(self) -> dict[str, Any]:
        """By the columns' keys. `bases` is there where the columns have an N of their own."""
        made: dict[str, Any] = {
            "number": self.number,
            "title": self.title,
            "n": self.n,
            "missing": self.missing,
            "rows": [{"label": row.label, "values": self._values(row)} for row in self.rows],
            "total": self._values(self.total) if self.total else {},
        }
        if any(column.base is not None for column in self.columns):
            made["bases"] = {column.key: column.base for column in self.columns}
        return made

    def _values(self, row: Row) -> dict[str, int | float | None]:
        return {column.key: _plain(value) for column, value in zip(self.columns, row.values, strict=True)}


def _plain(value: Value) -> int | float | None:
    """Only a mean with a decimal is no whole number."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
