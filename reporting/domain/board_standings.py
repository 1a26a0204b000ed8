"""What dashboards of measures count: how they stood at the end of half-years, results against targets, entries by month.

One statement for each kind, however many measures, half-years and log entries there are. No clock: moments come as days.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Sum

from measures.models import LogMonth, MeasureState, Target
from measures.models.log_counts import with_result, with_target_set
from measures.models.measure import MeasureQuerySet
from organisation.periods import HalfYear
from reporting.domain.disclosure import LEAST

MONTHS = 12


@dataclass(frozen=True)
class Moment:
    """The end of a half-year; today, where that half-year is not over."""

    period: HalfYear
    at: datetime.date
    is_now: bool


# Which measures a dashboard is about: a plan may be in force on one day and not on another.
Scope = Callable[[Moment], MeasureQuerySet]
Group = tuple[str, str]  # public id and name of a plan


@dataclass
class Standing:
    """Counts of measures at one moment. `completed` are those that have been since the day that was asked about."""

    states: Counter[str] = field(default_factory=Counter)
    overdue: int = 0
    quiet: int = 0
    completed: int = 0
    plans: dict[Group, Counter[str]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.states.total()


@dataclass(frozen=True)
class TargetLine:
    """A number to reach, with what was counted up to the moment and up to the one it is compared with."""

    name: str
    measure: str
    measure_id: str
    value: Decimal
    result: Decimal | None
    before: Decimal | None
    counts_people: bool

    @property
    def is_comparable(self) -> bool:
        """Not where few persons are to be reached: that they are would say which number "<5" is."""
        return not self.counts_people or self.value >= LEAST

    @property
    def is_few(self) -> bool:
        return self.counts_people and self.result is not None and self.result < LEAST

    @property
    def share(self) -> Decimal:
        """How far it has come, for the order of the rows; few persons are like none, since an order tells too."""
        return Decimal(0) if self.is_few else (self.result or Decimal(0)) / self.value

    @property
    def is_reached(self) -> bool:
        return self.result is not None and self.result >= self.value

    @property
    def was_reached(self) -> bool:
        return self.before is not None and self.before >= self.value


def moment(period: HalfYear, on: datetime.date) -> Moment:
    return Moment(period, min(period.last_day, on), period.last_day >= on)


def moments(period: HalfYear, on: datetime.date, number: int) -> list[Moment]:
    """As many half-years as asked for, the oldest first, `period` last."""
    periods = [period]
    while len(periods) < number:
        periods.append(periods[-1].previous())
    return [moment(row, on) for row in reversed(periods)]


def standings(*, scope: Scope, at: Sequence[Moment], since: datetime.date) -> dict[Moment, Standing]:
    """How the measures stood at each moment, in one statement. `completed` are those whose state is of a day after `since`."""
    found = {row: Standing() for row in at}
    statements: list[str] = []
    parameters: list[Any] = []
    for number, row in enumerate(at):
        rows: Any = scope(row).with_standing(row.at, row.is_now).order_by()
        columns = rows.values_list(
            "state_then", "since_then", "evaluation_overdue_then", "quiet_then", "plan__public_id", "plan__short_title",
            "plan__title",
        )  # fmt: skip
        try:
            inner, values = columns.query.sql_with_params()
        except EmptyResultSet:  # nobody's measures
            continue
        statements.append(
            f"SELECT {number}, state, plan, coalesce(nullif(short_title, ''), title), count(*), count(*) FILTER (WHERE late),"
            " count(*) FILTER (WHERE quiet), count(*) FILTER (WHERE since > %s)"
            f" FROM ({inner}) AS s(state, since, late, quiet, plan, short_title, title) GROUP BY 1, 2, 3, 4"
        )
        parameters += [since, *values]
    if not statements:
        return found
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), parameters)
        for number, state, plan, name, count, late, quiet, recent in cursor.fetchall():
            standing = found[at[number]]
            standing.states[state] += count
            standing.overdue += late
            standing.quiet += quiet
            standing.completed += recent if state == MeasureState.COMPLETED else 0
            standing.plans.setdefault((plan, name), Counter())[state] += count
    return found


def present(scope: Scope, at: Moment) -> MeasureQuerySet:
    """The measures that were there at a moment."""
    rows = scope(at).order_by()
    return rows if at.is_now else rows.with_standing(at.at, at.is_now)


def target_lines(*, scope: Scope, at: Moment, compared: Moment) -> list[TargetLine]:
    """The targets with a number to reach, those furthest from it first. One statement."""
    targets = with_target_set(Target.objects.filter(measure__in=present(scope, at).values("pk")))
    counted: Any = with_result(with_result(targets, at.at), compared.at, "before")
    rows = counted.order_by("id").values_list(
        "name", "measure__title", "measure__public_id", "value", "result", "before", "counts_people"
    )
    return sorted((TargetLine(*row) for row in rows), key=lambda row: row.share)


def entries_by_month(*, scope: Scope, at: Moment) -> list[tuple[datetime.date, int]]:
    """The entries of the last twelve months up to a moment, by the day each month begins; nought where there are none."""
    months = [at.at.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - datetime.timedelta(days=1)).replace(day=1))
    rows = LogMonth.objects.filter(measure__in=scope(at).order_by().values("pk"), month__in=months).order_by()
    found = dict(rows.values_list("month").annotate(Sum("entries")))
    return [(month, found.get(month, 0)) for month in reversed(months)]
