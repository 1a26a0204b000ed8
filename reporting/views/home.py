"""Min side: the first page of one's role. Whoever has several gets the parts of each, what is most urgent on top."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_GET, require_POST

from organisation.access import SIGNED_IN, SignedInRequest, access
from organisation.domain.users import close_hint
from reporting.views import home_lead, home_read, home_work
from reporting.views.home_part import Part, Visit

MOST_WITHOUT_JUMPS = 2
Maker = Callable[[Visit], Part | None]

# In the order of the page. Each knows for whom it is, and gives None where it has nothing to say to the others.
MAKERS: tuple[Maker, ...] = (
    home_work.to_confirm_part,
    home_work.waiting_part,
    home_lead.review_part,
    home_read.jury_part,
    home_lead.sub_projects_part,
    home_work.measures_part,
    home_lead.rounds_part,
    home_lead.late_part,
    home_work.points_part,
    home_work.next_steps_part,
    home_read.administration_part,
    home_read.directorate_part,
    home_read.newest_report_part,
)


@access(SIGNED_IN)
@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """The parts of the user's roles, none of them endless; whoever has no role is told whom to ask."""
    if not request.user.current_memberships:
        return render(request, "reporting/no_role.html")
    visit = Visit(request.user, timezone.localdate(), request.GET)
    parts = [part for make in MAKERS if (part := make(visit))]
    context: dict[str, Any] = {
        "parts": parts,
        "jumps": parts if len(parts) > MOST_WITHOUT_JUMPS else [],
        "today": visit.on,
        "shows_hint": request.user.hint_closed_at is None,
        "styles": sorted({part.style for part in parts if part.style}),
    }
    for part in parts:
        context |= part.context
    response = render(request, "reporting/home.html", context)
    add_never_cache_headers(response)  # what may show a family is kept by no browser's cache
    return response


@access(SIGNED_IN)
@require_POST
def hint_close(request: SignedInRequest) -> HttpResponse:
    """The introduction on the first page is read, and comes no more."""
    close_hint(user=request.user, at=timezone.now(), by=request.user)
    return redirect("home")
