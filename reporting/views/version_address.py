"""Where a version of a report is read, and where its figures are followed back."""

from django.urls import reverse

from organisation.models import User
from reporting.models import INSIDE_ROLES, ReportVersion


def version_address(version: ReportVersion, anchor: str = "") -> str:
    """The page of this very version, at a place in it; the report's own page shows whichever the user may see newest."""
    public_id = version.report.public_id
    address = reverse("report-version", args=[public_id, version.number])
    return f"{address}#{anchor}" if anchor else address


def figures_address(version: ReportVersion, user: User) -> str:
    """What the address of each figure's page begins with, for who may follow it back; "" for others (_number.html)."""
    if version.report.municipality_id not in user.municipality_ids(*INSIDE_ROLES):
        return ""
    whole = reverse("report-number", args=[version.report.public_id, version.number, "x"])
    return whole.removesuffix("x/")
