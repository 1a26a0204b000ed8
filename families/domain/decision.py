"""Decisions and benefits: recorded by a service, renewed, ended before time, and taken away when recorded by mistake."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from families.domain import recording
from families.domain.about import UNCHANGED, corrected_subject
from families.domain.decision_reminders import settle_reminders
from families.domain.vault import OpenFamily
from families.models import Decision, DecisionKind, Family, Member, Rhythm
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply
from organisation.models import User

# What two rows must share to be the same decision.
SAME = ("subject", "kind", "scheme", "title", "service", "starts_on")
# Those of which a day in the month is asked.
WITH_PAY_DAY = (Rhythm.MONTHLY, Rhythm.QUARTERLY, Rhythm.YEARLY)


def record_decision(
    *, vault: OpenFamily, by: User, at: datetime.datetime, subject: str = "", **fields: Any
) -> Decision:
    """A decision, benefit or fee reduction for somebody in the family, or for the family as a whole.

    `fields`: kind, scheme, title, service, starts_on, ends_on, conditions, rhythm, amount, pay_day, and the
    `unit` it is recorded for. Sent twice, it is refused the second time.
    """
    return _record(vault, by, at, subject, fields, None)


def _record(
    vault: OpenFamily, by: User, at: datetime.datetime, subject: str, fields: dict[str, Any], about: Member | None
) -> Decision:
    with acting(by, "decision.record"):
        written = recording.recorded(vault=vault, by=by, at=at, unit=fields.pop("unit", None))
        # One at a time in a family, so that a form sent twice makes one row.
        Family.objects.select_for_update(no_key=True).get(pk=vault.family.pk)
        values = _checked(vault, subject, fields, about)
        same = {name: values.get(name, "") for name in SAME}
        if Decision.objects.standing().filter(family=vault.family, unit=written["unit"], **same).exists():
            raise DomainError(_("Dette er allerede registrert, fra samme dag."), "starts_on")
        return Decision.objects.create(**written, **values)


def update_decision(
    *, vault: OpenFamily, decision: Decision, version: int, by: User, subject: str = UNCHANGED, **fields: Any
) -> Decision:
    """Put right what was recorded. What has changed is renewed or ended instead, so that it shows from when."""
    with acting(by, "decision.update"):
        current = recording.own(vault=vault, row=decision, version=version)
        before = current.ends_on
        apply(current, _checked(vault, subject, fields, current.subject))
        current.save()
        if before != current.ends_on:
            settle_reminders(decision=current.pk, ends_on=before, by=by)
        return current


def renew_decision(
    *, vault: OpenFamily, decision: Decision, by: User, at: datetime.datetime, subject: str = UNCHANGED, **fields: Any
) -> Decision:
    """A new period for a decision that ends. The old one stays as it was, and nobody is reminded of it any more."""
    if decision.ends_on is None:
        raise DomainError(_("Det som ikke har sluttdato, trenger ingen ny periode. Endre det i stedet."))
    if not vault.owns(decision):
        raise DomainError(_("Bare tjenesten som registrerte dette, kan fornye det."))
    if fields["starts_on"] <= decision.ends_on:
        raise DomainError(_("Den nye perioden må begynne etter at den gamle er slutt."), "starts_on")
    with acting(by, "decision.renew"):
        settle_reminders(decision=decision.pk, ends_on=decision.ends_on, by=by)
        return _record(vault, by, at, subject, fields, decision.subject)


def end_decision(*, vault: OpenFamily, decision: Decision, last_day: datetime.date, version: int, by: User) -> Decision:
    """Let it end before time. `last_day` is the last day it holds."""
    with acting(by, "decision.end"):
        current = recording.own(vault=vault, row=decision, version=version)
        if last_day < current.starts_on:
            raise DomainError(_("Det begynte senere. Gjaldt det aldri, kan du fjerne det i stedet."), "last_day")
        if current.ends_on is not None and last_day >= current.ends_on:
            raise DomainError(
                _("Det slutter allerede før denne dagen. Skal det vare lenger, må det fornyes."), "last_day"
            )
        settle_reminders(decision=current.pk, ends_on=current.ends_on, by=by)
        current.ends_on = last_day
        current.save()
        return current


def remove_decision(
    *, vault: OpenFamily, decision: Decision, version: int, by: User, at: datetime.datetime
) -> Decision:
    """Take away what was recorded by mistake; see recording.remove."""
    with acting(by, "decision.remove"):
        removed = recording.remove(vault=vault, row=decision, version=version, by=by, at=at)
        settle_reminders(decision=removed.pk, ends_on=removed.ends_on, by=by)
        return removed


def _checked(vault: OpenFamily, subject: str, fields: dict[str, Any], about: Member | None) -> dict[str, Any]:
    """The values as they are stored. Raises DomainError at the field that is wrong."""
    values = fields | {"subject": corrected_subject(vault=vault, member=subject, now=about)}
    recording.check_texts(Decision, values)
    if values["service"].municipality_id != vault.family.municipality_id:
        raise DomainError(_("Velg en tjeneste i kommunen."), "service")
    if values.get("ends_on") and values["ends_on"] < values["starts_on"]:
        raise DomainError(_("Sluttdatoen er før startdatoen."), "ends_on")
    return values | _money(values)


def _money(values: dict[str, Any]) -> dict[str, Any]:
    """How much, how often and when; a day of the month only where it says something."""
    rhythm, amount = values.get("rhythm", Rhythm.NONE), values.get("amount")
    if rhythm == Rhythm.NONE:
        if amount:
            raise DomainError(_("Du har skrevet et beløp. Velg hvor ofte det kommer, eller ta bort beløpet."), "rhythm")
        return {"rhythm": rhythm, "amount": None, "pay_day": None}
    if amount is None or amount <= 0:
        raise DomainError(_("Skriv beløpet, eller velg «Ikke penger»."), "amount")
    asked = rhythm in WITH_PAY_DAY and values["kind"] != DecisionKind.REDUCTION
    return {"rhythm": rhythm, "amount": amount, "pay_day": values.get("pay_day") if asked else None}
