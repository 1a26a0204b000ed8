"""Opening and closing a family's case, and what the household is."""

import datetime

from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from families.domain.recording import check_open
from families.domain.vault import OpenFamily, works_in
from families.domain.voice import revoke_open_links
from families.models import Contact, Family, Participation, Support
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, locked
from organisation.models import LivingConditionZone, Unit, User


def open_case(
    *, unit: Unit, by: User, on: datetime.date, zone: LivingConditionZone | None = None, protected: bool = False
) -> Family:
    """A new family, with the one who opens it as its case holder. Inside `reading(by)`.

    The database begins its team, with a new number; that is what lets the family's own row in.
    """
    if protected and zone:
        raise DomainError(_("En familie med skjermet adresse kan ikke ha levekårssone."), "zone")
    if unit.municipality is None or not works_in(user=by, unit=unit):
        raise DomainError(_("Du arbeider ikke i denne tjenesten."), "unit")
    with acting(by, "family.open"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT povertyplan_begin_family(%s, %s)", [unit.pk, on])
            pk = cursor.fetchone()[0]
        return Family.objects.create(
            pk=pk, municipality=unit.municipality, unit=unit, zone=zone, protected=protected, opened_on=on
        )


def update_household(
    *,
    vault: OpenFamily,
    version: int,
    by: User,
    at: datetime.datetime,
    zone: LivingConditionZone | None,
    protected: bool,
) -> Family:
    """Where the family lives, by the service that answers for the case.

    A protected address takes the zone away at once, and withdraws the family's open links.
    """
    check_open(vault)
    if not vault.owns(vault.family):
        raise DomainError(_("Bare tjenesten som svarer for saken, kan endre dette."))
    if zone and zone.municipality_id != vault.family.municipality_id:
        raise DomainError(_("Velg en sone i kommunen."), "zone")
    with acting(by, "family.update"):
        family = locked(vault.family, version)
        if protected and not family.protected:
            revoke_open_links(vault=vault, by=by, at=at)
        family.protected, family.zone = protected, None if protected else zone
        family.save()
        return family


def close_case(*, vault: OpenFamily, version: int, by: User, on: datetime.date, reason: str) -> Family:
    """The case ends on a day: nothing more is recorded, and what the family takes part in ends too.

    The family's own form is closed by the same day (sql/vault.sql). The team can read until the retention period is out.
    """
    check_open(vault)
    _check_holder(vault)
    if on > vault.on:
        raise DomainError(_("Datoen er fram i tid."), "on")
    if on < vault.family.opened_on:
        raise DomainError(_("Sluttdatoen er før startdatoen."), "on")
    last = _last_met(vault)
    if last and on < last:
        day = {"day": date_format(last)}
        raise DomainError(_("Det er registrert kontakt eller støtte %(day)s. Velg den dagen eller senere.") % day, "on")
    with acting(by, "family.close"):
        family = locked(vault.family, version)
        family.closed_on, family.closed_reason = on, reason
        family.save()
        # Of all services, shared or not: the case is closed for all of them.
        Participation.objects.standing().filter(family=family, ended_on=None).update(
            ended_on=Greatest(F("started_on"), on), version=F("version") + 1
        )
        return family


def _last_met(vault: OpenFamily) -> datetime.date | None:
    """The day of the newest contact or support, of those she sees: a refusal must not tell of the others."""
    newest = [
        vault.rows(Contact).order_by("-happened_on").values_list("happened_on", flat=True).first(),
        vault.rows(Support).order_by("-given_on").values_list("given_on", flat=True).first(),
    ]
    return max((day for day in newest if day), default=None)


def reopen_case(*, vault: OpenFamily, by: User) -> Family:
    """Undo the closing. What ended with the case goes on."""
    _check_holder(vault)
    with acting(by, "family.reopen"):
        family = locked(vault.family, None)
        if family.closed_on is None or family.erased:
            raise DomainError(_("Saken er ikke avsluttet, eller opplysningene er slettet."))
        _take_up_again(family, family.closed_on)
        family.closed_on, family.closed_reason = None, ""
        family.save()
        return family


def _take_up_again(family: Family, closed_on: datetime.date) -> None:
    """The participations that ended on the case's last day. Of two in the same thing, the later one."""
    last = Greatest(F("started_on"), closed_on)
    ended = Participation.objects.standing().filter(family=family, ended_on=last)
    newest = {(row.unit_id, row.sub_project_id, row.measure_id): row.pk for row in ended.order_by("id")}
    Participation.objects.filter(pk__in=newest.values()).update(ended_on=None, version=F("version") + 1)


def _check_holder(vault: OpenFamily) -> None:
    if not vault.is_case_holder:
        raise DomainError(_("Bare saksansvarlig kan avslutte saken og åpne den igjen."))
