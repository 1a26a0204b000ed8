"""Measures: made and changed inside one plan and one municipality."""

import datetime
from typing import Any

import pytest

from measures.domain.measure import create_measure, set_target, update_measure
from measures.models import Measure, MeasureState, Plan, Target
from organisation.domain.errors import DomainError
from tests.factories import GoalFactory, MeasureFactory, PlanFactory, TargetFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
ON = datetime.date(2024, 2, 1)


def create(plan: Plan, **fields: Any) -> Measure:
    values: dict[str, Any] = {
        "title": "Nytt tiltak",
        "goals": [GoalFactory(plan=plan)],
        "responsible_unit": UnitFactory(municipality=plan.municipality),
        **fields,
    }
    return create_measure(plan=plan, by=UserFactory(), on=ON, **values)


def update(measure: Measure, **fields: Any) -> Measure:
    return update_measure(measure=measure, version=measure.version, by=UserFactory(), **fields)


def foreign_goal(plan: Plan) -> dict[str, Any]:
    return {"goals": [GoalFactory(plan=plan), GoalFactory(plan=PlanFactory(municipality=plan.municipality))]}


REFUSED = {
    "an end before its start": (
        lambda plan: {"starts_on": ON, "ends_on": ON - datetime.timedelta(days=1)},
        "ends_on",
    ),
    "no goal": (lambda plan: {"goals": []}, "goals"),
    "a goal of another plan": (foreign_goal, "goals"),
    "a foreign responsible unit": (lambda plan: {"responsible_unit": UnitFactory()}, "responsible_unit"),
    "a foreign partner": (lambda plan: {"partners": [UnitFactory()]}, "responsible_unit"),
    "an evaluation by no date": (lambda plan: {"evaluation_cadence": "by_date"}, "evaluation_due_on"),
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("step", ["create", "update"])
def test_refused(what: str, step: str) -> None:
    fields, field = REFUSED[what]
    measure = MeasureFactory()
    with pytest.raises(DomainError) as refusal:
        if step == "create":
            create(measure.plan, **fields(measure.plan))
        else:
            update(measure, **fields(measure.plan))
    assert refusal.value.field == field
    assert list(measure.plan.measures.all()) == [measure]
    assert measure.goals.count() == 1


def test_an_end_before_the_start_that_stands_is_refused() -> None:
    measure = MeasureFactory(starts_on=ON)
    with pytest.raises(DomainError) as refusal:
        update(measure, ends_on=ON - datetime.timedelta(days=1))
    assert refusal.value.field == "ends_on"


def test_an_evaluation_by_a_date_keeps_its_date() -> None:
    measure = MeasureFactory(evaluation_due_on=ON)
    measure = update(measure, evaluation_cadence="by_date")
    with pytest.raises(DomainError) as refusal:
        update(measure, evaluation_due_on=None)
    assert refusal.value.field == "evaluation_due_on"


def test_a_new_measure_begins_its_life_with_a_first_step() -> None:
    plan = PlanFactory()
    measure = create(plan, state=MeasureState.STOPPED, state_reason="Stoppet før planen.")
    step = measure.state_changes.get()
    assert (step.before, step.after, step.on, step.reason) == ("", "stopped", ON, "Stoppet før planen.")
    assert (measure.state_since, measure.state_by) == (ON, step.by)


@pytest.mark.parametrize("state", [MeasureState.STOPPED, MeasureState.NOT_FEASIBLE, MeasureState.OVERTAKEN])
def test_a_measure_entered_as_ended_says_why(state: MeasureState) -> None:
    plan = PlanFactory()
    with pytest.raises(DomainError) as refusal:
        create(plan, state=state, state_reason=" ")
    assert refusal.value.field == "reason"
    assert not plan.measures.exists()


def test_goals_and_partners_are_kept_however_they_are_handed_over() -> None:
    plan = PlanFactory()
    goals = [GoalFactory(plan=plan), GoalFactory(plan=plan)]
    partner = UnitFactory(municipality=plan.municipality)
    measure = create(plan, goals=(goal for goal in goals), partners=[partner])
    assert set(measure.goals.all()) == set(goals)
    assert list(measure.partners.all()) == [partner]


def test_measures_stand_in_the_order_they_were_added() -> None:
    plan = PlanFactory()
    titles = ["Først", "Så", "Til slutt"]
    for title in titles:
        create(plan, title=title)
    assert [measure.title for measure in plan.measures.all()] == titles


def test_a_change_touches_what_it_names_and_nothing_else() -> None:
    measure = MeasureFactory(title="Gammelt", funding="Husbanken")
    goals, new_goal = set(measure.goals.all()), GoalFactory(plan=measure.plan)
    update(measure, title="Nytt")
    measure.refresh_from_db()
    assert (measure.title, measure.funding, set(measure.goals.all())) == ("Nytt", "Husbanken", goals)
    update(measure, goals=[new_goal])
    assert list(measure.goals.all()) == [new_goal]


def test_a_target_name_is_used_once_on_a_measure() -> None:
    target, by = TargetFactory(name="boliger"), UserFactory()
    with pytest.raises(DomainError) as refusal:
        set_target(measure=target.measure, name="boliger", by=by)
    assert refusal.value.field == "name"
    assert set_target(measure=MeasureFactory(), name="boliger", by=by, value=50).counting == Target.Counting.SUM
