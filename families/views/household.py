"""Who is in the family, and what it takes part in."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from families.domain.household import add_member, remove_member, update_member
from families.domain.participation import add_participation, update_participation
from families.domain.recording import remove
from families.domain.vault import OpenFamily
from families.forms.household import (
    MemberEditForm,
    MemberForm,
    ParticipationEditForm,
    ParticipationForm,
    RemoveForm,
)
from families.models import Member, Participation
from families.permissions import can_record
from families.views.family_page import TEAM, family_crumbs, family_page, family_url
from families.views.voice import telling_of_links
from organisation.access import SignedInRequest, access
from organisation.views.form_page import form_page, posted


def _own(vault: OpenFamily, model: type[Any], public_id: str) -> Any:
    """A row the reader sees (else 404) and her service has recorded (else 403)."""
    row = get_object_or_404(vault.rows(model), public_id=public_id)
    if not vault.owns(row):
        raise PermissionDenied
    return row


def _form(request: SignedInRequest, vault: OpenFamily, form: Any, **rest: Any) -> HttpResponse:
    return form_page(
        request, form, done=lambda row: family_url(vault), crumbs=family_crumbs(vault), cancel_url=family_url(vault),
        **rest,
    )  # fmt: skip


@access(TEAM)
@family_page
def member_new(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    if not can_record(vault):
        raise PermissionDenied
    return _form(
        request, vault, MemberForm(posted(request), vault=vault), title=_("Legg til i familien"),
        message=_("Lagt til i familien."),
        action=lambda data: add_member(vault=vault, by=request.user, at=timezone.now(), **data),
        lead=_("Andre tjenester i teamet ser rollen. Fornavn og fødselsår ser de bare når familien samtykker."),
    )  # fmt: skip


@access(TEAM)
@family_page
def member_edit(request: SignedInRequest, vault: OpenFamily, member: str) -> HttpResponse:
    row = _own(vault, Member, member)
    return _form(
        request, vault, MemberEditForm(posted(request), row=row), title=_("Endre familiemedlem"), message=_("Lagret."),
        action=telling_of_links(
            request, vault, lambda data: update_member(vault=vault, row=row, by=request.user, at=timezone.now(), **data)
        ),
        row=row,
        template="families/member_form.html",
    )  # fmt: skip


@access(TEAM)
@family_page
def member_remove(request: SignedInRequest, vault: OpenFamily, member: str) -> HttpResponse:
    row = _own(vault, Member, member)
    return _form(
        request, vault, RemoveForm(posted(request), initial={"version": row.version}), title=_("Fjern fra familien"),
        action=lambda data: remove_member(vault=vault, row=row, by=request.user, at=timezone.now(), **data),
        lead=_("%(who)s er registrert ved en feil. Fornavnet slettes med en gang, og det kan ikke angres.")
        % {"who": vault.member(row.pk)},
        button=_("Fjern"), button_color="danger", message=_("Personen er fjernet fra familien."),
    )  # fmt: skip


@access(TEAM)
@family_page
def participation_new(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    if not can_record(vault):
        raise PermissionDenied
    form = ParticipationForm(posted(request), vault=vault, initial={"started_on": vault.on})
    return _form(
        request, vault, form, title=_("Familien blir med på"), message=_("Lagret."),
        action=lambda data: add_participation(vault=vault, by=request.user, at=timezone.now(), **form.content()),
    )  # fmt: skip


@access(TEAM)
@family_page
def participation_edit(request: SignedInRequest, vault: OpenFamily, participation: str) -> HttpResponse:
    """End it, let it go on, or correct a day."""
    row = _own(vault, Participation, participation)
    form = ParticipationEditForm(posted(request), row=row, proposed=vault.on)
    return _form(
        request, vault, form, title=_("Avslutt eller endre"),
        action=lambda data: update_participation(vault=vault, row=row, by=request.user, **data), row=row,
        lead=str(row.sub_project or row.measure), message=_("Lagret."), template="families/participation_form.html",
    )  # fmt: skip


@access(TEAM)
@family_page
def participation_remove(request: SignedInRequest, vault: OpenFamily, participation: str) -> HttpResponse:
    row = _own(vault, Participation, participation)
    return _form(
        request, vault, RemoveForm(posted(request), initial={"version": row.version}), title=_("Fjern deltakelsen"),
        action=lambda data: remove(vault=vault, row=row, by=request.user, at=timezone.now(), **data),
        lead=_("«%(thing)s» ble registrert ved en feil. Det kan ikke angres.") % {"thing": row.sub_project or row.measure},
        button=_("Fjern"), button_color="danger", message=_("Deltakelsen er fjernet."),
    )  # fmt: skip
