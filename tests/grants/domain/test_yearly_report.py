"""A yearly report from draft to accepted: who does what, in which order, and what stands afterwards."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from grants.domain import yearly_report
from grants.models import (
    GrantState,
    MeasureReport,
    ReportState,
    YearlyReport,
)
from organisation.models import Notice, Role, User
from organisation.separation import Scope, seeing
from tests.factories import FundingFactory, GrantFactory, UnitFactory, UserFactory, make_member

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2010, 2, 1, 12, tzinfo=datetime.UTC)
DIRECTORATE = Scope(published=True)
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


def begun() -> YearlyReport:
    """The draft of a grant with one measure."""
    grant = GrantFactory()
    FundingFactory(grant=grant)
    return yearly_report.begin_report(grant=grant, by=UserFactory())


def filled_in() -> YearlyReport:
    report = begun()
    form = report.measure_reports.get()
    by = UserFactory()
    yearly_report.save_measure_answers(form=form, version=1, answers=MEASURE, explanations={}, by=by)
    return yearly_report.save_unit_answers(report=report, version=1, answers=UNIT, explanations={}, by=by)


def sent(by: User | None = None) -> YearlyReport:
    report = filled_in()
    return yearly_report.submit(report=report, version=report.version, by=by or UserFactory(), at=AT)


def test_a_grant_begins_a_report_once_with_a_form_for_each_measure() -> None:
    grant = GrantFactory()
    fundings = [FundingFactory(grant=grant), FundingFactory(grant=grant)]
    report = yearly_report.begin_report(grant=grant, by=UserFactory())
    assert yearly_report.begin_report(grant=grant, by=UserFactory()) == report
    forms = report.measure_reports.all()
    assert [(form.number, form.title) for form in forms] == [
        (number, funding.funded_measure.title) for number, funding in enumerate(fundings, 1)
    ]


def test_a_report_that_is_filled_in_is_submitted_and_the_grant_is_reported() -> None:
    report = sent()
    assert report.state == ReportState.SUBMITTED
    report.grant.refresh_from_db()
    assert (report.submitted_at, report.grant.state) == (AT, GrantState.REPORTED)
    assert [(step.before, step.after) for step in report.steps.all()] == [("draft", "submitted")]


def test_the_directorate_returns_and_accepts_under_its_own_policies() -> None:
    report, analyst = sent(), make_member(Role.ANALYST)
    form = report.measure_reports.get()
    leader = make_member(Role.COORDINATOR, UnitFactory(municipality=report.grant.reporting_unit.municipality))
    with seeing(DIRECTORATE):
        seen = YearlyReport.objects.to_be_judged_by(analyst).get(pk=report.pk)
        remarks = {None: "Hvem bestemte?", MeasureReport.objects.get(pk=form.pk): "Hva er talt?"}
        returned = yearly_report.return_report(
            report=seen, version=seen.version, comment="Se over tallene.", remarks=remarks, by=analyst, at=AT
        )
    step = returned.steps.last()
    assert step is not None
    assert (step.comment, {remark.text for remark in step.remarks.all()}) == (
        "Se over tallene.", {"Hvem bestemte?", "Hva er talt?"},
    )  # fmt: skip
    told = Notice.objects.filter(kind="report_returned")
    assert {notice.user for notice in told} >= {leader}
    again = yearly_report.submit(report=returned, version=returned.version, by=UserFactory(), at=AT)
    assert not told.unread().exists()
    with seeing(DIRECTORATE):
        seen = YearlyReport.objects.get(pk=again.pk)
        accepted = yearly_report.accept(report=seen, version=seen.version, by=analyst, at=AT)
    assert (accepted.state, accepted.accepted_by) == (ReportState.ACCEPTED, analyst)
    assert [step.after for step in accepted.steps.all()] == ["submitted", "returned", "submitted", "accepted"]
