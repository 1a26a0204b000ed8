"""Consents: the list, giving, renewing and taking back, and which service sees what because of them."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from families.domain.consent import WARN, give_consent, services_to_choose, withdraw_consents
from families.domain.vault import MemberView, OpenFamily
from families.domain.who_sees_what import units_in_team, who_sees_what
from families.forms.consent import ALL, GiveConsentForm, WithdrawForm, renewed
from families.models import Consent, Member, Topic
from families.permissions import can_record, can_withdraw
from families.views.family_page import TEAM, family_crumbs, family_page
from families.views.tabs import page
from organisation.access import SignedInRequest, access
from organisation.views.form_page import Crumbs, form_page, posted

ENDED_SHOWN = 50  # of those that hold no more, the newest; a family has a handful


def consents_url(vault: OpenFamily) -> str:
    return reverse("family-consents", args=[vault.family.public_id])


def consents_crumbs(vault: OpenFamily) -> Crumbs:
    return [*family_crumbs(vault), (_("Samtykke"), consents_url(vault))]


@access(TEAM)
@family_page
@require_GET
def consent_list(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    """Those that hold, what runs out first on top; below, those that hold no more."""
    rows = _rows(vault)
    items = [_item(vault, row) for row in rows]
    valid = sorted((one for one in items if one["holds"]), key=lambda one: one["row"].expires_on)
    ended = [one for one in items if not one["holds"]]
    context = page(
        vault, "family-consents", crumbs=[*family_crumbs(vault), (_("Samtykke"), None)], valid=valid,
        ended=ended[:ENDED_SHOWN], can_record=can_record(vault), can_withdraw=can_withdraw(vault),
        without=_without(vault, valid) if can_record(vault) else [],
    )  # fmt: skip
    return render(request, "families/consents/list.html", context)


def _rows(vault: OpenFamily) -> Iterable[Consent]:
    return vault.rows(Consent).select_related("unit", "written_by", "withdrawn_by").prefetch_related("services__unit")


def _item(vault: OpenFamily, row: Consent) -> dict[str, Any]:
    """A consent as the list shows it. Its note is for the services that it names, and the one that wrote it."""
    named = {service.unit_id for service in row.services.all()} | {row.unit_id}
    labels = dict(Topic.choices)
    return {
        "row": row,
        "who": _who(vault, row),
        "services": sorted(service.unit.name for service in row.services.all()),
        "topics": [labels[topic] for topic in Topic.values if topic in row.topics],
        "holds": row.withdrawn_at is None and row.given_on <= vault.on <= row.expires_on,
        "soon": row.expires_on - vault.on <= WARN,
        # One says yes again to the one who asks for a service of her own.
        "can_renew": can_record(vault) and any(service.unit_id in vault.reader.units for service in row.services.all()),
        "note": row.note if vault.reader.sees_all or not named.isdisjoint(vault.reader.units) else "",
    }


def _who(vault: OpenFamily, row: Consent) -> str:
    return str(vault.member(row.member_id) or _("En som ikke lenger er registrert i familien"))


def _people(vault: OpenFamily) -> list[MemberView]:
    """Those whose own consent counts. Also somebody who has moved out: what is about her is still hers to decide."""
    rows = Member.objects.standing().filter(family=vault.family)
    old_enough = {row.pk for row in rows if row.may_consent(vault.on)}
    return [row for row in vault.members if row.pk in old_enough]


def _without(vault: OpenFamily, valid: list[dict[str, Any]]) -> list[MemberView]:
    """Those in the household who could consent, and have not."""
    given = {item["row"].member_id for item in valid}
    return [row for row in _people(vault) if row.in_household and row.pk not in given]


@access(TEAM)
@family_page
@require_GET
def consent_overview(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    """Who sees what: ?gjelder= is the public id of a member; without it, the family as a whole."""
    chosen = next((row for row in vault.members if row.public_id == request.GET.get("gjelder")), None)
    found = who_sees_what(vault=vault, subject=chosen.pk if chosen else None)
    lines = [{"line": line, "missing": _names(vault, line.missing)} for line in found.lines]
    context = page(
        vault, "family-consents", crumbs=[*consents_crumbs(vault), (_("Hvem ser hva"), None)], chosen=chosen,
        found=found, lines=lines, asked=_names(vault, found.asked), before=_names(vault, found.before),
        own=vault.reader.units, in_team=units_in_team(vault=vault), can_record=can_record(vault),
    )  # fmt: skip
    return render(request, "families/consents/overview.html", context)


def _names(vault: OpenFamily, members: Iterable[int]) -> list[str]:
    wanted = set(members)
    return [str(row) for row in vault.members if row.pk in wanted]


@access(TEAM)
@family_page
def consent_new(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    """?hvem= is the public id of somebody to choose beforehand."""
    return _give(request, vault, _("Nytt samtykke"), {"member": request.GET.get("hvem", "")})


@access(TEAM)
@family_page
def consent_renew(request: SignedInRequest, vault: OpenFamily, public_id: str) -> HttpResponse:
    return _give(request, vault, _("Forny samtykket"), renewed(vault, _consent(vault, public_id)))


def _consent(vault: OpenFamily, public_id: str) -> Consent:
    row: Consent = get_object_or_404(_rows(vault), public_id=public_id)  # type: ignore[arg-type]
    return row


def _give(request: SignedInRequest, vault: OpenFamily, title: str, initial: dict[str, Any]) -> HttpResponse:
    if not can_record(vault):
        raise PermissionDenied
    people = _people(vault)
    form = GiveConsentForm(
        posted(request), vault=vault, people=people, services=services_to_choose(vault=vault), initial=initial
    )
    return form_page(
        request, form,
        action=lambda data: give_consent(
            vault=vault, terms=form.terms(), unit=data.get("unit"), by=request.user, at=timezone.now(), on=vault.on
        ),
        done=lambda row: consents_url(vault), title=title, crumbs=consents_crumbs(vault), cancel_url=consents_url(vault),
        message=_("Samtykket er lagret. Tjenestene ser det som er delt, fra nå av."), vault=vault, nobody=not people,
        button=_("Samtykket er gitt – lagre"),
        template="families/consents/form.html",
    )  # fmt: skip


@access(TEAM)
@family_page
def consent_withdraw(request: SignedInRequest, vault: OpenFamily, public_id: str) -> HttpResponse:
    """One question and one button; nobody has to say why."""
    if not can_withdraw(vault):
        raise PermissionDenied
    consent = _consent(vault, public_id)
    if consent.withdrawn_at is not None and request.method != "POST":
        raise Http404
    holding = [row for row in _rows(vault) if row.member_id == consent.member_id and row.withdrawn_at is None]
    valid = [row for row in holding if row.given_on <= vault.on <= row.expires_on]
    form = WithdrawForm(posted(request), valid=len({consent.pk, *(row.pk for row in valid)}))

    def withdraw(data: dict[str, Any]) -> int:
        chosen = [consent, *valid] if data.get("which", ALL) == ALL else [consent]
        return withdraw_consents(vault=vault, consents=chosen, by=request.user, at=timezone.now())

    return form_page(
        request, form, action=withdraw, done=lambda n: consents_url(vault), title=_("Trekk samtykket"),
        crumbs=consents_crumbs(vault), cancel_url=consents_url(vault), item=_item(vault, consent),
        message=_("Samtykket er trukket. Ingen ser mer med det, fra nå av."), button=_("Trekk samtykket"),
        button_color="danger", template="families/consents/withdraw.html",
    )  # fmt: skip


def consents_part(vault: OpenFamily) -> tuple[str, dict[str, Any]] | None:
    """For the first page: how many hold, and what asks to be done."""
    valid = vault.household.consents
    soon = sum(1 for row in valid if row.expires_on - vault.on <= WARN)
    text = ngettext("%(n)s samtykke gjelder", "%(n)s samtykker gjelder", len(valid)) % {"n": len(valid)}
    return "families/_overview_consents.html", {
        "valid": len(valid), "text": text, "soon": soon, "url": consents_url(vault), "can_record": can_record(vault),
    }  # fmt: skip
