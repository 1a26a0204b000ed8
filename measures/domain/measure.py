"""Measures: made and changed. Their state has a file of its own, measure_state.py."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from measures.domain.measure_state import check_reason
from measures.domain.plan import check_plan_is_open
from measures.models import EvaluationCadence, Goal, Measure, MeasureState, Plan, StateChange, Target
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import User

TARGET_NAME_TAKEN = {"target_name_unique": (_("Tiltaket har allerede et måltall med dette navnet."), "name")}
MANY_TO_MANY = ("goals", "partners", "zones", "life_areas")
HANG_TOGETHER = ("starts_on", "ends_on", "evaluation_cadence", "evaluation_due_on")


def create_measure(
    *,
    plan: Plan,
    goals: Iterable[Goal],
    by: User,
    on: datetime.date,
    state: str = MeasureState.PLANNED,
    state_reason: str = "",
    **fields: Any,
) -> Measure:
    """Add a measure to a plan, in the state it has when it is entered (a plan may be entered long after it was adopted)."""
    goals = list(goals)
    _check(plan, {**fields, "goals": goals})
    check_reason(state, state_reason)
    related = {name: fields.pop(name) for name in MANY_TO_MANY if name in fields}
    with acting(by, "measure.create"):
        check_plan_is_open(plan)
        last = Measure.objects.filter(plan=plan).aggregate(last=Max("position"))["last"] or 0
        measure = Measure.objects.create(
            plan=plan, state=state, state_since=on, state_by=by, state_reason=state_reason, position=last + 1, **fields
        )
        _set_related(measure, {**related, "goals": goals})
        StateChange.objects.create(measure=measure, before="", after=state, on=on, by=by, reason=state_reason)
    return measure


def update_measure(*, measure: Measure, version: int, by: User, **fields: Any) -> Measure:
    """Change what the plan says of a measure. A new responsible unit takes over the log and what is due."""
    with acting(by, "measure.update"):
        check_plan_is_open(measure.plan)
        measure = locked(measure, version)
        # With what stands already: an end is held against the start that is not being changed.
        _check(measure.plan, {**{name: getattr(measure, name) for name in HANG_TOGETHER}, **fields})
        related = {name: fields.pop(name) for name in MANY_TO_MANY if name in fields}
        apply(measure, fields)
        measure.save()
        _set_related(measure, related)
    return measure


def set_target(
    *,
    measure: Measure,
    name: str,
    by: User,
    value: Any = None,
    counting: str = Target.Counting.SUM,
    counts_people: bool = True,
) -> Target:
    """Say that something is counted on a measure, with the number to reach where there is one.

    `counts_people`: it counts persons or families, and reports protect it.
    """
    with acting(by, "measure.target"), refusing(**TARGET_NAME_TAKEN):
        check_plan_is_open(measure.plan)
        return Target.objects.create(
            measure=measure, name=name, value=value, counting=counting, counts_people=counts_people
        )


def update_target(
    *, target: Target, name: str, value: Any, counting: str, counts_people: bool, version: int, by: User
) -> Target:
    """Change what is counted, the number to reach or the way of counting; the log's numbers stay."""
    with acting(by, "measure.update_target"), refusing(**TARGET_NAME_TAKEN):
        check_plan_is_open(target.measure.plan)
        target = locked(target, version)
        apply(target, {"name": name, "value": value, "counting": counting, "counts_people": counts_people})
        target.save()
    return target


def _set_related(measure: Measure, related: dict[str, Any]) -> None:
    for name, rows in related.items():
        getattr(measure, name).set(rows)


def _check(plan: Plan, fields: dict[str, Any]) -> None:
    starts_on, ends_on = fields.get("starts_on"), fields.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        raise DomainError(_("Tiltaket slutter før det starter."), "ends_on")
    if "goals" in fields:
        if not fields["goals"]:
            raise DomainError(_("Velg minst ett mål."), "goals")
        if any(goal.plan_id != plan.pk for goal in fields["goals"]):
            raise DomainError(_("Velg mål i samme plan."), "goals")
    units = [fields["responsible_unit"]] if "responsible_unit" in fields else []
    units += [*fields.get("partners", ())]
    if any(unit.municipality_id != plan.municipality_id for unit in units):
        raise DomainError(_("Velg enheter som kommunen har registrert."), "responsible_unit")
    if fields.get("evaluation_cadence") == EvaluationCadence.BY_DATE and not fields.get("evaluation_due_on"):
        raise DomainError(_("Skriv datoen tiltaket skal være evaluert innen."), "evaluation_due_on")
