"""Accounts of social investments: all of them, one, and the forms of what they rest on."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from grants.models import SubProject
from grants.views.sub_project import READERS
from measures.models import Measure
from organisation.access import SignedInRequest, access, roles
from organisation.models import LEADERSHIP_ROLES
from organisation.views.form_page import Crumbs, form_page, posted
from reporting.domain.investment_board import build_case_board, build_investment_board, with_terms
from reporting.domain.investment_case import (
    add_assumption,
    create_case,
    delete_assumption,
    update_assumption,
    update_case,
)
from reporting.investment_forms import (
    SAVING_NAMES,
    AssumptionForm,
    InvestmentCaseForm,
    NewInvestmentCaseForm,
    RemoveForm,
)
from reporting.models import InvestmentAssumption, InvestmentCase
from reporting.permissions import can_edit_investment
from reporting.views.board import board_page

LEADERS = roles(*LEADERSHIP_ROLES)
MOST_CHOICES = 500


def _crumbs(case: InvestmentCase | None = None) -> Crumbs:
    found: Crumbs = [(_("Gevinst"), reverse("investment"))]
    return [*found, (case.of.title, _page_of(case))] if case else found


def _page_of(case: InvestmentCase) -> str:
    return reverse("investment-case", args=[case.public_id])


@access(READERS)
@require_GET
def investment(request: SignedInRequest) -> HttpResponseBase:
    board = build_investment_board(request.user, timezone.localdate())
    if request.GET.get("format"):
        return board_page(request, board, question=None, crumbs=[], name="gevinst")
    context = {
        "board": board,
        "crumbs": [(board.title, None)],
        "can_make": request.user.has_role(*LEADERSHIP_ROLES),
    }
    return render(request, "reporting/investment.html", context)


@access(READERS)
@require_GET
def investment_case(request: SignedInRequest, public_id: str) -> HttpResponseBase:
    rows = with_terms(InvestmentCase.objects.visible_to(request.user))
    case = get_object_or_404(rows, public_id=public_id)
    board = build_case_board(case, timezone.localdate())
    if request.GET.get("format"):
        return board_page(request, board, question=None, crumbs=[], name="gevinst")
    context = {
        "board": board,
        "case": case,
        "crumbs": [*_crumbs(), (case.of.title, None)],
        "can_edit": can_edit_investment(request.user, case),
    }
    return render(request, "reporting/investment_case.html", context)


@access(LEADERS)
def investment_new(request: SignedInRequest) -> HttpResponse:
    """`?gjelder=` chooses what it is about beforehand."""
    rows = _without_case(request)
    form = NewInvestmentCaseForm(
        posted(request), choices=[(key, row.title) for key, row in rows.items()], chosen=request.GET.get("gjelder", ""),
        today=timezone.localdate(),
    )  # fmt: skip

    def make(data: dict[str, Any]) -> InvestmentCase:
        return create_case(of=rows[data.pop("of")], by=request.user, **data)

    return form_page(
        request, form, title=_("Nytt gevinstregnskap"), crumbs=_crumbs(), cancel_url=reverse("investment"), action=make,
        done=_page_of, message=_("Gevinstregnskapet er laget. Legg til det som spares."),
    )  # fmt: skip


def _without_case(request: SignedInRequest) -> dict[str, SubProject | Measure]:
    """What the user leads and what has no account yet."""
    towns = request.user.municipality_ids(*LEADERSHIP_ROLES)
    sub_projects = SubProject.objects.filter(municipality__in=towns, investment_case=None).order_by("title", "id")
    measures = Measure.objects.filter(plan__municipality__in=towns, investment_case=None, sub_project=None)
    found: dict[str, SubProject | Measure] = {row.public_id: row for row in sub_projects[:MOST_CHOICES]}
    return found | {row.public_id: row for row in measures.select_related("plan").order_by("title")[:MOST_CHOICES]}


def _led(request: SignedInRequest, public_id: str) -> InvestmentCase:
    """The case, if the user keeps it."""
    rows = InvestmentCase.objects.visible_to(request.user).select_related("sub_project", "measure")
    case = get_object_or_404(rows, public_id=public_id)
    if not can_edit_investment(request.user, case):
        raise PermissionDenied
    return case


@access(LEADERS)
def investment_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    case = _led(request, public_id)
    form = InvestmentCaseForm(posted(request), case=case, today=timezone.localdate())
    return form_page(
        request, form, title=_("Endre forutsetningene"), crumbs=_crumbs(case), cancel_url=_page_of(case), done=_page_of,
        action=lambda data: update_case(case=case, by=request.user, **data), message=_("Forutsetningene er lagret."),
    )  # fmt: skip


@access(LEADERS)
def assumption_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    case = _led(request, public_id)
    return form_page(
        request, AssumptionForm(posted(request)), title=_("Legg til noe som spares"), crumbs=_crumbs(case),
        action=lambda data: add_assumption(case=case, by=request.user, **data), cancel_url=_page_of(case),
        done=lambda _row: _page_of(case), message=_("Lagt til."),
    )  # fmt: skip


def _assumption(request: SignedInRequest, public_id: str) -> InvestmentAssumption:
    rows = InvestmentAssumption.objects.visible_to(request.user)
    found = get_object_or_404(rows.select_related("case__sub_project", "case__measure"), public_id=public_id)
    if not can_edit_investment(request.user, found.case):
        raise PermissionDenied
    return found


@access(LEADERS)
def assumption_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    row = _assumption(request, public_id)
    form = AssumptionForm(posted(request), initial={name: getattr(row, name) for name in (*SAVING_NAMES, "version")})
    return form_page(
        request, form, title=_("Endre det som spares"), crumbs=_crumbs(row.case), cancel_url=_page_of(row.case),
        action=lambda data: update_assumption(assumption=row, by=request.user, **data),
        done=lambda _row: _page_of(row.case), message=_("Lagret."),
    )  # fmt: skip


@access(LEADERS)
def assumption_remove(request: SignedInRequest, public_id: str) -> HttpResponse:
    row = _assumption(request, public_id)
    form = RemoveForm(posted(request), initial={"version": row.version})
    return form_page(
        request, form, title=_("Ta ut det som spares"), crumbs=_crumbs(row.case), cancel_url=_page_of(row.case),
        action=lambda data: delete_assumption(assumption=row, by=request.user, **data), button=_("Ta ut"),
        lead=_("«%(name)s» går ut av regnskapet. Hva det var, står i endringsloggen.") % {"name": row.name},
        done=lambda _row: _page_of(row.case), message=_("Tatt ut."),
    )  # fmt: skip
