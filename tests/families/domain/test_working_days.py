import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from families.domain.working_days import easter_sunday, is_working_day, public_holidays, working_day_before

YEARS = st.integers(1900, 2199)
DATES = st.dates(datetime.date(1900, 1, 10), datetime.date(2199, 12, 31))


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (2000, 4, 23), (2008, 3, 23), (2011, 4, 24), (2019, 4, 21), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5),
        (2027, 3, 28), (2030, 4, 21), (2038, 4, 25),
    ],
)  # fmt: skip
def test_easter_as_the_almanac_has_it(year: int, month: int, day: int) -> None:
    assert easter_sunday(year) == datetime.date(year, month, day)


@given(YEARS)
def test_easter_is_a_sunday_in_spring(year: int) -> None:
    easter = easter_sunday(year)
    assert easter.weekday() == 6
    assert datetime.date(year, 3, 22) <= easter <= datetime.date(year, 4, 25)


def test_the_holidays_of_a_year() -> None:
    days = {(day.month, day.day) for day in public_holidays(2026)}
    assert days == {
        (1, 1), (4, 2), (4, 3), (4, 5), (4, 6), (5, 1), (5, 14), (5, 17), (5, 24), (5, 25), (12, 25), (12, 26),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("due", "paid"),
    [
        ("2026-03-20", "2026-03-20"),  # a Friday
        ("2026-06-20", "2026-06-19"),  # a Saturday
        ("2026-04-05", "2026-04-01"),  # Easter Sunday: Wednesday before Maundy Thursday
        ("2026-04-06", "2026-04-01"),
        ("2026-05-17", "2026-05-15"),  # 17 May is a Sunday
        ("2026-05-25", "2026-05-22"),  # Whit Monday
        ("2027-01-01", "2026-12-31"),  # into the year before
        ("2026-12-27", "2026-12-24"),
    ],
)
def test_the_working_day_before(due: str, paid: str) -> None:
    assert working_day_before(datetime.date.fromisoformat(due)).isoformat() == paid


@given(DATES)
def test_no_working_day_is_passed_over(day: datetime.date) -> None:
    found = working_day_before(day)
    assert is_working_day(found)
    between = [found + datetime.timedelta(days=number) for number in range(1, (day - found).days + 1)]
    assert not any(is_working_day(one) for one in between)
    assert len(between) <= 5
