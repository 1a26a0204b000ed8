"""Who gets what on the first page's own addresses."""

from organisation.models import Role

MAY = {"hint-close": frozenset(Role)}
POST_ONLY = {"hint-close"}
NOT_PAGES: set[str] = set()
