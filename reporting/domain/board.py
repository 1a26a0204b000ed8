"""What a dashboard shows: a few figures that lead to what they count, and charts with a table behind. No database and no clock.

Each dashboard builds one `Board`; the page, the print-out, the CSV and the XLSX are made of it, so they can't say different
things. What counts families comes here as text that was released, never as a number. What the log counts of persons stands as
it is from five up, and as "<5" below; docs/disclosure.md says why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from organisation.charts.frame import Chart

MOST_FIGURES = 7
Row = Sequence[Any]


@dataclass(frozen=True)
class Figure:
    """One number. `value` is written as people read it; `exact` is what a spreadsheet gets (None: `value`, as text).

    `url` leads to the list behind it. `change` says what has become of it since the period that it is compared with, in
    words; `is_late` marks what somebody should act on.
    """

    label: str
    value: str
    url: str
    exact: Any = None
    change: str = ""
    note: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Table:
    """Rows behind a chart, or on their own. `links` has an address or None for the first cell of each row."""

    head: Sequence[str]
    rows: Sequence[Row]
    links: Sequence[str | None] = ()

    def linked(self) -> Iterator[tuple[list[tuple[str, Any]], str | None]]:
        """Each row's cells with what stands above them, and its address."""
        links = list(self.links) or [None] * len(self.rows)
        for row, link in zip(self.rows, links, strict=True):
            yield list(zip(self.head, row, strict=True)), link


@dataclass(frozen=True)
class Section:
    """A part of the page, with its own anchor. Of `charts` each has its table behind it; `table` stands in the open.

    `empty` is said where there is nothing to show: what belongs here and how it gets here. `template` is included for what is
    neither chart nor table, and gets the section as `section`, with what it needs in `context`.
    """

    key: str
    title: str
    lead: str = ""
    charts: Sequence[Chart] = ()
    table: Table | None = None
    note: str = ""
    empty: str = ""
    url: str = ""
    url_label: str = ""
    template: str = ""
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def has_content(self) -> bool:
        return bool(self.charts or self.template or (self.table and self.table.rows))


@dataclass(frozen=True)
class Board:
    """A dashboard: at most seven figures (docs of the five patterns), then sections."""

    title: str
    figures: Sequence[Figure]
    sections: Sequence[Section]
    lead: str = ""

    def __post_init__(self) -> None:
        if len(self.figures) > MOST_FIGURES:
            raise ValueError(f"{len(self.figures)} figures on {self.title}; {MOST_FIGURES} at most")
        keys = [section.key for section in self.sections]
        if len(set(keys)) < len(keys):
            raise ValueError(f"Two sections of {self.title} have one key")


def rows_of(board: Board) -> Iterator[Row]:
    """Everything on a board as rows for a spreadsheet: section, then what its tables and charts have, cell by cell."""
    for figure in board.figures:
        yield ("", figure.label, figure.value if figure.exact is None else figure.exact, figure.change)
    for section in board.sections:
        tables = [(chart["title"], chart["table"]["head"], chart["table"]["rows"]) for chart in section.charts]
        if section.table:
            tables.append(("", section.table.head, section.table.rows))
        for title, head, rows in tables:
            yield ()
            yield (section.title, title)
            yield ("", *head)
            yield from (("", *row) for row in rows)
