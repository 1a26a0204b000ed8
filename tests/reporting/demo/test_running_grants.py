"""The demo's grants of these years: every state, a report that knows most of its answers, and one log entry that is enough."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from grants.domain.evidence import evidence
from grants.domain.grant import years_funded
from grants.domain.known_answers import known_of_report
from grants.domain.plausibility import jumps
from grants.domain.report_answers import prefilled_share
from grants.domain.waiting import waiting_for
from grants.domain.yearly_report import save_measure_answers
from grants.models import FundedMeasure, Grant, GrantScheme, GrantState, ReportState, Review, YearlyReport
from measures.domain.log import add_log_entry
from organisation.models import Notice, User
from organisation.periods import HalfYear
from reporting.demo.grants_2009 import YEAR as REAL_YEAR
from reporting.domain.contribution import standings
from reporting.models import ReportRound
from tests.factories import ReviewFactory, SubProjectFactory

SENTENCE = "Sju barn til fikk en felles plan etter et møte med skolen."

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def half() -> HalfYear:
    return HalfYear.of(timezone.localdate()).previous()


def report_of(unit: str, back: int = 0) -> YearlyReport:
    return YearlyReport.objects.select_related("grant__reporting_unit", "grant__scheme").get(
        grant__reporting_unit__name=unit, grant__year=half().year - back, grant__scheme__municipality=None
    )


def user(email: str) -> User:
    return User.objects.get_by_natural_key(email)


def test_grants_stand_in_every_state_in_the_demos_two_towns_only() -> None:
    rows = Grant.objects.exclude(year=REAL_YEAR).select_related("reporting_unit__municipality")
    assert {row.reporting_unit.municipality.name for row in rows} == {"Trondheim", "Lillehammer"}
    assert {row.state for row in rows} == set(GrantState.values)
    assert all(row.state_reason for row in rows if row.state == GrantState.REFUSED)
    assert any(row.positions for row in rows)


def test_all_that_is_made_up_says_so() -> None:
    for row in Grant.objects.exclude(year=REAL_YEAR):
        assert "(eksempel)" in row.note
        assert "(eksempel)" in row.case_number
    for scheme in GrantScheme.objects.exclude(municipality=None):
        assert scheme.name.endswith("(eksempel)")
        assert scheme.funder.endswith("(eksempel)")
    assert all(row.title.endswith("(eksempel)") for row in FundedMeasure.objects.all())


def test_one_measure_is_in_the_last_year_that_its_scheme_allows() -> None:
    funded = FundedMeasure.objects.select_related("scheme").get(title__startswith="Åpne kvelder")
    year = half().year
    assert years_funded([funded])[funded.pk] == [year - 2, year - 1, year]
    assert funded.scheme.max_years == 3


def test_what_was_left_of_closed_grants_is_carried_over() -> None:
    closed = Grant.objects.filter(state=GrantState.CLOSED)
    assert closed.count() == 3
    for grant in closed:
        left = (grant.awarded_nok or 0) + (grant.carried_over_nok or 0) - (grant.spent_nok or 0)
        later = Grant.objects.get(reporting_unit=grant.reporting_unit, scheme=grant.scheme, year=grant.year + 1)
        assert left > 0
        assert later.carried_over_nok == left


def test_reports_are_accepted_returned_with_a_remark_due_and_late() -> None:
    today = timezone.localdate()
    assert report_of("Lillehammer kommune", back=1).state == ReportState.ACCEPTED
    returned = report_of("Bydel Eksempel (eksempel)", back=1)
    step = returned.steps.get(after=ReportState.RETURNED)
    assert (returned.state, step.remarks.count()) == (ReportState.RETURNED, 1)
    for unit in ("Trondheim kommune", "Lillehammer kommune"):
        due = report_of(unit).grant.report_by
        assert report_of(unit).state == ReportState.DRAFT
        assert due
        assert due > today
    late = report_of("Bydel Eksempel (eksempel)")
    assert late.state == ReportState.DRAFT
    assert late.grant.is_late(today)


@pytest.mark.parametrize("unit", ["Trondheim kommune", "Lillehammer kommune"])
def test_most_of_a_running_report_is_known_before_anybody_types(unit: str) -> None:
    report = report_of(unit)
    known, questions = prefilled_share(report)
    assert report.measure_reports.exists()
    assert known / questions > 0.6


def test_the_running_report_is_held_against_last_years() -> None:
    report = report_of("Lillehammer kommune")
    form = report.measure_reports.get(title__startswith="Jobb og skole")
    assert not [jump for jump in jumps(report) if jump.form == form]
    save_measure_answers(
        form=form, version=form.version, answers={"children_reached": 300}, explanations={},
        by=user("koordinator@lillehammer.example"),
    )  # fmt: skip
    assert [jump.question for jump in jumps(report) if jump.form == form] == ["children_reached"]


def test_one_log_entry_is_enough_for_plan_status_review_and_yearly_report() -> None:
    today, writer = timezone.localdate(), user("saksbehandler@trondheim.example")
    report = report_of("Bydel Eksempel (eksempel)")
    funded = FundedMeasure.objects.get(title__startswith="Én plan")
    measure, target = funded.measure, funded.children_target
    assert measure
    assert target
    round = ReportRound.objects.get(plan=measure.plan, state="open")
    sub_project = SubProjectFactory(municipality=measure.plan.municipality, measure=measure, starts_on=half().first_day)
    review: Review = ReviewFactory(sub_project=sub_project, starts_on=half().first_day, due_on=today)
    before = children(report)
    add_log_entry(
        measure=measure, text=SENTENCE, happened_on=half().last_day, by=writer, today=today,
        figures={target: Decimal(7)},
    )  # fmt: skip
    assert SENTENCE in standings(round, [measure])[0].text
    assert figures(review, today)[SENTENCE] == {target.name: "7"}
    assert children(report) == before + 7


def children(report: YearlyReport) -> int:
    """What the yearly report knows of the children its only measure has reached."""
    (known,) = known_of_report(report).measures.values()
    return int(known["children_reached"].value)


def figures(review: Review, until: datetime.date) -> dict[str, dict[str, str]]:
    """The numbers of each entry that the deciders have before them, by what it says."""
    return {
        row["text"]: {figure["name"]: figure["value"] for figure in row["figures"]}
        for row in evidence(review, until)["entries"]
    }


def test_nobody_is_told_of_what_was_done_while_the_demo_was_loaded() -> None:
    assert not Notice.objects.filter(kind__startswith="report").exclude(kind="report_review").exists()


def test_the_coordinator_finds_what_waits() -> None:
    lines = waiting_for(user("koordinator@trondheim.example"), timezone.localdate())
    assert sum("årsrapport" in line.asked.lower() for line in lines) >= 2  # one that was sent back, one that is late
