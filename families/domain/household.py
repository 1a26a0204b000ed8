"""Who is in the family. Each row belongs to the service that recorded it, and others see names by consent."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from families.domain.once import for_service, once
from families.domain.recording import check_texts, own, recorded, remove
from families.domain.vault import OpenFamily
from families.domain.voice import revoke_open_links
from families.models import (
    Consent,
    Contact,
    Decision,
    FamilyOutcome,
    InsightRequest,
    Member,
    MemberRole,
    Need,
    Support,
)
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply
from organisation.models import Unit, User

# What may say something of a person, by the name of the field. Such a person was no mistake.
ABOUT = (
    (Consent, "member"), (InsightRequest, "member"), (Need, "subject"), (Support, "subject"), (Support, "agreed_with"),
    (FamilyOutcome, "subject"), (Decision, "subject"), (Contact, "subject"),
)  # fmt: skip


def add_member(
    *,
    vault: OpenFamily,
    by: User,
    at: datetime.datetime,
    form_key: str = "",
    unit: Unit | None = None,
    **values: Any,
) -> Member:
    """A new person in the family, recorded for the reader's service. A form makes one, however often it is sent."""
    _check(values, vault.on)

    def write() -> Member:
        row: Member = Member.objects.create(
            **recorded(vault=vault, by=by, at=at, unit=unit), **values, form_key=form_key
        )
        return row

    with acting(by, "member.add"):
        return once(
            vault=vault, model=Member, form_key=form_key, constraint="member_form_key_unique",
            values=values | for_service(unit), by=by, write=write,
        )  # fmt: skip


def update_member(
    *, vault: OpenFamily, row: Member, version: int, by: User, at: datetime.datetime, **values: Any
) -> Member:
    """Correct what is known of a person, or say from when she is no longer in the household (or that she is again).

    When somebody leaves, the family's open links are withdrawn: she may have one with her.
    """
    _check(values, vault.on)
    with acting(by, "member.update"):
        current = own(vault=vault, row=row, version=version)
        leaves = values.get("left_on") and not current.left_on
        apply(current, values)
        current.save()
        if leaves:
            revoke_open_links(vault=vault, by=by, at=at)
        return current


def remove_member(*, vault: OpenFamily, row: Member, version: int, by: User, at: datetime.datetime) -> Member:
    """Take away somebody who never was in the family. Whoever something is recorded of has moved out, at most.

    Only what the reader sees is asked: a refusal would else tell of rows that are not shared with her.
    """
    if any(vault.rows(model).filter(**{field: row.pk}).exists() for model, field in ABOUT):
        raise DomainError(
            _("Det er registrert noe om personen. Skriv heller når personen ikke lenger er i husstanden.")
        )
    return remove(vault=vault, row=row, version=version, by=by, at=at)


def _check(values: dict[str, Any], on: datetime.date) -> None:
    check_texts(Member, values)
    if values.get("birth_year") and values["birth_year"] > on.year:
        raise DomainError(_("Fødselsåret er fram i tid."), "birth_year")
    if values.get("is_guardian") and values.get("role") == MemberRole.CHILD:
        raise DomainError(_("Et barn kan ikke ha foreldreansvar."), "is_guardian")
    if values.get("left_on") and values["left_on"] > on:
        raise DomainError(_("Datoen er fram i tid. Skriv den når den er kommet."), "left_on")
