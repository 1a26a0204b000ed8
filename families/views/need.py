"""What matters to the family: its needs placed in Familiens modell, and how the family itself says it goes."""

from collections import defaultdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from families.domain.about import subject_label
from families.domain.need import (
    add_need,
    correct_rating,
    end_need,
    rate_needs,
    ratings,
    remove_need,
    took_down,
    unrated,
    update_need,
    with_rated,
)
from families.domain.vault import OpenFamily
from families.forms.need import (
    CorrectRatingForm,
    EndNeedForm,
    NeedForm,
    RateForm,
    RemoveNeedForm,
    initial_of,
)
from families.models import BASIC_NEEDS, COMPLEX_NEEDS, LifeArea, Need, NeedRating
from families.permissions import can_record
from families.views.family_page import TEAM, family_crumbs, family_page
from families.views.need_chart import need_chart
from families.views.tabs import page
from organisation.access import SignedInRequest, access
from organisation.periods import HalfYear
from organisation.views.form_page import Crumbs, form_page, posted


def needs_url(vault: OpenFamily) -> str:
    return reverse("family-needs", args=[vault.family.public_id])


def needs_crumbs(vault: OpenFamily) -> Crumbs:
    return [*family_crumbs(vault), (_("Behov"), needs_url(vault))]


@access(TEAM)
@family_page
@require_GET
def need_list(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    """The model with the needs in place; each with its development below. ?vis=tidligere: those that are met."""
    past = request.GET.get("vis") == "tidligere"
    half = HalfYear.of(vault.on)
    items = _items(vault, half)
    current = [item for item in items if item["row"].met_on is None]
    met = [item for item in items if item["row"].met_on is not None]
    context = page(
        vault, "family-needs", crumbs=[*family_crumbs(vault), (_("Behov"), None)], past=past, met_count=len(met),
        items=met if past else current, model=None if past else _model(current), areas=_areas(current), half=half,
        waiting=sum(1 for item in current if item["now"] is None), can_record=can_record(vault),
    )  # fmt: skip
    return render(request, "families/needs/list.html", context)


def _items(vault: OpenFamily, half: HalfYear) -> list[dict[str, Any]]:
    """The needs as the page shows them, in the order of the model, with their ratings."""
    given: dict[int, list[NeedRating]] = defaultdict(list)
    for rating in ratings(vault).select_related("written_by"):
        given[rating.need_id].append(rating)
    order = {need: index for index, need in enumerate([*COMPLEX_NEEDS, *BASIC_NEEDS])}
    rows = sorted(vault.rows(Need).select_related("unit"), key=lambda row: (order[row.need], row.pk))
    return [_item(vault, row, given[row.pk], half) for row in rows]


def _item(vault: OpenFamily, row: Need, given: list[NeedRating], half: HalfYear) -> dict[str, Any]:
    now = next((one for one in given if (one.year, one.half) == (half.year, half.half)), None)
    return {
        "row": row,
        "who": subject_label(vault, row.subject_id),
        "owns": vault.owns(row),
        "is_shared": row.unit_id not in vault.reader.units,
        "chart": need_chart(given, half, key=row.public_id, label=row.get_need_display()),
        "newest": given[-1] if given else None,
        "now": now,
        "can_correct": now is not None and can_record(vault) and took_down(rating=now, by=vault.user),
    }


def _model(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Familiens modell from the top: complex needs above the basic ones they rest on."""
    levels = [(_("Sammensatte behov"), "complex", COMPLEX_NEEDS), (_("Grunnleggende behov"), "basic", BASIC_NEEDS)]
    return [
        {
            "label": label,
            "name": name,
            "needs": [
                {"label": need.label, "items": [item for item in items if item["row"].need == need]} for need in needs
            ],
        }
        for label, name, needs in levels
    ]


def _areas(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"label": label, "items": [item for item in items if item["row"].life_area == area]}
        for area, label in LifeArea.choices
    ]


@access(TEAM)
@family_page
def need_new(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    if not can_record(vault):
        raise PermissionDenied
    form = NeedForm(posted(request), vault=vault, initial={"said_on": vault.on})
    return _form_page(
        request, vault, form,
        action=lambda data: add_need(
            vault=vault, said=form.said(), value=data["value"], unit=data.get("unit"), by=request.user,
            at=timezone.now(), on=vault.on,
        ),
        title=_("Nytt behov"), message=_("Behovet er lagret."),
    )  # fmt: skip


@access(TEAM)
@family_page
def need_edit(request: SignedInRequest, vault: OpenFamily, public_id: str) -> HttpResponse:
    row = _own(vault, public_id)
    form = NeedForm(posted(request), vault=vault, about=row.subject_id, initial=initial_of(vault, row))
    return _form_page(
        request, vault, form,
        action=lambda data: update_need(
            vault=vault, need=row, said=form.said(), version=data["version"], by=request.user, on=vault.on
        ),
        title=_("Endre behovet"), message=_("Endringen er lagret."),
        lead=_("Rett det som er feil skrevet. Har noe annet blitt viktig, er det et nytt behov."),
    )  # fmt: skip


@access(TEAM)
@family_page
def need_end(request: SignedInRequest, vault: OpenFamily, public_id: str) -> HttpResponse:
    """It is met, or no longer matters; on one that is marked so already, the way back."""
    row = _own(vault, public_id)
    if row.met_on:
        form: Any = RemoveNeedForm(posted(request), initial={"version": row.version})
        title, button = _("Behovet er viktig igjen"), _("Ta fram igjen")
        lead = _("Behovet kommer tilbake blant dem som gjelder nå, med vurderingene det har.")
    else:
        form = EndNeedForm(posted(request), initial={"version": row.version, "met_on": vault.on})
        title, button = _("Dekket, eller ikke viktig lenger"), _("Lagre")
        lead = _("Behovet og utviklingen blir stående under «Tidligere».")
    return _form_page(
        request, vault, form,
        action=lambda data: end_need(
            vault=vault, need=row, met_on=data.get("met_on"), version=data["version"], by=request.user, on=vault.on
        ),
        title=title, button=button, lead=lead, message=_("Endringen er lagret."), need=row,
        template="families/needs/about.html",
    )  # fmt: skip


@access(TEAM)
@family_page
def need_remove(request: SignedInRequest, vault: OpenFamily, public_id: str) -> HttpResponse:
    row = _own(vault, public_id)
    form = RemoveNeedForm(posted(request), initial={"version": row.version})
    return _form_page(
        request, vault, form,
        action=lambda data: remove_need(
            vault=vault, need=row, version=data["version"], by=request.user, at=timezone.now()
        ),
        title=_("Fjern behovet"), button=_("Fjern"), button_color="danger", need=row,
        lead=_("Bare når det er registrert ved en feil. Ordene slettes med en gang, og kan ikke hentes fram igjen."),
        message=_("Behovet er fjernet."), template="families/needs/about.html",
    )  # fmt: skip


def _own(vault: OpenFamily, public_id: str) -> Need:
    row: Need = get_object_or_404(vault.rows(Need), public_id=public_id)
    if not vault.owns(row):
        raise PermissionDenied
    return row


@access(TEAM)
@family_page
def need_rate(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    """All that waits for this half-year's answer, in one form for the phone between the family and the caseworker."""
    if not can_record(vault):
        raise PermissionDenied
    waiting = unrated(vault=vault)
    if not waiting and request.method != "POST":
        return redirect(needs_url(vault))
    form = RateForm(posted(request), needs=[(need, subject_label(vault, need.subject_id)) for need in waiting])
    return _form_page(
        request, vault, form,
        action=lambda data: rate_needs(
            vault=vault, values=form.values(), by=request.user, at=timezone.now(), on=vault.on
        ),
        title=_("Hvordan er det nå?"), half=HalfYear.of(vault.on), message=_("Svarene er lagret."),
        template="families/needs/rate.html",
    )  # fmt: skip


@access(TEAM)
@family_page
def rating_correct(request: SignedInRequest, vault: OpenFamily, public_id: str) -> HttpResponse:
    """This half-year's answer, put right."""
    if not can_record(vault):
        raise PermissionDenied
    rating = get_object_or_404(ratings(vault).select_related("need"), public_id=public_id)
    if HalfYear(rating.year, rating.half) != HalfYear.of(vault.on) or not took_down(rating=rating, by=request.user):
        raise PermissionDenied
    form = CorrectRatingForm(posted(request), initial={"version": rating.version, "value": rating.value})
    return _form_page(
        request, vault, form,
        action=lambda data: correct_rating(
            vault=vault, rating=rating, value=data["value"], version=data["version"], by=request.user, on=vault.on
        ),
        title=_("Rett vurderingen"), message=_("Vurderingen er rettet."), need=rating.need,
        template="families/needs/about.html",
    )  # fmt: skip


def _form_page(request: SignedInRequest, vault: OpenFamily, form: Any, **arguments: Any) -> HttpResponse:
    return form_page(
        request, form, done=lambda row: needs_url(vault), crumbs=needs_crumbs(vault), cancel_url=needs_url(vault),
        **arguments,
    )  # fmt: skip


def needs_part(vault: OpenFamily) -> tuple[str, dict[str, Any]] | None:
    """For the first page: what matters, and whether the family should be asked how it goes."""
    rows = with_rated(vault=vault)
    waiting = len([row for row in rows if not row.is_rated])  # type: ignore[attr-defined]
    text = ngettext("%(n)s behov venter på familiens vurdering", "%(n)s behov venter på familiens vurdering", waiting)
    return "families/_overview_needs.html", {
        "rows": [{"row": row, "who": subject_label(vault, row.subject_id)} for row in rows[:4]], "more": max(len(rows) - 4, 0),
        "waiting": waiting, "waiting_text": text % {"n": waiting}, "half": HalfYear.of(vault.on),
        "url": needs_url(vault), "can_record": can_record(vault),
    }  # fmt: skip
