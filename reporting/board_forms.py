"""What a dashboard is asked about, in its address: a half-year, the one to compare it with, and a unit."""

import datetime
from dataclasses import dataclass

from django.http import QueryDict

from organisation.models import Unit, User
from organisation.periods import HalfYear

MOST_PERIODS = 10


@dataclass(frozen=True)
class Question:
    """`unit` is None for all. `compared` is the half-year before unless the address says another; it is always earlier."""

    period: HalfYear
    compared: HalfYear
    unit: Unit | None
    periods: tuple[HalfYear, ...]
    units: tuple[Unit, ...]


def asked(query: QueryDict, *, user: User, on: datetime.date, units: tuple[Unit, ...] = ()) -> Question:
    """Read `periode=2026-2`, `mot=2025-2` and `enhet=ID`. What makes no sense, or may not be seen, is passed over."""
    now = HalfYear.of(on)
    periods = [now]
    while len(periods) < MOST_PERIODS:
        periods.append(periods[-1].previous())
    period = _one_of(periods, query.get("periode", "")) or now
    earlier = [row for row in (*periods, periods[-1].previous()) if row < period]
    compared = _one_of(earlier, query.get("mot", "")) or period.previous()
    unit = next((row for row in units if row.public_id == query.get("enhet")), None)
    return Question(period, compared, unit, tuple(periods), units)


def _one_of(periods: list[HalfYear], code: str) -> HalfYear | None:
    return next((row for row in periods if row.code == code), None)
