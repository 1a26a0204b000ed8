"""Who may use the addresses, for test_urls.py; which are no pages, for test_look.py; and their arguments."""

from typing import Any

from organisation.models import Role

PAGES = ("directorate", "directorate-units", "directorate-missing", "directorate-missing-csv", "directorate-remind")
MAY: dict[str, frozenset[Role]] = dict.fromkeys(PAGES, frozenset({Role.ANALYST}))
POST_ONLY: set[str] = {"directorate-remind"}
NOT_PAGES: set[str] = {"directorate-missing-csv"}


def ids(made: Any) -> dict[str, dict[str, str]]:
    """The arguments of the addresses; `made` is a GrantsWorld of world_grants.py."""
    return {}
