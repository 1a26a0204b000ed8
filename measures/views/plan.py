"""Plans: the list, a plan with its goals, and what the coordinator does with it."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from measures.domain.indicators import lay_out
from measures.domain.plan import adopt_plan, close_plan, create_plan, update_plan
from measures.domain.revision import revise_plan
from measures.filters import MeasureFilter
from measures.forms import PlanForm
from measures.models import LIVE_STATES, Goal, Measure, MeasureState, Plan, PlanState
from measures.permissions import can_edit_plan
from measures.revision_forms import RevisionForm
from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import CASE_ROLES, Municipality, Role
from organisation.paging import keyset, numbered
from organisation.spreadsheets import asked_file
from organisation.views.form_page import Crumbs, form_page, posted, posted_version

MOVES = {"vedta": adopt_plan, "avslutt": close_plan}


PLAN_COLUMNS = (
    gettext_lazy("Plan"),
    gettext_lazy("Type"),
    gettext_lazy("Periode"),
    gettext_lazy("Tilstand"),
    gettext_lazy("Tiltak"),
    gettext_lazy("I gang eller planlagt"),
)
MEASURE_COLUMNS = (
    gettext_lazy("Tiltak"),
    gettext_lazy("Mål"),
    gettext_lazy("Ansvarlig"),
    gettext_lazy("Tilstand"),
    gettext_lazy("Sist loggført"),
    gettext_lazy("Neste evaluering"),
    gettext_lazy("Frist"),
    gettext_lazy("Forfalt"),
)


def _plan_cells(row: Any) -> list[Any]:
    return [
        row.name, row.get_kind_display(), row.period_label, row.get_state_display(), row.measure_count, row.live_count,
    ]  # fmt: skip


def _measure_cells(row: Any) -> list[Any]:
    return [
        row.title, ", ".join(goal.number for goal in row.goals.all()), row.responsible_unit.name,
        row.get_state_display(), row.last_logged_on, row.next_evaluation, row.due_as_printed or row.due_on,
        _("ja") if row.is_overdue else "",
    ]  # fmt: skip


def crumbs_of(plan: Plan) -> Crumbs:
    return [(_("Planer"), reverse("plan-list")), (plan.name, reverse("plan", args=[plan.public_id]))]


@access(roles(*CASE_ROLES))
@require_GET
def plan_list(request: SignedInRequest) -> HttpResponseBase:
    plans = (
        Plan.objects.visible_to(request.user)
        .select_related("municipality")
        .annotate(
            measure_count=Count("measures"), live_count=Count("measures", filter=Q(measures__state__in=LIVE_STATES))
        )
        .order_by("state", "-starts_on", "id")
    )
    if file := asked_file(request, "planer", PLAN_COLUMNS, plans, _plan_cells):
        return file
    page = numbered(request, plans)
    can_make = bool(request.user.coordinated_municipality_ids())
    return render(request, "measures/plan_list.html", {"page_obj": page, "can_make": can_make})


@access(roles(*CASE_ROLES))
@require_GET
def plan_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    """A plan on one page: how it stands in figures, then goal by goal."""
    rows = Plan.objects.visible_to(request.user).select_related("municipality", "revised_by")
    plan = get_object_or_404(rows, public_id=public_id)
    today = timezone.localdate()
    measures = list(
        plan.measures.with_overdue(today)
        .select_related("responsible_unit", "fate__successor")
        .prefetch_related("goals")
        .order_by("position", "id")
    )
    coordinates = can_edit_plan(request.user, plan)
    context = {
        "plan": plan,
        "crumbs": [(_("Planer"), reverse("plan-list")), (plan.name, None)],
        "can_edit": plan.state != PlanState.CLOSED and coordinates,
        "coordinates": coordinates,
        "goals": goal_tree(plan, measures),
        "figures": _figures(plan, measures),
        "tables": [
            lay_out(t) for t in plan.indicator_tables.filter(goal=None).prefetch_related("indicators__observations")
        ],
        "main_aims": plan.main_aims.all(),
        "life_areas": plan.life_areas.all(),
        "zones": plan.zones.all(),
        "fates": [row for row in measures if hasattr(row, "fate")],
        # Of the same municipality, so that whoever sees this one sees that one.
        "revised_by": getattr(plan, "revised_by", None),
    }
    return render(request, "measures/plan.html", context)


def goal_tree(plan: Plan, measures: list[Measure]) -> list[dict[str, Any]]:
    """The goals in order, each with its measures and its second-level goals."""
    by_goal: dict[int, list[Measure]] = {}
    for measure in measures:
        for goal in measure.goals.all():
            by_goal.setdefault(goal.pk, []).append(measure)
    goals = list(plan.goals.all())

    def branch(goal: Goal) -> dict[str, Any]:
        children = [branch(row) for row in goals if row.parent_id == goal.pk]
        return {"goal": goal, "measures": by_goal.get(goal.pk, []), "children": children}

    return [branch(goal) for goal in goals if goal.parent_id is None]


def _figures(plan: Plan, measures: list[Measure]) -> list[dict[str, Any]]:
    """At most six figures, each a link to the list behind it."""
    counts = Counter(row.state for row in measures)
    ended = sum(n for state, n in counts.items() if state not in LIVE_STATES)
    url = reverse("measure-list", args=[plan.public_id])
    figures = [{"label": _("Tiltak"), "value": len(measures), "url": url}]
    figures += [
        {"label": MeasureState(state).label, "value": counts[state], "url": f"{url}?tilstand={state}"}
        for state in LIVE_STATES
        if counts[state]
    ]
    if ended:
        figures.append({"label": _("Ikke lenger i gang"), "value": ended, "url": f"{url}?sorter=-tilstand"})
    if plan.state == PlanState.ADOPTED:
        late = sum(row.is_overdue for row in measures)  # type: ignore[attr-defined]
        figures.append({"label": _("Forfalt"), "value": late, "url": f"{url}?forfalt=on", "is_late": late > 0})
    return figures


@access(roles(*CASE_ROLES))
@require_GET
def measure_list(request: SignedInRequest, public_id: str) -> HttpResponseBase:
    plan = get_object_or_404(Plan.objects.visible_to(request.user), public_id=public_id)
    rows = (
        Measure.objects.visible_to(request.user)
        .filter(plan=plan)
        .with_overdue(timezone.localdate())
        .select_related("responsible_unit")
        .prefetch_related("goals")
    )
    found = MeasureFilter(request.GET, queryset=rows, user=request.user, plan=plan)
    if file := asked_file(request, "tiltak", MEASURE_COLUMNS, found.qs, _measure_cells):
        return file
    page = keyset(request, found.qs, 50)
    template = "measures/_measure_table.html" if request.htmx else "measures/measure_list.html"  # type: ignore[attr-defined]
    context = {
        "plan": plan,
        "filter": found,
        "page_obj": page,
        "sorter": request.GET.get("sorter", ""),
        "crumbs": [*crumbs_of(plan), (_("Tiltak"), None)],
        "can_edit": plan.state != PlanState.CLOSED and can_edit_plan(request.user, plan),
    }
    return render(request, template, context)


@access(roles(Role.COORDINATOR))
def plan_new(request: SignedInRequest) -> HttpResponse:
    municipalities = Municipality.objects.filter(pk__in=request.user.coordinated_municipality_ids())
    form = PlanForm(posted(request), municipalities=municipalities)

    def make(data: dict[str, Any]) -> Plan:
        municipality = data.pop("municipality", None) or municipalities.get()
        return create_plan(municipality=municipality, by=request.user, **data)

    return form_page(
        request, form, action=make, done=lambda plan: reverse("plan", args=[plan.public_id]),
        title=_("Ny plan"), crumbs=[(_("Planer"), reverse("plan-list"))], cancel_url=reverse("plan-list"),
        message=_("Planen er lagret som utkast. Legg til mål og tiltak, og merk planen som vedtatt når den er det."),
    )  # fmt: skip


def _editable(request: SignedInRequest, public_id: str) -> Plan:
    plan = get_object_or_404(Plan.objects.visible_to(request.user), public_id=public_id)
    if not can_edit_plan(request.user, plan):
        raise PermissionDenied
    return plan


@access(roles(Role.COORDINATOR))
def plan_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    plan = _editable(request, public_id)
    municipalities = Municipality.objects.filter(pk=plan.municipality_id)
    form = PlanForm(posted(request), municipalities=municipalities, plan=plan)
    url = reverse("plan", args=[plan.public_id])
    return form_page(
        request, form, action=lambda data: update_plan(plan=plan, by=request.user, **data), done=lambda _plan: url,
        title=_("Endre planen"), crumbs=crumbs_of(plan), cancel_url=url, message=_("Planen er lagret."),
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
@require_POST
def plan_move(request: SignedInRequest, public_id: str, move: str) -> HttpResponse:
    """Adopt or close: one button each on the plan's page."""
    plan = _editable(request, public_id)
    try:
        plan = MOVES[move](plan=plan, version=posted_version(request), by=request.user)
        messages.success(request, _("Planen er nå «%(state)s».") % {"state": plan.get_state_display().lower()})
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("plan", public_id)


@access(roles(Role.COORDINATOR))
def plan_revise(request: SignedInRequest, public_id: str) -> HttpResponse:
    plan = _editable(request, public_id)
    form = RevisionForm(posted(request), plan=plan, initial={"title": plan.title, "version": plan.version})

    def revise(data: dict[str, Any]) -> Plan:
        head = {name: data[name] for name in ("title", "starts_on", "ends_on", "version")}
        return revise_plan(plan=plan, fates=form.fates(), by=request.user, **head)

    return form_page(
        request, form, action=revise, done=lambda new: reverse("plan", args=[new.public_id]),
        title=_("Rullér planen"), crumbs=crumbs_of(plan), cancel_url=reverse("plan", args=[plan.public_id]),
        message=_("Den nye planen er laget som utkast. Den gamle står som den var."), template="measures/revise.html",
        button=_("Lag den nye planen"),
    )  # fmt: skip
