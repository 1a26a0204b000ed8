"""The parts of the first page for those who do the work: what to confirm, what waits, measures, families."""

from typing import Any

from django.db.models import Case, F, When
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from families.domain.contact import NextSteps, my_next_steps
from families.models import TEAM_ROLES
from grants.domain.waiting import waiting_for
from measures.models import LIVE_STATES, Measure, PlanState
from organisation.models import LOGGING_ROLES, Role
from organisation.paging import windowed
from reporting.domain.waiting_contributions import to_confirm
from reporting.models import ResolutionPoint
from reporting.views.home_part import Part, Visit

PAGE_SIZE = 10
MOST_POINTS = 12
MOST_TO_CONFIRM = 10


def to_confirm_part(visit: Visit) -> Part | None:
    """Each measure with the text that the log makes, and one button."""
    if not visit.user.has_role(Role.UNIT_LEADER):
        return None
    found = to_confirm(by=visit.user)
    context = {"to_confirm": found[:MOST_TO_CONFIRM], "more_to_confirm": found[MOST_TO_CONFIRM:]}
    return Part("confirm", _("Venter på at du bekrefter"), "reporting/home/_confirm.html", context, len(found))


def waiting_part(visit: Visit) -> Part | None:
    """Among calls, sub-projects and grants."""
    waiting = waiting_for(visit.user, visit.on)
    if not waiting:
        return None
    return Part("waiting", _("Venter på deg"), "grants/_waiting.html", {"waiting": waiting}, len(waiting))


def measures_part(visit: Visit) -> Part | None:
    """What one logs on, with the form in place; what is overdue first."""
    if not visit.user.has_role(*LOGGING_ROLES):
        return None
    page = windowed(visit.query, my_measures(visit), PAGE_SIZE)
    return Part("mine", _("Mine tiltak"), "reporting/home/_measures.html", {"page_obj": page}, page.paginator.count)


def my_measures(visit: Visit) -> Any:
    """The live measures of running plans that the user logs on, what is overdue first, then the longest quiet."""
    return (
        Measure.objects.loggable_by(visit.user)
        .filter(plan__state=PlanState.ADOPTED, state__in=LIVE_STATES)
        .with_overdue(visit.on)
        .select_related("plan", "responsible_unit")
        .order_by(
            "-is_overdue",
            Case(When(is_overdue=True, then=Least("next_evaluation", "due_on"))),
            F("last_logged_on").asc(nulls_first=True),
            "position",
            "id",
        )  # type: ignore[misc]
    )


def points_part(visit: Visit) -> Part | None:
    """What the board has asked the user's units for; the first of it, by deadline."""
    if not visit.user.has_role(Role.UNIT_LEADER):
        return None
    rows = ResolutionPoint.objects.waiting_for(visit.user).select_related("resolution__plan", "responsible_unit")
    points = list(rows[:MOST_POINTS])
    if not points:
        return None
    return Part("my-points", _("Vedtak du følger opp"), "reporting/_my_points.html", {"points": points}, len(points))


def next_steps_part(visit: Visit) -> Part | None:
    """What is agreed with her families; each family that is shown is logged as read."""
    steps = next_steps_of(visit)
    if not steps.families:
        return None
    title, template = _("Neste steg med familiene mine"), "families/contacts/_my_steps.html"
    return Part("my-steps", title, template, {"next_steps": steps}, steps.total)


def next_steps_of(visit: Visit) -> NextSteps:
    """Who can be in no team asks nothing."""
    if not visit.user.has_role(*TEAM_ROLES):
        return NextSteps([], 0, 0)
    return my_next_steps(by=visit.user, on=visit.on, page="home")
