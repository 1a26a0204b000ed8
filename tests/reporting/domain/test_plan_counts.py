"""Counts of persons in a plan's report: what is printed of them, beside each other and beside what was published before."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.domain.indicators import Cell, Row, Table
from measures.domain.results import Result
from measures.models import Indicator, IndicatorTable, Target
from reporting.domain.plan_counts import Keys, PlanCounts
from reporting.domain.suppression import Earlier, Shown, Sum, as_earlier, leaks

BEFORE = datetime.date(2025, 2, 1)


def target(name: str = "t", counting: str = "sum", counts_people: bool = True) -> Target:
    return Target(public_id=name, name=name, counting=counting, counts_people=counts_people)


def result(value: Any, **fields: Any) -> Result:
    return Result(target(**fields), None if value is None else Decimal(value), 1)


def table(*rows: list[Any], people: tuple[bool, ...] = (), total: bool = True) -> Table:
    """One column for each value; `people` says of each row whether it counts persons."""
    columns = [str(2020 + at) for at in range(len(rows[0]))]
    laid = [
        Row(f"r{n}", "", True, [Cell(None if v is None else Decimal(str(v))) for v in values],
            Indicator(series=f"s{n}", counts_people=people[n] if people else True))
        for n, values in enumerate(rows)
    ]  # fmt: skip
    sums = [
        Cell(None if any(v is None for v in column) else sum((Decimal(str(v)) for v in column), Decimal(0)))
        for column in zip(*rows, strict=True)
    ]
    return Table(
        IndicatorTable(total_label="I alt" if total else ""), columns, laid, sums if total else None, {}, False
    )


def shown(counts: PlanCounts, key: str) -> Any:
    printed = counts.printed(key, Decimal(99))
    return (
        printed["value"]
        if isinstance(printed, dict) and printed["shown"] == "number"
        else (printed["shown"] if isinstance(printed, dict) else printed)
    )


def test_a_result_below_five_is_not_printed_and_nought_neither() -> None:
    counts = PlanCounts.of([result(4, name="a"), result(0, name="b"), result(5, name="c")], [], [])
    assert [shown(counts, f"target:{name}") for name in "abc"] == ["under", "under", 5]


def test_what_counts_no_people_is_printed_as_it_is() -> None:
    counts = PlanCounts.of([result(3, counts_people=False)], [], [])
    assert counts.printed("target:t", Decimal(3)) == 3
    assert counts.as_content == {"counts": [], "count_sums": []}


def test_a_small_cell_takes_another_with_it_where_the_total_would_tell() -> None:
    one = table([3], [40], [50])
    counts = PlanCounts.of([], [one], [])
    cells = [shown(counts, Keys.cell(f"s{n}", "2020")) for n in range(3)]
    whole = shown(counts, Keys.total(one, "2020"))
    assert cells[0] == "under"
    assert whole != 93 or cells[1:] != [40, 50]


def test_a_number_stands_until_it_has_changed_by_five() -> None:
    told = [Earlier("target:t", 20, Shown.NUMBER, BEFORE)]
    counts = PlanCounts.of([result(22)], [], told)
    assert counts.printed("target:t", Decimal(22)) == {"shown": "number", "value": 20, "on": "2025-02-01"}
    assert shown(PlanCounts.of([result(25)], [], told), "target:t") == 25


def test_a_total_over_other_things_too_is_printed_only_with_its_people() -> None:
    mixed = table([30], [8], people=(True, False))
    assert shown(PlanCounts.of([], [mixed], []), Keys.total(mixed, "2020")) == 38
    small = table([2], [8], people=(True, False))
    assert shown(PlanCounts.of([], [small], []), Keys.total(small, "2020")) == "too_few"


def test_numbers_with_decimals_stand_or_fall_together() -> None:
    whole = table([12.5], [30])
    counts = PlanCounts.of([], [whole], [])
    assert [shown(counts, Keys.cell(f"s{n}", "2020")) for n in (0, 1)] == [12.5, 30]
    assert shown(counts, Keys.total(whole, "2020")) == 42.5
    small = table([2.5], [30])
    counts = PlanCounts.of([], [small], [])
    assert [shown(counts, Keys.cell(f"s{n}", "2020")) for n in (0, 1)] == ["under", "too_few"]
    assert shown(counts, Keys.total(small, "2020")) == "too_few"


def test_a_missing_figure_is_missing_and_so_is_its_total() -> None:
    one = table([None, 3], [40, 50])
    counts = PlanCounts.of([], [one], [])
    assert counts.printed(Keys.cell("s0", "2020"), None) is None
    assert shown(counts, Keys.cell("s0", "2021")) == "under"


def test_what_is_counted_in_the_log_is_as_of_its_own_day() -> None:
    one = table([30])
    counts = PlanCounts.of([result(12)], [one], [], results_on=BEFORE).as_content["counts"]
    assert {row["key"]: row.get("counted_on") for row in counts} == {
        "target:t": "2025-02-01", Keys.cell("s0", "2020"): None, Keys.total(one, "2020"): None,
    }  # fmt: skip


def test_the_total_of_fewer_rows_that_was_told_before_is_known() -> None:
    """4 and 19, of which 23 in all was told, and then a row more: 19 would leave four then."""
    first = PlanCounts.of([], [table([4], [19])], [])
    told, sums = as_earlier(first.decided.values(), BEFORE, 1), first.as_content["count_sums"]
    counts = PlanCounts.of([], [table([10], [19], [30])], told, sums)
    assert sums[0] in counts.as_content["count_sums"]
    assert shown(first, Keys.cell("s1", "2020")) == shown(counts, Keys.cell("s1", "2020")) == "withheld"


def test_a_plan_that_counts_nothing_has_nothing_to_protect() -> None:
    assert PlanCounts.of([], [], []).as_content == {"counts": [], "count_sums": []}


ENTRIES = [("figure:1:t", Decimal(12)), ("figure:2:t", Decimal(9))]


@pytest.mark.parametrize(
    ("total", "entries", "told", "is_shown"),
    [
        (21, ENTRIES, None, True),
        (30, ENTRIES, 9, True),
        (30, ENTRIES, 11, False),  # the rest would tell what it was when 11 was printed
        (24, ENTRIES, None, False),  # a rest of three
        (21, [("figure:1:t", Decimal(17)), ("figure:2:t", Decimal(4))], None, False),
        (20, ENTRIES, None, False),  # more than the whole: the log was corrected
    ],
)
def test_the_log_s_single_numbers_are_printed_where_they_tell_of_nobody(
    total: int, entries: list[tuple[str, Decimal]], told: int | None, is_shown: bool
) -> None:
    earlier = [Earlier("target:t", told, Shown.NUMBER, BEFORE)] if told else []
    counts = PlanCounts.of([result(total)], [], earlier)
    assert counts.figures_to_print(target(), entries, Decimal(total)) == is_shown


def test_one_number_after_the_other_would_tell_who_came_and_went() -> None:
    counts = PlanCounts.of([result(41, counting="latest")], [], [])
    assert not counts.figures_to_print(target(counting="latest"), [("figure:1:t", Decimal(41))], Decimal(41))
    assert counts.figures_to_print(target(counts_people=False), [("figure:1:t", Decimal(1))], Decimal(1))


@given(
    st.lists(st.lists(st.integers(0, 60), min_size=2, max_size=3), min_size=2, max_size=5).filter(
        lambda rows: len({len(row) for row in rows}) == 1
    ),
    st.lists(st.integers(0, 60), max_size=3),
)
@settings(max_examples=60, deadline=None)
def test_the_attacker_finds_nothing_in_what_is_remembered(rows: list[list[int]], values: list[int]) -> None:
    one = table(*rows)
    results = [result(value, name=f"t{n}") for n, value in enumerate(values)]
    counts = PlanCounts.of(results, [one], [])
    sums = [Sum(whole, tuple(parts)) for whole, *parts in counts.as_content["count_sums"]]
    assert leaks(protected=counts.decided, sums=sums, earlier=[]) == []
    for row, numbers in zip(one.rows, rows, strict=True):
        for period, value in zip(one.columns, numbers, strict=True):
            if value < 5:
                assert shown(counts, Keys.cell(row.indicator.series, period)) in ("under", "too_few")
