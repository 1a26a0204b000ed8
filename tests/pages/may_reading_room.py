"""Who may use the reading room, the files of a version and the calendar, for test_urls.py; and the arguments."""

from typing import Any

from organisation.models import CASE_ROLES, Role
from tests.pages.world_reading_room import KEY

INSIDE = frozenset({*CASE_ROLES, Role.STEERING_GROUP})
READERS = INSIDE | {Role.BOARD_MEMBER, Role.ANALYST}
COORDINATOR = frozenset({Role.COORDINATOR})
MAY: dict[str, frozenset[Role]] = {
    **dict.fromkeys(("reading-room", "report-csv", "report-json"), READERS),
    **dict.fromkeys(("report-schedule", "report-archive"), COORDINATOR),
    "report-number": INSIDE,
}
POST_ONLY: set[str] = {"report-archive"}
NOT_PAGES: set[str] = {"report-csv", "report-json"}


def ids(report: Any, traced: Any) -> dict[str, dict[str, Any]]:
    """The arguments of the addresses: the first version of the report, and a figure of one that can be followed back."""
    version = {"public_id": report.public_id, "number": 1}
    return dict.fromkeys(("report-csv", "report-json", "report-archive"), version) | {
        "report-number": {"public_id": traced.public_id, "number": 1, "key": KEY}
    }
