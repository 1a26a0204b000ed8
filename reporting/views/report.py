"""Reports: the list, the document as it will look, its progress while it is made, and the file."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, JobState, Role
from organisation.views.document import document_again, document_progress, document_response
from organisation.views.form_page import posted_version
from reporting.domain.report import publish
from reporting.models import Report
from reporting.permissions import can_publish

READERS = (*CASE_ROLES, Role.BOARD_MEMBER, Role.ANALYST)


def _found(request: SignedInRequest, public_id: str) -> Report:
    rows = Report.objects.visible_to(request.user).select_related(
        "frozen__round__plan__municipality", "document__job", "published_by"
    )
    # The frozen copy is large; only the page that shows it reads it.
    return get_object_or_404(rows.defer("frozen__content"), public_id=public_id)


def _document_parts(request: SignedInRequest, report: Report) -> dict[str, Any]:
    """What templates/partials/document.html needs, on the report's page and each second while it is made."""
    may_change = can_publish(request.user, report)
    return {
        "report": report,
        "document": report.document,
        "pdf_url": reverse("report-pdf", args=[report.public_id]),
        "progress_url": reverse("report-progress", args=[report.public_id]),
        "retry_url": reverse("report-retry", args=[report.public_id]) if may_change else "",
        "actions": "reporting/_publish.html",
        "label": _("Rapport"),
        "can_publish": may_change and not report.is_published,
    }


@access(roles(*READERS))
@require_GET
def report_list(request: SignedInRequest) -> HttpResponse:
    rows = (
        Report.objects.visible_to(request.user)
        .select_related("frozen__round__plan__municipality", "document__job")
        .newest_first()
    )
    # The frozen copy is large, and the list doesn't show it.
    page = Paginator(rows.defer("frozen__content"), 25).get_page(request.GET.get("side"))
    context = {"page_obj": page, "can_see_family_numbers": request.user.has_role(*LEADERSHIP_ROLES)}
    return render(request, "reporting/report_list.html", context)


@access(roles(*READERS))
@require_GET
def report_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    report = _found(request, public_id)
    parts = _document_parts(request, report)
    context = parts | {
        "job": report.document.job,
        "content": report.frozen.content,
        "crumbs": [(_("Rapporter"), reverse("report-list")), (report.title, None)],
        "can_make_again": report.document.job.state == JobState.DONE and bool(parts["retry_url"]),
        "can_see_round": request.user.has_role(*CASE_ROLES),
    }
    return render(request, "reporting/report.html", context)


@access(roles(*READERS))
@require_GET
def report_progress(request: SignedInRequest, public_id: str) -> HttpResponse:
    report = _found(request, public_id)
    return document_progress(request, **_document_parts(request, report))


@access(roles(*READERS))
@require_GET
def report_pdf(request: SignedInRequest, public_id: str) -> HttpResponse | FileResponse:
    report = _found(request, public_id)
    return document_response(request, report.document, page=reverse("report", args=[report.public_id]))


@access(roles(Role.COORDINATOR))
@require_POST
def report_retry(request: SignedInRequest, public_id: str) -> HttpResponse:
    report = _found(request, public_id)
    if not can_publish(request.user, report):
        raise PermissionDenied
    return document_again(request, report.document, page=reverse("report", args=[report.public_id]), by=request.user)


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
