"""What a municipality should see first of its grants: reports that are due, money to apply for, measures in their last year."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from grants.models import AWARDED_STATES, Funding, Grant, GrantScheme, GrantState, ReportState

AHEAD = 45  # days before a deadline, in the list of grants as on the first page
SECOND_HALF = 7  # the month from which a deadline is for next year's money
ORDINALS = (
    _("Første"), _("Andre"), _("Tredje"), _("Fjerde"), _("Femte"), _("Sjette"), _("Sjuende"), _("Åttende"), _("Niende"),
    _("Tiende"),
)  # fmt: skip


@dataclass(frozen=True)
class Opening:
    """A scheme that can be applied for, and the year whose money it is."""

    scheme: GrantScheme
    year: int
    is_soon: bool


@dataclass(frozen=True)
class LastYear:
    """A measure that gets, or asks for, money in the last year its scheme allows, or beyond."""

    title: str
    public_id: str
    grant_year: int
    warning: Any


def is_due(grant: Grant, on: datetime.date) -> bool:
    """Its report is due within AHEAD days or late, or was sent back. Asked of a grant with scheme and report at hand."""
    report = getattr(grant, "report", None)
    if report is not None and report.state == ReportState.RETURNED:
        return True
    if grant.state != GrantState.GRANTED or not grant.scheme.has_reporting_duty:
        return False
    if grant.report_by is None:
        return grant.year < on.year
    return grant.report_by <= on + datetime.timedelta(days=AHEAD)


def due(*, grants: QuerySet[Grant], on: datetime.date) -> QuerySet[Grant]:
    """Those of the grants of which `is_due` says so, chosen by the database."""
    late = Q(report_by__lte=on + datetime.timedelta(days=AHEAD)) | Q(report_by=None, year__lt=on.year)
    return grants.filter(
        Q(report__state=ReportState.RETURNED) | late & Q(state=GrantState.GRANTED, scheme__has_reporting_duty=True)
    )


def application_year(apply_by: datetime.date) -> int:
    """Whose money a deadline is for: this year's in the first half, next year's in the second."""
    return apply_by.year + (apply_by.month >= SECOND_HALF)


def openings(*, schemes: QuerySet[GrantScheme], taken: Iterable[tuple[int, int]], on: datetime.date) -> list[Opening]:
    """Schemes in use whose deadline has not passed, first deadline first. `taken` are the schemes and years one has grants of."""
    known = set(taken)
    found = []
    for scheme in schemes.filter(active=True, apply_by__gte=on).order_by("apply_by", "id"):
        assert scheme.apply_by is not None  # the filter has seen to it
        year = application_year(scheme.apply_by)
        if (scheme.pk, year) not in known:
            is_soon = scheme.apply_by <= on + datetime.timedelta(days=AHEAD)
            found.append(Opening(scheme, year, is_soon))
    return found


def year_warning(years: Iterable[int], year: int, max_years: int | None) -> Any:
    """What to say of a measure with money in `years` that gets, or asks for, that of `year`; nothing before its last year."""
    if max_years is None:
        return ""
    had = {one for one in years if one <= year}
    count = len(had | {year})
    if count < max_years:
        return ""
    if count == max_years:
        if count <= len(ORDINALS):
            return format_lazy(_("{ordinal} og siste år"), ordinal=ORDINALS[count - 1])
        return format_lazy(_("År {count}, det siste"), count=count)
    return format_lazy(
        _("Har fått penger i {count} år. Ordningen gir høyst {most}."), count=len(had), most=max_years
    )  # fmt: skip


def last_years(*, grants: QuerySet[Grant], on: datetime.date) -> list[LastYear]:
    """Of grants of this year and later, awarded or applied for. One query; a warning and never a refusal."""
    rows = Funding.objects.filter(
        Q(grant__state__in=AWARDED_STATES) | Q(grant__state=GrantState.APPLIED),
        grant__in=grants, grant__scheme__max_years__isnull=False,
    ).select_related("grant__scheme", "funded_measure")  # fmt: skip
    had, newest = defaultdict(set), {}
    for row in rows.order_by("grant__year", "funded_measure__title", "id"):
        if row.grant.is_awarded:
            had[row.funded_measure_id].add(row.grant.year)
        newest[row.funded_measure_id] = row
    found = []
    for row in newest.values():
        warning = year_warning(had[row.funded_measure_id], row.grant.year, row.grant.scheme.max_years)
        if warning and row.grant.year >= on.year:
            found.append(LastYear(row.funded_measure.title, row.funded_measure.public_id, row.grant.year, warning))
    return found
