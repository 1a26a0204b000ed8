"""Half-years: every day is in exactly one of them."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisation.periods import HalfYear

DAY = datetime.timedelta(days=1)
HALVES = st.builds(HalfYear, st.integers(1000, 9998), st.sampled_from([1, 2]))


@given(st.dates())
def test_a_day_lies_in_its_half_year(day: datetime.date) -> None:
    period = HalfYear.of(day)
    assert period.first_day <= day <= period.last_day


@given(HALVES)
def test_half_years_follow_each_other_without_a_gap(period: HalfYear) -> None:
    before = period.previous()
    assert before.last_day + DAY == period.first_day
    assert before < period
    assert HalfYear.of(period.last_day + DAY).previous() == period


@given(HALVES)
def test_both_ends_belong_to_it_and_it_lasts_half_a_year(period: HalfYear) -> None:
    assert HalfYear.of(period.first_day) == HalfYear.of(period.last_day) == period
    assert (period.first_day.day, period.first_day.month % 6) == (1, 1)
    assert 181 <= (period.last_day - period.first_day + DAY).days <= 184


@given(HALVES)
def test_the_code_is_read_back(period: HalfYear) -> None:
    assert HalfYear.parse(period.code) == period


@pytest.mark.parametrize("code", ["", "2011", "2011-0", "2011-3", "2011-1 ", "11-1", "2011-11", "2011/1", "²011-1"])
def test_another_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="half-year"):
        HalfYear.parse(code)


@pytest.mark.parametrize("half", [0, 3])
def test_a_year_has_two_halves(half: int) -> None:
    with pytest.raises(ValueError, match="two halves"):
        HalfYear(2011, half)


def test_it_is_called_what_people_call_it() -> None:
    assert (HalfYear(2011, 1).code, str(HalfYear(2011, 1))) == ("2011-1", "1. halvår 2011")
    assert HalfYear(2011, 2).label == "2. halvår 2011"


def test_the_short_form_is_one() -> None:
    assert [HalfYear(2025, 1).short, HalfYear(2026, 2).short, HalfYear(2006, 1).short] == [
        "1. h. 25",
        "2. h. 26",
        "1. h. 06",
    ]
