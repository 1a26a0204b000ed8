"""Grants received in every stage, for tests that visit every page: a draft report, one that was sent, one sent back."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from grants.models import (
    FundedMeasure,
    Funding,
    Grant,
    GrantScheme,
    GrantState,
    MeasureReport,
    ReportingUnit,
    ReportRemark,
    ReportState,
    ReportStep,
    YearlyReport,
)
from measures.models import Measure
from organisation.models import Municipality, Role, Unit, User
from tests.factories import (
    FundedMeasureFactory,
    GrantFactory,
    GrantSchemeFactory,
    MeasureReportFactory,
    ReportingUnitFactory,
    YearlyReportFactory,
)
from tests.pages import may_directorate, may_grants, may_imports, may_reports, may_tables

Ids = dict[str, dict[str, str]]
Users = dict[Role, User]


@dataclass
class GrantsWorld:
    """What there is of grants in the municipality, and what the addresses' arguments are taken from."""

    municipality: Municipality
    users: Users
    scheme: GrantScheme  # national, reported here
    own_scheme: GrantScheme
    reporting_unit: ReportingUnit
    funded: FundedMeasure  # linked to a measure, with money in all the years that have a report
    applied: Grant  # of the own scheme, this year
    reports: dict[str, YearlyReport]  # by state: draft (last year), submitted (the year before), returned


def grants_received(
    municipality: Municipality, unit: Unit, measure: Measure, users: Users, today: datetime.date, secret: str
) -> Ids:
    """The arguments of the addresses of grants. Last year's report is a draft, the one before is sent, the first sent back."""
    scheme: GrantScheme = GrantSchemeFactory(name=f"Nasjonal ordning {municipality.pk}", municipality=None)
    own = GrantSchemeFactory(municipality=municipality, name=f"Egen ordning. {secret}", purpose=secret)
    reporting_unit = ReportingUnitFactory(
        municipality=municipality, unit=unit, name=f"Kommunen {municipality.pk}. {secret}"
    )
    funded = FundedMeasureFactory(
        reporting_unit=reporting_unit, scheme=scheme, title=f"Ferietiltaket. {secret}", measure=measure
    )
    applied = GrantFactory(
        reporting_unit=reporting_unit, scheme=own, year=today.year, state=GrantState.APPLIED, note=secret,
        applied_nok=Decimal(200_000), report_by=None,
    )  # fmt: skip
    reports = {
        str(state): _report(_grant(reporting_unit, scheme, today.year - back, state), funded, state, users, secret)
        for back, state in ((1, ReportState.DRAFT), (2, ReportState.SUBMITTED), (3, ReportState.RETURNED))
    }
    made = GrantsWorld(municipality, users, scheme, own, reporting_unit, funded, applied, reports)
    parts = (may_grants, may_reports, may_tables, may_imports, may_directorate)
    return {name: arguments for part in parts for name, arguments in part.ids(made).items()}


def _grant(reporting_unit: Any, scheme: GrantScheme, year: int, state: str) -> Grant:
    grant: Grant = GrantFactory(
        reporting_unit=reporting_unit, scheme=scheme, year=year, report_by=datetime.date(year + 1, 3, 1),
        state=GrantState.GRANTED if state == ReportState.DRAFT else GrantState.REPORTED,
    )  # fmt: skip
    return grant


def _report(grant: Grant, funded: FundedMeasure, state: str, users: Users, secret: str) -> YearlyReport:
    report: YearlyReport = YearlyReportFactory(
        grant=grant, state=state, general_feedback=secret, submitted_by=users[Role.COORDINATOR]
    )
    Funding.objects.create(grant=grant, funded_measure=funded, budget_nok=Decimal(150_000))
    form: MeasureReport = MeasureReportFactory(
        report=report, funded_measure=funded, title=funded.title, description=secret, children_reached=40
    )
    at = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    if state == ReportState.RETURNED:
        step = ReportStep.objects.create(
            report=report, before=ReportState.SUBMITTED, after=state, at=at, by=users[Role.ANALYST],
            comment=f"Se over tallene. {secret}",
        )  # fmt: skip
        ReportRemark.objects.create(step=step, measure_report=form, text=f"Hva er talt her? {secret}")
    return report
