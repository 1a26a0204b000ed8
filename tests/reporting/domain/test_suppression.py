"""The attack on tables of counts: nothing below 5 is shown, and nothing below 5 can be worked out."""

import pytest
from hypothesis import HealthCheck, given, settings

from reporting.domain.suppression import LEAST, Count, Shown, Sum, Table2D, leaks, protect
from tests.reporting.domain.attack import narrow, narrow_beside_marks
from tests.reporting.domain.tables_of_counts import naive, table_of, tables, values_of


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_the_attack_on_500_tables_finds_nothing(table: Table2D) -> None:
    page = protect(counts=table.counts, sums=table.sums)
    assert narrow(table.sums, page) == {}
    assert narrow_beside_marks(table.sums, page) == {}
    for key, value in values_of(table.counts).items():
        row = page[key]
        if row.shown == Shown.NUMBER:
            assert row.value == value >= LEAST
        else:
            assert row.value is None
            assert row.shown == Shown.TOO_FEW or (row.shown == Shown.UNDER) == (value < LEAST)


@pytest.mark.parametrize(
    "values",
    [
        [[3, 12, 20], [15, 11, 18], [9, 30, 7]],
        [[2, 9]],
        [[0, 8], [7, 9]],
    ],
)
def test_hiding_the_small_ones_only_is_seen_through(values: list[list[int]]) -> None:
    """The attack has teeth, the test's own as well as the one that is asked before publishing."""
    table = table_of(values)
    page = naive(table.counts)
    small = {key for key, value in values_of(table.counts).items() if value < LEAST}
    assert small & narrow(table.sums, page).keys()
    assert small & narrow_beside_marks(table.sums, page).keys()
    assert small & {leak.key for leak in leaks(protected=page, sums=table.sums)}
    assert not leaks(protected=protect(counts=table.counts, sums=table.sums), sums=table.sums)


def test_a_rest_that_is_printed_nowhere_is_protected() -> None:
    for rest in range(LEAST):
        counts = [Count("in", 20 + rest), Count("housed", 20), Count("not housed", rest, shown=False)]
        sums = [Sum("in", ("housed", "not housed"))]
        page = protect(counts=counts, sums=sums)
        assert "not housed" not in page
        assert [row.shown for row in page.values()].count(Shown.NUMBER) == 1, "either, but not both"
        assert narrow(sums, page) == {}


def test_a_rest_of_five_may_be_worked_out() -> None:
    counts = [Count("in", 25), Count("housed", 20), Count("not housed", 5, shown=False)]
    page = protect(counts=counts, sums=[Sum("in", ("housed", "not housed"))])
    assert [row.shown for row in page.values()] == [Shown.NUMBER, Shown.NUMBER]
