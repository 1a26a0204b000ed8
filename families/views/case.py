"""The list of one's families, a new one, the first page of each, and the case itself."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from families.domain.cases import family_rows, my_cases
from families.domain.family import close_case, reopen_case, update_household
from families.domain.open_once import open_case_once
from families.domain.team import can_be_taken_over, case_holder
from families.domain.vault import OpenFamily, household_in_words
from families.filters import FamilyFilter
from families.forms.case import CloseForm, HouseholdForm, NewFamilyForm
from families.models import Participation
from families.permissions import (
    can_control_emergencies,
    can_edit_household,
    can_end_membership,
    can_manage_team,
    can_record,
    can_reopen,
    can_use_emergency,
)
from families.views.family_page import TEAM, done_or_refused, family_crumbs, family_page, family_url, vault_page
from families.views.overview import overview
from families.views.tabs import page
from families.views.voice import telling_of_links
from organisation.access import SignedInRequest, access
from organisation.paging import numbered
from organisation.views.form_page import form_page, posted

PAGE_SIZE = 25


@access(TEAM)
@require_GET
@vault_page
def family_list(request: SignedInRequest) -> HttpResponse:
    """The families of one's own teams. Those on the page that is shown are opened, and each is logged as read."""
    on, by = timezone.localdate(), request.user
    cases = my_cases(by=by, on=on)
    chosen = FamilyFilter(request.GET, user=by)
    found = numbered(request, chosen.chosen(cases, page="family-list", on=on), PAGE_SIZE)
    context = {
        "filter": chosen,
        "page_obj": found,
        "rows": family_rows(cases=list(found), page="family-list", by=by, on=on),
        "has_cases": bool(cases),
        "sorter": request.GET.get("sorter", ""),
        "can_use_emergency": can_use_emergency(by),
        "can_control": can_control_emergencies(by),
    }
    fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return render(request, f"families/{'_list_table' if fragment else 'list'}.html", context)


@access(TEAM)
@vault_page
def family_new(request: SignedInRequest) -> HttpResponse:
    form = NewFamilyForm(posted(request), user=request.user)
    return form_page(
        request, form, action=lambda data: open_case_once(by=request.user, on=timezone.localdate(), **data),
        done=lambda family: reverse("family", args=[family.public_id]), title=_("Ny familie"),
        crumbs=[(_("Familier"), reverse("family-list"))], cancel_url=reverse("family-list"),
        button=_("Åpne saken"), message=_("Saken er åpnet, og du er saksansvarlig."),
        lead=_("Familien får et tilfeldig saksnummer. Det lagres ikke navn eller fødselsnummer på saken."),
    )  # fmt: skip


@access(TEAM)
@require_GET
@family_page
def family_detail(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    """The overview: who the family is, who works with it, what it is part of, and a little of each part of the vault."""
    holder = case_holder(vault=vault)
    can_write, can_manage = can_record(vault), can_manage_team(vault)
    context = page(
        vault, "family", crumbs=[*family_crumbs(vault)[:1], (vault.family.reference, None)],
        household=household_in_words(vault.members), members=_members(vault), team=_team(vault), gone=vault.gone,
        participations=vault.rows(Participation).select_related("sub_project", "measure", "unit"), holder=holder,
        can_write=can_write, can_manage=can_manage, can_edit=can_edit_household(vault), can_reopen=can_reopen(vault),
        can_take_over=can_be_taken_over(vault=vault, holder=holder), has_no_members=not vault.members,
        parts=overview(vault), units=vault.reader.units if can_write else (),
    )  # fmt: skip
    return render(request, "families/family.html", context)


def _members(vault: OpenFamily) -> list[dict[str, Any]]:
    """Everybody in the family, and of those who are shared with the reader what is recorded."""
    rows = {row.pk: row for row in vault.shown_members}
    return [
        {"view": view, "row": rows.get(view.pk), "can_edit": view.pk in rows and vault.owns(rows[view.pk])}
        for view in vault.members
    ]


def _team(vault: OpenFamily) -> list[dict[str, Any]]:
    return [
        {"row": row, "is_me": row.user_id == vault.user.pk, "can_end": can_end_membership(vault, row)}
        for row in vault.team
    ]


@access(TEAM)
@family_page
def family_edit(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    if not can_edit_household(vault):
        raise PermissionDenied
    form = HouseholdForm(posted(request), family=vault.family)
    return form_page(
        request, form, action=telling_of_links(
            request, vault, lambda data: update_household(vault=vault, by=request.user, at=timezone.now(), **data)
        ),
        done=lambda family: family_url(vault), title=_("Sone og skjermet adresse"), crumbs=family_crumbs(vault),
        cancel_url=family_url(vault), message=_("Lagret."),
    )  # fmt: skip


@access(TEAM)
@family_page
def family_close(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    if not can_manage_team(vault):
        raise PermissionDenied
    form = CloseForm(posted(request), initial={"on": vault.on, "version": vault.family.version})
    return form_page(
        request, form, action=lambda data: close_case(vault=vault, by=request.user, **data),
        done=lambda family: family_url(vault), title=_("Avslutt saken"), crumbs=family_crumbs(vault),
        cancel_url=family_url(vault), button=_("Avslutt saken"), message=_("Saken er avsluttet."),
        undo=lambda family: reverse("family-reopen", args=[family.public_id]),
        lead=_(
            "Teamet kan lese saken, men ikke registrere mer. Det familien er med på, avsluttes, og lenker til familiens"
            " skjema slutter å virke. Du kan åpne saken igjen."
        ),
    )  # fmt: skip


@access(TEAM)
@require_POST
@family_page
def family_reopen(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    """Undo of the closing, and a button on the page of a closed case."""
    return done_or_refused(
        request, vault, lambda: reopen_case(vault=vault, by=request.user), _("Saken er åpnet igjen.")
    )
