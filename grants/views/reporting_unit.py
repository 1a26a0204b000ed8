"""Reporting units: the municipality's own for its leadership, all of them for the directorate, which merges them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from grants.domain.reporting_unit import create_reporting_unit, known_regions, merge_into, update_reporting_unit
from grants.forms.scheme import MergeForm, ReportingUnitForm
from grants.grant_filters import ReportingUnitFilter
from grants.models import GRANT_ROLES, ReportingUnit
from grants.permissions import can_edit_reporting_unit
from organisation.access import SignedInRequest, access, roles
from organisation.models import LEADERSHIP_ROLES, Municipality, Role
from organisation.paging import numbered
from organisation.spreadsheets import asked_file
from organisation.views.form_page import form_page, posted

READERS = roles(*GRANT_ROLES)
LEADERS = roles(*LEADERSHIP_ROLES)
WRITERS = roles(*LEADERSHIP_ROLES, Role.ANALYST)
DIRECTORATE = roles(Role.ANALYST)
COLUMNS = (
    gettext_lazy("Navn"), gettext_lazy("Region"), gettext_lazy("Enhet"), gettext_lazy("Andre navn og numre"),
    gettext_lazy("I dag en del av"),
)  # fmt: skip


@access(READERS)
@require_GET
def reporting_unit_list(request: SignedInRequest) -> HttpResponseBase:
    seen = ReportingUnit.objects.visible_to(request.user).select_related("unit", "successor")
    chosen = ReportingUnitFilter(request.GET, queryset=seen)
    if file := asked_file(request, "rapporterende-enheter", COLUMNS, chosen.qs, _cells):
        return file
    directorate = request.user.has_role(Role.ANALYST)
    context = {
        "filter": chosen,
        "page_obj": numbered(request, chosen.qs),
        "crumbs": [*_crumbs()[:1], (_("Rapporterende enheter"), None)],
        "keeps_all": directorate,
        "editable": None if directorate else set(
            ReportingUnit.objects.named_by(request.user).values_list("pk", flat=True)
        ),
        "can_make": request.user.has_role(*LEADERSHIP_ROLES),
    }  # fmt: skip
    return render(request, "grants/received/reporting_units.html", context)


def _cells(row: ReportingUnit) -> list[Any]:
    return [
        row.name, row.region, row.unit.name if row.unit else "", ", ".join(row.aliases),
        row.successor.name if row.successor else "",
    ]  # fmt: skip


def _found(request: SignedInRequest, public_id: str) -> ReportingUnit:
    rows = ReportingUnit.objects.visible_to(request.user).select_related("municipality", "successor")
    return get_object_or_404(rows, public_id=public_id)


def _crumbs() -> list[Any]:
    return [(_("Tilskudd"), reverse("grant-list")), (_("Rapporterende enheter"), reverse("reporting-unit-list"))]


def _done(row: ReportingUnit) -> str:
    return reverse("reporting-unit-list")


@access(LEADERS)
def reporting_unit_new(request: SignedInRequest) -> HttpResponse:
    led = request.user.municipality_ids(*LEADERSHIP_ROLES)
    municipality = Municipality.objects.filter(pk__in=led).order_by("pk").first()
    assert municipality is not None  # the access rule has seen to it
    form = ReportingUnitForm(
        posted(request), municipality=municipality, regions=known_regions(municipality=municipality)
    )
    return form_page(
        request, form, title=_("Ny rapporterende enhet"), crumbs=_crumbs(), done=_done,
        lead=_("Kommunen, eller en bydel som får tilskudd og rapporterer for seg selv."),
        action=lambda data: create_reporting_unit(municipality=municipality, by=request.user, **data),
        cancel_url=reverse("reporting-unit-list"), message=_("Enheten er lagt til."),
    )  # fmt: skip


@access(WRITERS)
def reporting_unit_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    row = _found(request, public_id)
    if not can_edit_reporting_unit(request.user, row):
        raise PermissionDenied
    own = row.municipality_id in request.user.municipality_ids()
    form = ReportingUnitForm(
        posted(request), municipality=row.municipality if own else None, reporting_unit=row,
        regions=None if request.user.has_role(Role.ANALYST) else known_regions(municipality=row.municipality),
    )  # fmt: skip
    return form_page(
        request, form, title=_("Rediger enheten"), crumbs=_crumbs(), done=_done, lead=row.name,
        action=lambda data: update_reporting_unit(reporting_unit=row, by=request.user, **data),
        cancel_url=reverse("reporting-unit-list"), message=_("Enheten er lagret."),
    )  # fmt: skip


@access(DIRECTORATE)
def reporting_unit_merge(request: SignedInRequest, public_id: str) -> HttpResponse:
    row = _found(request, public_id)
    form = MergeForm(posted(request), reporting_unit=row)
    return form_page(
        request, form, title=_("Slå sammen"), crumbs=_crumbs(), done=_done, lead=row.name,
        action=lambda data: merge_into(reporting_unit=row, by=request.user, **data),
        cancel_url=reverse("reporting-unit-list"), message=_("Sammenslåingen er lagret."),
    )  # fmt: skip
