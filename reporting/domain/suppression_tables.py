"""Tables of rows and columns with totals, as counts and sums."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reporting.domain.suppression_terms import Count, Sum

# In the place of a row or a column: the total of all.
TOTAL = ""
# A total is missed more than what it is made of.
TOTAL_WEIGHT, GRAND_TOTAL_WEIGHT = 2, 3
# Names the key of a row and a column; either may be TOTAL.
Naming = Callable[[str, str], str]


def table_sums(
    rows: Sequence[str],
    columns: Sequence[str],
    name: Naming,
    *,
    row_totals: bool = True,
    column_totals: bool = True,
) -> list[Sum]:
    """What adds up in a table. The total of all is there when rows and columns both have totals."""
    sums = []
    if row_totals:
        sums += [Sum(name(row, TOTAL), tuple(name(row, column) for column in columns)) for row in rows]
    if column_totals:
        sums += [Sum(name(TOTAL, column), tuple(name(row, column) for row in rows)) for column in columns]
    if row_totals and column_totals:
        sums.append(Sum(name(TOTAL, TOTAL), tuple(name(TOTAL, column) for column in columns)))
        sums.append(Sum(name(TOTAL, TOTAL), tuple(name(row, TOTAL) for row in rows)))
    return sums


@dataclass(frozen=True)
class Table2D:
    """A table of counts by row and column. What is missing in `values` is nought."""

    rows: Sequence[str]
    columns: Sequence[str]
    values: Mapping[tuple[str, str], int]
    name: Naming
    row_totals: bool = True
    column_totals: bool = True

    @property
    def sums(self) -> list[Sum]:
        return table_sums(
            self.rows, self.columns, self.name, row_totals=self.row_totals, column_totals=self.column_totals
        )

    @property
    def counts(self) -> list[Count]:
        """Cells, and the totals that the table prints."""
        rows = [*self.rows, *([TOTAL] if self.column_totals else [])]
        columns = [*self.columns, *([TOTAL] if self.row_totals else [])]
        return [
            Count(self.name(row, column), self.value(row, column), _weight(row, column))
            for row in rows
            for column in columns
        ]

    def value(self, row: str, column: str) -> int:
        rows = self.rows if row == TOTAL else [row]
        columns = self.columns if column == TOTAL else [column]
        return sum(self.values.get((one, other), 0) for one in rows for other in columns)


def _weight(row: str, column: str) -> int:
    if row == TOTAL and column == TOTAL:
        return GRAND_TOTAL_WEIGHT
    return TOTAL_WEIGHT if TOTAL in (row, column) else 1
