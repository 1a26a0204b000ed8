"""Schemes: the list, one on a page with what has come of it, and the forms that make and change it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from grants.domain.grant_money import money_seen
from grants.domain.grant_overview import application_year
from grants.domain.scheme import create_scheme, update_scheme
from grants.forms.scheme import SchemeForm
from grants.models import GRANT_ROLES, Grant, GrantScheme
from grants.permissions import can_edit_scheme, can_register_grants
from organisation.access import SignedInRequest, access, roles
from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, Municipality, Role
from organisation.paging import numbered
from organisation.spreadsheets import asked_file
from organisation.views.form_page import form_page, posted

READERS = roles(*GRANT_ROLES)
WRITERS = roles(*LEADERSHIP_ROLES, Role.ANALYST)
COLUMNS = (
    gettext_lazy("Ordning"), gettext_lazy("Tilskuddsgiver"), gettext_lazy("Gjelder for"), gettext_lazy("I bruk"),
    gettext_lazy("Neste søknadsfrist"), gettext_lazy("Høyst år"), gettext_lazy("Rapportering"), gettext_lazy("Tilskudd"),
)  # fmt: skip


@access(READERS)
@require_GET
def scheme_list(request: SignedInRequest) -> HttpResponseBase:
    mine = Q(grants__in=Grant.objects.visible_to(request.user))
    rows = GrantScheme.objects.visible_to(request.user).annotate(ours=Count("grants", filter=mine))
    rows, today = rows.order_by("-active", "name", "id"), timezone.localdate()
    if file := asked_file(request, "tilskuddsordninger", COLUMNS, rows, _cells):
        return file
    page = numbered(request, rows)
    context = {
        "page_obj": page, "section": "schemes", "today": today,
        "can_make": request.user.has_role(*LEADERSHIP_ROLES, Role.ANALYST),
        "can_register": can_register_grants(request.user),
    }  # fmt: skip
    return render(request, "grants/received/schemes.html", context)


def _cells(row: Any) -> list[Any]:
    report = _("Til tilskuddsgiveren") if row.has_reporting_duty else _("Ingen rapport")
    return [
        row.name, row.funder, _("Alle kommuner") if row.is_national else _("Egen ordning"),
        _("ja") if row.active else _("nei"), row.apply_by, row.max_years,
        _("Årsrapport her") if row.reported_here else report, row.ours,
    ]  # fmt: skip


def _found(request: SignedInRequest, public_id: str) -> GrantScheme:
    return get_object_or_404(GrantScheme.objects.visible_to(request.user), public_id=public_id)


def _page(scheme: GrantScheme) -> str:
    return reverse("scheme", args=[scheme.public_id])


def _crumbs() -> list[Any]:
    return [(_("Tilskudd"), reverse("grant-list")), (_("Ordninger"), reverse("scheme-list"))]


@access(READERS)
@require_GET
def scheme_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    scheme, today = _found(request, public_id), timezone.localdate()
    rows = Grant.objects.visible_to(request.user).filter(scheme=scheme).select_related("reporting_unit", "scheme")
    page = numbered(request, rows.order_by("-year", "reporting_unit__name", "id"))
    money = money_seen(list(page), own=request.user.municipality_ids(*CASE_ROLES))
    is_open = scheme.active and scheme.apply_by is not None and scheme.apply_by >= today
    context = {
        "scheme": scheme,
        "page_obj": page,
        "lines": [{"grant": row, "money": money[row.pk]} for row in page],
        "is_open": is_open,
        "application_year": application_year(scheme.apply_by) if is_open and scheme.apply_by else None,
        "report_by": scheme.has_reporting_duty
        and today.replace(month=scheme.report_by_month, day=scheme.report_by_day),
        "can_edit": can_edit_scheme(request.user, scheme),
        "can_register": scheme.active and can_register_grants(request.user),
        "crumbs": [*_crumbs(), (scheme.name, None)],
    }
    return render(request, "grants/received/scheme.html", context)


@access(WRITERS)
def scheme_new(request: SignedInRequest) -> HttpResponse:
    """The municipality's own by its leadership; the directorate's, which are all municipalities', by an analyst."""
    led = request.user.municipality_ids(*LEADERSHIP_ROLES)
    municipality = Municipality.objects.filter(pk__in=led).order_by("pk").first()
    form = SchemeForm(posted(request), scheme=GrantScheme(municipality=municipality))
    lead = _("Ordningen gjelder bare kommunen. Direktoratets ordninger legges inn av direktoratet.")
    return form_page(
        request, form, title=_("Ny ordning"), crumbs=_crumbs(), done=_page, cancel_url=reverse("scheme-list"),
        action=lambda data: create_scheme(municipality=municipality, by=request.user, **data),
        lead=lead if municipality else _("Ordningen gjelder alle kommuner."), message=_("Ordningen er lagt til."),
    )  # fmt: skip


@access(WRITERS)
def scheme_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    scheme = _found(request, public_id)
    if not can_edit_scheme(request.user, scheme):
        raise PermissionDenied
    form = SchemeForm(posted(request), scheme=scheme)
    return form_page(
        request, form, title=_("Rediger ordningen"), crumbs=[*_crumbs(), (scheme.name, _page(scheme))], done=_page,
        action=lambda data: update_scheme(scheme=scheme, by=request.user, **data), cancel_url=_page(scheme),
        message=_("Ordningen er lagret."),
    )  # fmt: skip
