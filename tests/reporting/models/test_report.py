"""Who reads which report: those who work with the plan all, the board its own published ones, the analyst all published."""

import datetime
from dataclasses import dataclass

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from organisation.models import CASE_ROLES, Municipality, Role, Unit, User
from reporting.models import FrozenRound, Report, ReportRound
from reporting.permissions import can_confirm, can_edit_round, can_publish
from tests.factories import (
    FrozenRoundFactory,
    MeasureFactory,
    MunicipalityFactory,
    PlanFactory,
    ReportFactory,
    UnitFactory,
    UserFactory,
    make_member,
)

pytestmark = pytest.mark.django_db


@dataclass
class Reports:
    town: Municipality
    published: Report
    unpublished: Report

    @classmethod
    def make(cls) -> "Reports":
        town = MunicipalityFactory()
        published = {"published_at": timezone.now(), "published_by": UserFactory()}
        return cls(
            town,
            ReportFactory(frozen__round__plan__municipality=town, **published),
            ReportFactory(frozen__round__plan__municipality=town),
        )

    def member(self, role: Role) -> User:
        unit: Unit = UnitFactory(municipality=None if role == Role.ANALYST else self.town)
        return make_member(role, unit)


@pytest.fixture
def foreign() -> Reports:
    return Reports.make()


@pytest.fixture
def mine(foreign: Reports) -> Reports:
    return Reports.make()


@pytest.mark.parametrize("role", CASE_ROLES)
def test_those_who_work_with_the_plan_read_all_of_its_reports(role: Role, mine: Reports) -> None:
    assert set(Report.objects.visible_to(mine.member(role))) == {mine.published, mine.unpublished}


def test_a_board_member_reads_what_is_published_in_her_municipality(mine: Reports) -> None:
    assert set(Report.objects.visible_to(mine.member(Role.BOARD_MEMBER))) == {mine.published}


def test_an_analyst_reads_what_is_published_anywhere(mine: Reports, foreign: Reports) -> None:
    assert set(Report.objects.visible_to(mine.member(Role.ANALYST))) == {mine.published, foreign.published}


def test_an_administrator_reads_no_report(mine: Reports) -> None:
    assert not Report.objects.visible_to(mine.member(Role.ADMINISTRATOR)).exists()


@pytest.mark.parametrize("role", list(Role))
def test_only_the_coordinator_publishes_and_keeps_rounds_in_her_municipality(
    role: Role, mine: Reports, foreign: Reports
) -> None:
    user, coordinates = mine.member(role), role == Role.COORDINATOR
    assert can_publish(user, mine.published) is coordinates
    assert can_edit_round(user, mine.published.frozen.round) is coordinates
    assert not can_publish(user, foreign.published)
    assert not can_edit_round(user, foreign.published.frozen.round)


@pytest.mark.parametrize("role", list(Role))
def test_rounds_are_seen_by_those_who_work_with_the_plan(role: Role, mine: Reports, foreign: Reports) -> None:
    seen = set(ReportRound.objects.visible_to(mine.member(role)))
    assert foreign.published.frozen.round not in seen
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


def test_reports_are_listed_by_period_newest_first() -> None:
    rounds = [{"year": 2024, "half": 2}, {"year": 2025, "half": 1}, {"year": 2024, "half": 1}]
    reports = [
        ReportFactory(frozen=FrozenRoundFactory(**{f"round__{name}": value for name, value in row.items()}))
        for row in rounds
    ]
    assert list(Report.objects.newest_first()) == [reports[1], reports[0], reports[2]]


@pytest.mark.parametrize("columns", [{"state": "closed"}, {"closed_on": datetime.date(2025, 7, 1)}], ids=str)
def test_the_database_refuses_a_round_that_contradicts_itself(columns: dict[str, object]) -> None:
    frozen = FrozenRoundFactory(round__closed=False)
    assert FrozenRound.objects.filter(pk=frozen.pk).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportRound.objects.filter(pk=frozen.round.pk).update(**columns)
