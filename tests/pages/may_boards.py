"""Who may use the dashboards and what they lead to, for test_urls.py; which are no pages, for test_look.py."""

from organisation.models import CASE_ROLES, Role

CASE = frozenset(CASE_ROLES)
# The view in the world is the coordinator's own, and nobody else's.
OWNER = frozenset({Role.COORDINATOR})
MAY: dict[str, frozenset[Role]] = {
    **dict.fromkeys(("overview", "plan-dashboard", "goal-dashboard", "all-measures"), CASE),
    "saved-view-new": frozenset(Role),
    **dict.fromkeys(("saved-view-rename", "saved-view-remove", "saved-view-restore"), OWNER),
}
POST_ONLY: set[str] = {"saved-view-new", "saved-view-remove", "saved-view-restore"}
NOT_PAGES: set[str] = set()
PERSONAL: set[str] = {"saved-view-rename", "saved-view-remove", "saved-view-restore"}
