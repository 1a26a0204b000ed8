"""The days of a municipality's calendar of rounds. No database and no clock."""

import datetime

from organisation.periods import HalfYear
from reporting.models import ReportSchedule

CATCHES_UP = 60  # days: a calendar that stood still, or was turned on late, opens no rounds of long ago


def opening_day(schedule: ReportSchedule, half: HalfYear) -> datetime.date:
    """The first such day of the year from the half-year's beginning on: 10 January is after the second half."""
    first = half.half == 1
    month, day = (schedule.first_month, schedule.first_day) if first else (schedule.second_month, schedule.second_day)
    this_year = datetime.date(half.year, month, day)
    return this_year if this_year >= half.first_day else this_year.replace(year=half.year + 1)


def next_opening(schedule: ReportSchedule, on: datetime.date) -> tuple[HalfYear, datetime.date]:
    """The half-year whose rounds open next after a day, and when."""
    half = HalfYear.of(on).previous().previous()
    coming = []
    for _step in range(6):
        coming.append((opening_day(schedule, half), half))
        half = HalfYear(half.year, 2) if half.half == 1 else HalfYear(half.year + 1, 1)
    day, half = min(pair for pair in coming if pair[0] > on)
    return half, day


def opening_now(schedule: ReportSchedule, on: datetime.date) -> list[tuple[HalfYear, datetime.date]]:
    """The half-years whose rounds should be open by a day, if there is none, with the day they were to open."""
    half, found = HalfYear.of(on), []
    for _step in range(3):
        day = opening_day(schedule, half)
        if day <= on <= day + datetime.timedelta(days=CATCHES_UP):
            found.append((half, day))
        half = half.previous()
    return found
