"""Two at the same time: a report takes one step, and nothing is saved in what has just been sent."""

from typing import Any

import pytest

from grants.domain import yearly_report
from grants.models import MeasureReport, ReportState, ReportStep, YearlyReport
from organisation.domain.errors import DomainError, StaleWrite
from organisation.models import Role
from organisation.separation import Scope, seeing
from tests.at_once import at_once, while_uncommitted
from tests.factories import UserFactory, make_member
from tests.grants.report_example import AT, filled_in, sent

pytestmark = pytest.mark.django_db(transaction=True)


def judging(report: YearlyReport, function: Any, **more: Any) -> Any:
    """What an analyst does, under what the database shows her."""
    by = make_member(Role.ANALYST)

    def act() -> YearlyReport:
        with seeing(Scope(published=True)):
            made: YearlyReport = function(report=report, version=report.version, by=by, at=AT, **more)
            return made

    return act


def steps(report: YearlyReport) -> list[str]:
    return [step.after for step in ReportStep.objects.filter(report=report)]


def test_one_analyst_accepts_while_another_returns() -> None:
    report = sent()
    outcomes = at_once(
        judging(report, yearly_report.accept),
        judging(report, yearly_report.return_report, comment="Se over.", remarks={None: "Her."}),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["StaleWrite", "YearlyReport"]
    (done,) = (outcome for outcome in outcomes if isinstance(outcome, YearlyReport))
    assert steps(report) == ["submitted", done.state]


def test_of_two_who_submit_at_once_one_has() -> None:
    report = filled_in()

    def act() -> YearlyReport:
        return yearly_report.submit(report=report, version=report.version, by=UserFactory(), at=AT)

    outcomes = at_once(act, act)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["StaleWrite", "YearlyReport"]
    assert steps(report) == ["submitted"]


def test_a_form_that_is_saved_while_the_report_is_sent_waits_and_is_refused() -> None:
    report = filled_in()
    form = report.measure_reports.get()
    done, refused, waited = while_uncommitted(
        lambda: yearly_report.submit(report=report, version=report.version, by=UserFactory(), at=AT),
        lambda: yearly_report.save_measure_answers(
            form=form, version=form.version, answers={"children_reached": 1}, explanations={}, by=UserFactory()
        ),
    )
    assert done.state == ReportState.SUBMITTED and waited
    assert isinstance(refused, DomainError) and not isinstance(refused, StaleWrite)
    assert MeasureReport.objects.get(pk=form.pk).children_reached == 40
