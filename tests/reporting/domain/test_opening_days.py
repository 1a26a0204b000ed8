"""When the rounds of a municipality open."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from organisation.periods import HalfYear
from reporting.domain.opening_days import CATCHES_UP, next_opening, opening_day, opening_now
from reporting.models import ReportSchedule

DAY = datetime.date
SCHEDULES = st.builds(
    ReportSchedule,
    first_month=st.integers(1, 12), first_day=st.integers(1, 28), second_month=st.integers(1, 12),
    second_day=st.integers(1, 28),
)  # fmt: skip
DAYS = st.dates(DAY(2000, 1, 1), DAY(2100, 1, 1))


def test_the_product_opens_on_1_june_and_1_december() -> None:
    usual = ReportSchedule()
    assert opening_day(usual, HalfYear(2026, 1)) == DAY(2026, 6, 1)
    assert opening_day(usual, HalfYear(2026, 2)) == DAY(2026, 12, 1)
    assert next_opening(usual, DAY(2026, 6, 1)) == (HalfYear(2026, 2), DAY(2026, 12, 1))
    assert next_opening(usual, DAY(2026, 12, 31)) == (HalfYear(2027, 1), DAY(2027, 6, 1))


def test_a_round_may_open_when_its_half_year_is_over() -> None:
    late = ReportSchedule(first_month=8, first_day=15, second_month=1, second_day=10)
    assert opening_day(late, HalfYear(2026, 1)) == DAY(2026, 8, 15)
    assert opening_day(late, HalfYear(2026, 2)) == DAY(2027, 1, 10)
    assert opening_now(late, DAY(2027, 1, 10)) == [(HalfYear(2026, 2), DAY(2027, 1, 10))]
    assert next_opening(late, DAY(2027, 1, 9)) == (HalfYear(2026, 2), DAY(2027, 1, 10))


def test_a_calendar_that_stood_still_catches_up_for_a_while() -> None:
    usual = ReportSchedule()
    assert opening_now(usual, DAY(2026, 5, 31)) == []
    assert opening_now(usual, DAY(2026, 6, 20)) == [(HalfYear(2026, 1), DAY(2026, 6, 1))]
    assert opening_now(usual, DAY(2027, 1, 5)) == [(HalfYear(2026, 2), DAY(2026, 12, 1))]
    assert opening_now(usual, DAY(2026, 6, 1) + datetime.timedelta(days=CATCHES_UP + 1)) == []


@given(SCHEDULES, DAYS)
def test_what_opens_has_begun_and_the_next_opening_is_ahead(schedule: ReportSchedule, on: datetime.date) -> None:
    for half, day in opening_now(schedule, on):
        assert half.first_day <= day <= on
        assert (on - day).days <= CATCHES_UP
        assert opening_day(schedule, half) == day
    half, day = next_opening(schedule, on)
    assert on < day <= on + datetime.timedelta(days=366)
    assert (half, day) in opening_now(schedule, day), "what was said to open does open on that day"
