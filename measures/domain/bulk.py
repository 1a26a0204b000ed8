"""Many measures at once: another responsible unit when the municipality reorganises, and one state with one reason.

Each change is looked at first (`outlook_...`) and done afterwards on the versions that were looked at. When somebody has
changed one of the rows meanwhile, nothing is done, and the page asks again without it.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from measures.domain.measure_state import TRANSITIONS, check_reason, needs_reason, write_state
from measures.models import ClosedPeriod, Measure, MeasureState, Plan, PlanState
from organisation.domain.errors import DomainError
from organisation.domain.notices import notify, settle
from organisation.domain.writing import acting
from organisation.models import Membership, Role, Unit, User

CLOSED = _("Planen er avsluttet, og står som den var.")
CHANGED_MEANWHILE = _("Noen har endret tiltaket siden du så på det.")
RETIRED = _("Enheten det hadde før, er ikke lenger i bruk.")
Read = Mapping[Measure, int]  # the measures that were looked at, each with its version then


@dataclass(frozen=True)
class Outlook:
    """What a change would do: the measures it changes, and those it leaves, each with the reason."""

    changes: list[Measure] = field(default_factory=list)
    stays: list[tuple[Measure, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Moved:
    """One measure that was moved, as it stood before: what it takes to take the move back."""

    measure_id: int
    version: int  # after the move
    unit_id: int
    partner_ids: list[int]


@dataclass(frozen=True)
class Move:
    """A move that was made. `keys` are those of the notices about it."""

    keys: list[str]
    rows: list[Moved]


class ChangedMeanwhileError(DomainError):
    """Somebody changed some of the rows after they were looked at. Nothing was done."""

    def __init__(self, rows: list[Measure]) -> None:
        super().__init__(
            _("Noen av tiltakene er endret siden du så på dem. Ingenting er gjort. Se over, og bekreft på nytt.")
        )
        self.rows = rows


def outlook_of_move(*, measures: Iterable[Measure], unit: Unit, instead_of: Unit | None = None) -> Outlook:
    """What it means to make `unit` responsible. `instead_of`: only where that one stands, also as a partner."""
    outlook = Outlook()
    for measure in measures:
        if reason := _stays(measure, unit, instead_of):
            outlook.stays.append((measure, reason))
        else:
            outlook.changes.append(measure)
    return outlook


def _stays(measure: Measure, unit: Unit, instead_of: Unit | None) -> Any:
    if measure.plan.municipality_id != unit.municipality_id:
        return _("Enheten hører til en annen kommune.")
    if measure.plan.state == PlanState.CLOSED:
        return CLOSED
    partners = {row.pk for row in measure.partners.all()}
    if instead_of is None:
        return _("Har enheten fra før.") if measure.responsible_unit_id == unit.pk else None
    stands = measure.responsible_unit_id == instead_of.pk or instead_of.pk in partners
    return None if stands else _("Har ikke enheten som skal byttes ut.")


def move_measures(
    *, read: Read, unit: Unit, by: User, on: datetime.date, key: str, instead_of: Unit | None = None
) -> Move:
    """Make a unit responsible for the measures, all or none, and tell its leaders. What stays is left as it was.

    `instead_of`: put it wherever that unit stands, as responsible or as a partner. `key` names the move in its notices.
    """
    if not unit.active:
        raise DomainError(_("Enheten er ikke i bruk."))
    with acting(by, "measure.move_many"):
        rows = _held(read)
        changes = outlook_of_move(measures=rows, unit=unit, instead_of=instead_of).changes
        moved = [_move(row, unit, instead_of) for row in changes]
        Measure.objects.bulk_update(changes, ["responsible_unit", "version"])
        got = [row for row, was in zip(changes, moved, strict=True) if row.responsible_unit_id != was.unit_id]
        keys = _tell(got, unit, by, on, key)
    return Move(keys, moved)


def _move(row: Measure, unit: Unit, instead_of: Unit | None) -> Moved:
    partners = [one.pk for one in row.partners.all()]
    was = Moved(row.pk, row.version + 1, row.responsible_unit_id, partners)
    after = set(partners)
    if instead_of is not None and instead_of.pk in after:
        after = after - {instead_of.pk} | {unit.pk}
    if instead_of is None or row.responsible_unit_id == instead_of.pk:
        row.responsible_unit = unit
    after.discard(row.responsible_unit_id)  # whoever answers for it takes part already
    if after != set(partners):
        row.partners.set(after)
    row.version += 1
    return was


def take_back_move(*, move: Move, by: User) -> Outlook:
    """Put the measures back as they stood, and settle the notices of the plans of which all are back.

    What somebody has changed since the move is left, and so are closed plans and what would go to a unit out of use.
    """
    outlook = Outlook()
    before = {row.measure_id: row for row in move.rows}
    with acting(by, "measure.move_back"):
        measures, retired = _locked(before), _retired(move.rows)
        for measure in measures:
            was = before[measure.pk]
            partners = {row.pk for row in measure.partners.all()}
            if reason := _not_back(measure, was, partners, retired):
                outlook.stays.append((measure, reason))
                continue
            measure.responsible_unit_id = was.unit_id
            measure.version += 1
            if partners != set(was.partner_ids):
                measure.partners.set(was.partner_ids)
            outlook.changes.append(measure)
        Measure.objects.bulk_update(outlook.changes, ["responsible_unit", "version"])
        whole = {row.plan_id for row in outlook.changes} - {row.plan_id for row, _why in outlook.stays}
        for key in move.keys:
            if int(key.rpartition(":")[2]) in whole:
                settle(key=key, by=by)
    return outlook


def _retired(rows: Iterable[Moved]) -> set[int]:
    """Those of the units from before that are no longer in use."""
    ids = {unit for row in rows for unit in (row.unit_id, *row.partner_ids)}
    return set(Unit.objects.filter(pk__in=ids, active=False).values_list("pk", flat=True))


def _not_back(measure: Measure, was: Moved, partners: set[int], retired: set[int]) -> Any:
    if measure.version != was.version:
        return CHANGED_MEANWHILE
    if measure.plan.state == PlanState.CLOSED:
        return CLOSED
    # Whoever is there already does not come back.
    back = {was.unit_id} - {measure.responsible_unit_id} | set(was.partner_ids) - partners
    return RETIRED if back & retired else None


def outlook_of_state(
    *, measures: Iterable[Measure], to: str, reason: str, on: datetime.date, today: datetime.date
) -> Outlook:
    """Which measures can go to a state on a day. Refused is what nobody can do: a day to come, no reason where one is due."""
    if on > today:
        raise DomainError(_("Datoen ligger fram i tid."), "on")
    measures = list(measures)
    closed = ClosedPeriod.objects.covering(on).filter(plan__in={row.plan_id for row in measures})
    reported = set(closed.values_list("plan_id", flat=True))
    outlook = Outlook()
    for measure in measures:
        if why := _keeps_state(measure, to, on, reported):
            outlook.stays.append((measure, why))
        else:
            outlook.changes.append(measure)
    if any(needs_reason(row.state, to) for row in outlook.changes):
        check_reason(to, reason, always=True)
    return outlook


def _keeps_state(measure: Measure, to: str, on: datetime.date, reported: set[int]) -> Any:
    if measure.plan.state == PlanState.CLOSED:
        return CLOSED
    if to not in TRANSITIONS[measure.state]:
        return _("Er «%(state)s», og kan ikke bli «%(to)s».") % {
            "state": measure.get_state_display(), "to": MeasureState(to).label,
        }  # fmt: skip
    if on < measure.state_since:
        return _("Har hatt tilstanden sin siden en senere dag.")
    return _("Dagen er i en periode som er rapportert og lukket.") if measure.plan_id in reported else None


def change_states(
    *, read: Read, to: str, reason: str, by: User, on: datetime.date, today: datetime.date
) -> list[Measure]:
    """Move many measures to one state for one reason, all or none; those that can't go there are left as they were."""
    with acting(by, "measure.change_states"):
        rows = _held(read)
        changes = outlook_of_state(measures=rows, to=to, reason=reason, on=on, today=today).changes
        for row in changes:
            row.version += 1
        write_state(measures=changes, to=to, reason=reason, by=by, on=on)
    return changes


def _held(read: Read) -> list[Measure]:
    """The measures as they stand, held until the transaction ends; refused when one is not as it was looked at."""
    rows = list(_locked([row.pk for row in read]))
    versions = {row.pk: version for row, version in read.items()}
    changed = [row for row in rows if row.version != versions[row.pk]]
    if changed:
        raise ChangedMeanwhileError(changed)
    return rows


def _locked(ids: Iterable[int]) -> list[Measure]:
    """Plans first, as everywhere, so that none is closed meanwhile; and always in the same order."""
    ids = list(ids)
    plans = Plan.objects.filter(measures__in=ids).order_by("pk").values_list("pk", flat=True).distinct()
    list(Plan.objects.select_for_update(no_key=True).filter(pk__in=list(plans)).order_by("pk"))
    rows = Measure.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk")
    return list(rows.select_related("plan", "responsible_unit").prefetch_related("partners"))


def _tell(measures: list[Measure], unit: Unit, by: User, on: datetime.date, key: str) -> list[str]:
    """The leaders of the new unit and of those above it get one notice for each plan. Returns the notices' keys."""
    leaders = Membership.objects.active(on).filter(role=Role.UNIT_LEADER, unit__municipality=unit.municipality_id)
    users = {
        row.user for row in leaders.select_related("user", "unit")
        if unit.path.startswith(row.unit.path) and row.user_id != by.pk
    }  # fmt: skip
    plans = {row.plan for row in measures}
    for plan in plans:
        number = sum(row.plan_id == plan.pk for row in measures)
        text = format_lazy("{unit}: {what}", unit=unit.name, what=lazy(_got, str)(number))
        path = f"{reverse('measure-list', args=[plan.public_id])}?enhet={unit.public_id}"
        notify(users=users, kind="measures_moved", key=f"{key}:{plan.pk}", text=text, url_path=path, by=by)
    return [f"{key}:{plan.pk}" for plan in plans]


def _got(number: int) -> str:
    """Counted in the language of whoever reads it."""
    return ngettext(
        "%d tiltak har fått enheten som ansvarlig.", "%d tiltak har fått enheten som ansvarlig.", number
    ) % number  # fmt: skip
