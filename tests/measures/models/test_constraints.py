"""What the database refuses whoever writes: the last line of defence behind the domain functions."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from measures.models import Goal, LogEntry, Observation, Plan, PlanState
from tests.factories import (
    ClosedPeriodFactory,
    GoalFactory,
    LogEntryFactory,
    LogFigureFactory,
    ObservationFactory,
    PlanFactory,
)

pytestmark = pytest.mark.django_db


def refused() -> "pytest.RaisesExc[IntegrityError]":
    return pytest.raises(IntegrityError)


def test_a_plan_ends_after_it_begins() -> None:
    plan = PlanFactory()
    with refused(), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(ends_on=plan.starts_on - datetime.timedelta(days=1))


@pytest.mark.parametrize("state", [PlanState.ADOPTED, PlanState.CLOSED])
def test_an_adopted_plan_says_when(state: PlanState) -> None:
    plan = PlanFactory(state=PlanState.DRAFT, adopted_on=None)
    with refused(), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(state=state)
    Plan.objects.filter(pk=plan.pk).update(state=state, adopted_as_printed="høsten 2008")


def test_a_goal_is_not_its_own_parent() -> None:
    goal = GoalFactory()
    with refused(), transaction.atomic():
        Goal.objects.filter(pk=goal.pk).update(parent=goal)


def test_an_entry_says_something() -> None:
    with refused(), transaction.atomic():
        LogEntryFactory(text="")


def test_only_a_version_of_an_entry_withdraws_it() -> None:
    with refused(), transaction.atomic():
        LogEntryFactory(withdrawn=True)


def test_an_entry_has_one_correction() -> None:
    entry = LogEntryFactory()
    LogEntryFactory(measure=entry.measure, corrects=entry)
    with refused(), transaction.atomic():
        LogEntryFactory(measure=entry.measure, corrects=entry)
    assert LogEntry.objects.filter(corrects=entry).count() == 1


def test_an_entry_has_one_figure_for_a_target() -> None:
    figure = LogFigureFactory()
    with refused(), transaction.atomic():
        LogFigureFactory(entry=figure.entry, target=figure.target)


def test_a_missing_observation_says_why() -> None:
    observation = ObservationFactory(value=None, remark="utrullingsfase")
    with refused(), transaction.atomic():
        Observation.objects.filter(pk=observation.pk).update(remark="")


def test_a_period_is_closed_once() -> None:
    closed = ClosedPeriodFactory()
    with refused(), transaction.atomic():
        ClosedPeriodFactory(plan=closed.plan, first_day=closed.first_day)


def test_a_closed_period_ends_after_it_begins() -> None:
    with refused(), transaction.atomic():
        ClosedPeriodFactory(last_day=datetime.date(2023, 12, 31))
