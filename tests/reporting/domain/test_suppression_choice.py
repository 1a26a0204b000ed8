"""How few numbers are lost: held against the least there can be, which is worked out apart from the engine."""

import random
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from reporting.domain import suppression, suppression_exact
from reporting.domain.suppression import LEAST, Count, Protected, Shown, Sum, Table2D, protect
from tests.reporting.domain.attack import narrow, narrow_beside_marks
from tests.reporting.domain.tables_of_counts import table_of, tables

MANY = 500


def evenly(table: Table2D) -> list[Count]:
    """Every number is missed as much as any other."""
    return [Count(count.key, count.value) for count in table.counts]


def hidden_in(page: Mapping[str, Protected]) -> int:
    return sum(row.shown != Shown.NUMBER for row in page.values())


def least_hidden(counts: list[Count], sums: list[Sum], page: Mapping[str, Protected]) -> int:
    """One program with everything in it: what is hidden, and for each that is, four states of the whole table in which it is
    far up and far down, in the eyes of those who go by the marks and of those who don't."""
    size = len(counts)
    value = np.array([count.value for count in counts], dtype=float)
    small = value < LEAST
    marked = np.array([page[count.key].shown == Shown.UNDER for count in counts])
    states = [(i, by_marks, end) for i in range(size) for by_marks in (0, 1) for end in (0, 1)]
    total = size * (1 + len(states))
    rows, low, high = [], [], []

    def state(number: int) -> slice:
        return slice(size * (1 + number), size * (2 + number))

    place = {count.key: i for i, count in enumerate(counts)}
    for number, (i, by_marks, end) in enumerate(states):
        for one in sums:
            line = np.zeros(size)
            line[place[one.whole]] -= 1
            for part in one.parts:
                line[place[part]] += 1
            full = np.zeros(total)
            full[state(number)] = line
            rows.append(full)
            low.append(0)
            high.append(0)
        most = np.where(marked & bool(by_marks), 4 - value, MANY)
        for j in range(size):
            for bound, sign in ((most[j], 1), (value[j], -1)):
                full = np.zeros(total)
                full[state(number).start + j], full[j] = sign, -bound
                rows.append(full)
                low.append(-np.inf)
                high.append(sign * 0.0)
        if end:
            full = np.zeros(total)
            full[state(number).start + i], full[state(number - 1).start + i] = 1, -1
            full[i] = -4 if by_marks else -5
            rows.append(full)
            low.append(0)
            high.append(np.inf)
    bounds = Bounds(
        np.concatenate([small.astype(float), np.full(total - size, -np.inf)]),
        np.concatenate([np.ones(size), np.full(total - size, np.inf)]),
    )
    price = np.concatenate([np.ones(size), np.zeros(total - size)])
    kinds = np.concatenate([np.ones(size), np.zeros(total - size)])
    solved = milp(price, integrality=kinds, bounds=bounds, constraints=LinearConstraint(np.array(rows), low, high))
    assert solved.status == 0, solved.message
    return round(solved.fun)


@settings(max_examples=30, deadline=None)
@given(tables(most_rows=3, most_columns=3, cells=st.one_of(st.integers(0, 9), st.integers(0, 30))))
def test_no_more_than_half_as_many_again_as_the_least_are_hidden(table: Table2D) -> None:
    counts = evenly(table)
    page = protect(counts=counts, sums=table.sums)
    least = least_hidden(counts, table.sums, page)
    assert least <= hidden_in(page) <= 1.5 * least


def test_linked_tables_lose_no_more_than_half_as_many_again_either() -> None:
    """The same total by sex and by age."""
    counts = [Count("all", 41), *(Count(key, n) for key, n in (("m", 3), ("w", 38), ("0", 12), ("18", 9), ("67", 20)))]
    sums = [Sum("all", ("m", "w")), Sum("all", ("0", "18", "67"))]
    page = protect(counts=counts, sums=sums)
    least = least_hidden(counts, sums, page)
    assert least <= hidden_in(page) <= 1.5 * least


def test_what_is_missed_most_is_kept() -> None:
    values = [[3, 12, 20, 14], [15, 11, 18, 16], [9, 30, 17, 13], [21, 8, 10, 19]]
    table = table_of(values)
    page = protect(counts=table.counts, sums=table.sums)
    totals = [key for key in page if key.endswith(":") or "::" in key]
    assert len(totals) == 9
    assert all(page[key].shown == Shown.NUMBER for key in totals)


@pytest.mark.parametrize("most_choices", [0, 5])
@settings(max_examples=20, deadline=None)
@given(table=tables())
def test_where_the_least_is_too_much_to_ask_for_it_is_safe_all_the_same(most_choices: int, table: Table2D) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            suppression, "choose", lambda problem: suppression_exact.choose(problem, most_choices=most_choices)
        )
        page = protect(counts=table.counts, sums=table.sums)
    assert narrow(table.sums, page) == {}
    assert narrow_beside_marks(table.sums, page) == {}


def test_without_looking_for_the_least_not_much_more_is_lost() -> None:
    with_it = without = 0
    for seed in range(12):
        dice = random.Random(seed)
        table = table_of([[dice.randint(0, 30) for _column in range(4)] for _row in range(5)])
        with_it += hidden_in(protect(counts=table.counts, sums=table.sums))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(suppression, "choose", lambda problem: suppression_exact.choose(problem, most_choices=0))
            without += hidden_in(protect(counts=table.counts, sums=table.sums))
    assert with_it <= without <= 1.5 * with_it
