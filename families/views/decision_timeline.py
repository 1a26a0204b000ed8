"""The drawing of decisions beside each other: a bar for each, from three months back to fifteen months ahead.

Places are percent of the width, written with a point whatever the language. The list beside it says the same in words.
"""

import datetime
from dataclasses import dataclass

from django.utils.formats import date_format

from families.domain.decision_periods import Standing
from families.domain.money_months import next_month
from families.models import Decision

MONTHS_BACK, MONTHS = 3, 18


@dataclass(frozen=True)
class Bar:
    label: str
    state: str
    x: str
    width: str


@dataclass(frozen=True)
class Tick:
    label: str
    x: str


@dataclass(frozen=True)
class Timeline:
    bars: list[Bar]
    ticks: list[Tick]
    today: str


def timeline(rows: list[tuple[Decision, Standing]], on: datetime.date) -> Timeline:
    first = next_month(on, -MONTHS_BACK)
    last = next_month(first, MONTHS)
    days = (last - first).days

    def place(day: datetime.date) -> float:
        return 100 * min(max((day - first).days, 0), days) / days

    bars = []
    for row, stands in rows:
        begin = place(row.starts_on)
        end = place(row.ends_on + datetime.timedelta(days=1)) if row.ends_on else 100
        # What begins after the picture is a thin mark at its edge.
        begin = min(begin, 99.5)
        label = row.title or row.get_scheme_display()
        bars.append(Bar(label, stands.state, f"{begin:.2f}%", f"{max(end - begin, 0.5):.2f}%"))
    ticks = [
        Tick(date_format(month, "M Y"), f"{place(month):.2f}%")
        for month in (next_month(first, number) for number in range(0, MONTHS, 3))
    ]
    return Timeline(bars, ticks, f"{place(on):.2f}%")
