"""Consents: given by a person, for some services and topics and for a while; taken back at once by anybody in the team.

It takes more to give one than to take it back, and others hear of it when one is given. A consent is written once: to
change it is to give a new one.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from families.domain.days import check_happened
from families.domain.recording import check_texts, recorded
from families.domain.vault import OpenFamily
from families.models import Consent, ConsentForm, ConsentPurpose, ConsentService, Member, Participation, Topic
from organisation.domain.errors import DomainError
from organisation.domain.notices import notify, settle
from organisation.domain.writing import acting
from organisation.models import Notice, Unit, User

# No law says how long a consent holds; it must be one the family remembers giving. The municipality's routine: half a
# year unless something else is agreed, never more than two.
USUAL_MONTHS = 6
LONGEST_YEARS = 2
WARN = datetime.timedelta(days=30)
FEWEST_SERVICES = 2  # one alone has nobody to share with


@dataclass(frozen=True)
class Terms:
    """What a person consents to."""

    member: str  # public id
    reason: str
    services: Collection[str]  # public ids
    topics: Collection[str]
    form: str
    given_on: datetime.date
    expires_on: datetime.date
    note: str = ""


def give_consent(
    *, vault: OpenFamily, terms: Terms, by: User, at: datetime.datetime, on: datetime.date, unit: Unit | None = None
) -> Consent:
    """Record what somebody in the family has said yes to. The same thing sent twice is one consent."""
    with acting(by, "consent.give"):
        columns = recorded(vault=vault, by=by, at=at, unit=unit)
        member = _who(vault, terms.member, on)
        services = _services(vault, terms.services)
        if columns["unit"] not in services:  # nobody says yes on behalf of services that she has no part in
            raise DomainError(_("Tjenesten din må være med i samtykket."), "services")
        _check(vault, terms, on)
        values = {
            "member": member, "reason": terms.reason, "topics": sorted(set(terms.topics)), "form": terms.form,
            "given_on": terms.given_on, "expires_on": terms.expires_on, "note": terms.note,
        }  # fmt: skip
        for row in Consent.objects.valid(on).filter(family=vault.family, **values).prefetch_related("services"):
            if {service.unit_id for service in row.services.all()} == {unit.pk for unit in services}:
                same: Consent = row
                return same
        consent: Consent = Consent.objects.create(**columns, **values)
        for unit in services:
            ConsentService.objects.create(
                family=vault.family, municipality_id=vault.family.municipality_id, consent=consent, unit=unit
            )
        vault.forget_sharing()
        _tell(vault, consent, services, by)
        return consent


def _tell(vault: OpenFamily, consent: Consent, services: Iterable[Unit], by: User) -> None:
    """The case holder, and those in the team for the other services it names: whoever writes one is not alone with it."""
    named = {unit.pk for unit in services} - {consent.unit_id}
    users = {row.user for row in vault.team if row.is_case_holder or row.unit_id in named}
    notify(
        users=users - {by}, kind="consent", key=f"consent-{consent.pk}-given", by=by,
        text=_("Et samtykke er registrert for en familie du arbeider med. Se om det stemmer."),
        url_path=reverse("family-consents", args=[vault.family.public_id]),
    )  # fmt: skip


def _who(vault: OpenFamily, public_id: str, on: datetime.date) -> Member:
    found = Member.objects.standing().filter(family=vault.family, public_id=public_id).first()
    if found is None or not found.may_consent(on):
        raise DomainError(_("Velg en voksen, eller et barn som er gammelt nok til å samtykke selv."), "member")
    return found


def _services(vault: OpenFamily, public_ids: Collection[str]) -> list[Unit]:
    found = [unit for unit in services_to_choose(vault=vault) if unit.public_id in public_ids]
    if len(found) != len(set(public_ids)):
        raise DomainError(_("En av tjenestene er ikke med rundt familien lenger. Last siden på nytt."), "services")
    if len(found) < FEWEST_SERVICES:
        raise DomainError(_("Velg minst to tjenester. De skal dele med hverandre."), "services")
    return found


def _check(vault: OpenFamily, terms: Terms, on: datetime.date) -> None:
    if terms.reason not in ConsentPurpose.values or terms.form not in ConsentForm.values:
        raise DomainError(_("Velg formål, og hvordan samtykket er gitt."))
    if not terms.topics or not set(terms.topics) <= set(Topic.values):
        raise DomainError(_("Velg minst én ting som kan deles."), "topics")
    check_happened(vault=vault, day=terms.given_on, on=on, field="given_on")
    if terms.expires_on < max(on, terms.given_on):
        raise DomainError(_("Samtykket er allerede utløpt på denne datoen."), "expires_on")
    if terms.expires_on > later(terms.given_on, months=12 * LONGEST_YEARS):
        raise DomainError(_("Et samtykke gjelder i høyst to år. Velg en tidligere dato."), "expires_on")
    check_texts(Consent, {"note": terms.note})


def withdraw_consents(*, vault: OpenFamily, consents: Iterable[Consent], by: User, at: datetime.datetime) -> int:
    """Somebody in the family takes back what she has said yes to. It works at once, also when the case is closed.

    Anybody in the team records it, whichever service the consent was given to, and no reason is asked for. Returns how
    many were withdrawn; one that is withdrawn already stays as it is.
    """
    if not vault.mine:
        raise DomainError(_("Bare de som er i teamet til familien, kan registrere dette."))
    ids = [consent.pk for consent in consents]
    with acting(by, "consent.withdraw"):
        standing = Consent.objects.standing().filter(family=vault.family, pk__in=ids, withdrawn_at=None)
        withdrawn: int = standing.update(withdrawn_at=at, withdrawn_by=by)
        for pk in ids:
            settle(key=_notice_key(pk), by=by)
            settle(key=f"consent-{pk}-given", by=by)
    vault.forget_sharing()
    return withdrawn


def services_to_choose(*, vault: OpenFamily) -> list[Unit]:
    """The services that are around the family, as far as the reader may know: those of its team, of the sub-projects and
    measures that she sees it takes part in, and those that a consent has named before."""
    ids = {row.unit_id for row in vault.team}
    taking_part: Any = vault.rows(Participation)
    taking_part = taking_part.running(vault.on)
    ids |= set(
        taking_part.filter(sub_project__partners__left_on=None).values_list("sub_project__partners__unit_id", flat=True)
    )
    for name in ("measure__responsible_unit_id", "measure__partners__id"):
        ids |= set(taking_part.values_list(name, flat=True))
    ids |= set(ConsentService.objects.filter(family=vault.family).values_list("unit_id", flat=True))
    ids.discard(None)
    return list(Unit.objects.filter(pk__in=ids, municipality=vault.family.municipality_id, active=True))


def later(day: datetime.date, *, months: int) -> datetime.date:
    """The same day so many months on; the last of that month where it is shorter."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    return min(
        datetime.date(year, month, 1) + datetime.timedelta(days=day.day - 1), following - datetime.timedelta(days=1)
    )


def remind_of_consents(*, on: datetime.date) -> list[Notice]:
    """The daily job: each case holder hears once of each consent that runs out within 30 days and isn't renewed."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT consent, family_reference, "user" FROM povertyplan_expiring_consents(%s, %s)', [on, on + WARN]
        )
        found = cursor.fetchall()
    users = User.objects.in_bulk({user for _consent, _reference, user in found})
    made: list[Notice] = []
    for consent, reference, user in found:
        made += notify(
            users=[users[user]], kind="consent", key=_notice_key(consent),
            text=_("Et samtykke utløper snart. Spør familien om det skal fornyes."),
            url_path=reverse("family-consents", args=[reference]),
        )  # fmt: skip
    return made


def _notice_key(consent: int) -> str:
    return f"consent-{consent}-expires"
