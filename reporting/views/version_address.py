"""Where a version of a report is read."""

from django.urls import NoReverseMatch, reverse

from reporting.models import ReportVersion


def version_address(version: ReportVersion, anchor: str = "") -> str:
    """The page of this very version, at a place in it; the report's own page shows whichever the user may see newest."""
    public_id = version.report.public_id
    try:
        address = reverse("report-version", args=[public_id, version.number])
    except NoReverseMatch:
        address = reverse("report", args=[public_id])
    return f"{address}#{anchor}" if anchor else address
