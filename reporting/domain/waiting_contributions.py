"""What leaders have to confirm in the rounds that are open, and who has not done so; a fixed number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from measures.models import LogEntry, Measure
from organisation.models import User
from organisation.periods import HalfYear
from reporting.domain.contribution import Standing
from reporting.models import Contribution, ReportRound, RoundState

OF_ROUND = {"public_id": "plan__rounds__public_id", "year": "plan__rounds__year", "half": "plan__rounds__half"}


@dataclass(frozen=True)
class ToConfirm:
    """A measure in an open round, with what would be confirmed."""

    round: ReportRound
    standing: Standing

    @property
    def version(self) -> int:
        return self.standing.contribution.version if self.standing.contribution else 0


def to_confirm(*, by: User) -> list[ToConfirm]:
    """What a unit leader has not confirmed yet, or of which the log has become another since; by deadline. Two queries."""
    given = Contribution.objects.filter(round=OuterRef("round_pk"), measure=OuterRef("pk"))
    fields = ("pk", "version", "text", "confirmed_at", "confirmed_entries")
    rows = (
        Measure.objects.led_by(by)
        .filter(plan__rounds__state=RoundState.OPEN)
        .select_related("responsible_unit")
        .annotate(round_pk=F("plan__rounds__pk"), round_deadline=F("plan__rounds__deadline"))
        .annotate(**{f"round_{name}": F(path) for name, path in OF_ROUND.items()})
        .annotate(given=given.values(row=JSONObject(**{name: name for name in fields})))
        .order_by("round_deadline", "round_pk", "position", "id")
    )
    measures: list[Any] = list(rows)
    entries = _entries(measures)
    found = [ToConfirm(_round(row), Standing(row, _given(row), entries[row.pk, _period(row)])) for row in measures]
    return [row for row in found if not row.standing.is_confirmed or row.standing.has_changed]


def _period(row: Any) -> HalfYear:
    return HalfYear(row.round_year, row.round_half)


def _round(row: Any) -> ReportRound:
    return ReportRound(
        pk=row.round_pk, plan_id=row.plan_id, deadline=row.round_deadline,
        **{name: getattr(row, f"round_{name}") for name in OF_ROUND},
    )  # fmt: skip


def _given(row: Any) -> Contribution | None:
    if row.given is None:
        return None
    at = row.given["confirmed_at"]
    return Contribution(**row.given | {"confirmed_at": parse_datetime(at) if at else None})


def _entries(measures: list[Any]) -> dict[tuple[int, HalfYear], list[LogEntry]]:
    """The log of each measure in the half-year that its round asks about. Figures are not asked for."""
    entries: dict[tuple[int, HalfYear], list[LogEntry]] = defaultdict(list)
    periods = {_period(row) for row in measures}
    if not periods:
        return entries
    asked = Q()
    for period in periods:
        asked |= Q(happened_on__range=(period.first_day, period.last_day))
    rows = LogEntry.objects.current().filter(asked, measure__in={row.pk for row in measures})
    for entry in rows.order_by("happened_on", "id"):
        entries[entry.measure_id, HalfYear.of(entry.happened_on)].append(entry)
    return entries


@dataclass(frozen=True)
class Lacking:
    """A unit with measures of an open round that it has not confirmed."""

    round: int
    unit: str
    unit_id: str
    measures: int


def who_has_not_confirmed(*, by: User) -> dict[int, list[Lacking]]:
    """For each open round that the coordinator answers for, by its primary key: the units, those with most first."""
    confirmed = Contribution.objects.filter(
        round=OuterRef("plan__rounds"), measure=OuterRef("pk"), confirmed_at__isnull=False
    )
    rows = (
        Measure.objects.editable_by(by)
        .filter(~Exists(confirmed), plan__rounds__state=RoundState.OPEN)
        .order_by()
        .values_list("plan__rounds", "responsible_unit__name", "responsible_unit__public_id")
        .annotate(measures=Count("pk"))
        .order_by("-measures", "responsible_unit__name")
    )
    found: dict[int, list[Lacking]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(Lacking(*row))
    return found
