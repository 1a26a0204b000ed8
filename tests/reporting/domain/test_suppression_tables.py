"""Linked tables, tables at the edge, big ones; percents and means; and what is written down of it."""

import datetime
import json
from decimal import Decimal

import pytest

from reporting.domain import suppression
from reporting.domain.suppression import (
    LEAST,
    Count,
    Earlier,
    Protected,
    Shown,
    Sum,
    Table2D,
    as_earlier,
    as_json,
    from_json,
    leaks,
    mean,
    protect,
    share,
    table_sums,
)
from tests.reporting.domain.attack import Attacker, narrow, narrow_beside_marks
from tests.reporting.domain.tables_of_counts import naive, name_in, table_of

MARCH, JUNE = datetime.date(2026, 3, 1), datetime.date(2026, 6, 30)


def shown(page: dict[str, Protected]) -> set[Shown]:
    return {row.shown for row in page.values()}


# --- Linked tables -------------------------------------------------------------------------------------------------


def linked() -> tuple[list[Count], list[Sum]]:
    """Sub-project by outcome, and the same outcomes by district: the totals of outcomes are in both."""
    projects = {("p1", "work"): 2, ("p1", "school"): 14, ("p2", "work"): 17, ("p2", "school"): 21, ("p3", "work"): 9}
    districts = {("d1", "work"): 13, ("d1", "school"): 16, ("d2", "work"): 15, ("d2", "school"): 19}

    def name(row: str, column: str) -> str:
        return f"total:{column}" if row == "" else f"{row}:{column}"

    first = Table2D(["p1", "p2", "p3"], ["work", "school"], projects, name)
    second = Table2D(["d1", "d2"], ["work", "school"], districts, name)
    counts = {count.key: count for table in (first, second) for count in table.counts}
    return list(counts.values()), [*first.sums, *second.sums]


def test_a_total_in_two_tables_is_one_number() -> None:
    counts, sums = linked()
    page = protect(counts=counts, sums=sums)
    assert narrow(sums, page) == narrow_beside_marks(sums, page) == {}


def test_each_table_for_itself_gives_the_other_away() -> None:
    """The attack sees over the edge of a table: a total withheld in one and printed in the other."""
    counts, sums = linked()
    page = protect(counts=counts, sums=sums)
    one = {
        **page,
        "total:work": Protected("total:work", Shown.NUMBER, 28),
        "p2:work": Protected("p2:work", Shown.NUMBER, 17),
    }
    one["p3:work"] = Protected("p3:work", Shown.NUMBER, 9)
    assert "p1:work" in narrow(sums, one)
    assert "p1:work" in {leak.key for leak in leaks(protected=one, sums=sums)}


# --- At the edge ---------------------------------------------------------------------------------------------------


def test_nothing_but_noughts_and_nothing_but_small_ones() -> None:
    for value in (0, 1):
        table = table_of([[value] * 3] * 3)
        page = protect(counts=table.counts, sums=table.sums)
        assert Shown.NUMBER not in shown({key: row for key, row in page.items() if "::" not in key})
        assert narrow(table.sums, page) == narrow_beside_marks(table.sums, page) == {}


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    table = table_of([[5, 8], [700, 12]])
    assert shown(protect(counts=table.counts, sums=table.sums)) == {Shown.NUMBER}


def test_one_row_and_one_cell() -> None:
    for values in ([[3]], [[7]], [[3, 40, 50]], [[3], [40], [50]]):
        table = table_of(values)
        page = protect(counts=table.counts, sums=table.sums)
        assert narrow(table.sums, page) == narrow_beside_marks(table.sums, page) == {}


def test_counts_that_add_up_to_nothing_are_only_looked_at_one_by_one() -> None:
    page = protect(counts=[Count("a", 4), Count("b", 5)], sums=[])
    assert [row.shown for row in page.values()] == [Shown.UNDER, Shown.NUMBER]
    assert protect(counts=[], sums=[]) == {}


def test_huge_numbers() -> None:
    table = table_of([[3, 2_000_000_000, 17], [900_000_000, 4, 1_000_000_007], [12, 13, 14]])
    page = protect(counts=table.counts, sums=table.sums)
    assert leaks(protected=page, sums=table.sums) == []
    assert {row.shown for key, row in page.items() if key in ("t:r0:k0", "t:r1:k1")} == {Shown.UNDER}
    assert leaks(protected=naive(table.counts), sums=table.sums)


def test_of_two_small_ones_together_nothing_is_said() -> None:
    """ "5 or more" of both would tell that there are some in each; and silence must not tell it either."""
    for first, second in ((1, 2), (3, 3)):
        page = protect(counts=table_of([[first, second]]).counts, sums=table_of([[first, second]]).sums)
        assert page["t:r0:"].shown == Shown.TOO_FEW
        assert page["t:r0:k0"].shown == page["t:r0:k1"].shown == Shown.UNDER


def test_the_same_in_the_same_out() -> None:
    table = table_of([[3, 12, 20, 4], [15, 11, 18, 9], [9, 30, 2, 7]])
    first = protect(counts=table.counts, sums=table.sums)
    assert all(protect(counts=table.counts, sums=table.sums) == first for _time in range(3))


def test_a_table_that_is_built_wrong_is_refused() -> None:
    for counts, sums in (
        ([Count("a", 5), Count("a", 6)], []),
        ([Count("all", 9), Count("a", 5)], [Sum("all", ("a",))]),
        ([Count("all", 9)], [Sum("all", ("a",))]),
        ([Count("a", -1)], []),
        ([Count("a", 1, weight=0)], []),
    ):
        with pytest.raises(ValueError):
            protect(counts=counts, sums=sums)


def test_when_all_else_fails_not_a_word_is_said_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    table = table_of([[3, 12, 20], [15, 11, 18]])
    monkeypatch.setattr(suppression, "choose", lambda problem: problem.hidden)
    monkeypatch.setattr(suppression.Desk, "learn", lambda self, found: False)
    earlier = [Earlier("t::", 70, Shown.NUMBER, MARCH)]
    page = protect(counts=table.counts, sums=table.sums, earlier=earlier)
    assert shown(page) == {Shown.TOO_FEW}
    assert (page["t::"].value, page["t::"].on) == (70, MARCH)
    assert leaks(protected=page, sums=table.sums, earlier=earlier) == []


def test_it_learns_from_the_attacker_even_if_the_choice_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    table = table_of([[3, 12, 20], [15, 11, 18]])
    monkeypatch.setattr(suppression, "choose", lambda problem: problem.hidden)
    page = protect(counts=table.counts, sums=table.sums)
    assert narrow(table.sums, page) == narrow_beside_marks(table.sums, page) == {}


def test_what_contradicts_itself_is_not_published() -> None:
    page = {"all": Protected("all", Shown.NUMBER, 12), "a": Protected("a", Shown.NUMBER, 20)}
    found = leaks(protected=page, sums=[Sum("all", ("a",))])
    assert [leak.why for leak in found] == ["impossible", "impossible"]


def test_a_number_that_stands_must_have_been_published() -> None:
    page = {"a": Protected("a", Shown.NUMBER, 12, MARCH)}
    assert [leak.why for leak in leaks(protected=page, sums=[])] == ["never published"]


def test_a_table_of_thirty_by_twelve() -> None:
    values = [[(7 * row + 11 * column * column + row * column) % 55 for column in range(12)] for row in range(30)]
    table = table_of(values)
    page = protect(counts=table.counts, sums=table.sums)
    attacker = Attacker(table.sums, page).reads(page, with_marks=False)
    small = [key for key, row in page.items() if row.shown == Shown.UNDER]
    assert len(small) >= 20
    assert all(attacker.is_wide(key, LEAST) for key in small[:20])


def test_sums_of_a_table() -> None:
    sums = table_sums(["r"], ["a", "b"], name_in("t"))
    assert [(one.whole, one.parts) for one in sums] == [
        ("t:r:", ("t:r:a", "t:r:b")),
        ("t::a", ("t:r:a",)),
        ("t::b", ("t:r:b",)),
        ("t::", ("t::a", "t::b")),
        ("t::", ("t:r:",)),
    ]
    assert table_sums(["r"], ["a"], name_in("t"), row_totals=False, column_totals=False) == []
    table = Table2D(["r"], ["a", "b"], {("r", "a"): 7}, name_in("t"), column_totals=False)
    assert [(count.key, count.value) for count in table.counts] == [("t:r:a", 7), ("t:r:b", 0), ("t:r:", 7)]


# --- Percents and means --------------------------------------------------------------------------------------------


def number(value: int, on: datetime.date | None = None) -> Protected:
    return Protected("x", Shown.NUMBER, value, on)


def test_a_percent_is_shown_of_two_numbers_with_enough_on_both_sides() -> None:
    assert share(number(12), number(40)).value == Decimal(30)
    assert share(number(10), number(30), decimals=1).value == Decimal("33.3")
    assert share(number(12), number(32), decimals=0).value == Decimal(38), "halves go up"


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        (Protected("x", Shown.UNDER), number(40)),
        (Protected("x", Shown.WITHHELD), number(40)),
        (number(12), Protected("x", Shown.WITHHELD, 40, MARCH)),
        (number(12), number(12)),
        (number(12), number(16)),
        (number(12, MARCH), number(40)),
    ],
)
def test_a_percent_that_would_tell_of_few_is_not_shown(part: Protected, whole: Protected) -> None:
    assert share(part, whole).shown == Shown.WITHHELD
    assert share(part, whole).value is None


def test_a_percent_of_older_numbers_has_their_day() -> None:
    assert share(number(12, MARCH), number(40, MARCH)).on == MARCH


def test_a_mean_is_shown_over_five_or_more_of_today() -> None:
    assert mean(Decimal("1234.50"), number(5)).value == Decimal("246.9")
    assert mean(number(30), number(12)).value == Decimal("2.5")
    assert mean(100, number(40, MARCH)).shown == Shown.WITHHELD
    assert mean(100, Protected("x", Shown.UNDER)).shown == Shown.WITHHELD
    assert mean(Protected("x", Shown.UNDER), number(12)).shown == Shown.WITHHELD
    assert mean(number(30, MARCH), number(12)).shown == Shown.WITHHELD


# --- Written down --------------------------------------------------------------------------------------------------


def test_what_is_printed_goes_into_json_and_comes_back() -> None:
    for row in (number(12), number(12, MARCH), Protected("y", Shown.UNDER), Protected("z", Shown.WITHHELD, 7, MARCH)):
        assert from_json(json.loads(json.dumps(as_json(row)))) == row
    assert as_json(number(12, MARCH)) == {"key": "x", "shown": "number", "value": 12, "on": "2026-03-01"}


def test_the_next_report_knows_what_was_printed_and_when() -> None:
    rows = [number(12), Protected("y", Shown.NUMBER, 9, MARCH), Protected("z", Shown.WITHHELD, 7, MARCH)]
    assert as_earlier(rows, JUNE) == [Earlier("x", 12, Shown.NUMBER, JUNE), Earlier("z", None, Shown.WITHHELD, JUNE)]
