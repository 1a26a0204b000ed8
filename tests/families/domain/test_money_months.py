import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from families.domain.money_months import (
    LONGEST_MOVE,
    Money,
    Month,
    arrivals,
    due_days,
    fall,
    gaps,
    in_month,
    longest_gap,
    losses,
    months,
    next_month,
)
from families.domain.working_days import working_day_before
from families.models import Rhythm

DAY = datetime.timedelta(days=1)
START = datetime.date(2026, 1, 1)
AMOUNTS = st.integers(1, 50_000).map(Decimal)
DATES = st.dates(datetime.date(2024, 1, 1), datetime.date(2027, 12, 31))


def money(**fields: Any) -> Money:
    values: dict[str, Any] = {
        "key": "a", "what": "Bostøtte", "who": "Hele familien", "amount": Decimal(1600), "rhythm": Rhythm.MONTHLY,
        "starts_on": START, "pay_day": 20,
    }  # fmt: skip
    return Money(**(values | fields))


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@st.composite
def monies(draw: Any) -> list[Money]:
    found = []
    for number in range(draw(st.integers(0, 5))):
        starts = draw(DATES)
        ends = draw(st.none() | st.integers(0, 700).map(lambda days, starts=starts: starts + DAY * days))
        found.append(
            money(
                key=str(number), what=f"Ordning {number}", amount=draw(AMOUNTS), starts_on=starts, ends_on=ends,
                rhythm=draw(st.sampled_from(list(Rhythm))), pay_day=draw(st.none() | st.integers(1, 31)),
                saving=draw(st.booleans()), paid=draw(st.booleans()),
            )
        )  # fmt: skip
    return found


def is_due(row: Money, on: datetime.date) -> bool:
    """The rule said of one day, without walking from month to month."""
    if row.rhythm == Rhythm.NONE or on < row.starts_on or (row.ends_on and on > row.ends_on):
        return False
    if row.rhythm == Rhythm.ONCE:
        return on == row.starts_on
    wanted = row.pay_day or row.starts_on.day
    if on != in_month(on.replace(day=1), wanted):
        return False
    first = row.starts_on.replace(day=1)
    if in_month(first, wanted) < row.starts_on:
        first = next_month(first)
    apart = (on.year - first.year) * 12 + on.month - first.month
    return apart % {"monthly": 1, "quarterly": 3, "yearly": 12}[row.rhythm] == 0


@given(monies(), DATES, st.integers(1, 14))
def test_the_sum_over_the_months_is_what_each_day_brings(rows: list[Money], first: datetime.date, count: int) -> None:
    begin, end = first.replace(day=1), next_month(first, count)
    brought = saved = Decimal(0)
    for row in rows:
        due = begin
        while due < end + DAY * LONGEST_MOVE:
            if is_due(row, due):
                moves = not (row.saving or row.paid)
                if begin <= (working_day_before(due) if moves else due) < end:
                    brought, saved = (brought, saved + row.amount) if row.saving else (brought + row.amount, saved)
            due += DAY
    found = months(rows, first, count)
    assert [month.first for month in found] == [next_month(begin, number) for number in range(count)]
    assert sum(month.total for month in found) == brought
    assert sum(month.saved for month in found) == saved


@given(monies(), DATES)
def test_each_arrival_lies_in_its_month_on_the_due_day_or_shortly_before(
    rows: list[Money], first: datetime.date
) -> None:
    for month in months(rows, first, 13):
        for row in (*month.arrivals, *month.savings):
            assert month.first <= row.day <= month.last
            assert 0 <= (row.due - row.day).days <= LONGEST_MOVE
        assert [row.day for row in month.arrivals] == sorted(row.day for row in month.arrivals)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"pay_day": 31}, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ({"pay_day": 29}, ["2026-01-29", "2026-02-28", "2026-03-29", "2026-04-29"]),
        ({"pay_day": 5, "starts_on": day("2026-01-10")}, ["2026-02-05", "2026-03-05", "2026-04-05"]),
        ({"pay_day": None, "starts_on": day("2026-01-10")}, ["2026-01-10", "2026-02-10", "2026-03-10", "2026-04-10"]),
        ({"rhythm": Rhythm.QUARTERLY}, ["2026-01-20", "2026-04-20"]),
        ({"rhythm": Rhythm.YEARLY}, ["2026-01-20"]),
        ({"rhythm": Rhythm.ONCE, "starts_on": day("2026-02-03")}, ["2026-02-03"]),
        ({"rhythm": Rhythm.NONE}, []),
        ({"ends_on": day("2026-02-20")}, ["2026-01-20", "2026-02-20"]),
        ({"ends_on": day("2026-02-19")}, ["2026-01-20"]),
    ],
)
def test_the_days_it_is_due(fields: dict[str, Any], expected: list[str]) -> None:
    assert [found.isoformat() for found in due_days(money(**fields), day("2026-04-30"))] == expected


def test_a_leap_year_has_its_own_last_day() -> None:
    assert in_month(day("2028-02-01"), 31) == day("2028-02-29")


def test_money_due_on_the_first_of_january_is_there_in_december() -> None:
    rows = [money(pay_day=1, starts_on=day("2026-12-15"))]
    december, january = months(rows, day("2026-12-01"), 2)
    assert [row.day for row in december.arrivals] == [day("2026-12-31")]
    assert january.total == 0


def test_what_is_paid_comes_on_its_day_and_savings_apart() -> None:
    saturday = day("2026-06-20")
    rows = [
        money(key="paid", rhythm=Rhythm.ONCE, starts_on=saturday, paid=True),
        money(key="saved", saving=True, amount=Decimal(900)),
    ]
    (june,) = months(rows, saturday, 1)
    assert [(row.money.key, row.day) for row in june.arrivals] == [("paid", saturday)]
    assert (june.total, june.saved) == (1600, 900)


def test_basic_income_is_not_counted_twice_where_it_has_been_paid() -> None:
    rows = [
        money(key="agreed", basic_income=True),
        money(key="paid", basic_income=True, paid=True, rhythm=Rhythm.ONCE, starts_on=day("2026-02-15")),
        money(key="other", what="Barnetrygd"),
    ]
    january, february = months(rows, START, 2)
    assert {row.money.key for row in january.arrivals} == {"agreed", "other"}
    assert {row.money.key for row in february.arrivals} == {"paid", "other"}


def pair(*rows: Money, first: str = "2026-01-01") -> tuple[Month, Month]:
    before, month = months(list(rows), day(first), 2)
    return before, month


def test_a_month_with_a_fifth_less_or_more_is_marked_with_what_ended() -> None:
    stays = money(key="stays", what="Barnetrygd", amount=Decimal(8000))
    ends = money(key="ends", amount=Decimal(2001), ends_on=day("2026-01-31"))
    before, month = pair(stays, ends)
    assert fall(before, month) == 20
    assert [(loss.money.key, loss.why, loss.amount) for loss in losses(before, month)] == [("ends", "ended", 2001)]
    before, month = pair(stays, money(key="ends", amount=Decimal(2000), ends_on=day("2026-01-31")))
    assert fall(before, month) is None, "exactly a fifth is not more than a fifth"


def test_why_a_month_has_less() -> None:
    rows = (
        money(key="once", what="Engang", rhythm=Rhythm.ONCE, starts_on=day("2026-01-05")),
        money(key="seldom", what="Kvartal", rhythm=Rhythm.QUARTERLY),
        # Due on 1 May 2027, a holiday and a Saturday: there in April.
        money(key="moved", what="Lønn", pay_day=1),
    )
    before, month = pair(*rows)
    found = {loss.money.key: (loss.why, loss.next_on) for loss in losses(before, month)}
    assert found["once"] == ("once", None)
    assert found["seldom"] == ("seldom", day("2026-04-20"))
    before, month = pair(rows[2], first="2027-04-01")
    assert (before.total, month.total, fall(before, month)) == (3200, 0, 100)
    assert [loss.why for loss in losses(before, month)] == ["moved"]


def test_what_was_renewed_is_no_loss() -> None:
    old = money(key="old", ends_on=day("2026-01-31"))
    new = money(key="new", starts_on=day("2026-02-01"))
    other = money(key="gone", what="Lønn", amount=Decimal(9000), ends_on=day("2026-01-31"))
    before, month = pair(old, new, other)
    assert [loss.money.key for loss in losses(before, month)] == ["gone"]


def test_from_nothing_nothing_falls() -> None:
    before, month = pair()
    assert fall(before, month) is None


@given(monies(), DATES)
def test_losses_explain_at_least_what_is_missing(rows: list[Money], first: datetime.date) -> None:
    before, month = months(rows, first, 2)
    if month.total < before.total:
        assert sum(loss.amount for loss in losses(before, month)) >= before.total - month.total


@given(st.lists(st.integers(0, 120)), st.integers(0, 120))
def test_gaps_and_days_with_money_make_up_the_time(numbers: list[int], length: int) -> None:
    days = [START + DAY * number for number in numbers]
    last = START + DAY * length
    found = gaps(days, START, last)
    inside = {one for one in days if one <= last}
    assert sum(gap.days for gap in found) + len(inside) == length + 1
    for gap in found:
        assert not any(gap.first <= one <= gap.last for one in days)
        assert gap.first == START or gap.first - DAY in inside
        assert gap.last == last or gap.last + DAY in inside


def test_the_longest_gap_of_a_month_is_seen_to_its_ends() -> None:
    days = [day("2026-01-20"), day("2026-03-20"), day("2026-03-25")]
    found = gaps(days, day("2026-01-01"), day("2026-04-30"))
    january, february, march, april = months([], START, 4)
    gap = longest_gap(found, february)
    assert gap is not None
    assert (gap.first, gap.last, gap.days, gap.is_long) == (day("2026-01-21"), day("2026-03-19"), 58, True)
    assert longest_gap(found, march) == gap
    assert longest_gap(found, january) == gap
    assert longest_gap(found, april) == gaps(days, day("2026-03-26"), day("2026-04-30"))[0]
    assert longest_gap([], april) is None


def test_arrivals_are_by_day() -> None:
    rows = [money(key="b", pay_day=25), money(key="a", pay_day=5)]
    assert [row.money.key for row in arrivals(rows, START, day("2026-01-31"))] == ["a", "b"]
