"""Plans: made, adopted, closed, revised; and the periods that have been frozen."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from measures.models import ClosedPeriod, LifeArea, MainAim, Plan, PlanState
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply, locked
from organisation.models import Municipality, User

TRANSITIONS: dict[str, frozenset[str]] = {
    PlanState.DRAFT: frozenset({PlanState.ADOPTED}),
    PlanState.ADOPTED: frozenset({PlanState.CLOSED}),
    PlanState.CLOSED: frozenset({PlanState.ADOPTED}),
}


def create_plan(
    *,
    municipality: Municipality,
    by: User,
    main_aims: Iterable[str] = (),
    life_areas: Iterable[str] = (),
    **fields: Any,
) -> Plan:
    """Make a draft plan with its main aims and life areas, numbered in the order given."""
    _check_period(fields)
    zones = fields.pop("zones", ())
    with acting(by, "plan.create"):
        plan = Plan.objects.create(municipality=municipality, **fields)
        plan.zones.set(zones)
        _write_lists(plan, main_aims, life_areas)
    return plan


def update_plan(
    *,
    plan: Plan,
    version: int,
    by: User,
    main_aims: Iterable[str] | None = None,
    life_areas: Iterable[str] | None = None,
    **fields: Any,
) -> Plan:
    """Change a plan's own fields, its main aims and its life areas; what is not given stays."""
    zones = fields.pop("zones", None)
    with acting(by, "plan.update"):
        plan = locked(plan, version)
        check_plan_is_open(plan)
        apply(plan, fields)
        _check_period({"starts_on": plan.starts_on, "ends_on": plan.ends_on})
        if plan.state != PlanState.DRAFT:
            _check_adoption(plan.adopted_on, plan.adopted_as_printed)
        plan.save()
        if zones is not None:
            plan.zones.set(zones)
        _write_lists(plan, main_aims, life_areas)
    return plan


def adopt_plan(*, plan: Plan, version: int, by: User) -> Plan:
    """From draft (or closed by mistake) to adopted. The plan must say when it was adopted."""
    _check_adoption(plan.adopted_on, plan.adopted_as_printed)
    return _move(plan, PlanState.ADOPTED, version, by)


def close_plan(*, plan: Plan, version: int, by: User) -> Plan:
    """The plan's time is over; it stays readable, and nothing in it is due any more."""
    return _move(plan, PlanState.CLOSED, version, by)


def close_period(*, plan: Plan, first_day: datetime.date, last_day: datetime.date, by: User) -> ClosedPeriod:
    """Freeze the days of a plan: `lock_plan` and `check_day_is_open` keep log entries off them from now on."""
    with acting(by, "plan.close_period"):
        lock_plan(plan)
        return ClosedPeriod.objects.create(plan=plan, first_day=first_day, last_day=last_day)


def check_plan_is_open(plan: Plan) -> None:
    """What has been closed stays as it was. The coordinator can open the plan again when it was closed by mistake.

    Holds the plan until the transaction ends, so that it isn't closed in the midst of the change.
    """
    if lock_plan(plan).state == PlanState.CLOSED:
        raise DomainError(_("Planen er avsluttet. Åpne den igjen for å endre noe."))


def lock_plan(plan: Plan) -> Plan:
    """Hold the plan until the transaction ends: logging on it and closing a period of it wait for each other."""
    return Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)


def check_day_is_open(plan: Plan, day: datetime.date, field: str = "happened_on") -> None:
    """Refuse a day in a closed period. Call it with the plan locked."""
    closed = ClosedPeriod.objects.filter(plan=plan).covering(day).first()
    if closed:
        raise DomainError(
            _(
                "Perioden %(first)s – %(last)s er rapportert og lukket. Bruk dagens dato, "
                "og skriv i teksten når det skjedde."
            )
            % {"first": date_format(closed.first_day), "last": date_format(closed.last_day)},
            field,
        )


def _move(plan: Plan, to: str, version: int, by: User) -> Plan:
    with acting(by, f"plan.{to}"):
        plan = locked(plan, version)
        if to not in TRANSITIONS[plan.state]:
            raise DomainError(
                _("En plan som er «%(from)s», kan ikke bli «%(to)s».")
                % {"from": PlanState(plan.state).label.lower(), "to": PlanState(to).label.lower()}
            )
        plan.state = to
        plan.save()
    return plan


def _check_period(fields: dict[str, Any]) -> None:
    starts_on, ends_on = fields.get("starts_on"), fields.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        raise DomainError(_("Planen slutter før den begynner."), "ends_on")


def _check_adoption(adopted_on: datetime.date | None, adopted_as_printed: str) -> None:
    if not adopted_on and not adopted_as_printed:
        raise DomainError(_("Skriv når planen ble vedtatt, før du merker den som vedtatt."), "adopted_on")


def _write_lists(plan: Plan, main_aims: Iterable[str] | None, life_areas: Iterable[str] | None) -> None:
    """The plan's main aims and life areas in the order given; None leaves a list as it is."""
    if main_aims is not None:
        _write_list(MainAim, plan, list(main_aims))
    if life_areas is not None:
        _write_list(LifeArea, plan, list(life_areas))


def _write_list(model: type[MainAim] | type[LifeArea], plan: Plan, texts: list[str]) -> None:
    """Rows follow their text, since measures point to life areas. A row whose text is new on its own line was reworded."""
    rows: list[Any] = list(model._default_manager.filter(plan=plan))
    kept = {row.text: row for row in rows if row.text in texts}
    free = {row.number: row for row in rows if row.text not in texts}
    for number, text in enumerate(texts, start=1):
        if text not in kept and number in free:
            kept[text] = free.pop(number)
    _refuse_if_used(list(free.values()))
    model._default_manager.filter(pk__in=[row.pk for row in free.values()]).delete()
    # Out of the way first: a number stands once in a plan.
    model._default_manager.filter(plan=plan).update(number=F("number") + 10_000)
    for number, text in enumerate(dict.fromkeys(texts), start=1):
        row = kept.get(text) or model(plan=plan)
        apply(row, {"number": number, "text": text})
        row.save()


def _refuse_if_used(rows: list[Any]) -> None:
    for row in rows:
        if isinstance(row, LifeArea) and row.measures.exists():
            raise DomainError(
                _("Livsområdet «%(text)s» står på tiltak. Fjern det fra tiltakene først.") % {"text": row.text},
                "life_areas",
            )
