"""Who may use the one search, for test_urls.py: everybody; what is found is each one's own matter (test_search_pages.py)."""

from organisation.models import Role

MAY: dict[str, frozenset[Role]] = {"search": frozenset(Role), "search-suggestions": frozenset(Role)}
NOT_PAGES: set[str] = {"search-suggestions"}
