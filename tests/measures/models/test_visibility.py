"""Plans, goals, tables and entries: seen by those who work with the plan, edited by its coordinator."""

from typing import Any

import pytest
from django.db import models

from measures import permissions
from measures.models import Goal, IndicatorTable, LogEntry, Plan
from organisation.models import CASE_ROLES, Role, UnitKind, User
from tests.factories import (
    GoalFactory,
    IndicatorTableFactory,
    LogEntryFactory,
    MeasureFactory,
    PlanFactory,
    UnitFactory,
    make_member,
)

pytestmark = pytest.mark.django_db


def rows_of_a_plan() -> dict[type[models.Model], Any]:
    plan = PlanFactory()
    return {
        Plan: plan,
        Goal: GoalFactory(plan=plan),
        IndicatorTable: IndicatorTableFactory(plan=plan),
        LogEntry: LogEntryFactory(measure=MeasureFactory(plan=plan)),
    }


def in_town_of(rows: dict[type[models.Model], Any], role: Role) -> User:
    return make_member(role, UnitFactory(municipality=rows[Plan].municipality, kind=UnitKind.MUNICIPAL))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("model", [Plan, Goal, IndicatorTable, LogEntry])
def test_seen_by_case_roles_of_the_municipality_only(role: Role, model: Any) -> None:
    foreign, mine = rows_of_a_plan(), rows_of_a_plan()
    seen = set(model.objects.visible_to(in_town_of(mine, role)))
    assert foreign[model] not in seen
    assert (mine[model] in seen) is (role in CASE_ROLES)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("model", [Plan, Goal, IndicatorTable])
def test_edited_by_the_coordinator_of_the_municipality_only(role: Role, model: Any) -> None:
    foreign, mine = rows_of_a_plan(), rows_of_a_plan()
    edited = set(model.objects.editable_by(in_town_of(mine, role)))
    assert foreign[model] not in edited
    assert (mine[model] in edited) is (role == Role.COORDINATOR)


@pytest.mark.parametrize("role", list(Role))
def test_predicates_agree_with_the_querysets(role: Role) -> None:
    foreign, mine = rows_of_a_plan(), rows_of_a_plan()
    user = in_town_of(mine, role)
    coordinates = role == Role.COORDINATOR
    for rows, allowed in ((mine, coordinates), (foreign, False)):
        measure = rows[LogEntry].measure
        assert permissions.can_edit_plan(user, rows[Plan]) is allowed
        assert permissions.can_edit_goal(user, rows[Goal]) is allowed
        assert permissions.can_edit_table(user, rows[IndicatorTable]) is allowed
        assert permissions.can_edit_measure(user, measure) is allowed
        assert permissions.can_change_state(user, measure) is allowed
        assert permissions.can_log(user, measure) is allowed
        assert permissions.can_correct(user, rows[LogEntry]) is allowed
