"""Who may use the addresses of resolutions, for test_urls.py; which are no pages, for test_look.py; and their arguments."""

from organisation.models import Role
from reporting.models import INSIDE_ROLES, Report, Resolution, ResolutionPoint

COORDINATOR = frozenset({Role.COORDINATOR})
MAY: dict[str, frozenset[Role]] = {
    **dict.fromkeys(("resolution-list", "resolution"), frozenset(INSIDE_ROLES)),
    **dict.fromkeys(("resolution-new", "report-resolution", "resolution-edit", "resolution-point-edit"), COORDINATOR),
    **dict.fromkeys(
        ("resolution-point-note", "resolution-point-close", "resolution-point-reopen"),
        frozenset({Role.UNIT_LEADER, Role.COORDINATOR}),
    ),
}
POST_ONLY: set[str] = set()
# The same form as a new resolution on a plan; there only when the report has been published.
NOT_PAGES = {"report-resolution"}


def ids(resolution: Resolution, point: ResolutionPoint, report: Report) -> dict[str, dict[str, str]]:
    """The arguments of the addresses."""
    of_point = {"public_id": point.public_id}
    return {
        "resolution-list": {"public_id": resolution.plan.public_id},
        "resolution-new": {"public_id": resolution.plan.public_id},
        "resolution": {"public_id": resolution.public_id},
        "resolution-edit": {"public_id": resolution.public_id},
        "report-resolution": {"public_id": report.public_id},
        "resolution-point-edit": of_point,
        "resolution-point-note": of_point,
        "resolution-point-close": of_point,
        "resolution-point-reopen": of_point,
    }
