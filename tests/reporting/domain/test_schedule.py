"""The calendar: rounds open by themselves, once, whatever happens to the workers."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from kombu.exceptions import OperationalError

from measures.models import Plan, PlanState
from organisation.domain.errors import DomainError, StaleWrite
from organisation.models import AuditEntry, Municipality, Notice, Role, User
from organisation.periods import HalfYear
from povertyplan.celery import app as celery_app
from povertyplan.settings import CELERY_BEAT_SCHEDULE
from reporting import tasks
from reporting.domain import round_reminders, schedule
from reporting.domain.schedule import open_due_rounds, save_schedule, schedule_of
from reporting.models import ReportRound, ReportSchedule
from tests.at_once import at_once
from tests.factories import MeasureFactory, MunicipalityFactory, PlanFactory, RoundFactory, UnitFactory, make_member

pytestmark = pytest.mark.django_db
JUNE = datetime.date(2026, 6, 1)
FIRST, SECOND = HalfYear(2026, 1), HalfYear(2026, 2)


def a_plan(**fields: Any) -> Plan:
    """One that runs in 2026, with a measure and those who are told."""
    fields = {"starts_on": datetime.date(2025, 1, 1), "ends_on": datetime.date(2027, 12, 31), **fields}
    plan = PlanFactory(**fields)
    root = UnitFactory(municipality=plan.municipality)
    make_member(Role.COORDINATOR, root)
    make_member(Role.UNIT_LEADER, root)
    MeasureFactory(plan=plan, responsible_unit=root)
    return plan


def saved(town: Municipality, **fields: Any) -> ReportSchedule:
    return save_schedule(
        municipality=town, version=schedule_of(town).version, by=make_member(Role.COORDINATOR), **fields
    )


def test_on_1_june_and_1_december_each_plan_that_runs_gets_a_round() -> None:
    one, other = a_plan(proposed_decision="Tas til orientering."), a_plan()
    assert open_due_rounds(on=JUNE - datetime.timedelta(days=1)) == []
    assert {(row.plan, row.period) for row in open_due_rounds(on=JUNE)} == {(one, FIRST), (other, FIRST)}
    round = ReportRound.objects.get(plan=one)
    assert (round.opened_by, round.opened_on, round.deadline) == (None, JUNE, datetime.date(2026, 7, 1))
    assert round.proposed_decision == "Tas til orientering."
    assert AuditEntry.objects.get(table_name="reporting_reportround", row_id=round.pk).action == "round.open"
    december = open_due_rounds(on=datetime.date(2026, 12, 1))
    assert {(row.plan, row.period) for row in december} == {(one, SECOND), (other, SECOND)}


def test_a_job_that_runs_again_opens_nothing_and_tells_nobody_again() -> None:
    a_plan()
    assert len(open_due_rounds(on=JUNE)) == 1
    told = Notice.objects.count()
    assert told == 2
    assert open_due_rounds(on=JUNE) == []
    assert open_due_rounds(on=JUNE + datetime.timedelta(days=20)) == []
    assert Notice.objects.count() == told


def test_a_round_that_the_coordinator_opened_stays_the_only_one() -> None:
    plan = a_plan()
    own = RoundFactory(plan=plan, year=2026, half=1)
    assert open_due_rounds(on=JUNE) == []
    assert list(plan.rounds.all()) == [own]


def test_the_rounds_of_other_half_years_are_not_taken_for_this_one() -> None:
    """One of them is of the same year, another of the same half."""
    plan = a_plan()
    RoundFactory(plan=plan, year=2025, half=2)
    RoundFactory(plan=plan, year=2026, half=1)
    assert [row.period for row in open_due_rounds(on=datetime.date(2026, 12, 1))] == [SECOND]


@pytest.mark.parametrize(
    ("fields", "opens"),
    [
        ({"state": PlanState.DRAFT}, False),
        ({"state": PlanState.CLOSED}, False),
        ({"starts_on": datetime.date(2026, 6, 2)}, False),
        ({"starts_on": datetime.date(2026, 6, 1)}, True),
        ({"starts_on": None, "ends_on": None}, True),
        ({"ends_on": datetime.date(2025, 12, 31)}, False),
        ({"ends_on": datetime.date(2026, 1, 1)}, True),  # its last half-year is reported on
    ],
)
def test_a_plan_that_has_not_begun_or_is_over_gets_none(fields: dict[str, Any], opens: bool) -> None:
    a_plan(**fields)
    assert len(open_due_rounds(on=JUNE)) == opens


def test_each_municipality_has_its_own_days_and_may_turn_it_off() -> None:
    early, off = a_plan(), a_plan()
    saved(early.municipality, first_month=5, first_day=15, deadline_days=14)
    saved(off.municipality, opens_rounds=False)
    (round,) = open_due_rounds(on=datetime.date(2026, 5, 15))
    assert (round.plan, round.deadline) == (early, datetime.date(2026, 5, 29))
    assert open_due_rounds(on=JUNE) == []


def test_a_round_that_opens_late_leaves_the_units_a_week() -> None:
    a_plan()
    (round,) = open_due_rounds(on=datetime.date(2026, 7, 10))
    assert round.deadline == datetime.date(2026, 7, 17)


def test_what_happened_in_between_is_all_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies after the round and before the notices leaves neither; the next run does both, for all."""
    broken, fine = a_plan(), a_plan()
    tell = schedule.tell_of_opening

    def die(*, round: ReportRound, on: datetime.date) -> Any:
        if round.plan == broken:
            raise RuntimeError("killed")
        return tell(round=round, on=on)

    monkeypatch.setattr(schedule, "tell_of_opening", die)
    assert [row.plan for row in open_due_rounds(on=JUNE)] == [fine]
    assert not ReportRound.objects.filter(plan=broken).exists()
    monkeypatch.setattr(schedule, "tell_of_opening", tell)
    assert [row.plan for row in open_due_rounds(on=JUNE)] == [broken]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_round_and_one_notice_each() -> None:
    plans = [a_plan() for _ in range(3)]
    outcomes = at_once(*[lambda: open_due_rounds(on=JUNE)] * 3)
    assert not [row for row in outcomes if isinstance(row, Exception)], outcomes
    assert sum(len(rows) for rows in outcomes) == len(plans)
    assert ReportRound.objects.count() == len(plans)
    keys = list(Notice.objects.values_list("user", "key"))
    assert len(keys) == len(set(keys)) == 2 * len(plans)


@pytest.mark.django_db(transaction=True)
def test_without_redis_the_rounds_open_and_the_units_are_told(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """No message wakes a worker for the mail; the notices stand, and the sweep finds what is to be sent of them."""

    def unreachable(*args: Any, **options: Any) -> None:
        raise OperationalError

    settings.MAIL_ENABLED = True
    monkeypatch.setattr(celery_app, "send_task", unreachable)
    a_plan()
    assert len(open_due_rounds(on=JUNE)) == 1
    assert Notice.objects.unread().count() == 2


def test_the_number_of_statements_does_not_grow_with_the_municipalities() -> None:
    for _ in range(3):
        RoundFactory(plan=a_plan(), year=2026, half=1)
    few = statements()
    for _ in range(6):
        RoundFactory(plan=a_plan(), year=2026, half=1)
        saved(MunicipalityFactory(), deadline_days=10)
    assert statements() == few


def statements() -> int:
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert open_due_rounds(on=JUNE) == []
    return len(counted)


def test_the_job_is_in_the_calendar_of_jobs_and_looks_every_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    assert CELERY_BEAT_SCHEDULE["follow-the-calendar"] == {
        "task": "reporting.tasks.follow_the_calendar",
        "schedule": 3600,
    }
    plan = a_plan()
    monkeypatch.setattr(tasks.timezone, "localdate", lambda: JUNE)
    tasks.follow_the_calendar()
    tasks.follow_the_calendar()
    assert plan.rounds.count() == 1
    assert set(Notice.objects.values_list("kind", flat=True)) == {round_reminders.OPENED}


def test_the_calendar_is_the_products_until_somebody_saves_one() -> None:
    town = MunicipalityFactory()
    assert schedule_of(town).version == 0
    row = saved(town, deadline_days=20)
    assert (schedule_of(town), row.version, row.first_month) == (row, 1, 6)
    assert saved(town, deadline_days=25).version == 2
    assert AuditEntry.objects.filter(table_name="reporting_reportschedule", action="report_schedule.save").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_save_the_first_calendar_at_once_do_not_overwrite_each_other() -> None:
    town, by = MunicipalityFactory(), make_member(Role.COORDINATOR)

    def save(days: int) -> ReportSchedule:
        return save_schedule(municipality=town, version=0, by=by, deadline_days=days)

    outcomes = at_once(lambda: save(10), lambda: save(20))
    assert sorted(type(row).__name__ for row in outcomes) == ["ReportSchedule", "StaleWrite"], outcomes
    with pytest.raises(StaleWrite):
        save(30)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"first_month": 2, "first_day": 29}, "first_day"),
        ({"second_month": 11, "second_day": 31}, "second_day"),
        ({"first_month": 12, "first_day": 1}, "second_day"),
    ],
)
def test_a_day_that_is_not_there_every_year_is_refused(fields: dict[str, int], field: str) -> None:
    town = MunicipalityFactory()
    saved(town)
    with pytest.raises(DomainError) as refusal:
        saved(town, **fields)
    assert refusal.value.field == field


def test_who_may_change_it() -> None:
    row = saved(MunicipalityFactory())
    unit = UnitFactory(municipality=row.municipality)
    able: User = make_member(Role.COORDINATOR, unit)
    assert list(ReportSchedule.objects.editable_by(able)) == [row]
    for role in (Role.PROJECT_LEAD, Role.UNIT_LEADER, Role.BOARD_MEMBER, Role.ADMINISTRATOR):
        assert not ReportSchedule.objects.editable_by(make_member(role, unit)).exists(), role
    assert not ReportSchedule.objects.editable_by(make_member(Role.COORDINATOR)).exists()
