"""Goals: one on a page, and the coordinator's forms."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from measures.domain.goal import create_goal, update_goal
from measures.domain.indicators import lay_out
from measures.forms import GoalForm
from measures.models import Goal, Measure, Plan, PlanState
from measures.permissions import can_edit_goal, can_edit_plan
from measures.views.plan import crumbs_of
from organisation.access import SignedInRequest, access, roles
from organisation.domain.comment_threads import with_number_of_comments
from organisation.models import CASE_ROLES, Role
from organisation.views.form_page import form_page, posted


@access(roles(*CASE_ROLES))
@require_GET
def goal_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    goal = get_object_or_404(
        with_number_of_comments(Goal.objects.visible_to(request.user).select_related("plan", "parent")),
        public_id=public_id,
    )
    children = list(goal.children.all())
    measures = (
        Measure.objects.filter(goals__in=[goal, *children])
        .distinct()
        .with_overdue(timezone.localdate())
        .select_related("responsible_unit")
        .prefetch_related("goals")
    )
    above = [(str(goal.parent), reverse("goal", args=[goal.parent.public_id]))] if goal.parent else []
    context = {
        "goal": goal,
        "plan": goal.plan,
        "children": children,
        "measures": measures,
        "tables": [lay_out(t) for t in goal.indicator_tables.prefetch_related("indicators__observations")],
        "crumbs": [*crumbs_of(goal.plan), *above, (goal.label, None)],
        "can_edit": goal.plan.state != PlanState.CLOSED and can_edit_goal(request.user, goal),
    }
    return render(request, "measures/goal.html", context)


@access(roles(Role.COORDINATOR))
def goal_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.visible_to(request.user), public_id=public_id)
    if not can_edit_plan(request.user, plan):
        raise PermissionDenied
    form = GoalForm(posted(request), plan=plan)

    def make(data: dict[str, Any]) -> Goal:
        return create_goal(plan=plan, by=request.user, **data)

    return form_page(
        request, form, action=make, done=lambda goal: reverse("goal", args=[goal.public_id]), title=_("Nytt mål"),
        crumbs=crumbs_of(plan), cancel_url=reverse("plan", args=[plan.public_id]), message=_("Målet er lagt til."),
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def goal_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    goal = get_object_or_404(Goal.objects.visible_to(request.user).select_related("plan"), public_id=public_id)
    if not can_edit_goal(request.user, goal):
        raise PermissionDenied
    form = GoalForm(posted(request), plan=goal.plan, goal=goal)
    url = reverse("goal", args=[goal.public_id])
    return form_page(
        request, form, action=lambda data: update_goal(goal=goal, by=request.user, **data), done=lambda _goal: url,
        title=_("Endre målet"), crumbs=[*crumbs_of(goal.plan), (goal.label, url)], cancel_url=url,
        message=_("Målet er lagret."),
    )  # fmt: skip
