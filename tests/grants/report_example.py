"""A yearly report with one measure, in each stage: begun, filled in, sent, returned. For the tests of its domain."""

import datetime
from decimal import Decimal
from typing import Any

from grants.domain import yearly_report
from grants.domain.report_answers import read_answers
from grants.domain.report_problems import Problem, problems_of
from grants.models import FundedMeasure, Grant, MeasureReport, ReportState, YearlyReport
from organisation.models import Role, User
from tests.factories import FundingFactory, GrantFactory, UserFactory, make_member
from tests.factories.grants_received import SENT_AT, MeasureReportFactory, YearlyReportFactory

AT = datetime.datetime(2010, 2, 1, 12, tzinfo=datetime.UTC)
MEASURE: dict[str, Any] = {
    "goal_category": "holiday", "targeting": "some", "primary_target_group": "children",
    "immigrant_background_primary": "no", "aims_parents_into_work": "no", "recruited_by": ["school"],
    "budget_nok": Decimal(100_000), "children_reached": 40, "continue_next_year": "yes",
}  # fmt: skip
UNIT: dict[str, Any] = {
    "active_measures": 1, "amount_received_nok": Decimal(400_000), "decided_by": "alone",
    "cooperated_with": ["voluntary"], "follows_up_measures": "all", "goals_reached": "all",
    "reached_expected_number": "as_expected", "reached_target_groups": "all", "user_influence": "some",
    "feedback_system": "none", "anchored_in_plan": "adopted", "earlier_measures_now_ordinary": "none",
}  # fmt: skip


def begun(**grant: Any) -> YearlyReport:
    """The draft of a grant of 400 000 with one measure that got 100 000 of it."""
    of: Grant = GrantFactory(**grant)
    FundingFactory(grant=of)
    return yearly_report.begin_report(grant=of, by=UserFactory())


def save_unit(report: YearlyReport, explanations: dict[str, str] | None = None, **answers: Any) -> YearlyReport:
    report.refresh_from_db()
    return yearly_report.save_unit_answers(
        report=report, version=report.version, answers=answers, explanations=explanations or {}, by=UserFactory()
    )


def save_measure(form: MeasureReport, explanations: dict[str, str] | None = None, **answers: Any) -> MeasureReport:
    form.refresh_from_db()
    return yearly_report.save_measure_answers(
        form=form, version=form.version, answers=answers, explanations=explanations or {}, by=UserFactory()
    )


def filled_in(**grant: Any) -> YearlyReport:
    report = begun(**grant)
    save_measure(report.measure_reports.get(), **MEASURE)
    return save_unit(report, **UNIT)


def submit(report: YearlyReport, by: User | None = None) -> YearlyReport:
    report.refresh_from_db()
    return yearly_report.submit(report=report, version=report.version, by=by or UserFactory(), at=AT)


def sent(by: User | None = None, **grant: Any) -> YearlyReport:
    return submit(filled_in(**grant), by)


def give_back(report: YearlyReport, remarks: yearly_report.Remarks | None = None) -> YearlyReport:
    report.refresh_from_db()
    return yearly_report.return_report(
        report=report, version=report.version, comment="Se over tallene.", remarks=remarks or {},
        by=make_member(Role.ANALYST), at=AT,
    )  # fmt: skip


def problems(report: YearlyReport) -> list[Problem]:
    """What hinders that it is sent."""
    return problems_of(report, read_answers(report))


def last_years(grant: Grant, funded: FundedMeasure | None = None, **answers: Any) -> YearlyReport:
    """What the same unit sent the year before; `form` are the answers of its one measure."""
    form = answers.pop("form", {})
    before: Grant = GrantFactory(
        reporting_unit=grant.reporting_unit, scheme=grant.scheme, year=grant.year - 1, state="reported"
    )
    report: YearlyReport = YearlyReportFactory(
        grant=before, **{"state": ReportState.SUBMITTED, "submitted_at": SENT_AT, **answers}
    )
    title = form.pop("title", funded.title if funded else "Tiltaket")
    MeasureReportFactory(report=report, funded_measure=funded, title=title, **form)
    return report
