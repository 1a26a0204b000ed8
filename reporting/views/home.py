"""Min side: the first page of one's role."""

from typing import Any

from django.db.models import Case, Count, F, Q, When
from django.db.models.functions import Least
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_GET

from families.domain.contact import NextSteps, my_next_steps
from families.domain.reading import my_family_ids, reading
from families.models import TEAM_ROLES
from grants.domain.waiting import waiting_for
from measures.models import LIVE_STATES, Measure, PlanState
from organisation.access import SIGNED_IN, SignedInRequest, access
from organisation.models import CASE_ROLES, LOGGING_ROLES, Role, User
from organisation.paging import numbered
from reporting.domain.contribution import standings
from reporting.models import ReportRound, ReportVersion, ResolutionPoint

MOST_POINTS = 12
MOST_TO_REVIEW = 12


@access(SIGNED_IN)
@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """What waits for me, then my measures with what is overdue on top; others are sent on to what is theirs."""
    user: User = request.user
    if not user.has_role(*CASE_ROLES):
        if user.has_role(Role.ANALYST):
            return redirect("directorate")
        if user.has_role(Role.BOARD_MEMBER):
            return redirect("reading-room")
        if user.has_role(Role.ADMINISTRATOR):
            return redirect("user-list")
        if user.has_role(Role.STEERING_GROUP, Role.PARTNER):
            return _partner(request) if _works_with_families(user) else redirect("sub-project-list")
        if user.has_role(Role.JUROR):
            return redirect("jury-list")
        return render(request, "reporting/no_role.html")
    rounds = open_rounds(user)
    context: dict[str, Any] = {
        "rounds": rounds,
        "to_confirm": to_confirm(user, rounds),
        "waiting": waiting_for(user, timezone.localdate()),
        "points": points_of(user),
        "to_review": to_review(user),
        "today": timezone.localdate(),
        "next_steps": next_steps_of(user),
        "logs": user.has_role(*LOGGING_ROLES, Role.COORDINATOR),
        "page_obj": numbered(request, my_measures(user)),
        "coordinates": user.has_role(Role.COORDINATOR),
    }
    return _not_kept(render(request, "reporting/home.html", context))


def _partner(request: SignedInRequest) -> HttpResponse:
    """The first page of somebody from outside the municipality's services who is in a family's team."""
    user: User = request.user
    context = {"waiting": waiting_for(user, timezone.localdate()), "next_steps": next_steps_of(user)}
    return _not_kept(render(request, "reporting/home_partner.html", context))


def _works_with_families(user: User) -> bool:
    if not user.has_role(Role.PARTNER):
        return False
    with reading(user):
        return bool(my_family_ids(by=user, on=timezone.localdate()))


def next_steps_of(user: User) -> NextSteps:
    """The next steps with her families; each family that is shown is logged as read. Who can be in no team asks nothing."""
    if not user.has_role(*TEAM_ROLES):
        return NextSteps([], 0, 0)
    return my_next_steps(by=user, on=timezone.localdate(), page="home")


def _not_kept(response: HttpResponse) -> HttpResponse:
    """What may show a family is kept by no browser's cache."""
    add_never_cache_headers(response)
    return response


def to_review(user: User) -> list[ReportVersion]:
    """The reports that wait for her to read and approve them; longest waiting first."""
    rows = ReportVersion.objects.to_review_by(user).light().select_related("report__municipality")
    return list(rows.order_by("sent_at", "pk")[:MOST_TO_REVIEW])


def points_of(user: User) -> list[ResolutionPoint]:
    """What the board has asked the user's units for; the first of it, by deadline."""
    if not user.has_role(Role.UNIT_LEADER):
        return []
    rows = ResolutionPoint.objects.waiting_for(user).select_related("resolution__plan", "responsible_unit")
    return list(rows[:MOST_POINTS])


def my_measures(user: User) -> Any:
    """The live measures of running plans that the user logs on, what is overdue first, then the longest quiet."""
    return (
        Measure.objects.loggable_by(user)
        .filter(plan__state=PlanState.ADOPTED, state__in=LIVE_STATES)
        .with_overdue(timezone.localdate())
        .select_related("plan", "responsible_unit")
        .order_by(
            "-is_overdue",
            Case(When(is_overdue=True, then=Least("next_evaluation", "due_on"))),
            F("last_logged_on").asc(nulls_first=True),
            "position",
            "id",
        )  # type: ignore[misc]
    )


def open_rounds(user: User) -> list[dict[str, Any]]:
    """The open rounds with how many have confirmed; there are few."""
    confirmed = Q(contributions__confirmed_at__isnull=False)
    rows = (
        ReportRound.objects.visible_to(user)
        .open()
        .select_related("plan")
        .annotate(
            total=Count("plan__measures", distinct=True),
            confirmed=Count("contributions", filter=confirmed, distinct=True),
        )
        .order_by("deadline", "id")
    )
    return [{"round": row, "total": row.total, "confirmed": row.confirmed} for row in rows]


def to_confirm(user: User, rounds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a unit leader has to confirm, each with the text that the log makes; one button each."""
    if not user.has_role(Role.UNIT_LEADER):
        return []
    led: dict[int, list[Measure]] = {}
    plans = [row["round"].plan_id for row in rounds]
    for measure in Measure.objects.led_by(user).filter(plan__in=plans).select_related("responsible_unit"):
        led.setdefault(measure.plan_id, []).append(measure)
    found = []
    for row in rounds:
        if row["round"].plan_id not in led:
            continue
        for standing in standings(row["round"], led[row["round"].plan_id]):
            if not standing.is_confirmed or standing.has_changed:
                version = standing.contribution.version if standing.contribution else 0
                found.append({"round": row["round"], "standing": standing, "version": version})
    return found
