"""The family's voice, for its team: the answers, the links, and a new one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from families.domain.vault import OpenFamily
from families.domain.voice import make_link, open_links, revoke_link, state_of
from families.forms.voice import NewLinkForm
from families.models import LinkState, VoiceAnswer, VoiceLink
from families.permissions import can_record
from families.views.family_page import TEAM, family_crumbs, family_page
from families.views.own_form import direction
from families.views.tabs import page
from organisation.access import SignedInRequest, access
from organisation.domain.errors import DomainError
from organisation.paging import numbered
from organisation.views.form_page import Crumbs, posted

NEWEST_LINKS = 5


def voice_url(vault: OpenFamily) -> str:
    return reverse("family-voice", args=[vault.family.public_id])


def _crumbs(vault: OpenFamily) -> Crumbs:
    return [*family_crumbs(vault), (_("Familiens stemme"), voice_url(vault))]


def _links(vault: OpenFamily) -> Any:
    return vault.rows(VoiceLink).select_related("unit")


def _with_states(vault: OpenFamily, rows: Any) -> list[dict[str, Any]]:
    now = timezone.now()
    found = [{"row": row, "state": state_of(row, now)} for row in rows]
    for item in found:
        item["can_revoke"] = can_record(vault) and item["state"] == LinkState.OPEN
    return found


@access(TEAM)
@require_GET
@family_page
def voice(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    answers = numbered(request, vault.rows(VoiceAnswer), 10)
    links = list(_links(vault)[: NEWEST_LINKS + 1])
    context = page(
        vault, "family-voice", page_obj=answers, answers=_shown(answers), can_record=can_record(vault),
        links=_with_states(vault, links[:NEWEST_LINKS]), more_links=len(links) > NEWEST_LINKS,
        crumbs=[*family_crumbs(vault), (_("Familiens stemme"), None)],
    )  # fmt: skip
    return render(request, "families/voice/voice.html", context)


@access(TEAM)
@require_GET
@family_page
def voice_links(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    rows = numbered(request, _links(vault))
    context = page(
        vault, "family-voice", page_obj=rows, links=_with_states(vault, rows), can_record=can_record(vault),
        crumbs=[*_crumbs(vault), (_("Lenker"), None)],
    )  # fmt: skip
    return render(request, "families/voice/links.html", context)


@access(TEAM)
@family_page
def voice_link_new(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    """The link stands in the answer to this one request, and nowhere else: not in an address, a message or a session."""
    if not can_record(vault):
        raise PermissionDenied
    form = NewLinkForm(posted(request), vault=vault)
    if request.method == "POST":
        made = form.submit(lambda data: make_link(vault=vault, by=request.user, at=timezone.now(), **data))
        if made:
            link, token = made
            return _sheet(request, vault, link, request.build_absolute_uri(reverse("own-form", args=[token])))
    context = {"form": form, "title": _("Ny lenke til familien"), "cancel_url": voice_url(vault)}
    context |= {"crumbs": [*_crumbs(vault), (context["title"], None)], "button": _("Lag lenke")}
    context["lead"] = _(
        "Familien svarer på tre spørsmål uten å logge inn. Lenken kan brukes én gang, og vises bare når den blir laget."
    )
    return render(request, "partials/form_page.html", context, status=422 if form.is_bound else 200)


def _sheet(request: SignedInRequest, vault: OpenFamily, link: VoiceLink, address: str) -> HttpResponse:
    with translation.override(link.language):
        sheet = render_to_string("families/voice/own/sheet.html", {"link": link, "address": address})
    context = page(
        vault, "family-voice", link=link, address=address, sheet=sheet, direction=direction(link.language),
        crumbs=[*_crumbs(vault), (_("Lenken er klar"), None)],
    )  # fmt: skip
    return render(request, "families/voice/link_made.html", context)


@access(TEAM)
@require_POST
@family_page
def voice_link_revoke(request: SignedInRequest, vault: OpenFamily, public_id: str) -> HttpResponse:
    link = get_object_or_404(_links(vault), public_id=public_id)
    if not can_record(vault):
        raise PermissionDenied
    try:
        revoke_link(vault=vault, link=link, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Lenken er trukket tilbake og virker ikke lenger."))
    return redirect(voice_url(vault))


def telling_of_links(
    request: SignedInRequest, vault: OpenFamily, action: Callable[[dict[str, Any]], Any]
) -> Callable[[dict[str, Any]], Any]:
    """An action that may withdraw open links; then a message says so, beside that of what was done."""

    def told(data: dict[str, Any]) -> Any:
        before = open_links(vault=vault, at=timezone.now()).count()
        done = action(data)
        if before > open_links(vault=vault, at=timezone.now()).count():
            messages.info(request, _("Lenken til familiens skjema er trukket tilbake. Lag en ny hvis de skal ha den."))
        return done

    return told


def _shown(answers: Any) -> list[dict[str, Any]]:
    return [{"row": row, "dir": direction(row.language)} for row in answers]


def voice_part(vault: OpenFamily) -> tuple[str, dict[str, Any]] | None:
    """For the overview: the newest answer."""
    newest = vault.rows(VoiceAnswer).first()
    return ("families/voice/_overview.html", _shown([newest])[0]) if newest else None
