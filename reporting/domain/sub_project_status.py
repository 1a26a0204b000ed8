"""The six-month status of all sub-projects against their award letters: figures for a municipality and a half-year.

The shape is written down in docs/report-content.md. Everything is as of the half-year's last day, or as of today while it
lasts. What is read: sub_project_facts.py; the first page: sub_project_front.py; what may be printed of results:
sub_project_results.py; what has changed since the report before: sub_project_changes.py.
"""

import datetime
from typing import Any, NamedTuple

from django.db.models import Case, Q, When
from django.utils import translation
from django.utils.translation import gettext as _

from grants.models import OutcomeKind
from organisation.domain.errors import DomainError
from organisation.models import Municipality
from organisation.periods import HalfYear
from reporting.domain.free_texts import free
from reporting.domain.published_counts import earlier, sums_told
from reporting.domain.sub_project_changes import changes, is_empty
from reporting.domain.sub_project_facts import Facts, facts_of
from reporting.domain.sub_project_front import five_figures, late_of, stopped_in, with_change
from reporting.domain.sub_project_money import money_in_all, money_sources
from reporting.domain.sub_project_part import Part
from reporting.domain.sub_project_results import Results, results_of, without_counts
from reporting.models import Report, ReportKind, ReportVersion, VersionState

SCHEMA = 2
Json = dict[str, Any]


class Status(NamedTuple):
    figures: Json
    sources: dict[str, Json]


def sub_project_status(report: Report, on: datetime.date) -> Status:
    """The figures of a report on the sub-projects, as they stand on a day; in bokmål, whoever asks."""
    if report.half is None:
        raise ValueError("A report on sub-projects is on a half-year.")
    period = HalfYear(report.year, report.half)
    if period.first_day > on:
        raise DomainError(_("Halvåret har ikke begynt."), "period")
    with translation.override("nb"):
        facts = facts_of(report.municipality, period, on)
        goals = [goal for told in facts.told for goal in told.goals]
        results = results_of(
            sub_projects=facts.counted, standing=facts.standing, goals=goals, earlier=earlier(report.municipality),
            logged=facts.logged, told_sums=sums_told(report.municipality),
        )  # fmt: skip
        figures = _figures(report, period, facts, results, on)
        before = before_of(report.municipality, period)
        moved = changes(before, figures) if before else None
        since = before["period"]["label"] if before else ""
        figures["five"] = with_change(figures["five"], since, moved["five"] if moved else [])
        figures["changes"] = moved and moved | {"nothing": is_empty(moved)}
        return Status(figures, results.sources | money_sources(facts) | _sources(facts, results))


def before_of(municipality: Municipality, period: HalfYear) -> Json | None:
    """The content of the report on the newest half-year before that has been approved or published; None where there is none.

    Of that half-year's versions a published one goes before a correction that is not out yet. One that is approved only has
    told nobody its protected counts, so it comes without them.
    """
    versions = ReportVersion.objects.filter(
        Q(report__year__lt=period.year) | Q(report__year=period.year, report__half__lt=period.half),
        report__municipality=municipality,
        report__kind=ReportKind.SUB_PROJECTS,
        state__in=(VersionState.APPROVED, VersionState.PUBLISHED),
    )
    published_first = Case(When(state=VersionState.PUBLISHED, then=0), default=1)
    in_order = versions.order_by("-report__year", "-report__half", published_first, "-number")
    row = in_order.values_list("content", "state").first()
    if row is None:
        return None
    content, state = row
    return content if state == VersionState.PUBLISHED else without_counts(content or {})


def _figures(report: Report, period: HalfYear, facts: Facts, results: Results, on: datetime.date) -> Json:
    municipality, money = report.municipality, money_in_all(facts)
    parts = [Part(told, facts, results) for told in facts.told]
    return {
        "schema": SCHEMA,
        "kind": "sub_projects",
        "title": _("Halvårsstatus for delprosjektene"),
        "subject": period.label,
        "municipality": {"name": municipality.name, "number": municipality.number, "region": municipality.region},
        "case_number": report.case_number,
        "period": {
            "code": period.code,
            "label": period.label,
            "start": period.first_day.isoformat(),
            "end": period.last_day.isoformat(),
        },
        "as_of": facts.until.isoformat(),
        "counted_on": facts.until.isoformat(),
        "closed_on": on.isoformat(),
        "proposed_decision": free(
            "proposed_decision",
            _("Forslag til vedtak"),
            "forslag",
            _("Halvårsstatus for delprosjektene, %(period)s, tas til orientering.") % {"period": period.label},
        ),
        "summary": free("summary", _("Sammendrag"), "sammendrag", ""),
        "five": five_figures(facts, results, money),
        "late": late_of(facts, on),
        "stopped": stopped_in(facts),
        "results": _table(facts, results),
        "money": money,
        "sub_projects": [part.content() for part in parts],
        "log": [entry for part in parts for entry in part.log()],
        "counts": results.counts,
        "count_sums": results.sums,
    }


def _table(facts: Facts, results: Results) -> Json | None:
    """Results by sub-project with totals, of all that have begun; None where nothing has been counted."""
    if not results.kinds:
        return None
    told = {told.row.pk for told in facts.told}
    rows: list[Json] = [
        {
            "id": row.public_id,
            "title": row.title,
            "is_told": row.pk in told,
            "cells": [results.of_kind(row, kind) for kind in results.kinds],
        }
        for row in facts.counted
    ]
    return {
        "columns": [{"kind": kind, "label": str(OutcomeKind(kind).label)} for kind in results.kinds],
        "rows": [row for row in rows if any(row["cells"])],
        "total": [results.total(kind) for kind in results.kinds],
    }


def _sources(facts: Facts, results: Results) -> dict[str, Json]:
    """What the numbers are made of that are neither results nor money."""
    reviews = [told.review.public_id for told in facts.told if told.review]
    families = [key for kind, key in results.totals.items() if kind == OutcomeKind.FAMILIES]
    sources = {
        "five:running": {"kind": "sub_projects", "ids": [told.id for told in facts.told if told.standing.is_running]},
        "five:reached": {"kind": "reviews", "ids": reviews},
        "five:reviews": {"kind": "reviews", "ids": reviews},
        "five:families": {"kind": "results", "ids": families},
        "five:left": {"kind": "results", "ids": [f"money:{told.id}:left" for told in facts.told]},
    }
    for told in facts.told:
        if told.review:
            sources[f"judged:{told.id}"] = {"kind": "reviews", "ids": [told.review.public_id]}
            sources[f"answers:{told.id}"] = {"kind": "reviews", "ids": [told.review.public_id]}
    return sources
