"""Measures: one on a page with its timeline, and the forms that change it."""

import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from measures.domain.measure import create_measure, set_target, update_measure, update_target
from measures.domain.measure_state import change_state
from measures.domain.results import results
from measures.forms import MeasureForm, StateForm, TargetForm
from measures.models import LifeArea, Measure, Plan, PlanState, Target
from measures.permissions import allowed, can_change_state, can_edit_measure, can_edit_plan
from measures.views.plan import crumbs_of as plan_crumbs
from measures.views.timeline import log_file, timeline, with_timeline_lines
from organisation.access import SignedInRequest, access, roles
from organisation.domain.comment_threads import with_number_of_comments
from organisation.models import CASE_ROLES, LivingConditionZone, Role, Unit
from organisation.views.form_page import Crumbs, form_page, posted


def crumbs_of(measure: Measure) -> Crumbs:
    return [*plan_crumbs(measure.plan), (measure.title, reverse("measure", args=[measure.public_id]))]


def found(request: SignedInRequest, public_id: str, on: datetime.date | None = None) -> Measure:
    """The measure, if the user may see it; with what is overdue on a day, if one is named."""
    rows = Measure.objects.visible_to(request.user).select_related("plan__municipality", "responsible_unit")
    if on is not None:
        rows = rows.with_overdue(on)
    return get_object_or_404(rows, public_id=public_id)


def _with_all(rows: Any) -> Any:
    """Rows with what their page shows. Names come with the row itself, so that they are no statement each."""
    return (
        with_timeline_lines(with_number_of_comments(rows))
        .select_related("plan__municipality", "responsible_unit", "state_by", "predecessor_fate__measure__plan")
        .annotate(
            partner_names=ArraySubquery(Unit.objects.filter(partner_measures=OuterRef("pk")).values("name")),
            zone_names=ArraySubquery(LivingConditionZone.objects.filter(measures=OuterRef("pk")).values("name")),
            life_area_texts=ArraySubquery(LifeArea.objects.filter(measures=OuterRef("pk")).values("text")),
        )
    )


@access(roles(*CASE_ROLES))
@require_GET
def measure_detail(request: SignedInRequest, public_id: str) -> HttpResponseBase:
    # The file shows nothing of what only the page asks about.
    if "format" in request.GET and (file := log_file(request, found(request, public_id))):
        return file
    today = timezone.localdate()
    rows = Measure.objects.visible_to(request.user).with_overdue(today).annotate(**allowed(request.user))
    measure: Any = get_object_or_404(_with_all(rows), public_id=public_id)
    plan_is_open = measure.plan.state != PlanState.CLOSED
    counted = results([measure], today).get(measure.pk, [])
    context = {
        "measure": measure,
        "plan": measure.plan,
        "goals": measure.goals.all(),
        "partners": measure.partner_names,
        "zones": measure.zone_names,
        "life_areas": measure.life_area_texts,
        "results": counted,
        "page_obj": timeline(request, measure, targets=[row.target for row in counted]),
        "crumbs": [*plan_crumbs(measure.plan), (measure.title, None)],
        "can_edit": plan_is_open and measure.may_edit,
        "can_log": plan_is_open and measure.may_log,
        "can_change_state": plan_is_open and measure.may_change_state,
        "predecessor": getattr(measure, "predecessor_fate", None),
    }
    return render(request, "measures/measure.html", context)


@access(roles(Role.COORDINATOR))
def measure_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.visible_to(request.user), public_id=public_id)
    if not can_edit_plan(request.user, plan):
        raise PermissionDenied
    chosen = plan.goals.filter(public_id=request.GET.get("mal", "").replace("\0", ""))
    form = MeasureForm(posted(request), plan=plan, initial={"goals": list(chosen)})

    def make(data: dict[str, Any]) -> Measure:
        return create_measure(plan=plan, by=request.user, on=timezone.localdate(), **data)

    return form_page(
        request, form, action=make, done=lambda row: reverse("measure", args=[row.public_id]), title=_("Nytt tiltak"),
        crumbs=plan_crumbs(plan), cancel_url=reverse("plan", args=[plan.public_id]), message=_("Tiltaket er lagt til."),
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def measure_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    measure = found(request, public_id)
    if not can_edit_measure(request.user, measure):
        raise PermissionDenied
    form = MeasureForm(posted(request), plan=measure.plan, measure=measure)
    url = reverse("measure", args=[measure.public_id])
    return form_page(
        request, form, action=lambda data: update_measure(measure=measure, by=request.user, **data),
        done=lambda _row: url, title=_("Endre tiltaket"), crumbs=crumbs_of(measure), cancel_url=url,
        message=_("Tiltaket er lagret."),
    )  # fmt: skip


@access(roles(Role.UNIT_LEADER, Role.COORDINATOR))
def measure_state(request: SignedInRequest, public_id: str) -> HttpResponse:
    measure = found(request, public_id)
    if not can_change_state(request.user, measure):
        raise PermissionDenied
    today = timezone.localdate()
    form = StateForm(posted(request), measure=measure, initial={"on": today, "version": measure.version})
    url = reverse("measure", args=[measure.public_id])
    return form_page(
        request, form, done=lambda _row: url, title=_("Endre tilstand"), crumbs=crumbs_of(measure), cancel_url=url,
        action=lambda data: change_state(measure=measure, by=request.user, today=today, **data),
        lead=_("Tiltaket er nå «%(state)s».") % {"state": measure.get_state_display().lower()},
        message=_("Tilstanden er endret."),
    )  # fmt: skip


@access(roles(Role.UNIT_LEADER, Role.COORDINATOR))
def target_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    measure = found(request, public_id)
    if not can_change_state(request.user, measure):
        raise PermissionDenied
    form = TargetForm(posted(request), initial={"counting": Target.Counting.SUM, "counts_people": True})
    url = reverse("measure", args=[measure.public_id])
    return form_page(
        request, form, action=lambda data: set_target(measure=measure, by=request.user, **data), done=lambda _row: url,
        title=_("Nytt måltall"), crumbs=crumbs_of(measure), cancel_url=url,
        lead=_("Det som telles her, kan fylles ut hver gang noen loggfører."), message=_("Måltallet er lagt til."),
    )  # fmt: skip


@access(roles(Role.UNIT_LEADER, Role.COORDINATOR))
def target_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    rows = Target.objects.filter(measure__in=Measure.objects.visible_to(request.user)).select_related("measure__plan")
    target = get_object_or_404(rows, public_id=public_id)
    if not can_change_state(request.user, target.measure):
        raise PermissionDenied
    value = None if target.value is None else target.value.normalize()
    initial = {name: getattr(target, name) for name in ("name", "counting", "counts_people", "version")}
    initial["value"] = value
    form = TargetForm(posted(request), initial=initial)
    url = reverse("measure", args=[target.measure.public_id])
    return form_page(
        request, form, action=lambda data: update_target(target=target, by=request.user, **data), done=lambda _row: url,
        title=_("Endre måltallet"), crumbs=crumbs_of(target.measure), cancel_url=url, message=_("Måltallet er lagret."),
    )  # fmt: skip
