"""Two reports in the same hands: what was printed before, and what can be worked out of both together."""

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.domain.suppression import Count, Earlier, Protected, Shown, Sum, Table2D, as_earlier, leaks, protect
from tests.reporting.domain.attack import Attacker
from tests.reporting.domain.tables_of_counts import table_of, values_of

MARCH, JUNE, DECEMBER = datetime.date(2026, 3, 1), datetime.date(2026, 6, 30), datetime.date(2026, 12, 31)
ROW = [Sum("all", ("a", "b", "c"))]


def row(a: int, b: int, c: int) -> list[Count]:
    return [Count("all", a + b + c, 2), Count("a", a), Count("b", b), Count("c", c)]


def history(*reports: tuple[datetime.date, Sequence[Count]]) -> tuple[list[dict[str, Protected]], list[Earlier]]:
    earlier: list[Earlier] = []
    pages = []
    for on, counts in reports:
        pages.append(protect(counts=counts, sums=ROW, earlier=earlier))
        earlier += as_earlier(pages[-1].values(), on)
    return pages, earlier


def printed(page: Mapping[str, Protected]) -> dict[str, Any]:
    return {key: (row.value if row.shown == Shown.NUMBER else row.shown.value, row.on) for key, row in page.items()}


def test_a_twelfth_that_joins_is_not_seen() -> None:
    pages, _earlier = history((MARCH, row(11, 20, 30)), (JUNE, row(12, 20, 30)))
    assert printed(pages[1]) == {"all": (61, MARCH), "a": (11, MARCH), "b": (20, MARCH), "c": (30, MARCH)}


def test_one_that_has_not_changed_stands_like_one_that_has_changed_a_little() -> None:
    unchanged = history((MARCH, row(11, 20, 30)), (JUNE, row(11, 20, 30)))[0][1]
    changed = history((MARCH, row(11, 20, 30)), (JUNE, row(11, 21, 29)))[0][1]
    assert printed(unchanged) == printed(changed)


def test_five_more_are_printed_where_nobody_elses_change_is_told_by_it() -> None:
    pages, _earlier = history((MARCH, row(11, 20, 30)), (JUNE, row(16, 20, 30)))
    assert printed(pages[1])["a"] == (16, None)
    assert printed(pages[1])["all"] == (66, None)
    pages, _earlier = history((MARCH, row(11, 20, 30)), (JUNE, row(16, 21, 31)))
    assert [value is None for _what, value in (printed(pages[1])["a"], printed(pages[1])["all"])].count(True) < 2


def test_a_total_does_not_tell_the_change_of_one_that_stands() -> None:
    """b and c have changed by 2 and 1; the total and a, which have changed by more, can't both be new."""
    earlier = as_earlier(protect(counts=row(11, 20, 30), sums=ROW).values(), MARCH)
    standing = {key: Protected(key, Shown.NUMBER, value, MARCH) for key, value in (("b", 20), ("c", 30))}
    page = {"all": Protected("all", Shown.NUMBER, 74), "a": Protected("a", Shown.NUMBER, 21), **standing}
    assert {leak.why for leak in leaks(protected=page, sums=ROW, earlier=earlier)} == {"a small change of the others"}
    pages, _earlier = history((MARCH, row(11, 20, 30)), (JUNE, row(21, 22, 31)))
    assert leaks(protected=pages[1], sums=ROW, earlier=earlier) == []


def test_under_five_never_tells_which_it_cannot_be() -> None:
    """From five to nought is five less. But from five to one is not, and nobody shall see which of them it was."""
    for now in range(5):
        pages, _earlier = history((MARCH, row(5, 20, 30)), (JUNE, row(now, 20, 30)))
        assert printed(pages[1])["a"] == (5, MARCH)
        pages, _earlier = history((MARCH, row(9, 20, 30)), (JUNE, row(now, 20, 30)))
        assert printed(pages[1])["a"] == ("under", None)


def test_what_was_withheld_is_not_printed_while_it_would_tell_what_was_small_then() -> None:
    sums = [Sum("all", ("a", "b", "c"))]
    before = [
        Earlier("all", 40, Shown.NUMBER, MARCH),
        Earlier("a", None, Shown.UNDER, MARCH),
        Earlier("b", None, Shown.WITHHELD, MARCH),
        Earlier("c", None, Shown.WITHHELD, MARCH),
    ]
    # Were b and c 16 and 22 in March too, a was 2 then.
    naive = {key: Protected(key, Shown.NUMBER, value) for key, value in (("all", 50), ("a", 12), ("b", 16), ("c", 22))}
    assert {leak.why for leak in leaks(protected=naive, sums=sums, earlier=before)} == {"known of then"}
    page = protect(counts=row(12, 16, 22), sums=sums, earlier=before)
    attacker = Attacker(sums).guesses({"all": 40})
    attacker.known |= {"a": (0, 4), "b": (5, 1000), "c": (5, 1000)}
    attacker.guesses({key: row.value for key, row in page.items() if row.is_new and key in ("b", "c")})
    assert attacker.bounds("a") == (0, 4)


def test_what_was_withheld_leaves_five_numbers_possible_when_it_is_printed() -> None:
    before = [Earlier("a", None, Shown.WITHHELD, MARCH)]
    for value in range(5, 12):
        page = protect(counts=[Count("a", value)], sums=[], earlier=before)
        assert page["a"].shown == (Shown.NUMBER if value >= 9 else Shown.WITHHELD)


def test_a_rest_printed_nowhere_is_not_seen_to_change_by_a_few() -> None:
    sums = [Sum("in", ("housed", "not housed"))]

    def of(housed: int, others: int) -> list[Count]:
        return [Count("in", housed + others), Count("housed", housed), Count("not housed", others, shown=False)]

    earlier = as_earlier(protect(counts=of(20, 30), sums=sums).values(), MARCH)
    # Housed goes up by 8 and everybody by 6: two fewer are not housed.
    page = protect(counts=of(28, 28), sums=sums, earlier=earlier)
    assert [row.is_new for row in page.values()].count(True) < 2
    # By 14 and by 8: that is six.
    assert all(row.is_new for row in protect(counts=of(34, 24), sums=sums, earlier=earlier).values())


def test_a_second_version_of_the_same_report_gives_no_difference_away() -> None:
    first, earlier = history((MARCH, row(11, 20, 30)))
    second = protect(counts=row(13, 20, 30), sums=ROW, earlier=earlier)
    assert {key: row.value for key, row in second.items()} == {key: row.value for key, row in first[0].items()}


SMALL = [
    Earlier("all", 23, Shown.NUMBER, MARCH, 1), Earlier("a", None, Shown.UNDER, MARCH, 1),
    Earlier("b", None, Shown.WITHHELD, MARCH, 1),
]  # fmt: skip
TWO = [Sum("all", ("a", "b"))]


def test_two_versions_about_the_same_day_do_not_hide_each_other() -> None:
    """The first said 23 in all; were b 20 then too, a was 3. The second, about the same day, said 30."""
    again = [dataclasses.replace(row, publication=2, value=row.value and 30) for row in SMALL]
    naive = {key: Protected(key, Shown.NUMBER, value) for key, value in (("all", 35), ("a", 15), ("b", 20))}
    assert "known of then" in {leak.why for leak in leaks(protected=naive, sums=TWO, earlier=[*SMALL, *again])}
    page = protect(counts=[Count("all", 35, 2), Count("a", 15), Count("b", 20)], sums=TWO, earlier=[*SMALL, *again])
    assert not page["b"].is_new


def test_what_two_reports_say_of_the_same_day_is_read_together() -> None:
    """One said 23 in all, the other, which doesn't tell of all, that one of them is under five and one isn't."""
    apart = [SMALL[0], *(dataclasses.replace(row, publication=2) for row in SMALL[1:])]
    naive = {key: Protected(key, Shown.NUMBER, value) for key, value in (("all", 35), ("a", 15), ("b", 20))}
    assert "known of then" in {leak.why for leak in leaks(protected=naive, sums=TWO, earlier=apart)}


def test_what_a_report_does_not_speak_of_may_have_changed_without_hiding_the_rest() -> None:
    """In June the sum of a and b had gone from 50 to 80, in a report that doesn't print it: that it still were within four of
    50 contradicts what June says of a and b."""
    before = [
        Earlier("old", 50, Shown.NUMBER, MARCH, 1),
        Earlier("a", 40, Shown.NUMBER, JUNE, 2), Earlier("b", 40, Shown.NUMBER, JUNE, 2),
        Earlier("all", 100, Shown.NUMBER, JUNE, 2),
    ]  # fmt: skip
    sums = [Sum("old", ("a", "b")), Sum("all", ("a", "b", "c"))]
    # 20 of c in June, and 22 now.
    naive = {key: Protected(key, Shown.NUMBER, value) for key, value in (("all", 122), ("a", 50), ("b", 50))}
    found = leaks(protected=naive, sums=sums, earlier=before)
    assert ("all", "a small change of the others", JUNE) in {(leak.key, leak.why, leak.on) for leak in found}


def test_an_older_number_counts_too() -> None:
    """From 10 to 20 and back to 12: two more than the first time."""
    pages, _earlier = history((MARCH, row(10, 30, 40)), (JUNE, row(20, 30, 40)), (DECEMBER, row(12, 30, 40)))
    assert not pages[2]["a"].is_new
    assert pages[2]["a"].value == 20 and pages[2]["a"].on == JUNE
    pages, _earlier = history((MARCH, row(10, 30, 40)), (JUNE, row(20, 30, 40)), (DECEMBER, row(10, 30, 40)))
    assert pages[2]["a"].is_new


# --- Tables of any kind, twice or three times ----------------------------------------------------------------------


@st.composite
def stories(draw: Any) -> list[Table2D]:
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(2, 3))
    start = draw(st.sampled_from([8, 20, 50]))
    values = [[draw(st.integers(0, start)) for _column in range(columns)] for _row in range(rows)]
    tables = [table_of(values)]
    changes = st.one_of(st.just(0), st.just(0), st.integers(-3, 4), st.integers(-20, 20))
    for _report in range(draw(st.integers(1, 2))):
        values = [[max(0, value + draw(changes)) for value in row] for row in values]
        tables.append(table_of(values))
    return tables


@settings(max_examples=40, deadline=None)
@given(stories())
def test_the_attack_on_several_reports_finds_nothing(story: list[Table2D]) -> None:
    earlier: list[Earlier] = []
    pages: list[dict[str, Protected]] = []
    for on, table in zip((MARCH, JUNE, DECEMBER), story, strict=False):
        page = protect(counts=table.counts, sums=table.sums, earlier=earlier)
        for before in pages:
            no_number_has_changed_by_a_few(before, page)
            no_remainder_has_changed_by_a_few(table.sums, before, page)
            what_was_small_before_stays_hidden(table.sums, before, page)
        what_stands_does_not_tell_its_change(table, page)
        assert leaks(protected=page, sums=table.sums, earlier=earlier) == []
        pages.append(page)
        earlier += as_earlier(page.values(), on)


def no_number_has_changed_by_a_few(before: Mapping[str, Protected], page: Mapping[str, Protected]) -> None:
    for key, row in page.items():
        if row.is_new and before[key].is_new:
            assert not 0 < abs(row.value - before[key].value) < 5


def no_remainder_has_changed_by_a_few(
    sums: Sequence[Sum], before: Mapping[str, Protected], page: Mapping[str, Protected]
) -> None:
    """A total less the parts whose numbers are known, at both times."""
    for one in sums:
        known = [part for part in one.parts if page[part].is_new and before[part].is_new]
        if page[one.whole].is_new and before[one.whole].is_new and len(known) < len(one.parts):
            left = page[one.whole].value - sum(page[part].value for part in known)
            left_before = before[one.whole].value - sum(before[part].value for part in known)
            rest = [part for part in one.parts if part not in known]
            if not any(page[part].is_new for part in rest):
                assert not 0 < abs(left - left_before) < 5, (one, left, left_before)


def what_was_small_before_stays_hidden(
    sums: Sequence[Sum], before: Mapping[str, Protected], page: Mapping[str, Protected]
) -> None:
    """She guesses that what has come into the open had not changed."""
    attacker = Attacker(sums, before).reads(before, with_marks=True)
    small = [key for key, row in before.items() if row.shown == Shown.UNDER]
    told = {
        key: row.value
        for key, row in page.items()
        if row.is_new and before[key].shown in (Shown.WITHHELD, Shown.TOO_FEW)
    }
    attacker.guesses(told)
    if told and attacker.finds_it_possible():
        for key in small:
            assert attacker.reaches(key, 0, 4), (key, told, attacker.bounds(key))


def what_stands_does_not_tell_its_change(table: Table2D, page: Mapping[str, Protected]) -> None:
    values = values_of(table.counts)
    for with_marks in (False, True):
        attacker = Attacker(table.sums, page).reads(page, with_marks=with_marks)
        for key, row in page.items():
            if row.stands and values[key] != row.value and not attacker.is_wide(key, 5):
                low, high = attacker.bounds(key)
                assert low - row.value >= 5 or high - row.value <= -5, (key, row, low, high)
