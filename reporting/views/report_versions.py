"""The versions of a report: what became of each, when, its hashes and what was changed; each has a page and a PDF."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from organisation.access import SignedInRequest, access, roles
from reporting.models import ReportVersion
from reporting.permissions import can_comment
from reporting.views.report import READERS, crumbs_of, found, pdf_of, read, version_page

PEOPLE = ("made_by", "sent_by", "approved_by", "published_by", "withdrawn_by")


@access(roles(*READERS))
@require_GET
def version_list(request: SignedInRequest, public_id: str) -> HttpResponse:
    report = found(request, public_id).report
    rows = ReportVersion.objects.visible_to(request.user).filter(report=report).order_by("-number")
    readable = ReportVersion.objects.readable_by(request.user).filter(report=report).values_list("pk", flat=True)
    context = {
        "report": report,
        "versions": rows.defer("figures", "sources", "content").select_related("document", *PEOPLE),
        "readable": set(readable),
        # The board knows the office, not the person.
        "inside": can_comment(request.user, report),
        "crumbs": [*crumbs_of(report, request.user), (_("Versjoner"), None)],
    }
    return render(request, "reporting/report_versions.html", context)


@access(roles(*READERS))
@require_GET
def version_detail(request: SignedInRequest, public_id: str, number: int) -> HttpResponse:
    return version_page(request, found(request, public_id, number))


@access(roles(*READERS))
@require_GET
def version_pdf(request: SignedInRequest, public_id: str, number: int) -> HttpResponse | FileResponse:
    return pdf_of(request, read(request, public_id, number))
