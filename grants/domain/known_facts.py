"""What the answers of a yearly report are taken from, read in a fixed number of queries however many measures there are.

Only what the municipality's own users see of its plans, sub-projects and grants; nothing of any family.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grants.domain.outcome import StandingOutcome, standing_outcomes
from grants.models import (
    AWARDED_STATES,
    COUNTED_STATES,
    FundedMeasure,
    Funding,
    Grant,
    MeasureReport,
    OutcomeKind,
    Review,
    SubProject,
    SubProjectPartner,
    YearlyReport,
)
from measures.domain.results import Result, results
from measures.models import LogEntry, Measure


@dataclass(frozen=True)
class Known:
    """An answer that needs no typing, and in words where it comes from.

    `binds`: another answer is to be explained. What was said last year is only where one starts from.
    """

    value: Any
    source: str
    binds: bool = True


@dataclass(frozen=True)
class Facts:
    """By ids of measures, sub-projects, targets and funded measures, as the names say."""

    grant: Grant
    forms: tuple[MeasureReport, ...]
    fundings: dict[int, Funding]
    funded_next_year: frozenset[int]
    last: YearlyReport | None
    last_forms: tuple[MeasureReport, ...]
    in_year: dict[int, Result]  # by target: what was counted in the year
    until_year: dict[int, Result]  # by target: what had been counted when the year ended
    entries: dict[int, list[LogEntry]]  # by measure: those of the year, oldest first
    children: dict[int, StandingOutcome]  # by sub-project
    partners: dict[int, list[SubProjectPartner]]
    reviews: dict[int, Review]  # by sub-project: the last one that was held in the year
    earlier: tuple[FundedMeasure, ...]  # had money in an earlier year and have none in this one

    @property
    def year(self) -> int:
        return self.grant.year

    @property
    def last_day(self) -> datetime.date:
        return datetime.date(self.year, 12, 31)

    @cached_property
    def funded(self) -> list[FundedMeasure]:
        return [form.funded_measure for form in self.forms if form.funded_measure]

    def last_form(self, form: MeasureReport) -> MeasureReport | None:
        """Last year's form of the same measure, by its title where either is not linked to one."""
        return match(form, self.last_forms)


def match(form: MeasureReport, others: Iterable[MeasureReport]) -> MeasureReport | None:
    """The form of the same measure among those of another year."""
    title = form.title.casefold()
    for other in others:
        if form.funded_measure_id and form.funded_measure_id == other.funded_measure_id:
            return other
    linked = bool(form.funded_measure_id)
    found = (row for row in others if row.title.casefold() == title and not (linked and row.funded_measure_id))
    return next(found, None)


def linked_measure(funded: FundedMeasure | None) -> Measure | None:
    """The plan's measure that is logged on: its own, or the sub-project's."""
    if funded is None:
        return None
    return funded.measure or (funded.sub_project.measure if funded.sub_project else None)


def last_report(grant: Grant) -> YearlyReport | None:
    """What the same unit reported on the same scheme the year before, if it was sent."""
    return YearlyReport.objects.filter(
        grant__reporting_unit=grant.reporting_unit_id,
        grant__scheme=grant.scheme_id,
        grant__year=grant.year - 1,
        state__in=COUNTED_STATES,
    ).first()


def read_facts(report: YearlyReport) -> Facts:
    grant = Grant.objects.select_related("reporting_unit").get(pk=report.grant_id)
    forms = tuple(
        report.measure_reports.select_related(
            "funded_measure__measure__plan", "funded_measure__measure__responsible_unit",
            "funded_measure__sub_project__measure__plan", "funded_measure__sub_project__measure__responsible_unit",
            "funded_measure__children_target__measure",
        ).prefetch_related("funded_measure__measure__partners", "funded_measure__sub_project__measure__partners")
    )  # fmt: skip
    funded = [form.funded_measure for form in forms if form.funded_measure]
    measures = {measure for row in funded if (measure := linked_measure(row))}
    sub_projects = [row.sub_project for row in funded if row.sub_project]
    counted = measures | {row.children_target.measure for row in funded if row.children_target}
    first, last_day = datetime.date(grant.year, 1, 1), datetime.date(grant.year, 12, 31)
    last = last_report(grant)
    return Facts(
        grant, forms,
        fundings={row.funded_measure_id: row for row in Funding.objects.filter(grant=grant)},
        funded_next_year=_funded(grant, grant__year=grant.year + 1),
        last=last,
        last_forms=tuple(last.measure_reports.all()) if last else (),
        in_year=_by_target(results(counted, last_day, since=first)),
        until_year=_by_target(results(counted, last_day)),
        entries=_entries(measures, first, last_day),
        children={
            row.sub_project_id: row for row in standing_outcomes(sub_projects, last_day)
            if row.kind == OutcomeKind.CHILDREN
        },
        partners=_partners(sub_projects, first),
        reviews=_reviews(sub_projects, first, last_day),
        earlier=_earlier(grant),
    )  # fmt: skip


def _funded(grant: Grant, **which: Any) -> frozenset[int]:
    """The measures with money of other years' grants of the same unit and scheme."""
    fundings = Funding.objects.filter(
        grant__reporting_unit=grant.reporting_unit_id,
        grant__scheme=grant.scheme_id,
        grant__state__in=AWARDED_STATES,
        **which,
    )
    return frozenset(fundings.values_list("funded_measure_id", flat=True))


def _by_target(found: dict[int, list[Result]]) -> dict[int, Result]:
    return {row.target.pk: row for rows in found.values() for row in rows}


def _entries(measures: set[Measure], first: datetime.date, last: datetime.date) -> dict[int, list[LogEntry]]:
    rows = LogEntry.objects.current().filter(measure__in=measures, happened_on__range=(first, last))
    found = defaultdict(list)
    for row in rows.order_by("happened_on", "id"):
        found[row.measure_id].append(row)
    return found


def _partners(sub_projects: list[SubProject], first: datetime.date) -> dict[int, list[SubProjectPartner]]:
    """Those who took part in the year, also if they left in the course of it."""
    found = defaultdict(list)
    for row in SubProjectPartner.objects.active(first).filter(sub_project__in=sub_projects).select_related("unit"):
        found[row.sub_project_id].append(row)
    return found


def _reviews(sub_projects: list[SubProject], first: datetime.date, last: datetime.date) -> dict[int, Review]:
    """The day a review was held is written when it is concluded."""
    held = Review.objects.filter(sub_project__in=sub_projects, held_on__range=(first, last))
    return {row.sub_project_id: row for row in held.order_by("number").prefetch_related("judgements")}


def _earlier(grant: Grant) -> tuple[FundedMeasure, ...]:
    ids = _funded(grant, grant__year__lt=grant.year)
    rows = FundedMeasure.objects.filter(pk__in=ids).exclude(fundings__grant=grant.pk)
    return tuple(rows.select_related("measure", "sub_project__measure"))
