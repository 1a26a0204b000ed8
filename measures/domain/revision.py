"""Revision (rullering): a new plan from an old one, telling what became of each measure."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from measures.models import (
    LIVE_STATES,
    Goal,
    Indicator,
    IndicatorTable,
    Measure,
    MeasureFate,
    Observation,
    Plan,
    PlanState,
    StateChange,
    Target,
)
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, locked
from organisation.models import User

COPIED_GOAL_FIELDS = ("kind", "number", "title", "aim", "challenges", "horizon", "position")
COPIED_MEASURE_FIELDS = (
    "title", "responsible_unit", "approach", "note", "funding", "case_references", "starts_on", "ends_on",
    "due_on", "due_as_printed", "evaluation_cadence", "evaluation_by", "evaluation_due_on", "position",
    "state", "state_since", "state_by", "state_reason",
)  # fmt: skip
TARGET_FIELDS = ("name", "value", "counting", "counts_people")
INDICATOR_FIELDS = ("name", "measured_in", "in_total", "counts_people", "series", "position")
AT_A_TIME = 500  # rows in one statement


@dataclass(frozen=True)
class Fate:
    """What is decided for one measure of the old plan."""

    kind: str
    reason: str = ""


def usual_fate(*, measure: Measure) -> Fate:
    """What mostly becomes of a measure, by its state: what is planned or going on goes on, and what is over has ended."""
    if measure.state in LIVE_STATES:
        return Fate(MeasureFate.Kind.CARRIED_OVER)
    return Fate(MeasureFate.Kind.ENDED, (measure.state_reason.strip() or str(measure.get_state_display()))[:500])


def revise_plan(
    *,
    plan: Plan,
    title: str,
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    fates: dict[Measure, Fate],
    version: int,
    by: User,
) -> Plan:
    """A draft plan with the old one's goals and the measures that go on. Every measure must have been given a fate.

    The old plan stays as it is and readable; it is closed separately, when the new one is adopted.
    """
    with acting(by, "plan.revise"):
        plan = locked(plan, version)
        _check(plan, fates, starts_on, ends_on)
        plan.save()
        new_plan = Plan.objects.create(
            municipality=plan.municipality, title=title, kind=plan.kind, starts_on=starts_on, ends_on=ends_on,
            description=plan.description, proposed_decision=plan.proposed_decision, revises=plan,
        )  # fmt: skip
        new_plan.zones.set(plan.zones.all())
        _copy_lists(plan, new_plan)
        goals = _copy_goals(plan, new_plan)
        _copy_tables(plan, new_plan, goals)
        going_on = [measure for measure, fate in fates.items() if fate.kind != MeasureFate.Kind.ENDED]
        copies = _copy_measures(going_on, new_plan, goals, by)
        rows = [
            MeasureFate(measure=row, kind=fate.kind, successor=copies.get(row.pk), reason=fate.reason)
            for row, fate in fates.items()
        ]
        _created(MeasureFate, rows)
    return new_plan


def _check(plan: Plan, fates: dict[Measure, Fate], starts_on: datetime.date, ends_on: datetime.date | None) -> None:
    if plan.state == PlanState.DRAFT:
        raise DomainError(_("Et utkast kan ikke rulleres. Endre utkastet i stedet."))
    if Plan.objects.filter(revises=plan).exists():
        raise DomainError(_("Planen er allerede rullert."))
    if ends_on and ends_on < starts_on:
        raise DomainError(_("Planen slutter før den begynner."), "ends_on")
    if set(fates) != set(plan.measures.all()):
        raise DomainError(_("Velg hva som skal skje med hvert tiltak."))
    for measure, fate in fates.items():
        if fate.kind != MeasureFate.Kind.CARRIED_OVER and not fate.reason.strip():
            raise DomainError(_("Skriv en kort begrunnelse for «%(title)s».") % {"title": measure.title})


def _copy_lists(plan: Plan, new_plan: Plan) -> None:
    for name in ("main_aims", "life_areas"):
        rows = getattr(plan, name).all()
        rows.model.objects.bulk_create(rows.model(plan=new_plan, number=row.number, text=row.text) for row in rows)


def _copy_goals(plan: Plan, new_plan: Plan) -> dict[int, Goal]:
    copies: dict[int, Goal] = {}
    # Parents first, so that the children find them.
    for goal in sorted(plan.goals.all(), key=lambda row: (row.parent_id is not None, row.position)):
        fields = {name: getattr(goal, name) for name in COPIED_GOAL_FIELDS}
        copies[goal.pk] = Goal.objects.create(
            plan=new_plan, parent=copies[goal.parent_id] if goal.parent_id else None, **fields
        )
    return copies


def _copy_measures(measures: list[Measure], new_plan: Plan, goals: dict[int, Goal], by: User) -> dict[int, Measure]:
    """The new measures by the keys of the old ones. A table at a time: a plan may have thousands of measures."""
    prefetch_related_objects(
        measures, "responsible_unit", "state_by", "goals", "partners", "zones", "life_areas", "targets"
    )
    areas = {row.number: row for row in new_plan.life_areas.all()}
    rows = [Measure(plan=new_plan, **{name: getattr(old, name) for name in COPIED_MEASURE_FIELDS}) for old in measures]
    copies = dict(zip([old.pk for old in measures], _created(Measure, rows), strict=True))
    ties: dict[str, Callable[[Measure], Iterable[Any]]] = {
        "goals": lambda old: [goals[row.pk] for row in old.goals.all()],
        "partners": lambda old: old.partners.all(),
        "zones": lambda old: old.zones.all(),
        "life_areas": lambda old: [areas[row.number] for row in old.life_areas.all() if row.number in areas],
    }
    for name, of in ties.items():
        field: Any = Measure._meta.get_field(name)
        model, target = field.remote_field.through, field.m2m_reverse_field_name()
        _created(model, [model(measure=copies[old.pk], **{target: row}) for old in measures for row in of(old)])
    _created(
        Target,
        [
            Target(measure=copies[old.pk], **{name: getattr(row, name) for name in TARGET_FIELDS})
            for old in measures for row in old.targets.all()
        ],
    )  # fmt: skip
    _created(
        StateChange,
        [
            StateChange(measure=row, before="", after=row.state, on=row.state_since, by=by, reason=row.state_reason)
            for row in copies.values()
        ],
    )
    return copies


def _created(model: Any, rows: list[Any]) -> list[Any]:
    return list(model._default_manager.bulk_create(rows, batch_size=AT_A_TIME))


def _copy_tables(plan: Plan, new_plan: Plan, goals: dict[int, Goal]) -> None:
    """Indicators go on over the years: the new plan has their figures so far."""
    for table in plan.indicator_tables.prefetch_related("indicators__observations"):
        fields = {name: getattr(table, name) for name in ("title", "note", "total_label", "position")}
        goal = goals[table.goal_id] if table.goal_id else None
        new_table = IndicatorTable.objects.create(plan=new_plan, goal=goal, **fields)
        for row in table.indicators.all():
            fields = {name: getattr(row, name) for name in INDICATOR_FIELDS}
            indicator = Indicator.objects.create(table=new_table, **fields)
            names = ("period", "sort_year", "value", "basis", "remark")
            Observation.objects.bulk_create(
                Observation(indicator=indicator, **{name: getattr(o, name) for name in names})
                for o in row.observations.all()
            )
