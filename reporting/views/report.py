"""Reports: the list, the document as it will look, its progress while it is made, the file, and its steps."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, JobState, Role
from organisation.views.document import document_again, document_progress, document_response
from organisation.views.form_page import posted_version
from reporting.domain.free_texts import as_they_stand
from reporting.domain.report import approve, edits_of, publish, send_for_review, take_back
from reporting.models import INSIDE_ROLES, Report, ReportVersion, VersionState
from reporting.permissions import can_review_report, can_write_report
from reporting.views.version_address import figures_address

READERS = (*INSIDE_ROLES, Role.BOARD_MEMBER, Role.ANALYST)
REVIEWERS = (*LEADERSHIP_ROLES, Role.STEERING_GROUP)


def _found(request: SignedInRequest, public_id: str, number: int | None = None) -> ReportVersion:
    """The newest version that the user may see, or the one that is asked for."""
    report = get_object_or_404(Report.objects.visible_to(request.user), public_id=public_id)
    rows = ReportVersion.objects.visible_to(request.user).filter(report=report).light()
    if number is not None:
        rows = rows.filter(number=number)
    version = rows.select_related("report__municipality", "report__round__plan", "document__job").first()
    if version is None:
        raise Http404
    return version


def _document_parts(request: SignedInRequest, version: ReportVersion) -> dict[str, Any]:
    """What templates/partials/document.html needs, on the report's page and each second while it is made."""
    public_id = version.report.public_id
    may_write = can_write_report(request.user, version.report)
    return {
        "report": version.report,
        "report_version": version,
        "document": version.document,
        "pdf_url": reverse("report-pdf", args=[public_id]),
        "progress_url": reverse("report-progress", args=[public_id]),
        "retry_url": reverse("report-retry", args=[public_id]) if may_write else "",
        "actions": "reporting/_publish.html",
        "label": _("Rapport"),
        "can_publish": may_write and version.state == VersionState.APPROVED,
        "can_write": may_write,
    }


@access(roles(*READERS))
@require_GET
def report_list(request: SignedInRequest) -> HttpResponse:
    rows = Report.objects.visible_to(request.user).select_related("municipality", "round__plan").newest_first()
    page = Paginator(rows.with_versions(), 25).get_page(request.GET.get("side"))
    context = {
        "page_obj": page,
        "can_see_family_numbers": request.user.has_role(*LEADERSHIP_ROLES),
        "can_set_calendar": request.user.has_role(Role.COORDINATOR),
    }
    return render(request, "reporting/report_list.html", context)


@access(roles(*READERS))
@require_GET
def report_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    version = _found(request, public_id)
    parts = _document_parts(request, version)
    content = as_they_stand(version.figures, edits_of(version)) if version.content is None else version.content
    context = parts | {
        "job": version.document.job if version.document else None,
        "content": content,
        "figures_url": figures_address(version, request.user),
        "crumbs": [(_("Rapporter"), reverse("report-list")), (version.report.title, None)],
        "can_make_again": bool(version.document and version.document.job.state == JobState.DONE and parts["retry_url"]),
        "can_see_round": request.user.has_role(*CASE_ROLES) and version.report.round_id is not None,
        "can_send": parts["can_write"] and version.is_draft,
        "can_review": version.state == VersionState.IN_REVIEW and can_review_report(request.user, version),
    }
    return render(request, "reporting/report.html", context)


@access(roles(*READERS))
@require_GET
def report_progress(request: SignedInRequest, public_id: str) -> HttpResponse:
    version = _found(request, public_id)
    if version.document is None:
        raise Http404
    return document_progress(request, **_document_parts(request, version))


@access(roles(*READERS))
@require_GET
def report_pdf(request: SignedInRequest, public_id: str) -> HttpResponse | FileResponse:
    version = _found(request, public_id)
    if version.document is None:
        raise Http404
    return document_response(request, version.document, page=reverse("report", args=[public_id]))


@access(roles(Role.COORDINATOR))
@require_POST
def report_retry(request: SignedInRequest, public_id: str) -> HttpResponse:
    version = _written(request, public_id)
    if version.document is None:
        raise Http404
    return document_again(request, version.document, page=reverse("report", args=[public_id]), by=request.user)


@access(roles(Role.COORDINATOR))
@require_POST
def report_send(request: SignedInRequest, public_id: str) -> HttpResponse:
    version = _written(request, public_id)
    return _step(
        request, public_id, _("Rapporten er sendt til gjennomgang."), send_for_review, draft=version,
        remark=request.POST.get("remark", ""),
    )  # fmt: skip


@access(roles(*REVIEWERS))
@require_POST
def report_approve(request: SignedInRequest, public_id: str) -> HttpResponse:
    version = _reviewed(request, public_id)
    return _step(request, public_id, _("Rapporten er godkjent."), approve, reviewed=version)


@access(roles(*REVIEWERS))
@require_POST
def report_return(request: SignedInRequest, public_id: str) -> HttpResponse:
    version = _reviewed(request, public_id)
    remark = request.POST.get("remark", "")
    return _step(request, public_id, _("Rapporten er sendt tilbake."), take_back, reviewed=version, remark=remark)


@access(roles(Role.COORDINATOR))
@require_POST
def report_publish(request: SignedInRequest, public_id: str) -> HttpResponse:
    version = _written(request, public_id)
    message = _("Rapporten er publisert. Formannskapet kan lese den nå.")
    return _step(request, public_id, message, publish, approved=version)


def _written(request: SignedInRequest, public_id: str) -> ReportVersion:
    version = _found(request, public_id)
    if not can_write_report(request.user, version.report):
        raise PermissionDenied
    return version


def _reviewed(request: SignedInRequest, public_id: str) -> ReportVersion:
    version = _found(request, public_id)
    if not can_review_report(request.user, version):
        raise PermissionDenied
    return version


def _step(request: SignedInRequest, public_id: str, message: str, action: Any, **row: Any) -> HttpResponse:
    """One step in the report's life, and back to its page with what came of it."""
    try:
        action(version=posted_version(request), by=request.user, at=timezone.now(), **row)
        messages.success(request, message)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("report", public_id)
