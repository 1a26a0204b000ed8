"""The dashboard of participation."""

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from organisation.access import SignedInRequest, access, roles
from organisation.models import LEADERSHIP_ROLES, Municipality, Role
from organisation.models.ordering import by_name
from reporting.board_forms import asked
from reporting.domain.participation_board import build_participation_board
from reporting.views.board import board_page
from reporting.views.family_release import crumbs_of_releases

# Who sees the releases that it is made of.
READERS = (*LEADERSHIP_ROLES, Role.STEERING_GROUP)


@access(roles(*READERS))
@require_GET
def participation_dashboard(request: SignedInRequest) -> HttpResponseBase:
    """Of the user's municipality; `?kommune=` says which one where she has several."""
    today = timezone.localdate()
    towns = list(Municipality.objects.filter(pk__in=request.user.municipality_ids(*READERS)).order_by(by_name()))
    chosen = request.GET.get("kommune", towns[0].public_id)
    town = next((row for row in towns if row.public_id == chosen), None)
    if town is None:
        raise Http404
    question = asked(request.GET, user=request.user, on=today)
    others = [row for row in towns if row != town]
    board = build_participation_board(request.user, town, question, others)
    return board_page(request, board, question=question, crumbs=crumbs_of_releases(request), name="deltakelse")
