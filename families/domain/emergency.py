"""Emergency access (nødtilgang): somebody outside the team opens a family, says why, and her leader sees what she read.

The database gives the access and logs a refusal (sql/case.sql). It reads and never writes, and ends after 24 hours.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import F, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from families.domain.cases import my_cases
from families.domain.reading import open_families
from families.models import EmergencyAccess, TeamMember
from organisation.domain.errors import DomainError
from organisation.domain.identity_numbers import refuse_identity_numbers
from organisation.domain.notices import notify
from organisation.domain.writing import acting
from organisation.models import Membership, Role, Unit, User

SHORTEST_REASON = 10
GUESSES = 10  # refusals in an hour; the database counts to the same number
UNKNOWN = _("Du kan ikke få nødtilgang til denne saken. Sjekk saksnummeret. Forsøket er logget.")


def open_emergency(*, reference: str, reason: str, by: User, on: datetime.date) -> EmergencyAccess:
    """Access to the family with a case reference, for 24 hours. Inside `reading(by)`.

    A reference that is wrong and one that is foreign are refused with the same words, and both are logged; so the
    refusal is raised only after the statement, whose line must stand.
    """
    refuse_identity_numbers(reason, field="reason")
    if len(reason.strip()) < SHORTEST_REASON:
        raise DomainError(_("Skriv hvorfor du må se familien nå, med noen ord."), "reason")
    if any(case.reference == reference for case in my_cases(by=by, on=on)):
        raise DomainError(_("Du er i teamet til denne familien, og trenger ikke nødtilgang."), "reference")
    if _ask("SELECT povertyplan_emergency_refusals()") >= GUESSES:
        raise DomainError(_("Du har prøvd for mange saksnumre. Vent en time, eller spør lederen din."), "reference")
    with acting(by, "emergency.open"):
        pk = _ask("SELECT povertyplan_emergency(%s, %s)", reference, reason.strip())
    if pk is None:
        raise DomainError(UNKNOWN, "reference")
    access = EmergencyAccess.objects.select_related("unit").get(pk=pk)
    _tell_leaders(access, by, on)
    return access


def end_emergency(*, access: EmergencyAccess, by: User, at: datetime.datetime) -> None:
    """She is done before the time is out. Hers alone to end."""
    with acting(by, "emergency.end"):
        EmergencyAccess.objects.filter(pk=access.pk, user=by, ended_at=None).update(ended_at=at)


def see_emergency(*, access: EmergencyAccess, by: User, at: datetime.datetime) -> None:
    """A leader has looked at an access. The first time counts; nobody does so for her own."""
    if access.user_id == by.pk or not leads(user=by, unit=access.unit):
        raise DomainError(_("En annen leder må se på din egen nødtilgang."))
    with acting(by, "emergency.see"):
        EmergencyAccess.objects.filter(pk=access.pk, seen_by=None).update(seen_by=by, seen_at=at)


def running_emergency(*, by: User, family: int) -> EmergencyAccess | None:
    """The reader's own access to a family that she has open by it."""
    return EmergencyAccess.objects.running().filter(user=by, family=family).first()


@dataclass
class AccessRead:
    """What a leader sees of an access beside its own row: the case reference, and the pages that were read."""

    reference: str = ""
    pages: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.pages.values())


def what_was_read(*, accesses: Iterable[EmergencyAccess]) -> dict[int, AccessRead]:
    """By the access's primary key, for those whose unit the reader leads. That she looked is logged. Inside `reading`."""
    found: dict[int, AccessRead] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM povertyplan_emergency_reads(%s)", [[row.pk for row in accesses]])
        for access, reference, page, reads in cursor.fetchall():
            line = found.setdefault(access, AccessRead(reference))
            if page:
                line.pages[page] = reads
    return found


def leads(*, user: User, unit: Unit) -> bool:
    """Whether she leads the unit, or one above it, today. The database asks the same (povertyplan_leads)."""
    return any(unit.path.startswith(path) for path in user.unit_paths(Role.UNIT_LEADER))


def _leaders(unit: Unit, on: datetime.date) -> list[User]:
    rows = (
        Membership.objects.active(on)
        .filter(role=Role.UNIT_LEADER, user__is_active=True)
        .annotate(below=Value(unit.path))
        .filter(below__startswith=F("unit__path"))
        .select_related("user")
    )
    return list({row.user_id: row.user for row in rows}.values())


def _tell_leaders(access: EmergencyAccess, by: User, on: datetime.date) -> None:
    """The leaders of the unit that answers for the case; where there is no other one, the case holder."""
    told = [user for user in _leaders(access.unit, on) if user.pk != by.pk]
    url_path = reverse("family-emergency-list")
    if not told:
        open_families(ids=[access.family_id], page="family-emergency")
        holder = TeamMember.objects.active(on).filter(is_case_holder=True, family=access.family_id)
        told = [row.user for row in holder.select_related("user", "family")]
        url_path = reverse("family-list")
    notify(
        users=told, kind="family-emergency", key=f"family-emergency:{access.public_id}", by=by, url_path=url_path,
        text=_("Noen har brukt nødtilgang til en familie som tjenesten din svarer for."),
    )  # fmt: skip


def _ask(query: str, *values: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found: int = cursor.fetchone()[0]
        return found
