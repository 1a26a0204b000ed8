"""What has been counted on measures: the log's numbers held against the targets."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from measures.models import LogEntry, LogFigure, Measure, Target


@dataclass(frozen=True)
class Result:
    """One target with its result so far. `value` is None where nothing has been counted."""

    target: Target
    value: Decimal | None
    entries: int
    # Public ids of the log entries' versions that were counted.
    counted: tuple[str, ...] = ()

    @property
    def percent(self) -> int | None:
        """How much of the target has been reached, in whole percent; None without a target or a result."""
        if not self.target.value or self.value is None:
            return None
        return int(self.value * 100 / self.target.value)


def results(
    measures: Iterable[Measure],
    until: datetime.date,
    leave_out: Collection[int] = (),
    since: datetime.date | None = None,
) -> dict[int, list[Result]]:
    """The targets of the measures (by measure id) with what the log says up to a day, that day included. Two queries.

    With `since`, what it says from that day on. `leave_out` are ids of entries that don't count (not confirmed, in a
    report). Of two numbers on the same day the one that was first logged later is the latest, however often either has
    been corrected.
    """
    by_measure: dict[int, list[Result]] = {}
    targets = list(Target.objects.filter(measure__in=list(measures)))
    for result in results_of(targets, until, leave_out, since):
        by_measure.setdefault(result.target.measure_id, []).append(result)
    return by_measure


def results_of(
    targets: Collection[Target],
    until: datetime.date,
    leave_out: Collection[int] = (),
    since: datetime.date | None = None,
) -> list[Result]:
    """The same of some targets, in their order. One query."""
    first_version = LogEntry.objects.filter(thread=OuterRef("entry__thread")).order_by("id").values("id")[:1]
    figures = (
        LogFigure.objects.filter(
            target__in=targets, entry__in=LogEntry.objects.current(), entry__happened_on__lte=until
        )
        .exclude(entry__in=list(leave_out))
        .filter(entry__happened_on__gte=since or datetime.date.min)
        .order_by("entry__happened_on", Subquery(first_version))
        .values_list("target_id", "value", "entry__public_id")
    )
    counted: dict[int, list[Decimal]] = {}
    sources: dict[int, list[str]] = {}
    for target_id, value, entry in figures:
        counted.setdefault(target_id, []).append(value)
        sources.setdefault(target_id, []).append(entry)
    return [
        Result(
            target,
            _reached(target, counted.get(target.pk, [])),
            len(counted.get(target.pk, [])),
            tuple(sources.get(target.pk, ())),
        )
        for target in targets
    ]


def _reached(target: Target, values: list[Decimal]) -> Decimal | None:
    if not values:
        return None
    return values[-1] if target.counting == Target.Counting.LATEST else sum(values, Decimal(0))
