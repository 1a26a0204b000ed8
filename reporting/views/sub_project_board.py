"""Dashboards of sub-projects: all that the user sees, and one."""

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from grants.models import SubProject
from grants.views.sub_project import READERS, crumbs_of
from organisation.access import SignedInRequest, access
from organisation.views.form_page import Crumbs
from reporting.board_forms import asked
from reporting.domain.sub_project_numbers import with_evidence
from reporting.domain.sub_projects_board import build_sub_project_board, build_sub_projects_board
from reporting.views.board import board_page


@access(READERS)
@require_GET
def sub_projects_dashboard(request: SignedInRequest) -> HttpResponseBase:
    today = timezone.localdate()
    question = asked(request.GET, user=request.user, on=today)
    board = build_sub_projects_board(request.user, question, today)
    crumbs: Crumbs = [(_("Delprosjekter"), reverse("sub-project-list"))]
    return board_page(request, board, question=question, crumbs=crumbs, name="delprosjekter-oversikt")


@access(READERS)
@require_GET
def sub_project_dashboard(request: SignedInRequest, public_id: str) -> HttpResponseBase:
    """Between the sub-project's own tabs."""
    today = timezone.localdate()
    question = asked(request.GET, user=request.user, on=today)
    rows = with_evidence(SubProject.objects.visible_to(request.user), question.period)
    sub_project = get_object_or_404(rows, public_id=public_id)
    board = build_sub_project_board(sub_project, question, today)
    crumbs = crumbs_of(sub_project)
    if request.GET.get("format"):
        return board_page(request, board, question=question, crumbs=crumbs, name="delprosjekt-oversikt")
    context = {
        "board": board,
        "question": question,
        "sub_project": sub_project,
        "tab": "dashboard",
        "crumbs": [*crumbs, (_("Nøkkeltall"), None)],
    }
    return render(request, "reporting/sub_project_board.html", context)
