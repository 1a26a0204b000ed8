"""Indicator tables: made and filled by the coordinator, shown under the plan or its goals."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from measures.domain.indicators import (
    add_indicator,
    add_observation,
    create_table,
    lay_out,
    update_indicator,
    update_observation,
    update_table,
)
from measures.forms import IndicatorForm, IndicatorTableForm, ObservationForm
from measures.models import Indicator, IndicatorTable, Observation, Plan, PlanState
from measures.permissions import can_edit_plan, can_edit_table
from measures.views.plan import crumbs_of as plan_crumbs
from organisation.access import SignedInRequest, access, roles
from organisation.models import CASE_ROLES, Role
from organisation.views.form_page import Crumbs, form_page, posted


def _crumbs(table: IndicatorTable) -> Crumbs:
    return [*plan_crumbs(table.plan), (table.title, reverse("indicator-table", args=[table.public_id]))]


@access(roles(*CASE_ROLES))
@require_GET
def table_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    tables = IndicatorTable.objects.visible_to(request.user).select_related("plan", "goal")
    table = get_object_or_404(tables.prefetch_related("indicators__observations"), public_id=public_id)
    context = {
        "laid_out": lay_out(table),
        "table": table,
        "crumbs": [*plan_crumbs(table.plan), (table.title, None)],
        "can_edit": table.plan.state != PlanState.CLOSED and can_edit_table(request.user, table),
        "indicators": table.indicators.all(),
    }
    return render(request, "measures/indicator_table.html", context)


@access(roles(Role.COORDINATOR))
def table_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.visible_to(request.user), public_id=public_id)
    if not can_edit_plan(request.user, plan):
        raise PermissionDenied
    form = IndicatorTableForm(posted(request), plan=plan)
    return form_page(
        request, form, action=lambda data: create_table(plan=plan, by=request.user, **data),
        done=lambda table: reverse("indicator-table", args=[table.public_id]), title=_("Ny indikatortabell"),
        crumbs=plan_crumbs(plan), cancel_url=reverse("plan", args=[plan.public_id]),
        message=_("Tabellen er laget. Legg til indikatorer og tall."),
    )  # fmt: skip


def _editable_table(request: SignedInRequest, table: IndicatorTable) -> str:
    if not can_edit_table(request.user, table):
        raise PermissionDenied
    return reverse("indicator-table", args=[table.public_id])


@access(roles(Role.COORDINATOR))
def indicator_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    table = get_object_or_404(IndicatorTable.objects.visible_to(request.user), public_id=public_id)
    url = _editable_table(request, table)
    form = IndicatorForm(posted(request))
    return form_page(
        request, form, action=lambda data: add_indicator(table=table, by=request.user, **data), done=lambda _row: url,
        title=_("Ny indikator"), crumbs=_crumbs(table), cancel_url=url, message=_("Indikatoren er lagt til."),
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def table_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    table = get_object_or_404(IndicatorTable.objects.visible_to(request.user), public_id=public_id)
    url = _editable_table(request, table)
    names = ("title", "goal", "note", "total_label", "version")
    form = IndicatorTableForm(posted(request), plan=table.plan, initial={name: getattr(table, name) for name in names})
    return form_page(
        request, form, action=lambda data: update_table(table=table, by=request.user, **data), done=lambda _row: url,
        title=_("Endre tabellen"), crumbs=_crumbs(table), cancel_url=url, message=_("Tabellen er lagret."),
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def indicator_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    rows = Indicator.objects.filter(table__in=IndicatorTable.objects.visible_to(request.user)).select_related("table")
    indicator = get_object_or_404(rows, public_id=public_id)
    url = _editable_table(request, indicator.table)
    names = ("name", "measured_in", "in_total", "counts_people", "version")
    form = IndicatorForm(posted(request), initial={name: getattr(indicator, name) for name in names})
    return form_page(
        request, form, action=lambda data: update_indicator(indicator=indicator, by=request.user, **data),
        done=lambda _row: url, title=_("Endre indikatoren"), crumbs=_crumbs(indicator.table), cancel_url=url,
        message=_("Indikatoren er lagret."),
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def observation_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    """A figure for one indicator."""
    rows = Indicator.objects.filter(table__in=IndicatorTable.objects.visible_to(request.user)).select_related("table")
    indicator = get_object_or_404(rows, public_id=public_id)
    url = _editable_table(request, indicator.table)
    form = ObservationForm(posted(request))

    return form_page(
        request, form, action=lambda data: add_observation(indicator=indicator, by=request.user, **data),
        done=lambda _row: url, title=_("Nytt tall"),
        crumbs=_crumbs(indicator.table), cancel_url=url, lead=indicator.name, message=_("Tallet er lagret."),
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def observation_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    rows = Observation.objects.filter(indicator__table__in=IndicatorTable.objects.visible_to(request.user))
    row = get_object_or_404(rows.select_related("indicator__table"), public_id=public_id)
    url = _editable_table(request, row.indicator.table)
    value = None if row.value is None else row.value.normalize()
    initial = {"value": value, "basis": row.basis, "remark": row.remark, "version": row.version}
    form = ObservationForm(posted(request), initial=initial)
    del form.fields["period"]  # a figure keeps its period; another period is another figure
    return form_page(
        request, form, done=lambda _row: url, title=_("Rett tallet"), crumbs=_crumbs(row.indicator.table),
        action=lambda data: update_observation(observation=row, by=request.user, **data), cancel_url=url,
        lead=f"{row.indicator.name}, {row.period}", message=_("Tallet er rettet."),
    )  # fmt: skip
