"""The kinds of reports: how each one's figures are put together. Which sections they have: domain/sections.py."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from reporting.domain import freeze
from reporting.domain.sub_project_status import sub_project_status
from reporting.domain.yearly_grants import yearly_grants
from reporting.models import Report, ReportKind


@dataclass(frozen=True)
class Built:
    """The figures of a version (docs/report-content.md) and, by the key of each figure, what it was counted from."""

    figures: dict[str, Any]
    sources: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """`build` reads what a report on a period needs, as of a day, with a constant number of queries.

    `document_type` is what the archive calls it.
    """

    build: Callable[[Report, datetime.date], Built]
    document_type: Any


def _plan(report: Report, on: datetime.date) -> Built:
    return Built(*freeze.frozen_plan(report.round))  # type: ignore[arg-type]


def _sub_projects(report: Report, on: datetime.date) -> Built:
    return Built(*sub_project_status(report, on))


def _yearly_grants(report: Report, on: datetime.date) -> Built:
    return Built(*yearly_grants(report, on))


KINDS: dict[str, Kind] = {
    ReportKind.PLAN_HALF_YEAR: Kind(_plan, _("Statusrapport")),
    ReportKind.SUB_PROJECTS: Kind(_sub_projects, _("Statusrapport")),
    ReportKind.YEARLY_GRANTS: Kind(_yearly_grants, _("Årsrapport")),
}
