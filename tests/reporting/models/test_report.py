"""Who sees which report and which version: those who work in the municipality all, the board and the directorate what is out."""

import datetime
from dataclasses import dataclass

import pytest
from django.db import IntegrityError, transaction

from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, Municipality, Role, Unit, User
from reporting.models import OUT_STATES, Report, ReportRound, ReportVersion, VersionState
from reporting.permissions import (
    can_clear_texts,
    can_confirm,
    can_edit_round,
    can_read_version,
    can_return_report,
    can_review_report,
    can_write_report,
    reviews_reports,
)
from tests.factories import (
    MeasureFactory,
    MunicipalityFactory,
    PlanFactory,
    ReportFactory,
    ReportVersionFactory,
    RoundFactory,
    UnitFactory,
    make_member,
)

pytestmark = pytest.mark.django_db
INSIDE = {*CASE_ROLES, Role.STEERING_GROUP}


@dataclass
class Reports:
    """A version in each state, each of a report of its own."""

    town: Municipality
    versions: dict[str, ReportVersion]

    @classmethod
    def make(cls) -> "Reports":
        town = MunicipalityFactory()
        versions = {
            state.value: ReportVersionFactory(state=state, report__round__plan__municipality=town)
            for state in VersionState
        }
        return cls(town, versions)

    def member(self, role: Role) -> User:
        unit: Unit = UnitFactory(municipality=None if role == Role.ANALYST else self.town)
        return make_member(role, unit)


@pytest.fixture
def foreign() -> Reports:
    return Reports.make()


@pytest.fixture
def mine(foreign: Reports) -> Reports:
    return Reports.make()


def states_seen(user: User, reports: Reports) -> set[str]:
    own = ReportVersion.objects.visible_to(user).filter(report__municipality=reports.town)
    seen = set(own.values_list("state", flat=True))
    # A report is seen where one of its versions is.
    assert {row.pk for row in Report.objects.visible_to(user).filter(municipality=reports.town)} == {
        reports.versions[state].report_id for state in seen
    }
    return seen


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_which_versions(role: Role, mine: Reports, foreign: Reports) -> None:
    user = mine.member(role)
    if role in INSIDE:
        assert states_seen(user, mine) == set(VersionState)
    elif role == Role.BOARD_MEMBER:
        assert states_seen(user, mine) == set(OUT_STATES)
    else:
        assert states_seen(user, mine) == ({VersionState.PUBLISHED} if role == Role.ANALYST else set())
    assert states_seen(user, foreign) == ({VersionState.PUBLISHED} if role == Role.ANALYST else set())


@pytest.mark.parametrize("role", list(Role))
def test_what_was_withdrawn_is_read_only_where_it_was_made(role: Role, mine: Reports) -> None:
    user = mine.member(role)
    assert can_read_version(user, mine.versions["withdrawn"]) is (role in INSIDE)
    reads = role in INSIDE or role in (Role.BOARD_MEMBER, Role.ANALYST)
    assert can_read_version(user, mine.versions["published"]) is reads
    assert can_read_version(user, mine.versions["draft"]) is (role in INSIDE)


@pytest.mark.parametrize("role", list(Role))
def test_the_coordinator_writes_leadership_and_the_steering_group_review(
    role: Role, mine: Reports, foreign: Reports
) -> None:
    user, version, other = mine.member(role), mine.versions["in_review"], foreign.versions["in_review"]
    reviews = role in (*LEADERSHIP_ROLES, Role.STEERING_GROUP)
    assert can_write_report(user, version.report) is (role == Role.COORDINATOR)
    assert can_edit_round(user, version.report.round) is (role == Role.COORDINATOR)
    assert reviews_reports(user, version.report) is reviews
    assert can_review_report(user, version) is can_return_report(user, version) is reviews
    assert can_clear_texts(user, version.report) is (role in LEADERSHIP_ROLES)
    assert not can_write_report(user, other.report)
    assert not can_review_report(user, other)
    assert not can_return_report(user, other)
    assert not can_clear_texts(user, other.report)


def test_whoever_wrote_it_does_not_review_it_but_the_coordinator_takes_it_back(mine: Reports) -> None:
    for role in (Role.COORDINATOR, Role.PROJECT_LEAD):
        user = mine.member(role)
        version = ReportVersionFactory(
            state="in_review", made_by=user, report__round__plan=PlanFactory(municipality=mine.town)
        )
        assert not can_review_report(user, version)
        assert can_return_report(user, version) is (role == Role.COORDINATOR)


@pytest.mark.parametrize("role", list(Role))
def test_rounds_are_seen_by_those_who_work_with_the_plan(role: Role, mine: Reports, foreign: Reports) -> None:
    seen = set(ReportRound.objects.visible_to(mine.member(role)))
    assert foreign.versions["published"].report.round not in seen
    assert bool(seen) is (role in CASE_ROLES)


@pytest.mark.parametrize("role", list(Role))
def test_the_units_leader_and_the_coordinator_confirm(role: Role) -> None:
    plan = PlanFactory()
    unit = UnitFactory(municipality=plan.municipality)
    own = MeasureFactory(plan=plan, responsible_unit=unit)
    of_another_unit, foreign = MeasureFactory(plan=plan), MeasureFactory()
    user = make_member(role, unit) if role != Role.ANALYST else make_member(role)
    assert can_confirm(user, own) is (role in (Role.UNIT_LEADER, Role.COORDINATOR))
    assert can_confirm(user, of_another_unit) is (role == Role.COORDINATOR)
    assert not can_confirm(user, foreign)


def test_reports_are_listed_by_period_newest_first_the_year_before_its_halves() -> None:
    reports = {
        (year, half): ReportFactory(round__year=year, round__half=half)
        for year, half in ((2024, 2), (2025, 1), (2024, 1))
    }
    town = MunicipalityFactory()
    yearly = Report.objects.create(municipality=town, kind="yearly_grants", year=2024, title="Årsrapport")
    order = [reports[2025, 1], yearly, reports[2024, 2], reports[2024, 1]]
    assert list(Report.objects.newest_first()) == order


def test_the_published_ones_that_none_has_replaced_stand() -> None:
    first = ReportVersionFactory(state="published")
    again = {"report": first.report, "correction_reason": "Feil."}
    second = ReportVersionFactory(state="published", number=2, **again)
    ReportVersionFactory(state="withdrawn", number=3, **again)
    ReportVersionFactory(state="draft", number=4, **again)
    assert list(ReportVersion.objects.standing()) == [second]
    assert ReportVersion.objects.out().count() == 3


@pytest.mark.parametrize("columns", [{"state": "closed"}, {"closed_on": datetime.date(2025, 7, 1)}], ids=str)
def test_the_database_refuses_a_round_that_contradicts_itself(columns: dict[str, object]) -> None:
    round = RoundFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportRound.objects.filter(pk=round.pk).update(**columns)


@pytest.mark.parametrize(
    "columns", [{"kind": "sub_projects"}, {"half": None}, {"kind": "yearly_grants", "round": None}], ids=str
)
def test_the_database_refuses_a_report_whose_kind_and_period_do_not_fit(columns: dict[str, object]) -> None:
    report = ReportFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**columns)


def test_a_correction_says_why_whatever_the_code_does() -> None:
    with pytest.raises(IntegrityError, match="correction_says_why"), transaction.atomic():
        ReportVersionFactory(number=2)
