"""Where a figure of a report comes from, for those who work in the municipality."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from organisation.access import SignedInRequest, access, roles
from reporting.domain.tracing import trace
from reporting.models import INSIDE_ROLES, ReportVersion
from reporting.views.version_address import version_address


@access(roles(*INSIDE_ROLES))
@require_GET
def report_number(request: SignedInRequest, public_id: str, number: int, key: str) -> HttpResponse:
    rows = ReportVersion.objects.visible_to(request.user).select_related("report__municipality")
    inside = rows.filter(report__municipality__in=request.user.municipality_ids(*INSIDE_ROLES))
    version = get_object_or_404(inside, report__public_id=public_id, number=number)
    found = trace(report_version=version, key=key, by=request.user)
    if found is None:
        raise Http404
    context = {
        "version": version,
        "report": version.report,
        "trace": found,
        "title": found.title,
        "back": version_address(version),
        "crumbs": [
            (_("Rapporter"), reverse("report-list")),
            (version.report.title, version_address(version)),
            (_("Hvor tallet kommer fra"), None),
        ],
    }
    return render(request, "reporting/report_number.html", context)
