"""Who is reminded of a round, when, and once."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grants.models import GrantState, SubProjectState
from organisation.models import Membership, Notice, Role, User
from reporting.domain.round_reminders import (
    DEADLINE,
    LATE,
    OPENED,
    remind_of_other_reports,
    remind_of_rounds,
    stage_of,
    tell_of_opening,
    waiting_in,
)
from reporting.models import ReportKind, ReportSchedule
from tests.at_once import at_once
from tests.factories import (
    ContributionFactory,
    GrantFactory,
    MeasureFactory,
    PlanFactory,
    ReportFactory,
    ReportingUnitFactory,
    RoundFactory,
    SubProjectFactory,
    UnitFactory,
    make_member,
)

pytestmark = pytest.mark.django_db
OPEN, DUE = datetime.date(2026, 6, 1), datetime.date(2026, 7, 1)
DAY = datetime.timedelta(days=1)


class Town:
    """A plan with an open round, three measures of two units, and everybody who could be told."""

    def __init__(self) -> None:
        self.plan = PlanFactory(short_title="Planen")
        self.root = UnitFactory(municipality=self.plan.municipality)
        self.north = UnitFactory(municipality=self.plan.municipality, parent=self.root)
        self.south = UnitFactory(municipality=self.plan.municipality, parent=self.root)
        self.coordinator: User = make_member(Role.COORDINATOR, self.root)
        self.of_north: User = make_member(Role.UNIT_LEADER, self.north)
        self.of_south: User = make_member(Role.UNIT_LEADER, self.south)
        self.of_all: User = make_member(Role.UNIT_LEADER, self.root)
        for role in (Role.CASEWORKER, Role.BOARD_MEMBER, Role.PROJECT_LEAD, Role.ADMINISTRATOR):
            make_member(role, self.north)
        self.measures = [
            MeasureFactory(plan=self.plan, responsible_unit=unit) for unit in (self.north, self.north, self.south)
        ]
        self.round = RoundFactory(
            plan=self.plan, year=2026, half=1, opened_on=OPEN, deadline=DUE, opened_by=self.coordinator
        )

    def confirm(self, *measures: Any) -> None:
        for measure in measures:
            ContributionFactory(
                round=self.round, measure=measure, confirmed_at=timezone.now(), confirmed_by=self.coordinator
            )


def told(notices: list[Notice]) -> dict[User, str]:
    assert len({row.user for row in notices}) == len(notices), "somebody was told twice"
    return {row.user: row.text for row in notices}


def test_when_it_opens_the_leaders_and_the_coordinator_are_told() -> None:
    town = Town()
    notices = tell_of_opening(round=town.round, on=OPEN)
    leaders = "Runden for 1. halvår 2026 er åpnet (Planen). Du har {} tiltak å bekrefte innen 1. juli 2026."
    assert told(notices) == {
        town.of_north: leaders.format(2),
        town.of_south: leaders.format(1),
        town.of_all: leaders.format(3),
        town.coordinator: "Kalenderen har åpnet runden for 1. halvår 2026 (Planen). Enhetene har frist 1. juli 2026.",
    }
    assert {row.kind for row in notices} == {OPENED}
    assert {row.url_path for row in notices} == {reverse("round", args=[town.round.public_id])}
    assert tell_of_opening(round=town.round, on=OPEN) == []


def test_before_the_deadline_those_who_have_not_confirmed_are_reminded() -> None:
    town = Town()
    town.confirm(town.measures[2])
    assert remind_of_rounds(on=DUE - 8 * DAY) == []
    notices = remind_of_rounds(on=DUE - 7 * DAY)
    leaders = "Du har 2 tiltak å bekrefte i runden for 1. halvår 2026 (Planen). Fristen er 1. juli 2026."
    assert told(notices) == {
        town.of_north: leaders,
        town.of_all: leaders,
        town.coordinator: "2 av 3 tiltak er ikke bekreftet i runden for 1. halvår 2026 (Planen). Fristen er 1. juli 2026.",
    }
    assert {row.kind for row in notices} == {DEADLINE}
    for day in range(-7, 1):
        assert remind_of_rounds(on=DUE + day * DAY) == [], "once before the deadline, however often the job looks"


def test_after_the_deadline_they_are_reminded_four_times_and_no_more() -> None:
    town = Town()
    made = {day: remind_of_rounds(on=DUE + day * DAY) for day in range(1, 40)}
    assert [day for day, notices in made.items() if notices] == [3, 6, 9, 12]
    assert {row.kind for notices in made.values() for row in notices} == {LATE}
    sentence = "Du har 1 tiltak å bekrefte i runden for 1. halvår 2026 (Planen). Fristen var 1. juli 2026."
    assert told(made[3])[town.of_south] == sentence
    assert told(made[12])[town.coordinator].startswith("3 av 3 tiltak er ikke bekreftet")


def test_when_everything_is_confirmed_or_the_round_closed_nobody_is_reminded() -> None:
    town = Town()
    town.confirm(*town.measures)
    assert remind_of_rounds(on=DUE - DAY) == remind_of_rounds(on=DUE + 4 * DAY) == []
    RoundFactory(plan=MeasureFactory().plan, closed=True, deadline=DUE)
    assert remind_of_rounds(on=DUE - DAY) == []


def test_a_deadline_that_is_moved_is_reminded_of_anew() -> None:
    town = Town()
    assert remind_of_rounds(on=DUE - DAY)
    town.round.deadline = DUE + 30 * DAY
    town.round.save()
    assert remind_of_rounds(on=DUE) == []
    assert remind_of_rounds(on=DUE + 25 * DAY)


def test_a_municipality_chooses_the_days_or_turns_reminders_off() -> None:
    town, quiet = Town(), Town()
    ReportSchedule.objects.create(municipality=town.plan.municipality, days_before=14, days_after=10)
    ReportSchedule.objects.create(municipality=quiet.plan.municipality, reminds=False)
    notices = remind_of_rounds(on=DUE - 14 * DAY)
    assert set(told(notices)) == {town.of_north, town.of_south, town.of_all, town.coordinator}
    assert remind_of_rounds(on=DUE + 9 * DAY) == []
    assert len(remind_of_rounds(on=DUE + 10 * DAY)) == 4


def test_on_the_day_a_round_opens_nobody_is_told_twice() -> None:
    town = Town()
    town.round.opened_on = DUE - 3 * DAY
    assert stage_of(town.round, ReportSchedule(), DUE - 3 * DAY) is None
    assert stage_of(town.round, ReportSchedule(), DUE - 2 * DAY) == (DEADLINE, "before-2026-07-01")


def test_whoever_has_left_or_is_shut_out_is_told_nothing() -> None:
    town = Town()
    Membership.objects.filter(user=town.of_north).update(valid_to=OPEN - DAY)
    User.objects.filter(pk=town.of_south.pk).update(is_active=False)
    assert set(told(tell_of_opening(round=town.round, on=OPEN))) == {town.of_all, town.coordinator}


def test_another_municipality_is_told_nothing_of_ours() -> None:
    town, other = Town(), Town()
    assert not {row.user for row in tell_of_opening(round=town.round, on=OPEN)} & {
        other.coordinator, other.of_all, other.of_north, other.of_south,
    }  # fmt: skip


def test_what_is_waiting_is_read_with_a_fixed_number_of_statements() -> None:
    def statements(rounds: list[Any]) -> int:
        with CaptureQueriesContext(connection) as counted:
            waiting_in(rounds=rounds, on=OPEN)
        return len(counted)

    towns = [Town() for _ in range(4)]
    assert statements([towns[0].round]) == statements([town.round for town in towns]) == 3


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_remind_each_person_once() -> None:
    Town()
    outcomes = at_once(*[lambda: remind_of_rounds(on=DUE - DAY)] * 3)
    assert not [row for row in outcomes if isinstance(row, Exception)], outcomes
    assert Notice.objects.count() == 4


class WithSubProjects:
    def __init__(self, state: str = SubProjectState.RUNNING) -> None:
        self.sub_project = SubProjectFactory(state=state)
        self.town = self.sub_project.municipality
        self.coordinator: User = make_member(Role.COORDINATOR, UnitFactory(municipality=self.town))
        make_member(Role.PROJECT_LEAD, UnitFactory(municipality=self.town))


def test_the_sub_projects_half_year_is_reminded_of_and_not_drafted() -> None:
    one = WithSubProjects()
    WithSubProjects(SubProjectState.ENDED)
    assert remind_of_other_reports(on=OPEN - DAY) == []
    (notice,) = remind_of_other_reports(on=OPEN)
    assert notice.user == one.coordinator
    assert (
        notice.text == "Det er tid for halvårsstatus for delprosjektene, 1. halvår 2026. Lag et utkast under Rapporter."
    )
    assert remind_of_other_reports(on=OPEN + DAY) == []


def test_a_report_that_somebody_has_begun_is_not_reminded_of() -> None:
    one = WithSubProjects()
    ReportFactory(kind=ReportKind.SUB_PROJECTS, round=None, municipality=one.town, year=2026, half=1)
    assert remind_of_other_reports(on=OPEN) == []
    assert remind_of_other_reports(on=datetime.date(2026, 12, 1)), "the next half-year is another report"


def test_the_report_on_last_years_grants_is_reminded_of_in_january() -> None:
    unit = UnitFactory()
    coordinator = make_member(Role.COORDINATOR, unit)
    GrantFactory(
        reporting_unit=ReportingUnitFactory(municipality=unit.municipality), year=2025, state=GrantState.GRANTED
    )
    assert remind_of_other_reports(on=datetime.date(2026, 1, 14)) == []
    (notice,) = remind_of_other_reports(on=datetime.date(2026, 1, 15))
    assert notice.user == coordinator
    assert "tilskudd til formannskapet, 2025" in notice.text
    assert remind_of_other_reports(on=datetime.date(2026, 1, 16)) == []
    assert remind_of_other_reports(on=datetime.date(2027, 1, 16)) == [], "no grant of 2026"
