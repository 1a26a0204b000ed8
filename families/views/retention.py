"""Oppbevaringstider: the administrator's settings. Each purpose has one period, or none and is kept for good."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from families.domain.retention import remove_rule, set_rule, would_erase
from families.forms.privacy import RetentionForm
from families.models import Purpose, RetentionRule
from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import Municipality, Role
from organisation.models.ordering import by_name
from organisation.views.form_page import Crumbs, form_page, posted

# What is kept for each purpose, for who sets its period. A test holds the two together.
KEPT_FOR = {
    Purpose.FOLLOW_UP: gettext_lazy(
        "Hvem som er i familien, behov, vedtak og ytelser, samtaler, nødtilganger og innsyn."
    ),
    Purpose.CONSENT: gettext_lazy("Hvem som har samtykket til hva, og når det ble trukket."),
    Purpose.SUPPORT: gettext_lazy("Hva familien har fått. Betalingene blir stående; de sier ikke hvem de gjaldt."),
    Purpose.VOICE: gettext_lazy("Familiens svar på skjemaet, i egne ord."),
}


@access(roles(Role.ADMINISTRATOR))
@require_GET
def retention_list(request: SignedInRequest) -> HttpResponse:
    towns = list(_towns(request).order_by(by_name()))
    rules = {
        (rule.municipality_id, rule.purpose): rule
        for rule in RetentionRule.objects.filter(municipality__in=[town.pk for town in towns])
    }
    tables = [
        {"town": town, "rows": [_row(purpose, rules.get((town.pk, purpose.value))) for purpose in Purpose]}
        for town in towns
    ]
    return render(request, "families/retention/list.html", {"tables": tables})


def _row(purpose: Purpose, rule: RetentionRule | None) -> dict[str, Any]:
    waits = rule is not None and rule.in_force_from > timezone.localdate()
    return {"purpose": purpose, "label": purpose.label, "kept": KEPT_FOR[purpose], "rule": rule, "waits": waits}


@access(roles(Role.ADMINISTRATOR))
def retention_rule(request: SignedInRequest, public_id: str, purpose: str) -> HttpResponse:
    """Set a period. Saved only when the administrator has seen how much that very period erases."""
    town, wanted, rule = _found(request, public_id, purpose)
    initial = {"months": rule.months, "basis": rule.basis, "version": rule.version} if rule else {}
    form = RetentionForm(posted(request), initial=initial)

    def save(data: dict[str, Any]) -> RetentionRule:
        if data.pop("seen") != data["months"]:
            form.resend("seen", str(data["months"]))
            raise DomainError(_effect(town, wanted, data["months"]))
        return set_rule(municipality=town, purpose=wanted, by=request.user, **data)

    return form_page(
        request, form, action=save, done=lambda saved: reverse("retention-list"), title=wanted.label, rule=rule,
        town=town, crumbs=_crumbs(), cancel_url=reverse("retention-list"), message=_("Oppbevaringstiden er lagret."),
        lead=KEPT_FOR[wanted], template="families/retention/rule.html",
    )  # fmt: skip


def _effect(town: Municipality, purpose: Purpose, months: int) -> str:
    """What will happen, and that nobody can take it back. Never a number that points at a single family."""
    number = would_erase(municipality=town, purpose=purpose, months=months)
    few = _("Med denne fristen blir opplysninger i færre enn 5 saker, eller ingen, slettet.")
    many = _("Med denne fristen blir opplysninger i minst %(n)s saker slettet.") % {"n": number}
    return f"{many if number else few} " + _(
        "En ny eller kortere frist gjelder 30 dager etter at den er lagret, og fram til da kan du angre. Etterpå kan det"
        " ikke angres. Trykk på knappen en gang til for å lagre."
    )


@access(roles(Role.ADMINISTRATOR))
@require_POST
def retention_remove(request: SignedInRequest, public_id: str, purpose: str) -> HttpResponse:
    _town, _purpose, rule = _found(request, public_id, purpose)
    if rule is None:
        raise Http404
    remove_rule(rule=rule, by=request.user)
    messages.success(request, _("Fristen er tatt bort. Ingenting mer slettes for dette formålet."))
    return redirect("retention-list")


def _towns(request: SignedInRequest) -> Any:
    return Municipality.objects.filter(pk__in=request.user.administered_municipality_ids())


def _found(
    request: SignedInRequest, public_id: str, purpose: str
) -> tuple[Municipality, Purpose, RetentionRule | None]:
    town = get_object_or_404(_towns(request), public_id=public_id)
    if purpose not in Purpose.values:
        raise Http404
    return town, Purpose(purpose), RetentionRule.objects.filter(municipality=town, purpose=purpose).first()


def _crumbs() -> Crumbs:
    return [(_("Brukere og enheter"), reverse("user-list")), (_("Oppbevaringstider"), reverse("retention-list"))]
