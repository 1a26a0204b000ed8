"""Goals, strategies and focus areas: a tree of two levels."""

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from measures.domain.plan import check_plan_is_open
from measures.models import Goal, Plan
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import User

NUMBER_TAKEN = {"goal_number_unique": (_("Planen har allerede et mål av denne typen med dette nummeret."), "number")}


def create_goal(*, plan: Plan, title: str, by: User, parent: Goal | None = None, **fields: Any) -> Goal:
    """Add a goal at the end of its plan, on the first level or under another goal of the same plan."""
    with acting(by, "goal.create"), refusing(**NUMBER_TAKEN):
        # Locks the plan: two changes of the tree at once could otherwise make a circle or a third level.
        check_plan_is_open(plan)
        _check_parent(plan, None, parent)
        last = Goal.objects.filter(plan=plan).aggregate(last=Max("position"))["last"] or 0
        return Goal.objects.create(plan=plan, title=title, parent=parent, position=last + 1, **fields)


def update_goal(*, goal: Goal, version: int, by: User, **fields: Any) -> Goal:
    """Change a goal. One that has goals of its own can't be put under another."""
    with acting(by, "goal.update"), refusing(**NUMBER_TAKEN):
        check_plan_is_open(goal.plan)
        goal = locked(goal, version)
        _check_parent(goal.plan, goal, fields.get("parent", goal.parent))
        apply(goal, fields)
        goal.save()
    return goal


def _check_parent(plan: Plan, goal: Goal | None, parent: Goal | None) -> None:
    if parent is None:
        return
    parent = Goal.objects.get(pk=parent.pk)
    if parent.plan_id != plan.pk:
        raise DomainError(_("Velg et mål i samme plan."), "parent")
    if parent.parent_id or (goal and (parent == goal or goal.children.exists())):
        raise DomainError(_("Mål har to nivåer. Velg et mål på øverste nivå."), "parent")
