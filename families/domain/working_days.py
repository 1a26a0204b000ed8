"""Working days in Norway: benefits and pay that fall due on a day off usually come on the last working day before."""

import datetime
from functools import cache

DAY = datetime.timedelta(days=1)
# Days after Easter Sunday: Maundy Thursday, Good Friday, Easter Sunday and Monday, Ascension Day, Whit Sunday and Monday.
AROUND_EASTER = (-3, -2, 0, 1, 39, 49, 50)
# New Year's Day, 1 and 17 May, Christmas Day and the day after (month, day).
FIXED = ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))
SATURDAY = 5


def easter_sunday(year: int) -> datetime.date:
    """By the Gregorian calendar (the computus of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    rest = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * rest) // 451
    month, day = divmod(h + rest - 7 * m + 114, 31)
    return datetime.date(year, month, day + 1)


@cache
def public_holidays(year: int) -> frozenset[datetime.date]:
    """The days off of a year, by the acts on holidays and on 1 and 17 May. Saturdays and Sundays are not among them."""
    easter = easter_sunday(year)
    return frozenset(
        [datetime.date(year, month, day) for month, day in FIXED] + [easter + DAY * days for days in AROUND_EASTER]
    )


def is_working_day(day: datetime.date) -> bool:
    return day.weekday() < SATURDAY and day not in public_holidays(day.year)


def working_day_before(day: datetime.date) -> datetime.date:
    """The day itself, or the last working day before it."""
    while not is_working_day(day):
        day -= DAY
    return day
