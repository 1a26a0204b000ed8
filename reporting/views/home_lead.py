"""The parts of the first page for those who lead: rounds, late evaluations, reports to approve, sub-projects."""

from typing import Any

from django.db.models import Count, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from grants.domain.review_reminders import AHEAD
from grants.domain.sub_project_counts import sub_project_counts
from grants.filters import IN_PROGRESS
from grants.models import ApplicationState
from measures.models import Measure, Plan
from organisation.models import LEADERSHIP_ROLES, Role
from organisation.models.counting import number_of
from reporting.board_forms import asked
from reporting.domain.board import Figure
from reporting.domain.sub_projects_board import build_sub_projects_board
from reporting.domain.waiting_contributions import who_has_not_confirmed
from reporting.models import ReportRound, ReportVersion
from reporting.views.home_part import Part, Visit

MOST_TO_REVIEW = 12
MOST_UNITS = 8  # of those that have not confirmed; the rest is on the round's page
MOST_PLANS = 10


def review_part(visit: Visit) -> Part | None:
    """The reports that wait for her to read and approve them; longest waiting first."""
    if not visit.user.has_role(*LEADERSHIP_ROLES, Role.STEERING_GROUP):
        return None
    rows = ReportVersion.objects.to_review_by(visit.user).light().select_related("report__municipality")
    found = list(rows.order_by("sent_at", "pk")[:MOST_TO_REVIEW])
    if not found:
        return None
    title, template = _("Rapporter til gjennomgang"), "reporting/_my_reviews.html"
    return Part("review", title, template, {"to_review": found}, len(found))


def rounds_part(visit: Visit) -> Part | None:
    """The open rounds, each with how many have confirmed and which units have not."""
    if not visit.user.has_role(Role.COORDINATOR):
        return None
    rounds = open_rounds(visit)
    if rounds:
        lacking = who_has_not_confirmed(by=visit.user)
        for row in rounds:
            units = lacking.get(row["round"].pk, [])
            row |= {
                "units": units[:MOST_UNITS],
                "more": len(units[MOST_UNITS:]),
                "is_late": row["round"].deadline < visit.on,
            }
    return Part("rounds", _("Åpne runder"), "reporting/home/_rounds.html", {"rounds": rounds}, len(rounds))


def open_rounds(visit: Visit) -> list[dict[str, Any]]:
    """The open rounds with how many have confirmed; there are few."""
    confirmed = Q(contributions__confirmed_at__isnull=False)
    rows = (
        ReportRound.objects.editable_by(visit.user)
        .open()
        .select_related("plan")
        .annotate(
            total=Count("plan__measures", distinct=True),
            confirmed=Count("contributions", filter=confirmed, distinct=True),
        )
        .order_by("deadline", "id")
    )
    return [{"round": row, "total": row.total, "confirmed": row.confirmed} for row in rows]


def late_part(visit: Visit) -> Part | None:
    """How many measures of each plan are overdue; the list behind shows which."""
    if not visit.user.has_role(Role.COORDINATOR):
        return None
    overdue = Measure.objects.visible_to(visit.user).overdue(visit.on).filter(plan=OuterRef("pk"))
    plans = Plan.objects.editable_by(visit.user).annotate(late=number_of(overdue)).filter(late__gt=0)
    rows = list(plans.order_by(F("late").desc(), "id")[:MOST_PLANS])
    if not rows:
        return None
    total = sum(row.late for row in rows)
    return Part("late", _("Forsinket i planene"), "reporting/home/_late.html", {"late_plans": rows}, total)


def sub_projects_part(visit: Visit) -> Part | None:
    """Who leads sub-projects has their dashboard; who takes part in them has a few numbers. Each leads to its list."""
    if visit.user.has_role(Role.PROJECT_LEAD):
        question = asked(visit.query, user=visit.user, on=visit.on)
        board = build_sub_projects_board(visit.user, question, visit.on)
        context: dict[str, Any] = {"board": board, "first_section": board.sections[0]}
        style = "reporting/board.css"
    elif visit.user.has_role(Role.STEERING_GROUP, Role.PARTNER):
        context, style = {"sub_project_figures": sub_project_figures(visit)}, ""
    else:
        return None
    return Part("sub-projects", _("Delprosjektene"), "reporting/home/_sub_projects.html", context, style=style)


def sub_project_figures(visit: Visit) -> list[Figure]:
    """A dashboard of sub-projects has the same and more, and takes longer."""
    counts = sub_project_counts(by=visit.user, on=visit.on)
    late = _("%(n)s over fristen") % {"n": counts.reviews_late} if counts.reviews_late else ""
    due = _("stoppunkt de neste %(n)s dagene") % {"n": AHEAD}
    figures = [
        Figure(
            _("delprosjekter i gang"), str(counts.running), f"{reverse('sub-project-list')}?tilstand={IN_PROGRESS}",
        ),
        Figure(
            due, str(counts.reviews_due), f"{reverse('review-list')}?innen={AHEAD}", note=late, is_late=bool(late)
        ),
        Figure(
            _("søknader som ikke er avgjort"), str(counts.applications),
            f"{reverse('application-list')}?tilstand={ApplicationState.SUBMITTED}",
        ),
    ]  # fmt: skip
    return figures
