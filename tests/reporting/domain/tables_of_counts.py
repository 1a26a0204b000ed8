"""Made-up tables to attack: cells, totals, and what is printed when only the small ones are hidden."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from reporting.domain.suppression import LEAST, Count, Protected, Shown, Table2D


def name_in(table: str) -> Any:
    return lambda row, column: f"{table}:{row}:{column}"


def table_of(values: Sequence[Sequence[int]], name: str = "t") -> Table2D:
    rows, columns = [f"r{i}" for i in range(len(values))], [f"k{j}" for j in range(len(values[0]))]
    cells = {(rows[i], columns[j]): value for i, row in enumerate(values) for j, value in enumerate(row)}
    return Table2D(rows, columns, cells, name_in(name))


# Mostly small numbers, as in a municipality; now and then noughts only, or many.
CELLS = st.one_of(st.integers(0, 6), st.integers(0, 15), st.integers(0, 60), st.just(0), st.integers(90, 4000))


@st.composite
def tables(draw: Any, most_rows: int = 4, most_columns: int = 4, cells: Any = CELLS) -> Table2D:
    rows, columns = draw(st.integers(1, most_rows)), draw(st.integers(1, most_columns))
    return table_of([[draw(cells) for _column in range(columns)] for _row in range(rows)])


def naive(counts: Sequence[Count]) -> dict[str, Protected]:
    """Hide the small ones and nothing else."""
    return {
        count.key: Protected(count.key, Shown.UNDER)
        if count.value < LEAST
        else Protected(count.key, Shown.NUMBER, count.value)
        for count in counts
    }


def values_of(counts: Sequence[Count]) -> Mapping[str, int]:
    return {count.key: count.value for count in counts}
