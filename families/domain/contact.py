"""The contact log: what happened between a service and a family, and what was agreed to do next."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from families.domain.about import UNCHANGED, corrected_subject
from families.domain.days import check_happened
from families.domain.once import for_service, once
from families.domain.reading import open_families, reading
from families.domain.recording import check_texts, own, recorded
from families.domain.sharing import Sharing
from families.domain.vault import OpenFamily, works_in
from families.models import Contact, Family, Member, TeamMember
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply
from organisation.models import Unit, User

OPEN_STEP = ~Q(next_step="") & Q(done_on=None)
DUE_FIRST = (F("next_on").asc(nulls_last=True), "happened_on", "id")
MOST_ON_HOME = 10  # next steps on the first page: each family there is read, and logged


def log_contact(
    *,
    vault: OpenFamily,
    kind: str,
    happened_on: datetime.date,
    by: User,
    at: datetime.datetime,
    text: str = "",
    next_step: str = "",
    next_on: datetime.date | None = None,
    member: str = "",
    form_key: str = "",
    unit: Unit | None = None,
) -> Contact:
    """Log a contact for one's own service. `member` is the public id of the one it was about; nobody is the whole family.

    A form makes one contact: sent again with the same content, it is answered with the contact it made.
    """
    values = _values(vault, kind, happened_on, text, next_step, next_on, member, None)

    def write() -> Contact:
        row: Contact = Contact.objects.create(
            **recorded(vault=vault, by=by, at=at, unit=unit), **values, form_key=form_key
        )
        return row

    with acting(by, "contact.log"):
        return once(
            vault=vault, model=Contact, form_key=form_key, constraint="contact_form_key_unique",
            values=values | for_service(unit), by=by,
            write=write,
        )  # fmt: skip


def update_contact(
    *,
    vault: OpenFamily,
    contact: Contact,
    version: int,
    kind: str,
    happened_on: datetime.date,
    by: User,
    text: str = "",
    next_step: str = "",
    next_on: datetime.date | None = None,
    member: str = UNCHANGED,
) -> Contact:
    """Correct what was written. Another next step than the one that was done is open again."""
    values = _values(vault, kind, happened_on, text, next_step, next_on, member, contact.subject)
    with acting(by, "contact.update"):
        current = own(vault=vault, row=contact, version=version)
        if current.next_step != next_step:
            current.done_on = None
        apply(current, values)
        current.save()
        return current


def finish_step(*, vault: OpenFamily, contact: Contact, version: int, by: User) -> Contact:
    """The next step is done."""
    with acting(by, "contact.finish_step"):
        current = own(vault=vault, row=contact, version=version)
        if not current.next_step:
            raise DomainError(_("Det er ikke avtalt noe neste steg her."))
        current.done_on = current.done_on or vault.on
        current.save()
        return current


def reopen_step(*, vault: OpenFamily, contact: Contact, version: int, by: User) -> Contact:
    """It was not done after all."""
    with acting(by, "contact.reopen_step"):
        current = own(vault=vault, row=contact, version=version)
        current.done_on = None
        current.save()
        return current


def _values(
    vault: OpenFamily,
    kind: str,
    happened_on: datetime.date,
    text: str,
    next_step: str,
    next_on: datetime.date | None,
    member: str,
    about: Member | None,
) -> dict[str, Any]:
    """What a contact says, checked, under the names of its columns."""
    check_happened(vault=vault, day=happened_on, on=vault.on, field="happened_on")
    if next_on and not next_step:
        raise DomainError(_("Skriv hva som er neste steg."), "next_step")
    if next_on and next_on < happened_on:
        raise DomainError(_("Neste steg kan ikke være før kontakten."), "next_on")
    values = {
        "kind": kind, "happened_on": happened_on, "text": text, "next_step": next_step, "next_on": next_on,
        "subject": corrected_subject(vault=vault, member=member, now=about),
    }  # fmt: skip
    check_texts(Contact, values)
    return values


@dataclass(frozen=True)
class Latest:
    """The newest contact with a family, and the open next step that is due first, of those the reader may see."""

    contact: Contact | None = None
    next_step: Contact | None = None

    def is_late(self, on: datetime.date) -> bool:
        """Whether the next step should have been done before a day."""
        return bool(self.next_step and self.next_step.next_on and self.next_step.next_on < on)


def latest_by_family(*, sharings: dict[int, Sharing]) -> dict[int, Latest]:
    """For a list of opened families (vault.open_for_list), each with an entry; two queries, however many there are."""
    if not sharings:
        return {}
    standing = Contact.objects.standing()
    shown = reduce(or_, [sharing.rows(standing.filter(family=family)) for family, sharing in sharings.items()])
    newest = shown.order_by("family_id", "-happened_on", "-id").distinct("family_id")
    first = shown.filter(OPEN_STEP).order_by("family_id", *DUE_FIRST).distinct("family_id")
    contacts = {row.family_id: row for row in newest}
    steps = {row.family_id: row for row in first}
    return {family: Latest(contacts.get(family), steps.get(family)) for family in sharings}


def due_first(rows: Iterable[Contact]) -> list[Contact]:
    """Those with an open next step, as DUE_FIRST orders them."""
    found = [row for row in rows if row.next_step and row.done_on is None]
    return sorted(found, key=lambda row: (row.next_on or datetime.date.max, row.happened_on, row.pk))


@dataclass(frozen=True)
class NextStep:
    """A line of the first page: taken out of the vault while the family was open."""

    family: Family
    text: str
    next_on: datetime.date | None
    is_late: bool


@dataclass(frozen=True)
class NextSteps:
    steps: list[NextStep]
    total: int
    families: int  # the open cases whose teams she is in, also where her services have agreed nothing


def my_next_steps(*, by: User, on: datetime.date, page: str) -> NextSteps:
    """What one's own services have agreed to do next with one's families, what is due first on top; at most ten.

    The families that are shown are opened and logged as read on `page`, no others; that all are counted opens none.
    Whoever has no next step costs one query. In a transaction of its own: what is returned may be shown when it is over,
    since the log then stands.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mine.families, step.contact, step.family, step.total"
            " FROM (SELECT povertyplan_my_open_cases(%s) AS families) mine"
            " LEFT JOIN povertyplan_next_steps(%s, %s) step ON true",
            [by.pk, by.pk, MOST_ON_HOME],
        )
        rows_found = cursor.fetchall()
    families = rows_found[0][0]
    found = [row[1:] for row in rows_found if row[1] is not None]
    if not found:
        return NextSteps([], 0, families)
    with reading(by):
        opened = open_families(ids=sorted({family for _contact, family, _total in found}), page=page)
        rows = Contact.objects.standing().filter(
            OPEN_STEP, pk__in=[contact for contact, _, _ in found], family__in=opened
        )
        steps = [
            NextStep(row.family, row.next_step, row.next_on, row.next_on is not None and row.next_on < on)
            for row in due_first(_of_her_services(rows.select_related("family", "unit"), by, on))
        ]
    return NextSteps(steps, found[0][2], families)


def _of_her_services(rows: QuerySet[Contact], by: User, on: datetime.date) -> list[Contact]:
    """What was recorded by a service for which she is in the family's team. That takes nobody's consent."""
    mine = TeamMember.objects.active(on).filter(user=by, family=OuterRef("family"), unit=OuterRef("unit"))
    return [row for row in rows.filter(Exists(mine)) if works_in(user=by, unit=row.unit)]
