"""The tables that are made from yearly reports: one engine for all, which reads the declarations of table_list.py."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

COUNT, PERCENT, KRONER, MEAN = "count", "percent", "kroner", "mean"


@dataclass(frozen=True)
class Column:
    """`key` names it in JSON, CSV and XLSX, in Norwegian as the directorate words it ("antall", "prosent", "ja", "2009").

    `base` is N where the column has one of its own: what percents down the column are of. None: it has none, or it isn't known.
    """

    key: str
    label: str
    figure: str  # COUNT, PERCENT, KRONER or MEAN
    base: int | None = None


@dataclass(frozen=True)
class Row:
    """`values` in the columns' order, rounded as printed; None where there is no figure. `base`: N of percents across the row."""

    label: str
    values: tuple[int | Decimal | None, ...]
    code: str = ""
    base: int | None = None


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

    def as_json(self) -> dict[str, Any]:
        raise NotImplementedError
