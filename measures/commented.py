"""Plans, goals and measures: whose comments who reads, and what their activity is made of."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from measures.domain.activity import log_of, states_of
from measures.models import Goal, LogEntry, Measure, Plan, StateChange
from organisation import comment_subjects
from organisation.comment_subjects import Subject
from organisation.domain.activity_sources import changes_of, comments_of
from organisation.models import CASE_ROLES, User

READERS = _("Alle som arbeider med planene i kommunen, kan lese kommentarene.")


def _people(municipality_id: int, on: Any) -> Any:
    return User.objects.working_in(municipality_id, CASE_ROLES, on)


def _plan_crumbs(plan: Plan) -> list[tuple[Any, str | None]]:
    return [(_("Planer"), reverse("plan-list")), (plan.name, reverse("plan", args=[plan.public_id]))]


def register() -> None:
    comment_subjects.register(
        Subject(
            Plan, "plan", _("planen"), READERS, rows=Plan.objects.visible_to,
            people=lambda plan, on: _people(plan.municipality_id, on), municipality_id=lambda plan: plan.municipality_id,
            crumbs=_plan_crumbs,
            sources=[
                comments_of(), changes_of(Plan, state="state"),
                states_of(lambda plan: StateChange.objects.filter(measure__plan=plan), names_measure=True),
            ],
        )
    )  # fmt: skip
    comment_subjects.register(
        Subject(
            Goal, "goal", _("målet"), READERS, rows=lambda user: Goal.objects.visible_to(user).select_related("plan"),
            people=lambda goal, on: _people(goal.plan.municipality_id, on),
            municipality_id=lambda goal: goal.plan.municipality_id,
            crumbs=lambda goal: [*_plan_crumbs(goal.plan), (goal.label, reverse("goal", args=[goal.public_id]))],
            sources=[
                comments_of(), changes_of(Goal),
                states_of(lambda goal: StateChange.objects.filter(measure__goals=goal), names_measure=True),
            ],
        )
    )  # fmt: skip
    comment_subjects.register(
        Subject(
            Measure, "measure", _("tiltaket"), READERS,
            rows=lambda user: Measure.objects.visible_to(user).select_related("plan"),
            people=lambda measure, on: _people(measure.plan.municipality_id, on),
            municipality_id=lambda measure: measure.plan.municipality_id,
            crumbs=lambda measure: [
                *_plan_crumbs(measure.plan), (measure.title, reverse("measure", args=[measure.public_id])),
            ],
            sources=[
                comments_of(), changes_of(Measure), log_of(lambda measure: LogEntry.objects.filter(measure=measure)),
                states_of(lambda measure: StateChange.objects.filter(measure=measure)),
            ],
        )
    )  # fmt: skip
