"""Innsyn: a member of the family asks for all that is stored, the case holder hands it out, and the file goes again.

What it holds: insight_content.py. Innsyn is given on closed cases too, as long as there is something to show.
"""

import datetime

from django.utils.translation import gettext as _

from families.domain.vault import OpenFamily
from families.models import InsightRequest, Member
from organisation.domain.documents import discard, make_document
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting
from organisation.models import Document, User

KIND = "family-insight"  # of the document
# How long the file may lie, before and after it has been handed over nobody needs it: it is made anew in a minute.
FILE_DAYS = 14


def may_ask(*, vault: OpenFamily) -> list[Member]:
    """Those in the family who decide for themselves; for younger children their parents ask."""
    rows = Member.objects.standing().filter(family=vault.family)
    return [row for row in rows if row.consents_herself(vault.on)]


def ask_for_insight(
    *, vault: OpenFamily, member: str, by: User, on: datetime.date, at: datetime.datetime, with_file: bool = True
) -> InsightRequest:
    """Register that a member, by her public id, has asked; a worker then makes the PDF. The case holder's alone."""
    if not vault.is_case_holder:
        raise DomainError(_("Bare saksansvarlig kan gi innsyn."))
    if on > vault.on:
        raise DomainError(_("Datoen er fram i tid."), "on")
    asker = next((row for row in may_ask(vault=vault) if row.public_id == member), None)
    if asker is None:
        raise DomainError(_("Velg en i familien som er gammel nok til å be om innsyn selv."), "member")
    with acting(by, "insight.ask"):
        # The title is the file's name: it leaves the product, and says nothing.
        document = (
            make_document(municipality=vault.family.municipality, kind=KIND, title=_("Innsyn")) if with_file else None
        )
        return InsightRequest.objects.create(
            family=vault.family, unit=vault.unit, written_by=by, written_at=at, member=asker, asked_on=on,
            document=document, handed_over_at=None if with_file else at,
        )  # fmt: skip


def hand_over(*, vault: OpenFamily, request: InsightRequest, by: User, at: datetime.datetime) -> None:
    """The family has got it: the file is deleted. Once; that it was asked for, and when, stays."""
    if not vault.is_case_holder:
        raise DomainError(_("Bare saksansvarlig kan gi innsyn."))
    with acting(by, "insight.hand_over"):
        row = InsightRequest.objects.standing().select_for_update(no_key=True).get(pk=request.pk)
        if row.handed_over_at is not None:
            raise DomainError(_("Innsynet er allerede levert."))
        row.handed_over_at = at
        row.save(update_fields=["handed_over_at"])
        if row.document is not None:
            discard(document=row.document, by=by)


def delete_old_files(*, made_before: datetime.datetime, by: User | None = None) -> int:
    """Files that nobody handed over. A job of the system; no family is opened for it."""
    old = Document.objects.filter(kind=KIND, job__finished_at__lt=made_before).exclude(file="")
    for document in old:
        discard(document=document, by=by)
    return len(old)
