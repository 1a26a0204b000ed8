"""One grant: its page, and the forms that register it and move it from application to closing."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from grants.domain.grant import (
    apply_for,
    award,
    carried_otherwise,
    close,
    delete_application,
    mark_reported,
    may_be_deleted,
    next_years,
    refuse,
    update_grant,
    years_funded,
)
from grants.domain.grant_money import GrantMoney, money_of
from grants.domain.grant_overview import application_year, is_due, year_warning
from grants.domain.grant_state import history
from grants.domain.reporting_unit import own_reporting_unit
from grants.forms.grant import ApplicationForm, AwardForm, CloseForm, DeleteForm, GrantForm, RefusalForm, ReportedForm
from grants.models import Grant, GrantScheme, GrantState, ReportingUnit
from grants.permissions import can_edit_grant, can_register_grants, reads_inside
from grants.views.grant_list import READERS, report_url
from organisation.access import SignedInRequest, access, roles
from organisation.amounts import format_kroner
from organisation.models import LEADERSHIP_ROLES, Municipality, Role
from organisation.views.form_page import Crumbs, form_page, posted

WRITERS = roles(*LEADERSHIP_ROLES, Role.UNIT_LEADER)
S = GrantState


def list_crumbs() -> Crumbs:
    return [(_("Tilskudd"), reverse("grant-list"))]


def crumbs_of(grant: Grant) -> Crumbs:
    return [*list_crumbs(), (str(grant), page_of(grant))]


def page_of(grant: Grant) -> str:
    return reverse("grant", args=[grant.public_id])


def found(request: SignedInRequest, public_id: str) -> Grant:
    """The grant, if the user may see it."""
    rows = Grant.objects.visible_to(request.user).select_related(
        "scheme", "responsible_unit", "reporting_unit__unit", "reporting_unit__municipality", "report"
    )
    return get_object_or_404(rows, public_id=public_id)


def written(request: SignedInRequest, public_id: str) -> Grant:
    """The grant, if the user may write it."""
    grant = found(request, public_id)
    if not can_edit_grant(request.user, grant):
        raise PermissionDenied
    return grant


@access(READERS)
@require_GET
def grant_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    grant = found(request, public_id)
    today, money = timezone.localdate(), money_of([grant])[grant.pk]
    fundings, can_edit = _fundings(grant), can_edit_grant(request.user, grant)
    is_own = reads_inside(request.user, grant)
    context = {
        "grant": grant,
        "money": money,
        "bar": bar_of(money),
        "over": max(-(money.unplanned or 0), 0),
        "fundings": fundings,
        # The first thing to do with an award: the report is made from its measures.
        "needs_measures": can_edit and grant.state == S.GRANTED and not fundings,
        "holder": grant.responsible_unit or grant.reporting_unit.unit,
        "can_edit": can_edit,
        "is_own": is_own,
        "history": history(grant) if is_own else [],
        "can_share_out": grant.state in (S.APPLIED, S.GRANTED),
        "report": getattr(grant, "report", None),
        "report_url": report_url(grant),
        "can_close": _may_close(grant),
        "can_delete": may_be_deleted(grant),
        "can_report": _may_report(grant),
        "is_due": is_due(grant, today),
        "is_late": grant.is_late(today),
        "crumbs": [*list_crumbs(), (str(grant), None)],
    }
    return render(request, "grants/received/grant.html", context)


def bar_of(money: GrantMoney) -> dict[str, Any] | None:
    """What is spent of what there was, in percent; what is over is cut, and said in words."""
    if not money.available or money.spent is None:
        return None
    percent = round(100 * money.spent / money.available)
    return {"percent": percent, "width": min(percent, 100)}


def _fundings(grant: Grant) -> list[dict[str, Any]]:
    rows = list(grant.fundings.select_related("funded_measure__measure__plan", "funded_measure__sub_project"))
    years = years_funded([row.funded_measure for row in rows])
    return [
        {
            "funding": row, "funded": row.funded_measure, "years": years[row.funded_measure_id],
            "warning": year_warning(years[row.funded_measure_id], grant.year, grant.scheme.max_years),
        }
        for row in rows
    ]  # fmt: skip


def _may_close(grant: Grant) -> bool:
    return grant.state == S.REPORTED or (grant.state == S.GRANTED and not grant.scheme.has_reporting_duty)


def _may_report(grant: Grant) -> bool:
    return grant.state == S.GRANTED and grant.scheme.has_reporting_duty and not grant.scheme.reported_here


@access(WRITERS)
def grant_new(request: SignedInRequest) -> HttpResponse:
    """Of one's own municipality; a national scheme or its own. With ?ordning=ID that one is chosen."""
    user, today = request.user, timezone.localdate()
    if not can_register_grants(user):
        raise PermissionDenied
    schemes = GrantScheme.objects.visible_to(user).filter(active=True)
    scheme = schemes.filter(public_id=request.GET.get("ordning", "").replace("\0", "")).first()
    form = ApplicationForm(
        posted(request), reporting_units=_own_units(user), schemes=schemes, today=today,
        initial={"scheme": scheme.pk if scheme else None, "year": _year_of(scheme, today), "on": today},
    )  # fmt: skip

    def register(data: dict[str, Any]) -> Grant:
        unit = data.pop("reporting_unit", None) or form.only_unit or _made_unit(request)
        return apply_for(reporting_unit=unit, by=user, **data)

    return form_page(
        request, form, title=_("Registrer tilskudd"), crumbs=list_crumbs(), action=register, done=page_of,
        lead=_("Begynn med søknaden. Når svaret kommer, skriver du om pengene ble innvilget eller avslått."),
        cancel_url=reverse("grant-list"), message=_("Søknaden er registrert."),
    )  # fmt: skip


def _own_units(user: Any) -> QuerySet[ReportingUnit]:
    return ReportingUnit.objects.editable_by(user).filter(successor=None)


def _made_unit(request: SignedInRequest) -> ReportingUnit:
    """The municipality has none: its first grant makes it."""
    led = request.user.municipality_ids(*LEADERSHIP_ROLES)
    municipality = Municipality.objects.filter(pk__in=led).order_by("pk").first()
    if municipality is None:
        raise PermissionDenied
    return own_reporting_unit(municipality=municipality, by=request.user)


def _year_of(scheme: GrantScheme | None, today: Any) -> int:
    if scheme and scheme.apply_by and scheme.apply_by >= today:
        return application_year(scheme.apply_by)
    return today.year


@access(WRITERS)
def grant_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    grant = written(request, public_id)
    municipality = grant.reporting_unit.municipality_id
    schemes = GrantScheme.objects.visible_to(request.user).filter(Q(municipality=None) | Q(municipality=municipality))
    form = GrantForm(posted(request), grant=grant, schemes=schemes)
    return form_page(
        request, form, title=_("Rediger tilskuddet"), crumbs=crumbs_of(grant), done=page_of,
        action=lambda data: update_grant(grant=grant, by=request.user, **data),
        cancel_url=page_of(grant), message=_("Tilskuddet er lagret."),
    )  # fmt: skip


@access(WRITERS)
def grant_delete(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Asked first what will go; then back to the list."""
    grant = written(request, public_id)
    if not may_be_deleted(grant):
        messages.error(request, _("Bare en søknad som ikke har svar eller tiltak, kan slettes."))
        return redirect(page_of(grant))

    def delete(data: dict[str, Any]) -> bool:
        delete_application(grant=grant, by=request.user, **data)
        return True

    return form_page(
        request, DeleteForm(posted(request), initial={"version": grant.version}), title=_("Slett søknaden"),
        crumbs=crumbs_of(grant), cancel_url=page_of(grant), action=delete, done=lambda done: reverse("grant-list"),
        lead=_("Søknaden om %(grant)s blir borte med alt som er skrevet om den. Det kan ikke angres.") % {"grant": grant},
        button=_("Slett søknaden"), button_color="danger", message=_("Søknaden er slettet."),
    )  # fmt: skip


def _step(request: SignedInRequest, grant: Grant, form: Any, write: Callable[..., Grant], **texts: Any) -> HttpResponse:
    """A step of the grant's life: one form, one rule, back to its page."""
    return form_page(
        request, form, crumbs=crumbs_of(grant), done=page_of, cancel_url=page_of(grant),
        action=lambda data: write(grant=grant, by=request.user, **data), **texts,
    )  # fmt: skip


@access(WRITERS)
def grant_award(request: SignedInRequest, public_id: str) -> HttpResponse:
    grant = written(request, public_id)
    if grant.state not in (S.APPLIED, S.REFUSED):
        return redirect(page_of(grant))
    form = AwardForm(posted(request), grant=grant, today=timezone.localdate())
    return _step(
        request, grant, form, award, title=_("Tilskuddet er innvilget"), button=_("Lagre som innvilget"),
        message=_("Tilskuddet er innvilget. Legg til tiltakene som pengene går til."),
    )  # fmt: skip


@access(WRITERS)
def grant_refuse(request: SignedInRequest, public_id: str) -> HttpResponse:
    grant = written(request, public_id)
    if grant.state != S.APPLIED:
        return redirect(page_of(grant))
    form = RefusalForm(posted(request), grant=grant, today=timezone.localdate())
    return _step(
        request, grant, form, refuse, title=_("Søknaden er avslått"), button=_("Lagre som avslått"),
        message=_("Avslaget er registrert."),
    )  # fmt: skip


@access(WRITERS)
def grant_reported(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Only of schemes whose report goes elsewhere."""
    grant = written(request, public_id)
    if not _may_report(grant):
        return redirect(page_of(grant))
    form = ReportedForm(posted(request), grant=grant, today=timezone.localdate())
    return _step(
        request, grant, form, mark_reported, title=_("Rapporten er sendt"), button=_("Lagre som rapportert"),
        lead=_("Denne ordningen rapporteres ikke i Povertyplan. Skriv når rapporten ble sendt til tilskuddsgiveren."),
        message=_("Tilskuddet er rapportert."),
    )  # fmt: skip


@access(WRITERS)
def grant_close(request: SignedInRequest, public_id: str) -> HttpResponse:
    grant = written(request, public_id)
    if not _may_close(grant):
        return redirect(page_of(grant))
    today, money = timezone.localdate(), money_of([grant])[grant.pk]
    form = CloseForm(posted(request), grant=grant, spent=money.spent, later=next_years(grant))
    return form_page(
        request, form, title=_("Avslutt tilskuddet"), crumbs=crumbs_of(grant), cancel_url=page_of(grant),
        done=lambda row: _closed(request, row),
        action=lambda data: close(grant=grant, by=request.user, on=today, **data), button=_("Avslutt tilskuddet"),
        message=_("Tilskuddet er avsluttet."), template="grants/received/close.html", grant=grant, money=money,
    )  # fmt: skip


def _closed(request: SignedInRequest, grant: Grant) -> str:
    """Back to the grant, with a warning where next year's says that something else was left."""
    if later := carried_otherwise(grant):
        text = _(
            "Tilskuddet for %(year)s sier at %(kroner)s kroner er overført. Se om det stemmer med det som er igjen."
        )
        messages.warning(
            request, text % {"year": later.year, "kroner": format_kroner(later.carried_over_nok or Decimal(0))}
        )
    return page_of(grant)
