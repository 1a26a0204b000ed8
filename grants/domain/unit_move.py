"""A unit's places in sub-projects and grants go to another one when the municipality reorganises.

What it has: a part in sub-projects, grants that it holds (the measures that the grant pays for go with it), and reporting
units that it is. As with measures (measures/domain/bulk.py) it is looked at first and done afterwards, all or nothing, on the
versions that were looked at. A part on which nobody has signed, answered or rated becomes the new unit's. Otherwise what is said
there stays what the old unit said: it leaves, and the new one joins, or takes the role over where it takes part already.
"""

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from grants.models import (
    AwardLetter,
    Grant,
    GrantState,
    LetterState,
    PartnerAnswer,
    PartnerRole,
    RelationalRating,
    ReportingUnit,
    Signature,
    SubProject,
    SubProjectPartner,
)
from organisation.domain.errors import DomainError
from organisation.domain.notices import notify, settle
from organisation.domain.writing import acting, refusing
from organisation.models import Membership, Role, Unit, User

Place = SubProjectPartner | Grant | ReportingUnit
Read = Mapping[Place, int]  # the places that were looked at, each with its version then
ROLES = (PartnerRole.REFERENCE, PartnerRole.PARTNER, PartnerRole.RESPONSIBLE)  # what a part weighs, least first
OVER_GRANTS = (GrantState.REFUSED, GrantState.CLOSED)
FOREIGN = _("Enheten hører til en annen kommune.")
NOT_THERE = _("Har ikke enheten som skal byttes ut.")
OVER = _("Delprosjektet er over, og står som det var.")
OFFERED = _("Tildelingsbrevet ligger til godkjenning hos partnerne. Trekk det først.")
WAS_THERE = _("Enheten har vært med før. Endre det på siden med partnerne.")
GOES = _("Går ut {day}.")
NEW_GOES = _("Den nye enheten går ut {day}. Endre det på siden med partnerne.")
SIGNED_NOT_BEGUN = _(
    "Enheten har fått et brev til godkjenning, og delprosjektet er ikke i gang. Endre det på siden med partnerne."
)
NOT_BEGUN = _("Begge enhetene er med, og delprosjektet er ikke i gang. Endre det på siden med partnerne.")
GRANT_OVER = _("Tilskuddet er avsluttet eller avslått, og står som det var.")
CHANGED_MEANWHILE = _("Noen har endret raden siden du så på den.")
RETIRED = _("Enheten det hadde før, er ikke lenger i bruk.")
IS_BACK = _("Enheten er med igjen.")
MARKED_SINCE = _("Enheten har fått et brev til godkjenning, svart på noe eller blitt vurdert siden.")
LOOK_AGAIN = _("Noe er endret siden du så på det. Ingenting er gjort. Se over, og bekreft på nytt.")
TRY_AGAIN = _("Noe ble endret samtidig. Ingenting er flyttet tilbake. Prøv igjen.")
ONE_OF_EACH = ("sub_project_partner_unique", "one_responsible_partner")  # what a write at the same moment breaks


@dataclass(frozen=True)
class Step:
    """One place that goes to the new unit. `joined`: the part that takes the role over, one it has or one to be made."""

    row: Place
    joined: SubProjectPartner | None = None


@dataclass(frozen=True)
class Outlook:
    changes: list[Step] = field(default_factory=list)
    stays: list[tuple[Place, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Was:
    """A row as it stood before a move: what it takes to take it back. `version` is the one after the move."""

    kind: str
    id: int
    version: int
    unit_id: int
    role: str = ""
    marks: int = 0  # so many signatures, answers and ratings it had
    is_new: bool = False  # made by the move


@dataclass(frozen=True)
class UnitMove:
    key: str
    rows: list[list[Was]]  # those that belong together, which go back together or not at all


class PlacesChangedError(DomainError):
    """Somebody changed some of the rows after they were looked at. Nothing was done."""

    def __init__(self, rows: list[Place]) -> None:
        super().__init__(LOOK_AGAIN)
        self.rows = rows


def outlook_of_unit_move(*, rows: Iterable[Place], unit: Unit, instead_of: Unit, on: datetime.date) -> Outlook:
    """What it means that `unit` comes where `instead_of` stands."""
    rows = list(rows)
    sub_projects = [row.sub_project_id for row in rows if isinstance(row, SubProjectPartner)]
    theirs = SubProjectPartner.objects.filter(sub_project__in=sub_projects, unit=unit)
    joined = {row.sub_project_id: row for row in theirs.select_related("sub_project", "unit")}
    offered, marks = _with_offer(sub_projects), _marks(rows)
    outlook = Outlook()
    for row in rows:
        there = None
        if isinstance(row, SubProjectPartner):
            there = joined.get(row.sub_project_id)
            if there is None and marks[row.pk]:
                there = SubProjectPartner(sub_project=row.sub_project, unit=unit, role=row.role)
        if reason := _stays(row, unit, instead_of, there, offered, on):
            outlook.stays.append((row, reason))
        else:
            outlook.changes.append(Step(row, there))
    return outlook


def _stays(
    row: Place, unit: Unit, old: Unit, joined: SubProjectPartner | None, offered: set[int], on: datetime.date
) -> Any:
    if _municipality_of(row) != unit.municipality_id:
        return FOREIGN
    if _unit_of(row) != old.pk:
        return NOT_THERE
    if isinstance(row, Grant):
        return GRANT_OVER if row.state in OVER_GRANTS else None
    if not isinstance(row, SubProjectPartner):
        return None
    if row.left_on:
        return NOT_THERE if row.left_on <= on else _on_day(GOES, row.left_on)
    return _stands(row.sub_project, offered) or (_does_not_take_over(joined, on) if joined else None)


def _does_not_take_over(joined: SubProjectPartner, on: datetime.date) -> Any:
    if joined.left_on:
        return WAS_THERE if joined.left_on <= on else _on_day(NEW_GOES, joined.left_on)
    if joined.sub_project.starts_on <= on:
        return None
    return NOT_BEGUN if joined.pk else SIGNED_NOT_BEGUN


def _on_day(text: Any, day: datetime.date) -> Any:
    return format_lazy(text, day=lazy(date_format, str)(day))


def _stands(sub_project: SubProject, offered: set[int]) -> Any:
    if sub_project.is_over:
        return OVER
    return OFFERED if sub_project.pk in offered else None


def move_unit(
    *, read: Read, unit: Unit, instead_of: Unit, by: User, on: datetime.date, key: str
) -> UnitMove:  # fmt: skip
    """Put a unit wherever another one stands, all or none, and tell its leaders. What stays is left as it was.

    `key` names the move in its notices.
    """
    if not unit.active:
        raise DomainError(_("Enheten er ikke i bruk."))
    with acting(by, "unit.hand_over"):
        rows = _locked([(kind_of(row), row.pk) for row in read])
        changed = [row for row in rows if row.version != read[row]]
        if changed:
            raise PlacesChangedError(changed)
        changes = outlook_of_unit_move(rows=rows, unit=unit, instead_of=instead_of, on=on).changes
        if not changes:
            raise DomainError(_("Enheten har ikke noe som kan flyttes."))
        marks = _marks(row for step in changes for row in (step.row, step.joined) if row is not None)
        groups = [_move(step, unit, marks, on) for step in changes]
        _write([row for group in groups for row, _was in group], LOOK_AGAIN)
        _tell(changes, unit, by, on, key)
    return UnitMove(key, [[replace(was, id=row.pk) for row, was in group] for group in groups])


def _move(step: Step, unit: Unit, marks: Mapping[int, int], on: datetime.date) -> list[tuple[Place, Was]]:
    row, joined = step.row, step.joined
    was = [(one, _as_it_stands(one, marks)) for one in (row, joined) if one is not None]
    row.version += 1
    if joined is None:
        _set_unit(row, unit.pk)
    elif isinstance(row, SubProjectPartner):
        joined.version += 1
        joined.role = max(row.role, joined.role, key=lambda role: ROLES.index(PartnerRole(role)))
        row.role, row.left_on = min(row.role, PartnerRole.PARTNER, key=lambda r: ROLES.index(PartnerRole(r))), on
    return was


@dataclass(frozen=True)
class _Since:
    """What has come about since a move: some places don't go back for it."""

    offered: set[int]
    retired: set[int]
    there: set[tuple[int, int]]  # which unit has a part in which sub-project
    marks: Mapping[int, int]


def take_back_unit_move(*, move: UnitMove, by: User, only: Collection[tuple[str, int]] | None = None) -> Outlook:
    """Put the places back as they stood, and settle the notice when all are back.

    What somebody has changed or signed since is left, and so is what is over, what has the unit back already, and what
    would go to a unit out of use. `only`: kind and id of the rows that may be changed; what is not among them is left too.
    """
    outlook = Outlook()
    with acting(by, "unit.take_back"):
        keys = [(was.kind, was.id) for group in move.rows for was in group]
        rows = {(kind_of(row), row.pk): row for row in _locked(keys)}
        since = _since(list(rows.values()), move)
        back: list[tuple[Place, Was]] = []
        for group in move.rows:
            found = [(rows[was.kind, was.id], was) for was in group if (was.kind, was.id) in rows]
            if len(found) < len(group) or any(only is not None and (was.kind, was.id) not in only for was in group):
                continue  # it is no longer there, or not hers
            reason = next(filter(None, (_not_back(row, was, since) for row, was in found)), None)
            if reason:
                outlook.stays.append((found[0][0], reason))
                continue
            back += found
            outlook.changes.append(Step(found[0][0]))
        _put_back(back)
        if len(outlook.changes) == len(move.rows):
            settle(key=move.key, by=by)
    return outlook


def _since(rows: list[Place], move: UnitMove) -> _Since:
    sub_projects = [row.sub_project_id for row in rows if isinstance(row, SubProjectPartner)]
    units = {was.unit_id for group in move.rows for was in group}
    there = SubProjectPartner.objects.filter(sub_project__in=sub_projects, unit__in=units)
    return _Since(
        offered=_with_offer(sub_projects),
        retired=set(Unit.objects.filter(pk__in=units, active=False).values_list("pk", flat=True)),
        there=set(there.values_list("sub_project_id", "unit_id")),
        marks=_marks(rows),
    )


def _not_back(row: Place, was: Was, since: _Since) -> Any:
    if row.version != was.version:
        return CHANGED_MEANWHILE
    if isinstance(row, Grant) and row.state in OVER_GRANTS:
        return GRANT_OVER
    comes_back = _unit_of(row) != was.unit_id
    if isinstance(row, SubProjectPartner):
        if reason := _stands(row.sub_project, since.offered):
            return reason
        if since.marks[row.pk] != was.marks:
            return MARKED_SINCE
        if comes_back and (row.sub_project_id, was.unit_id) in since.there:
            return IS_BACK
        comes_back = comes_back or row.left_on is not None
    return RETIRED if comes_back and was.unit_id in since.retired else None


def _put_back(back: list[tuple[Place, Was]]) -> None:
    """What the move made goes first, for it may have the responsibility."""
    SubProjectPartner.objects.filter(pk__in=[row.pk for row, was in back if was.is_new]).delete()
    stood = [(row, was) for row, was in back if not was.is_new]
    for row, was in stood:
        row.version += 1
        _set_unit(row, was.unit_id)
        if isinstance(row, SubProjectPartner):
            row.role, row.left_on = was.role, None
    _write([row for row, _was in stood], TRY_AGAIN)


def kind_of(row: Place) -> str:
    """What a place is called in a form and in what is kept to take a move back."""
    return {SubProjectPartner: "del", Grant: "tilskudd", ReportingUnit: "enhet"}[type(row)]


def _as_it_stands(row: Place, marks: Mapping[int, int]) -> Was:
    was = Was(kind_of(row), row.pk, row.version + 1, _unit_of(row) or 0)
    if not isinstance(row, SubProjectPartner):
        return was
    return replace(was, role=row.role, marks=marks[row.pk], is_new=not row.pk)


def _unit_of(row: Place) -> int | None:
    return row.responsible_unit_id if isinstance(row, Grant) else row.unit_id


def _set_unit(row: Place, unit_id: int) -> None:
    if isinstance(row, Grant):
        row.responsible_unit_id = unit_id
    else:
        row.unit_id = unit_id


def _municipality_of(row: Place) -> int:
    if isinstance(row, Grant):
        return row.reporting_unit.municipality_id
    return row.sub_project.municipality_id if isinstance(row, SubProjectPartner) else row.municipality_id


def _with_offer(sub_projects: list[int]) -> set[int]:
    letters = AwardLetter.objects.filter(sub_project__in=sub_projects, state=LetterState.OFFERED)
    return set(letters.values_list("sub_project_id", flat=True))


def _marks(rows: Iterable[Place]) -> Counter[int]:
    """How many signatures (also those asked for), answers and ratings hang on each part. One query."""
    ids = [row.pk for row in rows if isinstance(row, SubProjectPartner) and row.pk]
    counts = [
        model._default_manager.filter(**{f"{part}__in": ids}).order_by().values_list(part).annotate(n=Count("pk"))
        for model, part in (
            (Signature, "partner"), (PartnerAnswer, "partner"), (RelationalRating, "rater"), (RelationalRating, "rated"),
        )
    ]  # fmt: skip
    marks: Counter[int] = Counter()
    for part, number in counts[0].union(*counts[1:], all=True):
        marks[part] += number
    return marks


def _locked(keys: Iterable[tuple[str, int]]) -> list[Place]:
    """As they stand, held until the transaction ends; sub-projects before their partners, and always in the same order."""
    ids: dict[str, list[int]] = {"del": [], "tilskudd": [], "enhet": []}
    for kind, pk in keys:
        ids[kind].append(pk)
    held = SubProject.objects.filter(partners__in=ids["del"]).values_list("pk", flat=True)
    list(SubProject.objects.select_for_update(no_key=True).filter(pk__in=list(held)).order_by("pk"))
    partners = SubProjectPartner.objects.filter(sub_project__in=list(held)).select_related("sub_project", "unit")
    grants = Grant.objects.filter(pk__in=ids["tilskudd"]).select_related("reporting_unit", "scheme")
    units = ReportingUnit.objects.filter(pk__in=ids["enhet"])
    wanted = set(ids["del"])
    rows: list[Place] = []
    for found in (partners, grants, units):
        rows += found.select_for_update(of=("self",), no_key=True).order_by("pk")
    return [row for row in rows if not isinstance(row, SubProjectPartner) or row.pk in wanted]


def _write(rows: list[Place], meanwhile: Any) -> None:
    """Whoever hands over the responsibility first: no sub-project has two who are responsible, not for a moment.

    `meanwhile`: what is said when somebody else put a unit where there is one now, at the same moment.
    """
    partners = [row for row in rows if isinstance(row, SubProjectPartner)]
    with refusing(**dict.fromkeys(ONE_OF_EACH, (meanwhile, None))):
        for is_it in (False, True):
            part = [row for row in partners if row.pk and (row.role == PartnerRole.RESPONSIBLE) is is_it]
            SubProjectPartner.objects.bulk_update(part, ["unit", "role", "left_on", "version"])
        SubProjectPartner.objects.bulk_create([row for row in partners if not row.pk])
    grants = [row for row in rows if isinstance(row, Grant)]
    Grant.objects.bulk_update(grants, ["responsible_unit", "version"])
    ReportingUnit.objects.bulk_update([row for row in rows if isinstance(row, ReportingUnit)], ["unit", "version"])


def _tell(changes: list[Step], unit: Unit, by: User, on: datetime.date, key: str) -> None:
    """The leaders of the new unit and of those above it get one notice."""
    leaders = Membership.objects.active(on).filter(role=Role.UNIT_LEADER, unit__municipality=unit.municipality_id)
    users = {
        row.user for row in leaders.select_related("user", "unit")
        if unit.path.startswith(row.unit.path) and row.user_id != by.pk
    }  # fmt: skip
    text = format_lazy("{unit}: {what}", unit=unit.name, what=lazy(_took, str)(len(changes)))
    has_part = any(isinstance(step.row, SubProjectPartner) for step in changes)
    path = reverse("sub-project-list" if has_part else "grant-list")
    notify(users=users, kind="unit_moved", key=key, text=text, url_path=path, by=by)


def _took(number: int) -> str:
    """Counted in the language of whoever reads it."""
    return ngettext(
        "Enheten har overtatt %d delprosjekt eller tilskudd.", "Enheten har overtatt %d delprosjekter og tilskudd.", number
    ) % number  # fmt: skip
