"""What the directorate sees of one scheme's year: sums by region, who has sent the report and who has not. Set-based.

Of a report that has not been sent nothing is told, not even that it has been begun: it is the municipality's own.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from grants.models import (
    AWARDED_STATES,
    COUNTED_STATES,
    Grant,
    GrantScheme,
    MeasureReport,
    ReportingUnit,
    ReportState,
    YearlyReport,
)
from organisation.models.ordering import by_name

COUNTED = Q(report__state__in=COUNTED_STATES)
# What is known of a report outside its municipality; "" stands for not sent, begun or not.
KNOWN_STATES = (*COUNTED_STATES, ReportState.RETURNED)


@dataclass(frozen=True)
class Sums:
    """`children` is None where no form says how many were reached."""

    units: int = 0
    awarded_nok: Decimal = Decimal(0)
    sent: int = 0
    accepted: int = 0
    late: int = 0
    measures: int = 0
    children: int | None = None

    @property
    def not_sent(self) -> int:
        return self.units - self.sent

    def __add__(self, other: "Sums") -> "Sums":
        children = [part.children for part in (self, other) if part.children is not None]
        return Sums(
            self.units + other.units, self.awarded_nok + other.awarded_nok, self.sent + other.sent,
            self.accepted + other.accepted, self.late + other.late, self.measures + other.measures,
            sum(children) if children else None,
        )  # fmt: skip


@dataclass(frozen=True)
class Overview:
    """The year's sums and those of the year before, in the chosen region or in all; and each region's."""

    now: Sums
    before: Sums | None  # None where nothing was awarded
    regions: list[tuple[str, Sums]]  # by name; units without a region last


def years_of_schemes() -> dict[GrantScheme, list[int]]:
    """The schemes that are reported here and have been awarded something, by name; the years, newest first."""
    pairs = Grant.objects.awarded().filter(scheme__reported_here=True).order_by("-year").values_list("scheme", "year")
    years: dict[int, list[int]] = {}
    for scheme, year in pairs.distinct():
        years.setdefault(scheme, []).append(year)
    return {scheme: years[scheme.pk] for scheme in GrantScheme.objects.filter(pk__in=years)}


def regions_of(*, scheme: GrantScheme, year: int) -> list[str]:
    """The regions of the units that were awarded something, by name."""
    grants = Grant.objects.awarded().filter(scheme=scheme, year=year)
    units = ReportingUnit.objects.filter(grants__in=grants).exclude(region="")
    return list(units.order_by(by_name("region")).values_list("region", flat=True).distinct())


def overview(*, scheme: GrantScheme, year: int, region: str | None, on: datetime.date) -> Overview:
    """`region` None: all of them. Two queries, however many units there are."""
    found = _sums(scheme, (year, year - 1), on)
    chosen = {when: _total(parts, region) for when, parts in found.items()}
    regions = sorted(found.get(year, {}).items(), key=lambda row: row[0] == "")
    return Overview(chosen.get(year) or Sums(), chosen.get(year - 1), regions)


def _total(parts: dict[str, Sums], region: str | None) -> Sums | None:
    wanted = [sums for name, sums in parts.items() if region is None or name == region]
    return sum(wanted[1:], wanted[0]) if wanted else None


def _sums(scheme: GrantScheme, years: Iterable[int], on: datetime.date) -> dict[int, dict[str, Sums]]:
    """By year and region."""
    grants = Grant.objects.awarded().filter(scheme=scheme, year__in=years).order_by()
    late = Q(report_by__lt=on) & ~COUNTED
    region = "reporting_unit__region"
    # In the order of Sums.
    figures = {
        "units": Count("pk"), "awarded": Sum("awarded_nok"), "sent": Count("pk", filter=COUNTED),
        "accepted": Count("pk", filter=Q(report__state=ReportState.ACCEPTED)), "late": Count("pk", filter=late),
    }  # fmt: skip
    rows = grants.values_list("year", region).order_by(by_name(region)).annotate(**figures)
    forms = (
        MeasureReport.objects.filter(report__state__in=COUNTED_STATES, report__grant__in=grants)
        .order_by()
        .values_list("report__grant__year", "report__grant__reporting_unit__region")
        .annotate(forms=Count("pk"), children=Sum("children_reached"))
    )
    reported = {(year, name): (count, children) for year, name, count, children in forms}
    found: dict[int, dict[str, Sums]] = {}
    for year, name, *counted in rows:
        found.setdefault(year, {})[name] = Sums(*[*counted, *reported.get((year, name), (0, None))])
    return found


def units_of(*, scheme: GrantScheme, year: int) -> QuerySet[Grant]:
    """The year's grants, each with its unit, `sent_state` (of the report, "" where it has not been sent), how many
    measures are reported and how many children and young people they reached."""
    known = When(report__state__in=KNOWN_STATES, then=F("report__state"))
    forms = (
        MeasureReport.objects.filter(report__grant=OuterRef("pk"), report__state__in=COUNTED_STATES)
        .order_by()
        .values("report__grant")
    )
    return (
        Grant.objects.awarded()
        .filter(scheme=scheme, year=year)
        .select_related("reporting_unit__unit", "responsible_unit")
        .annotate(
            sent_state=Case(known, default=Value(""), output_field=CharField()),
            report_id_in_url=Case(When(report__state__in=KNOWN_STATES, then=F("report__public_id"))),
            measures=_figure(forms, Count("pk")),
            children=_figure(forms, Sum("children_reached")),
        )
    )


def _figure(forms: QuerySet[Any], figure: Any) -> Subquery:
    return Subquery(forms.annotate(figure=figure).values("figure"), output_field=IntegerField())


def missing(grants: QuerySet[Grant]) -> QuerySet[Grant]:
    """Those awarded that have no report which counts: never sent, or sent back."""
    return grants.filter(~COUNTED, state__in=AWARDED_STATES, scheme__reported_here=True)


def to_judge() -> QuerySet[YearlyReport]:
    """What has been sent and not yet judged, the longest waiting first."""
    return (
        YearlyReport.objects.filter(state=ReportState.SUBMITTED, grant__scheme__reported_here=True)
        .select_related("grant__scheme", "grant__reporting_unit")
        .order_by("submitted_at", "id")
    )
