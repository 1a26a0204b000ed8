"""Resolutions: the list of a plan, one with its points, and the steps of a point."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from measures.models import Plan
from measures.permissions import can_edit_plan
from organisation.access import SignedInRequest, access, roles
from organisation.models import Municipality, Role
from organisation.paging import numbered
from organisation.spreadsheets import asked_file
from organisation.views.form_page import Crumbs, form_page, posted
from reporting.domain.resolution import (
    close_point,
    note_point,
    register_resolution,
    reopen_point,
    update_point,
    update_resolution,
)
from reporting.models import INSIDE_ROLES, PointState, Report, ReportVersion, Resolution, ResolutionPoint
from reporting.permissions import can_follow_up, can_register_resolution
from reporting.resolution_forms import (
    ClosePointForm,
    PointForm,
    PointNoteForm,
    ReopenPointForm,
    ResolutionEditForm,
    ResolutionForm,
)

LEADERS = (Role.UNIT_LEADER, Role.COORDINATOR)
COLUMNS = (
    gettext_lazy("Organ"), gettext_lazy("Dato"), gettext_lazy("Saksnummer"), gettext_lazy("Punkter"),
    gettext_lazy("Åpne"), gettext_lazy("Forfalt"),
)  # fmt: skip


@access(roles(*INSIDE_ROLES))
@require_GET
def resolution_list(request: SignedInRequest, public_id: str) -> HttpResponseBase:
    municipalities = request.user.municipality_ids(*INSIDE_ROLES)
    plan = get_object_or_404(Plan.objects.filter(municipality__in=municipalities), public_id=public_id)
    is_open = Q(points__state=PointState.OPEN)
    late = is_open & Q(points__due_on__lt=timezone.localdate())
    rows = (
        Resolution.objects.visible_to(request.user)
        .filter(plan=plan)
        .annotate(total=Count("points"), open=Count("points", filter=is_open), late=Count("points", filter=late))
        .order_by("-decided_on", "-id")
    )
    if file := asked_file(request, "vedtak", COLUMNS, rows, _cells):
        return file
    context = {
        "plan": plan,
        "page_obj": numbered(request, rows),
        "crumbs": _crumbs_of_plan(request, plan, None),
        "can_register": can_edit_plan(request.user, plan),
    }
    return render(request, "reporting/resolution_list.html", context)


def _cells(row: Any) -> list[Any]:
    return [row.body, row.decided_on, row.case_number, row.total, row.open, row.late]


@access(roles(*INSIDE_ROLES))
@require_GET
def resolution_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    rows = Resolution.objects.visible_to(request.user).select_related("plan", "report_version__report", "registered_by")
    resolution = get_object_or_404(rows.with_points(), public_id=public_id)
    points = resolution.points.all()
    mine = ResolutionPoint.objects.followed_up_by(request.user).filter(resolution=resolution)
    context = {
        "resolution": resolution,
        "points": points,
        "open_count": sum(point.is_open for point in points),
        "may_follow_up": set(mine.values_list("pk", flat=True)),
        "can_edit": can_register_resolution(request.user, resolution.plan),
        "today": timezone.localdate(),
        "crumbs": [*_crumbs_of_plan(request, resolution.plan, "list"), (str(_named(resolution)), None)],
    }
    return render(request, "reporting/resolution.html", context)


@access(roles(Role.COORDINATOR))
def resolution_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    """On a plan, apart from any report."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user), public_id=public_id)
    if not can_edit_plan(request.user, plan):
        raise PermissionDenied
    cancel = reverse("resolution-list", args=[plan.public_id])
    return _register(request, plan, None, _crumbs_of_plan(request, plan, "list"), cancel, "")


@access(roles(Role.COORDINATOR))
def report_resolution(request: SignedInRequest, public_id: str) -> HttpResponse:
    """On a report that has gone out."""
    report = get_object_or_404(
        Report.objects.visible_to(request.user).select_related("round__plan__municipality"), public_id=public_id
    )
    versions = ReportVersion.objects.visible_to(request.user).out().filter(report=report)
    version = versions.light().select_related("report__round").first()
    if report.round is None or version is None:
        raise Http404
    plan = report.round.plan
    if not can_register_resolution(request.user, plan):
        raise PermissionDenied
    url = reverse("report", args=[report.public_id])
    crumbs: Crumbs = [(_("Rapporter"), reverse("report-list")), (report.title, url)]
    return _register(request, plan, version, crumbs, url, report.case_number)


def _register(
    request: SignedInRequest,
    plan: Plan,
    version: ReportVersion | None,
    crumbs: Crumbs,
    cancel: str,
    case_number: str,
) -> HttpResponse:
    form = ResolutionForm(posted(request), initial={"case_number": case_number})
    return form_page(
        request, form, title=_("Registrer vedtaket"), crumbs=crumbs, cancel_url=cancel, button=_("Registrer"),
        action=lambda data: register_resolution(
            plan=plan, report_version=version, by=request.user, on=timezone.localdate(), **data
        ),
        done=lambda row: reverse("resolution", args=[row.public_id]),
        lead=_("Punktene følges opp her, og neste rapport sier hva som er gjort med hvert av dem."),
        message=_("Vedtaket er registrert. Sett ansvarlig og frist på punktene."),
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def resolution_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Put right what was registered, and add points."""
    rows = Resolution.objects.visible_to(request.user).select_related("plan")
    resolution = get_object_or_404(rows, public_id=public_id)
    if not can_register_resolution(request.user, resolution.plan):
        raise PermissionDenied
    url = reverse("resolution", args=[resolution.public_id])
    names = ("body", "decided_on", "case_number", "text", "version")
    form = ResolutionEditForm(posted(request), initial={name: getattr(resolution, name) for name in names})
    return form_page(
        request, form, title=_("Rediger vedtaket"), cancel_url=url,
        crumbs=[*_crumbs_of_plan(request, resolution.plan, "list"), (str(_named(resolution)), url)],
        action=lambda data: update_resolution(
            resolution=resolution, by=request.user, on=timezone.localdate(), **data
        ),
        done=lambda _row: url, message=_("Vedtaket er lagret."),
        lead=_("Rapporter som er laget, sier det samme som før. Rapporter som lages heretter, sier det som står her."),
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def point_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    point = _point(request, public_id)
    if not ResolutionPoint.objects.editable_by(request.user).filter(pk=point.pk).exists():
        raise PermissionDenied
    initial = {name: getattr(point, name) for name in ("text", "responsible_unit", "due_on", "version")}
    municipality: Municipality = point.resolution.municipality
    form = PointForm(posted(request), initial=initial, municipality=municipality)
    return _step(
        request, point, form, _("Ansvarlig og frist"), _("Punktet er lagret."),
        lambda data: update_point(point=point, by=request.user, **data),
    )  # fmt: skip


@access(roles(*LEADERS))
def point_note(request: SignedInRequest, public_id: str) -> HttpResponse:
    point, today = _followed_up(request, public_id), timezone.localdate()
    form = PointNoteForm(posted(request), initial={"happened_on": today, "version": point.version})
    return _step(
        request, point, form, _("Skriv hva som er gjort"), _("Det er lagret, og kommer med i neste rapport."),
        lambda data: note_point(point=point, by=request.user, on=today, **data),
    )  # fmt: skip


@access(roles(*LEADERS))
def point_close(request: SignedInRequest, public_id: str) -> HttpResponse:
    point = _followed_up(request, public_id)
    form = ClosePointForm(posted(request), initial={"version": point.version})
    return _step(
        request, point, form, _("Lukk punktet"), _("Punktet er lukket. Neste rapport sier hva som kom ut av det."),
        lambda data: close_point(point=point, by=request.user, on=timezone.localdate(), **data),
    )  # fmt: skip


@access(roles(*LEADERS))
def point_reopen(request: SignedInRequest, public_id: str) -> HttpResponse:
    point = _followed_up(request, public_id)
    form = ReopenPointForm(posted(request), initial={"version": point.version})
    return _step(
        request, point, form, _("Åpne punktet igjen"), _("Punktet er åpent igjen."),
        lambda data: reopen_point(point=point, by=request.user, on=timezone.localdate(), **data),
    )  # fmt: skip


def _point(request: SignedInRequest, public_id: str) -> ResolutionPoint:
    rows = ResolutionPoint.objects.visible_to(request.user).select_related(
        "resolution__plan", "resolution__municipality"
    )
    return get_object_or_404(rows, public_id=public_id)


def _followed_up(request: SignedInRequest, public_id: str) -> ResolutionPoint:
    point = _point(request, public_id)
    if not can_follow_up(request.user, point):
        raise PermissionDenied
    return point


def _step(
    request: SignedInRequest, point: ResolutionPoint, form: Any, title: Any, message: Any, action: Any
) -> HttpResponse:
    resolution = point.resolution
    url = reverse("resolution", args=[resolution.public_id])
    crumbs: Crumbs = [*_crumbs_of_plan(request, resolution.plan, "list"), (str(_named(resolution)), url)]
    return form_page(
        request, form, action=action, done=lambda _row: url, title=title, crumbs=crumbs, cancel_url=url,
        lead=str(point), message=message, button=title,
    )  # fmt: skip


def _named(resolution: Resolution) -> str:
    return str(_("Vedtak i %(body)s") % {"body": resolution.body})


def _crumbs_of_plan(request: SignedInRequest, plan: Plan, last: str | None) -> Crumbs:
    """Whoever does not see the plan's own page gets no link to it."""
    sees_plan = Plan.objects.visible_to(request.user).filter(pk=plan.pk).exists()
    first: Crumbs = [(_("Planer"), reverse("plan-list")), (plan.name, reverse("plan", args=[plan.public_id]))]
    url = reverse("resolution-list", args=[plan.public_id]) if last else None
    return [*(first if sees_plan else [(plan.name, None)]), (_("Vedtak"), url)]
