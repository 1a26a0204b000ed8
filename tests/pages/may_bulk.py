"""Who may use the addresses for many measures at once, and the colour, for test_urls.py."""

from organisation.models import LEADERSHIP_ROLES, Role

COORDINATOR = frozenset({Role.COORDINATOR})
MAY: dict[str, frozenset[Role]] = {
    "measures-move": COORDINATOR,
    "measures-state": COORDINATOR,
    "unit-move": COORDINATOR,
    "measures-move-undo": COORDINATOR,
    **dict.fromkeys(("grants-unit-move", "grants-unit-move-undo"), frozenset(LEADERSHIP_ROLES)),
    "municipality-accent": frozenset({Role.ADMINISTRATOR}),
}
POST_ONLY: set[str] = {"measures-move-undo", "grants-unit-move-undo"}
NOT_PAGES: set[str] = set()
