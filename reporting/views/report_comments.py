"""Comments beside the sections of a report, while it is a draft or in review."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.views.form_page import form_page, posted, posted_version
from reporting.domain.report_comments import COMMENTED_STATES, commented_sections, settle_comment, write_comment
from reporting.models import INSIDE_ROLES, ReportComment
from reporting.permissions import can_comment, can_settle_comment
from reporting.report_forms import CommentForm
from reporting.views.report import crumbs_of, found, page_of


@access(roles(*INSIDE_ROLES))
def report_comment_new(request: SignedInRequest, public_id: str, section: str) -> HttpResponse:
    version = found(request, public_id)
    titles = commented_sections(version.report.kind)
    if section not in titles:
        raise Http404
    if not can_comment(request.user, version.report):
        raise PermissionDenied
    url = f"{page_of(version.report)}#kommentarer-{section}"
    if version.state not in COMMENTED_STATES:
        messages.info(request, _("Rapporten kan kommenteres til den er godkjent."))
        return redirect(url)
    form = CommentForm(posted(request))

    def write(data: dict[str, Any]) -> ReportComment:
        return write_comment(row=version, section=section, by=request.user, at=timezone.now(), **data)

    return form_page(
        request, form, action=write, done=lambda _row: url, cancel_url=url, crumbs=crumbs_of(version.report, request.user),
        title=_("Kommenter: %(section)s") % {"section": titles[section]},
        lead=_("Kommentaren leses av dem som arbeider med rapporten, og kommer ikke med i den."),
        message=_("Kommentaren er lagret."),
    )  # fmt: skip


@access(roles(*INSIDE_ROLES))
@require_POST
def report_comment_settle(request: SignedInRequest, comment_id: str) -> HttpResponse:
    rows = ReportComment.objects.visible_to(request.user).select_related("report_version__report")
    comment = get_object_or_404(rows, public_id=comment_id)
    if not can_settle_comment(request.user, comment):
        raise PermissionDenied
    try:
        settle_comment(comment=comment, version=posted_version(request), by=request.user, at=timezone.now())
        messages.success(request, _("Kommentaren er merket som ferdig."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(f"{page_of(comment.report_version.report)}#kommentarer-{comment.section}")
