"""The life of a measure: the one place that writes its state."""

import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from measures.domain.plan import check_day_is_open, lock_plan
from measures.models import STATES_WITH_REASON, Measure, MeasureState, PlanState, StateChange
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, locked
from organisation.models import User

S = MeasureState
TRANSITIONS: dict[str, tuple[str, ...]] = {
    S.PLANNED: (S.IN_PROGRESS, S.IN_OPERATION, S.COMPLETED, S.NOT_FEASIBLE, S.OVERTAKEN, S.STOPPED),
    S.IN_PROGRESS: (S.IN_OPERATION, S.COMPLETED, S.NOT_FEASIBLE, S.OVERTAKEN, S.STOPPED),
    S.IN_OPERATION: (S.IN_PROGRESS, S.COMPLETED, S.OVERTAKEN, S.STOPPED),
    S.COMPLETED: (S.IN_PROGRESS, S.IN_OPERATION),
    S.NOT_FEASIBLE: (S.PLANNED, S.IN_PROGRESS),
    S.OVERTAKEN: (S.PLANNED,),
    S.STOPPED: (S.PLANNED, S.IN_PROGRESS),
}
ENDED = (S.COMPLETED, S.NOT_FEASIBLE, S.OVERTAKEN, S.STOPPED)


def needs_reason(before: str, after: str) -> bool:
    """Ending a measure without having carried it out, and taking an ended one up again, must be explained."""
    return after in STATES_WITH_REASON or before in ENDED


def change_state(
    *, measure: Measure, to: str, reason: str, version: int | None, by: User, on: datetime.date, today: datetime.date
) -> Measure:
    """Move a measure along the table. `on` is the day it happened: not in the future, not before the last change."""
    with acting(by, "measure.change_state"):
        plan = lock_plan(measure.plan)
        measure = locked(measure, version)
        before = measure.state
        if plan.state == PlanState.CLOSED:
            raise DomainError(_("Planen er avsluttet. Tilstanden kan ikke endres."))
        if to not in TRANSITIONS[before]:
            raise DomainError(
                _("Et tiltak som er «%(from)s», kan ikke bli «%(to)s».")
                % {"from": MeasureState(before).label, "to": MeasureState(to).label if to in S.values else to},
                "to",
            )
        if needs_reason(before, to):
            check_reason(to, reason, always=True)
        if on > today:
            raise DomainError(_("Datoen ligger fram i tid."), "on")
        if on < measure.state_since:
            raise DomainError(
                _("Tiltaket har hatt denne tilstanden siden %(day)s. Velg den dagen eller en senere dag.")
                % {"day": date_format(measure.state_since)},
                "on",
            )
        check_day_is_open(plan, on, "on")
        write_state(measures=[measure], to=to, reason=reason, by=by, on=on)
    return measure


def write_state(*, measures: list[Measure], to: str, reason: str, by: User, on: datetime.date) -> None:
    """Write a state that has been checked, in the action of whoever calls; the versions are counted up already."""
    steps = []
    for row in measures:
        steps.append(StateChange(measure=row, before=row.state, after=to, on=on, by=by, reason=reason))
        row.state, row.state_since, row.state_by, row.state_reason = to, on, by, reason
    Measure.objects.bulk_update(measures, ["state", "state_since", "state_by", "state_reason", "version"])
    StateChange.objects.bulk_create(steps)


def check_reason(state: str, reason: str, always: bool = False) -> None:
    if (always or state in STATES_WITH_REASON) and not reason.strip():
        raise DomainError(_("Skriv en begrunnelse."), "reason")
