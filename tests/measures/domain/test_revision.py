"""Revision: a new plan from an old one, and what became of each measure."""

import datetime
from typing import Any

import pytest

from measures.domain.revision import Fate, revise_plan
from measures.models import Measure, MeasureState, Plan, PlanState
from organisation.domain.errors import DomainError
from tests.factories import (
    GoalFactory,
    LogEntryFactory,
    MeasureFactory,
    ObservationFactory,
    PlanFactory,
    TargetFactory,
    UnitFactory,
    UserFactory,
    ZoneFactory,
)

pytestmark = pytest.mark.django_db
FROM = datetime.date(2028, 1, 1)


def revise(plan: Plan, fates: dict[Measure, Fate], **fields: Any) -> Plan:
    plan.refresh_from_db()
    values = {"title": "Ny plan", "starts_on": FROM, "ends_on": None, **fields}
    return revise_plan(plan=plan, fates=fates, version=plan.version, by=UserFactory(), **values)


def plan_with_everything() -> tuple[Plan, Measure]:
    plan = PlanFactory(description="Om planen.", proposed_decision="Tas til orientering.")
    zone = ZoneFactory(municipality=plan.municipality)
    plan.zones.set([zone])
    for number, text in enumerate(["mål a", "mål b"], 1):
        plan.main_aims.create(number=number, text=text)
    areas = [plan.life_areas.create(number=number, text=f"område {number}") for number in (1, 2)]
    parent = GoalFactory(plan=plan, number="4", position=2)
    # The child stands before its parent, so that the order of copying matters.
    child = GoalFactory(plan=plan, parent=parent, number="4 b", position=1)
    measure = MeasureFactory(
        plan=plan,
        goals=[child],
        state=MeasureState.STOPPED,
        state_reason="Ingen midler.",
        partners=[UnitFactory(municipality=plan.municipality)],
        case_references=["11/26497"],
        evaluation_cadence="by_date",
        evaluation_due_on=FROM,
    )
    measure.zones.set([zone])
    measure.life_areas.set(areas[1:])
    TargetFactory(measure=measure, name="boliger", value=50, counting="latest")
    LogEntryFactory(measure=measure)
    return plan, measure


def test_the_new_plan_is_a_draft_with_the_old_ones_goals_and_lists() -> None:
    plan, measure = plan_with_everything()
    new = revise(plan, {measure: Fate("carried_over")}, ends_on=datetime.date(2031, 12, 31))
    assert (new.state, new.revises, new.starts_on, new.ends_on) == ("draft", plan, FROM, datetime.date(2031, 12, 31))
    assert (new.municipality, new.description, new.proposed_decision) == (
        plan.municipality,
        plan.description,
        plan.proposed_decision,
    )
    assert [aim.text for aim in new.main_aims.all()] == ["mål a", "mål b"]
    assert [area.text for area in new.life_areas.all()] == ["område 1", "område 2"]
    assert set(new.zones.all()) == set(plan.zones.all())
    child = new.goals.get(number="4 b")
    assert child.parent == new.goals.get(number="4")
    assert child.parent.plan == new


def test_a_measure_that_goes_on_is_copied_with_all_that_was_decided_and_none_of_the_log() -> None:
    plan, old = plan_with_everything()
    new = revise(plan, {old: Fate("changed", "Ny ansvarlig.")}).measures.get()

    assert new.pk != old.pk
    for name in ("title", "responsible_unit", "state", "state_since", "state_reason", "case_references"):
        assert getattr(new, name) == getattr(old, name)
    assert [goal.number for goal in new.goals.all()] == ["4 b"]
    assert {goal.plan for goal in new.goals.all()} == {new.plan}
    assert set(new.partners.all()) == set(old.partners.all())
    assert set(new.zones.all()) == set(old.zones.all())
    assert [(area.plan, area.number) for area in new.life_areas.all()] == [(new.plan, 2)]
    target = new.targets.get()
    assert (target.name, target.value, target.counting) == ("boliger", 50, "latest")
    assert [(step.before, step.after) for step in new.state_changes.all()] == [("", "stopped")]
    assert not new.log_entries.exists()
    assert (old.fate.kind, old.fate.successor, old.fate.reason) == ("changed", new, "Ny ansvarlig.")


def test_a_measure_that_ends_has_no_copy_and_says_why() -> None:
    plan, measure = plan_with_everything()
    new = revise(plan, {measure: Fate("ended", "Målet er nådd.")})
    assert not new.measures.exists()
    assert (measure.fate.kind, measure.fate.successor) == ("ended", None)


def test_indicators_go_on_with_their_figures_so_far() -> None:
    plan, measure = plan_with_everything()
    goal = plan.goals.get(number="4")
    observation = ObservationFactory(indicator__table__plan=plan, indicator__table__goal=goal, basis="telling")
    new = revise(plan, {measure: Fate("carried_over")})
    table = new.indicator_tables.get()
    copied = table.indicators.get().observations.get()
    assert table.goal == new.goals.get(number="4")
    assert (copied.period, copied.value, copied.basis) == (observation.period, observation.value, "telling")
    assert copied.pk != observation.pk


def test_the_old_plan_stays_as_it_was() -> None:
    plan, measure = plan_with_everything()
    revise(plan, {measure: Fate("carried_over")})
    plan.refresh_from_db()
    measure.refresh_from_db()
    assert plan.state == PlanState.ADOPTED
    assert list(plan.measures.all()) == [measure]
    assert measure.log_entries.count() == measure.targets.count() == 1
    assert plan.goals.count() == 2


def test_every_measure_of_the_plan_and_no_other_is_given_a_fate() -> None:
    plan, measure = plan_with_everything()
    second, foreign = MeasureFactory(plan=plan), MeasureFactory()
    fate = Fate("carried_over")
    for fates in ({}, {measure: fate}, {measure: fate, second: fate, foreign: fate}):
        with pytest.raises(DomainError):
            revise(plan, fates)
    assert not Plan.objects.filter(revises=plan).exists()


@pytest.mark.parametrize("kind", ["changed", "ended"])
def test_a_fate_that_is_a_change_says_why(kind: str) -> None:
    plan, measure = plan_with_everything()
    with pytest.raises(DomainError, match=measure.title):
        revise(plan, {measure: Fate(kind, " ")})


def test_a_plan_is_revised_once() -> None:
    plan, measure = plan_with_everything()
    revise(plan, {measure: Fate("carried_over")})
    with pytest.raises(DomainError, match="allerede"):
        revise(plan, {measure: Fate("carried_over")})
    assert Plan.objects.filter(revises=plan).count() == 1


def test_a_draft_is_not_revised() -> None:
    with pytest.raises(DomainError):
        revise(PlanFactory(state=PlanState.DRAFT), {})


def test_a_closed_plan_is_revised() -> None:
    assert revise(PlanFactory(state=PlanState.CLOSED), {}).pk


def test_a_revised_plan_does_not_end_before_it_begins() -> None:
    with pytest.raises(DomainError) as refusal:
        revise(PlanFactory(), {}, ends_on=datetime.date(2027, 12, 31))
    assert refusal.value.field == "ends_on"
