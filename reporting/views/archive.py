"""Files of a version: its numbers as CSV and JSON for its readers, the archive package for the coordinator."""

import logging
import tempfile
from typing import IO, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import Role
from reporting.domain.archive_package import take_out
from reporting.domain.report_files import CSV_NAME, JSON_NAME, csv_file, json_file
from reporting.models import INSIDE_ROLES, ReportVersion, VersionState
from reporting.permissions import can_write_report

logger = logging.getLogger(__name__)
READERS = (*INSIDE_ROLES, Role.BOARD_MEMBER, Role.ANALYST)


def found_version(request: SignedInRequest, public_id: str, number: int) -> ReportVersion:
    """A version that the user may see."""
    rows = ReportVersion.objects.visible_to(request.user).select_related("report__municipality", "document")
    return get_object_or_404(rows, report__public_id=public_id, number=number)


@access(roles(*READERS))
@require_GET
def report_csv(request: SignedInRequest, public_id: str, number: int) -> HttpResponse:
    version, content = _read(request, public_id, number)
    return _file(version, csv_file(content), CSV_NAME, "text/csv; charset=utf-8")


@access(roles(*READERS))
@require_GET
def report_json(request: SignedInRequest, public_id: str, number: int) -> HttpResponse:
    version, content = _read(request, public_id, number)
    return _file(version, json_file(content), JSON_NAME, "application/json")


def _read(request: SignedInRequest, public_id: str, number: int) -> tuple[ReportVersion, dict[str, Any]]:
    """One whose text is fixed. Of a withdrawn one the board sees that it is, and nothing of what it said."""
    version = found_version(request, public_id, number)
    inside = version.report.municipality_id in request.user.municipality_ids(*INSIDE_ROLES)
    if version.content is None or (version.state == VersionState.WITHDRAWN and not inside):
        raise Http404
    return version, version.content


def _file(version: ReportVersion, content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{_name(version)}-{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _name(version: ReportVersion) -> str:
    return f"{slugify(version.report.title)}-v{version.number}"


@access(roles(Role.COORDINATOR))
@require_POST
def report_archive(request: SignedInRequest, public_id: str, number: int) -> HttpResponse | FileResponse:
    """A POST: that somebody takes it out is written down."""
    version = found_version(request, public_id, number)
    if not can_write_report(request.user, version.report):
        raise PermissionDenied
    out: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        take_out(published=version, out=out, by=request.user, at=timezone.now())
    except DomainError as error:
        return _refused(request, out, str(error), public_id)
    except FileNotFoundError:
        logger.exception("The file of version %s is gone", version.pk)
        return _refused(request, out, _("PDF-filen mangler. Lag den på nytt, og prøv igjen."), public_id)
    response = FileResponse(
        out, as_attachment=True, filename=f"{_name(version)}-arkiv.zip", content_type="application/zip"
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _refused(request: SignedInRequest, out: IO[bytes], why: str, public_id: str) -> HttpResponse:
    out.close()
    messages.error(request, why)
    return redirect("report", public_id)
