"""Who may use the addresses, for test_urls.py; which are no pages, for test_look.py; and their arguments."""

from typing import Any

from organisation.models import Role

MAY: dict[str, frozenset[Role]] = {}
POST_ONLY: set[str] = set()
NOT_PAGES: set[str] = set()


def ids(made: Any) -> dict[str, dict[str, str]]:
    """The arguments of the addresses; `made` is a GrantsWorld of world_grants.py."""
    return {}
