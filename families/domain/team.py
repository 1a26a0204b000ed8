"""The people who work with a family. One of them, always one, is its case holder and answers for the case."""

import datetime

from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from families.domain.emergency import leads
from families.domain.recording import check_open
from families.domain.vault import OpenFamily, works_in
from families.models import TEAM_ROLES, EmergencyAccess, TeamMember
from organisation.domain.errors import DomainError
from organisation.domain.notices import notify
from organisation.domain.writing import acting, locked, refusing
from organisation.models import Membership, Unit, User

DAY = datetime.timedelta(days=1)
ONCE = (_("Personen er allerede i teamet for denne tjenesten."), "person")


def candidates(*, vault: OpenFamily) -> QuerySet[Membership]:
    """Who can be added: those who work in the municipality in a role that can be in a team, with each of their units."""
    return (
        Membership.objects.active(vault.on)
        .filter(role__in=TEAM_ROLES, unit__municipality=vault.family.municipality_id, user__is_active=True)
        .exclude(_in_team(vault))
        .select_related("user", "unit")
        .order_by("user__name", "unit__name", "pk")
    )


def _in_team(vault: OpenFamily) -> Q:
    condition = Q(pk__in=[])
    for row in vault.team:
        if row.to_day is None:
            condition |= Q(user=row.user_id, unit=row.unit_id)
    return condition


def add_to_team(*, vault: OpenFamily, person: Membership, by: User) -> TeamMember:
    """Give somebody access to the family from today, for her unit. She gets a notice, which says nothing of the family."""
    _check_holder(vault)
    if not candidates(vault=vault).filter(pk=person.pk).exists():
        raise DomainError(_("Velg en som arbeider i kommunen og ikke er i teamet fra før."), "person")
    with acting(by, "team.add"), refusing(team_member_once=ONCE):
        row = TeamMember.objects.create(
            family=vault.family, user_id=person.user_id, unit_id=person.unit_id, from_day=vault.on
        )
        _tell(row, _("Du er lagt til i teamet rundt en familie."), by)
        return row


def end_membership(
    *, vault: OpenFamily, row: TeamMember, version: int, last_day: datetime.date, by: User
) -> TeamMember:
    """Somebody leaves the team after a day; yesterday means at once. The case holder ends others, and all themselves.

    The case holder can't leave: she hands over the case first.
    """
    check_open(vault)
    if not (vault.is_case_holder or row.user_id == by.pk) or vault.by_emergency:
        raise DomainError(_("Bare saksansvarlig kan ta andre ut av teamet."))
    if row.is_case_holder:
        raise DomainError(_("Saken må gis videre til en annen før saksansvarlig går ut av teamet."))
    if last_day < vault.on - DAY:
        raise DomainError(_("Tilgangen har vart til nå. Velg i går for å avslutte den med en gang."), "last_day")
    with acting(by, "team.end"):
        current = locked(row, version)
        # Whoever came today and leaves as of yesterday has been there for no day at all.
        current.to_day = max(last_day, current.from_day - DAY)
        current.save()
        return current


def return_to_team(*, vault: OpenFamily, row: TeamMember, by: User) -> TeamMember:
    """Undo that somebody leaves. By the case holder, or herself as long as she is still in the team."""
    check_open(vault)
    if not vault.is_case_holder and row not in vault.mine:
        raise DomainError(_("Bare saksansvarlig kan ta noen inn i teamet igjen."))
    with acting(by, "team.return"), refusing(team_member_once=ONCE):
        current = locked(row, None)
        if not candidates_of(row=current, on=vault.on).exists():
            raise DomainError(_("Personen arbeider ikke lenger i denne tjenesten."))
        current.to_day = None
        current.save()
        return current


def candidates_of(*, row: TeamMember, on: datetime.date) -> QuerySet[Membership]:
    """The roles today that let a member of a team be in it, for the unit she is there for."""
    return Membership.objects.active(on).filter(
        user=row.user_id, user__is_active=True, unit=row.unit_id, role__in=TEAM_ROLES
    )


def hand_over(*, vault: OpenFamily, row: TeamMember, by: User) -> TeamMember:
    """Give the case to somebody else in the team, in one transaction: there is one case holder all the time."""
    _check_holder(vault)
    with acting(by, "team.hand_over"):
        current = locked(row, None)
        if current.user_id == by.pk or current.to_day is not None:
            raise DomainError(_("Velg en annen som er i teamet og ikke skal ut av det."), "to")
        if not candidates_of(row=current, on=vault.on).exists():
            raise DomainError(_("Personen arbeider ikke lenger i denne tjenesten."), "to")
        _release(vault)
        current.is_case_holder = True
        current.save()
        _tell(current, _("Du er blitt saksansvarlig for en familie."), by)
        return current


def _release(vault: OpenFamily) -> None:
    """She who has the case has it no more. Looked up anew: the page may be old."""
    for holder in TeamMember.objects.filter(family=vault.family, is_case_holder=True, to_day=None):
        old = locked(holder, None)
        old.is_case_holder = False
        old.save()


def case_holder(*, vault: OpenFamily) -> TeamMember | None:
    """Who answers for the case today: one who can log in, and still works in the service she holds it for."""
    row = next((row for row in vault.team if row.is_case_holder), None)
    return row if row and works_in(user=row.user, unit=row.unit) else None


def can_be_taken_over(*, vault: OpenFamily, holder: TeamMember | None) -> bool:
    """Whether the reader may take the case: nobody has it, and she leads the unit that answers for it."""
    return holder is None and vault.family.closed_on is None and leads(user=vault.user, unit=vault.family.unit)


def take_over(*, vault: OpenFamily, by: User, at: datetime.datetime) -> TeamMember:
    """The case holder has left without handing over: the leader of the unit takes the case.

    From outside the team she comes by emergency access, whose reason stands for this too; it ends here, for she is in
    the team now.
    """
    if not can_be_taken_over(vault=vault, holder=case_holder(vault=vault)):
        raise DomainError(_("Saken har en saksansvarlig, eller du leder ikke tjenesten som svarer for den."))
    with acting(by, "team.take_over"):
        if not vault.mine:
            # From emergency access, which only reads, into the team: the database lets her in, and opens it anew.
            with connection.cursor() as cursor:
                cursor.execute("SELECT povertyplan_take_over(%s)", [vault.family.pk])
            vault = OpenFamily(vault.family, by, vault.on)
        for gone in TeamMember.objects.filter(family=vault.family, is_case_holder=True, to_day=None):
            old = locked(gone, None)
            old.to_day = max(vault.on - DAY, old.from_day - DAY)
            old.save()
        row = _own_row(vault, vault.family.unit, by)
        row.is_case_holder = True
        row.save()
        EmergencyAccess.objects.filter(family=vault.family, user=by, ended_at=None).update(ended_at=at)
        return row


def _own_row(vault: OpenFamily, unit: Unit, by: User) -> TeamMember:
    """Her own in the team, for the unit if she has one there; else a new one, not yet saved."""
    mine = [row for row in vault.mine if row.to_day is None]
    found = next((row for row in mine if row.unit_id == unit.pk), mine[0] if mine else None)
    return locked(found, None) if found else TeamMember(family=vault.family, user=by, unit=unit, from_day=vault.on)


def _check_holder(vault: OpenFamily) -> None:
    check_open(vault)
    if not vault.is_case_holder:
        raise DomainError(_("Bare saksansvarlig bestemmer hvem som er i teamet."))


def _tell(row: TeamMember, text: object, by: User) -> None:
    notify(
        users=[row.user], kind="family-team", key=f"family-team:{row.public_id}:{row.version}", text=text,
        url_path=reverse("family", args=[row.family.public_id]), by=by,
    )  # fmt: skip
