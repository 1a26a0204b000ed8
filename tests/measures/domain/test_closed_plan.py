"""What has been closed stays as it was, whatever function is tried."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from measures.domain.goal import create_goal, update_goal
from measures.domain.indicators import (
    add_indicator,
    add_observation,
    create_table,
    update_indicator,
    update_observation,
    update_table,
)
from measures.domain.measure import create_measure, set_target, update_measure, update_target
from measures.domain.measure_state import change_state
from measures.models import Observation, Plan, PlanState, Target
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, User
from tests.factories import (
    ClosedPeriodFactory,
    MeasureFactory,
    ObservationFactory,
    TargetFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 3, 1)


TRIED: dict[str, Callable[[Target, Observation, User], Any]] = {
    "create_goal": lambda t, o, by: create_goal(plan=t.measure.plan, title="Nytt", by=by),
    "update_goal": lambda t, o, by: update_goal(goal=t.measure.goals.get(), version=1, by=by, title="Nytt"),
    "create_table": lambda t, o, by: create_table(plan=t.measure.plan, title="Ny", by=by),
    "update_table": lambda t, o, by: update_table(
        table=o.indicator.table, title="Ny", goal=None, note="", total_label="", version=1, by=by
    ),
    "add_indicator": lambda t, o, by: add_indicator(table=o.indicator.table, name="Ny", by=by),
    "update_indicator": lambda t, o, by: update_indicator(
        indicator=o.indicator, name="Ny", measured_in="", in_total=True, counts_people=True, version=1, by=by
    ),
    "add_observation": lambda t, o, by: add_observation(indicator=o.indicator, period="2030", value=1, by=by),  # type: ignore[arg-type]
    "update_observation": lambda t, o, by: update_observation(observation=o, value=99, version=1, by=by),  # type: ignore[arg-type]
    "create_measure": lambda t, o, by: create_measure(
        plan=t.measure.plan,
        goals=list(t.measure.goals.all()),
        by=by,
        on=DAY,
        title="Nytt",
        responsible_unit=t.measure.responsible_unit,
    ),
    "update_measure": lambda t, o, by: update_measure(measure=t.measure, version=1, by=by, title="Nytt"),
    "set_target": lambda t, o, by: set_target(measure=t.measure, name="Nytt", by=by),
    "update_target": lambda t, o, by: update_target(
        target=t, name="Nytt", value=1, counting="sum", counts_people=True, version=1, by=by
    ),
}


@pytest.fixture
def rows() -> tuple[Target, Observation]:
    measure = MeasureFactory()
    observation = ObservationFactory(indicator__table__plan=measure.plan)
    return TargetFactory(measure=measure), observation


@pytest.mark.parametrize("name", TRIED)
def test_nothing_of_a_closed_plan_is_changed(name: str, rows: tuple[Target, Observation]) -> None:
    target, observation = rows
    Plan.objects.update(state=PlanState.CLOSED)
    by = UserFactory()
    logged = AuditEntry.objects.count()
    with pytest.raises(DomainError, match="avsluttet"):
        TRIED[name](target, observation, by)
    assert AuditEntry.objects.count() == logged


@pytest.mark.parametrize("name", TRIED)
def test_of_an_adopted_plan_it_is(name: str, rows: tuple[Target, Observation]) -> None:
    TRIED[name](*rows, UserFactory())


@pytest.mark.parametrize(("day", "allowed"), [(datetime.date(2024, 6, 30), False), (datetime.date(2024, 7, 1), True)])
def test_a_state_is_not_changed_on_a_day_that_has_been_reported(day: datetime.date, allowed: bool) -> None:
    measure = MeasureFactory()
    ClosedPeriodFactory(plan=measure.plan)
    values: dict[str, Any] = {"to": "in_progress", "reason": "", "version": 1, "by": UserFactory(), "today": DAY}
    if allowed:
        assert change_state(measure=measure, on=day, **values).state_since == day
        return
    with pytest.raises(DomainError) as refusal:
        change_state(measure=measure, on=day, **values)
    assert refusal.value.field == "on"
    assert not measure.state_changes.exists()
