"""Sub-projects: the list, one on a page, and the forms that make and change it."""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from grants.domain.sub_project import (
    create_from_application,
    create_sub_project,
    period_is_agreed,
    update_sub_project,
)
from grants.domain.sub_project_state import TRANSITIONS, WAYS_TO_END, end_sub_project
from grants.domain.waiting import waiting_for
from grants.filters import SubProjectFilter, with_figures
from grants.forms.sub_project import EndForm, PeriodForm, SubProjectEditForm, SubProjectForm
from grants.models import (
    READING_ROLES,
    Application,
    ApplicationState,
    Instalment,
    LedgerDay,
    LetterState,
    SubProject,
    SubProjectState,
)
from grants.permissions import can_edit_sub_project
from grants.views.next_steps import next_steps
from measures.models import PlanState
from measures.permissions import can_log
from measures.views.timeline import timeline
from organisation.access import SignedInRequest, access, roles
from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, Municipality, Role, User
from organisation.models.counting import sum_of
from organisation.paging import numbered
from organisation.spreadsheets import asked_file
from organisation.views.form_page import Crumbs, form_page, posted

READERS = roles(*READING_ROLES, Role.PARTNER)
LEADERS = roles(*LEADERSHIP_ROLES)
SHOWN_STATES = (
    SubProjectState.RUNNING,
    SubProjectState.WITH_CONDITIONS,
    SubProjectState.STOPPED,
    SubProjectState.ENDED,
    SubProjectState.IN_LINE,
)


COLUMNS = (
    gettext_lazy("Delprosjekt"),
    gettext_lazy("Hovedansvarlig"),
    gettext_lazy("Tilstand"),
    gettext_lazy("Fra"),
    gettext_lazy("Til"),
    gettext_lazy("Tildelt, kroner"),
    gettext_lazy("Utbetalt, kroner"),
    gettext_lazy("Neste stoppunkt"),
)


def crumbs_of(sub_project: SubProject) -> Crumbs:
    url = reverse("sub-project", args=[sub_project.public_id])
    return [(_("Delprosjekter"), reverse("sub-project-list")), (sub_project.title, url)]


def found(request: SignedInRequest, public_id: str) -> SubProject:
    """The sub-project, if the user may see it."""
    rows = SubProject.objects.visible_to(request.user).select_related("municipality", "call", "measure__plan")
    return get_object_or_404(rows, public_id=public_id)


def led(request: SignedInRequest, public_id: str) -> SubProject:
    """The sub-project, if the user leads it."""
    sub_project = found(request, public_id)
    if not can_edit_sub_project(request.user, sub_project):
        raise PermissionDenied
    return sub_project


@access(READERS)
@require_GET
def sub_project_list(request: SignedInRequest) -> HttpResponseBase:
    seen = SubProject.objects.visible_to(request.user)
    rows = with_figures(seen).order_by("state", "starts_on", "id")
    chosen = SubProjectFilter(request.GET, queryset=rows, user=request.user)
    if file := asked_file(request, "delprosjekter", COLUMNS, chosen.qs, _cells):
        return file
    states = dict(seen.order_by().values_list("state").annotate(Count("pk")))
    page = numbered(request, chosen.qs, count=None if chosen.is_used else sum(states.values()))
    context = {
        "filter": chosen,
        "page_obj": page,
        "shows_reviews": any(row.next_review for row in page),
        "sorter": request.GET.get("sorter", ""),
        "figures": _figures(states, seen, request.user),
        "section": "sub_projects",
        # Those who work with plans have it on their own first page; for the others this is the first page.
        "waiting": [] if request.user.has_role(*CASE_ROLES) else waiting_for(request.user, timezone.localdate()),
        "can_make": request.user.has_role(*LEADERSHIP_ROLES),
    }
    fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return render(request, f"grants/sub_projects/{'_table' if fragment else 'list'}.html", context)


def _cells(row: Any) -> list[Any]:
    return [
        row.title, row.responsible, row.get_state_display(), row.starts_on, row.ends_on, row.awarded, row.paid,
        row.next_review,
    ]  # fmt: skip


def _figures(counted: dict[str, int], seen: QuerySet[SubProject], user: User) -> list[dict[str, Any]]:
    """How many are in each state, what is awarded and paid in all; each leads to the list it counts."""
    figures: list[dict[str, Any]] = [
        {"value": counted.get(state, 0), "label": SubProjectState(state).label, "query": f"tilstand={state}"}
        for state in SHOWN_STATES
        if counted.get(state) or state != SubProjectState.WITH_CONDITIONS
    ]
    letters = Instalment.objects.filter(letter__sub_project__in=seen, letter__state=LetterState.IN_FORCE)
    paid = LedgerDay.objects.filter(sub_project__in=seen)
    # In one statement, each by an index of its own: joined to the sub-projects they would be summed for each of them.
    asked = User.objects.filter(pk=user.pk)
    sums = asked.values(awarded=sum_of(letters, "amount"), paid=sum_of(paid, "amount")).get()
    figures.append(
        {"value": sums["awarded"], "label": _("kroner tildelt"), "query": "sorter=-tildelt", "is_money": True}
    )
    return [
        *figures,
        {"value": sums["paid"], "label": _("kroner utbetalt"), "query": "sorter=-utbetalt", "is_money": True},
    ]


@access(READERS)
@require_GET
def sub_project_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    rows = with_figures(SubProject.objects.visible_to(request.user)).select_related(
        "municipality", "call", "measure__plan", "state_by", "closing_report"
    )
    sub_project = get_object_or_404(rows, public_id=public_id)
    today, measure = timezone.localdate(), sub_project.measure
    leads = can_edit_sub_project(request.user, sub_project)
    partners = list(sub_project.partners.select_related("unit"))
    context = {
        "sub_project": sub_project,
        "tab": "overview",
        "crumbs": [*crumbs_of(sub_project)[:1], (sub_project.title, None)],
        "zones": sub_project.zones.all(),
        "active": [row for row in partners if row.left_on is None or row.left_on > today],
        "gone": [row for row in partners if row.left_on and row.left_on <= today],
        "conditions": _standing_conditions(sub_project),
        "changes": sub_project.state_changes.select_related("by").order_by("-on", "-id"),
        "steps": next_steps(request.user, sub_project, today, leads),
        "closing_report": getattr(sub_project, "closing_report", None),
        "can_edit": leads and not sub_project.is_over,
        "can_end": leads and bool(_ways_to_end(sub_project)),
    }
    if measure:
        open_plan = measure.plan.state != PlanState.CLOSED
        context |= {
            "measure": measure,
            "page_obj": timeline(request, measure),
            "can_log": open_plan and can_log(request.user, measure),
            "hides_log_links": not request.user.has_role(*CASE_ROLES),
        }
    return render(request, "grants/sub_projects/sub_project.html", context)


def _standing_conditions(sub_project: SubProject) -> str:
    """The conditions it goes on with, until the next review lifts them."""
    if sub_project.state != SubProjectState.WITH_CONDITIONS:
        return ""
    review = sub_project.reviews.exclude(conditions="").order_by("-number").first()
    return review.conditions if review else ""


@access(LEADERS)
def sub_project_new(request: SignedInRequest) -> HttpResponse:
    """Of an application that got a place, or without one."""
    municipalities = Municipality.objects.filter(pk__in=request.user.municipality_ids(*LEADERSHIP_ROLES))
    awarded = Application.objects.filter(
        call__municipality__in=municipalities, state=ApplicationState.AWARDED, sub_project=None
    ).select_related("call__municipality", "responsible_unit")
    if wanted := request.GET.get("soknad", "").replace("\0", ""):
        return _of_application(request, get_object_or_404(awarded, public_id=wanted))
    asked = request.GET.get("kommune", "").replace("\0", "")
    municipality = get_object_or_404(municipalities, public_id=asked) if asked else municipalities.first()
    assert municipality is not None  # the access rule has seen to it
    form = SubProjectForm(posted(request), municipality=municipality)
    return form_page(
        request, form, title=_("Nytt delprosjekt"), crumbs=[(_("Delprosjekter"), reverse("sub-project-list"))],
        action=lambda data: create_sub_project(
            municipality=municipality, by=request.user, on=timezone.localdate(), **form.content()
        ),
        done=_page_of, cancel_url=reverse("sub-project-list"), message=_("Delprosjektet er lagt til."),
        template="grants/sub_projects/new.html", awarded=awarded,
        municipalities=[row for row in municipalities if row != municipality],
    )  # fmt: skip


def _of_application(request: SignedInRequest, application: Application) -> HttpResponse:
    start = timezone.localdate() + datetime.timedelta(days=30)
    form = PeriodForm(posted(request), initial={"title": application.title, "starts_on": start.replace(day=1)})
    return form_page(
        request, form, title=_("Lag delprosjekt av søknaden"), cancel_url=reverse("sub-project-list"),
        crumbs=[(_("Delprosjekter"), reverse("sub-project-list"))], done=_page_of,
        lead=_("«%(title)s»: partnere, målgruppe og tekst hentes fra søknaden.") % {"title": application.title},
        action=lambda data: create_from_application(
            application=application, by=request.user, on=timezone.localdate(), **data
        ),
        message=_("Delprosjektet er laget av søknaden."),
    )  # fmt: skip


def _page_of(sub_project: SubProject) -> str:
    return reverse("sub-project", args=[sub_project.public_id])


@access(LEADERS)
def sub_project_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    sub_project = led(request, public_id)
    form = SubProjectEditForm(posted(request), sub_project=sub_project, period_is_agreed=period_is_agreed(sub_project))
    return form_page(
        request, form, title=_("Endre delprosjektet"), crumbs=crumbs_of(sub_project), done=_page_of,
        action=lambda data: update_sub_project(sub_project=sub_project, by=request.user, **data),
        cancel_url=_page_of(sub_project), message=_("Delprosjektet er lagret."),
    )  # fmt: skip


def _ways_to_end(sub_project: SubProject) -> list[str]:
    return [way for way in WAYS_TO_END if way in TRANSITIONS[sub_project.state]]


@access(LEADERS)
def sub_project_end(request: SignedInRequest, public_id: str) -> HttpResponse:
    sub_project = led(request, public_id)
    ways = _ways_to_end(sub_project)
    if not ways:
        return redirect(_page_of(sub_project))
    initial = {"on": timezone.localdate(), "version": sub_project.version, "to": ways[0] if len(ways) == 1 else None}
    form = EndForm(posted(request), ways=[str(way) for way in ways], initial=initial)
    return form_page(
        request, form, title=_("Avslutt delprosjektet"), crumbs=crumbs_of(sub_project), done=_page_of,
        action=lambda data: end_sub_project(sub_project=sub_project, by=request.user, at=timezone.now(), **data),
        cancel_url=_page_of(sub_project), message=_("Delprosjektet er avsluttet."), button=_("Avslutt delprosjektet"),
        template="grants/sub_projects/end.html", sub_project=sub_project,
    )  # fmt: skip
