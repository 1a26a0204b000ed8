"""A municipality with a yearly report, and those who have to do with it, for tests of its pages."""

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
    ReportState,
    YearlyReport,
)
from organisation.models import Municipality, Role, Unit, User
from tests.factories import (
    FundedMeasureFactory,
    GrantFactory,
    GrantSchemeFactory,
    MunicipalityFactory,
    ReportingUnitFactory,
    UnitFactory,
    make_member,
    make_report,
)

YEAR = 2024
# What a report must answer before it is sent, where nothing is known: the unit's form, and a measure's.
UNIT_ANSWERS: dict[str, Any] = {
    "active_measures": 1,
    "amount_received_nok": Decimal(400_000),
    "decided_by": "alone",
    "cooperated_with": ["same_municipality", "voluntary"],
    "follows_up_measures": "all",
    "goals_reached": "all",
    "reached_expected_number": "more",
    "reached_target_groups": "mostly",
    "user_influence": "some",
    "feedback_system": "established",
    "anchored_in_plan": "adopted",
    "earlier_measures_now_ordinary": "few",
}
MEASURE_ANSWERS: dict[str, Any] = {
    "goal_category": "holiday",
    "targeting": "some",
    "primary_target_group": "children",
    "immigrant_background_primary": "no",
    "aims_parents_into_work": "no",
    "recruited_by": ["nav", "school"],
    "budget_nok": Decimal(100_000),
    "children_reached": 40,
    "continue_next_year": "yes",
}


@dataclass
class ReportPlace:
    municipality: Municipality
    unit: Unit
    scheme: GrantScheme
    reporting_unit: ReportingUnit
    funded: FundedMeasure
    grant: Grant
    report: YearlyReport
    form: MeasureReport
    project_lead: User
    unit_leader: User  # of the unit that reports
    caseworker: User
    analyst: User

    def set_state(self, state: str) -> None:
        by = self.project_lead if state != ReportState.DRAFT else None
        accepted = state == ReportState.ACCEPTED
        at = datetime.datetime(YEAR + 1, 2, 1, tzinfo=datetime.UTC)
        YearlyReport.objects.filter(pk=self.report.pk).update(
            state=state, submitted_at=at if by else None, submitted_by=by, accepted_at=at if accepted else None,
            accepted_by=self.analyst if accepted else None,
        )  # fmt: skip
        self.report.refresh_from_db()

    def answer_all(self) -> None:
        YearlyReport.objects.filter(pk=self.report.pk).update(**UNIT_ANSWERS)
        MeasureReport.objects.filter(report=self.report).update(**MEASURE_ANSWERS)
        self.report.refresh_from_db()
        self.form.refresh_from_db()


def make_place(**fields: Any) -> ReportPlace:
    municipality = MunicipalityFactory()
    root = UnitFactory(municipality=municipality, name=f"Kommunen {municipality.number}")
    unit = UnitFactory(municipality=municipality, parent=root)
    scheme = GrantSchemeFactory()
    reporting_unit = ReportingUnitFactory(municipality=municipality, unit=unit)
    funded = FundedMeasureFactory(reporting_unit=reporting_unit, scheme=scheme)
    grant = GrantFactory(
        reporting_unit=reporting_unit, scheme=scheme, year=YEAR, state=GrantState.GRANTED,
        report_by=datetime.date(YEAR + 1, 3, 1), awarded_nok=Decimal(400_000),
    )  # fmt: skip
    Funding.objects.create(grant=grant, funded_measure=funded, budget_nok=Decimal(100_000))
    report = make_report(grant=grant)
    form = MeasureReport.objects.create(report=report, funded_measure=funded, title=funded.title)
    return ReportPlace(
        municipality, unit, scheme, reporting_unit, funded, grant, report, form,
        project_lead=make_member(Role.PROJECT_LEAD, root), unit_leader=make_member(Role.UNIT_LEADER, unit),
        caseworker=make_member(Role.CASEWORKER, unit), analyst=make_member(Role.ANALYST),
    )  # fmt: skip
