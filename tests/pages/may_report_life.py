"""Who may use the addresses of a report's life, for test_urls.py, and which are no pages, for test_look.py."""

from organisation.models import LEADERSHIP_ROLES, Role
from reporting.models import INSIDE_ROLES

INSIDE = frozenset(INSIDE_ROLES)
READERS = INSIDE | {Role.BOARD_MEMBER, Role.ANALYST}
LEADERSHIP = frozenset(LEADERSHIP_ROLES)
COORDINATOR = frozenset({Role.COORDINATOR})
MAY: dict[str, frozenset[Role]] = {
    **dict.fromkeys(("report-list", "report", "report-progress", "report-pdf"), READERS),
    **dict.fromkeys(("report-versions", "report-version", "report-version-pdf"), READERS),
    **dict.fromkeys(("report-retry", "report-publish", "report-send", "report-new", "report-text"), COORDINATOR),
    **dict.fromkeys(("report-withdraw", "report-correct", "report-refresh", "report-throw-away"), COORDINATOR),
    "report-case-number": COORDINATOR,
    "report-texts": LEADERSHIP,
    # Whoever wrote it is told why she can't.
    **dict.fromkeys(("report-approve", "report-return"), LEADERSHIP | {Role.STEERING_GROUP}),
    "report-comment-new": INSIDE,
    # The project lead wrote the comment in this world.
    "report-comment-settle": LEADERSHIP,
}
# Who works in the municipality may, if she wrote the comment; a miss is 404 for all of them.
OF_SOME = {"report-comment-settle"}
POST_ONLY = {"report-retry", "report-comment-settle"}
NOT_PAGES = {"report-pdf", "report-progress", "report-version-pdf"}
