"""Reports: the list, the document as it will look, its progress while it is made, and the file."""

import logging

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import CASE_ROLES, Role
from organisation.views.form_page import posted_version
from reporting.domain import report_job
from reporting.domain.report import publish
from reporting.models import JobState, Report
from reporting.permissions import can_publish

logger = logging.getLogger(__name__)
READERS = (*CASE_ROLES, Role.BOARD_MEMBER, Role.ANALYST)


def _found(request: SignedInRequest, public_id: str) -> Report:
    rows = Report.objects.visible_to(request.user).select_related(
        "frozen__round__plan__municipality", "job", "published_by"
    )
    # The frozen copy is large; only the page that shows it reads it.
    return get_object_or_404(rows.defer("frozen__content"), public_id=public_id)


@access(roles(*READERS))
@require_GET
def report_list(request: SignedInRequest) -> HttpResponse:
    rows = (
        Report.objects.visible_to(request.user)
        .select_related("frozen__round__plan__municipality", "job")
        .newest_first()
    )
    # The frozen copy is large, and the list doesn't show it.
    page = Paginator(rows.defer("frozen__content"), 25).get_page(request.GET.get("side"))
    return render(request, "reporting/report_list.html", {"page_obj": page})


@access(roles(*READERS))
@require_GET
def report_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    report = _found(request, public_id)
    context = {
        "report": report,
        "job": report.job,
        "content": report.frozen.content,
        "crumbs": [(_("Rapporter"), reverse("report-list")), (report.title, None)],
        "can_publish": not report.is_published and can_publish(request.user, report),
        "can_make_again": report.job.state == JobState.DONE and can_publish(request.user, report),
        "can_see_round": request.user.has_role(*CASE_ROLES),
    }
    return render(request, "reporting/report.html", context)


@access(roles(*READERS))
@never_cache
@require_GET
def report_progress(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The state of the job, asked for each second by the page while the report is made."""
    report = _found(request, public_id)
    context = {
        "report": report,
        "job": report.job,
        "can_publish": not report.is_published and can_publish(request.user, report),
    }
    response = render(request, "reporting/_progress.html", context)
    if report.job.is_over and request.htmx:  # type: ignore[attr-defined]
        # The page around it changes too: the tag at the title, what can be done with the report.
        response["HX-Refresh"] = "true"
    return response


@access(roles(*READERS))
@require_GET
def report_pdf(request: SignedInRequest, public_id: str) -> HttpResponse | FileResponse:
    report = _found(request, public_id)
    if not report.file:
        raise Http404
    name = f"{slugify(report.title)}.pdf"
    try:
        stored = report.file.open("rb")
    except FileNotFoundError:
        logger.exception("The file of report %s is gone", report.pk)
        messages.error(
            request, _("Filen mangler. Plankoordinatoren kan lage den på nytt av de frosne tallene og tekstene.")
        )
        return redirect("report", report.public_id)
    response = FileResponse(stored, as_attachment=True, filename=name, content_type="application/pdf")
    response["Cache-Control"] = "private, no-store"
    return response


@access(roles(Role.COORDINATOR))
@require_POST
def report_retry(request: SignedInRequest, public_id: str) -> HttpResponse:
    report = _found(request, public_id)
    if not can_publish(request.user, report):
        raise PermissionDenied
    try:
        report_job.make_again(report=report, by=request.user)
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("report", report.public_id)


@access(roles(Role.COORDINATOR))
@require_POST
def report_publish(request: SignedInRequest, public_id: str) -> HttpResponse:
    report = _found(request, public_id)
    if not can_publish(request.user, report):
        raise PermissionDenied
    try:
        publish(report=report, version=posted_version(request), by=request.user)
        messages.success(request, _("Rapporten er publisert. Formannskapet kan lese den nå."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("report", report.public_id)
