"""Who may use the addresses, for test_urls.py, and which are no pages, for test_look.py."""

from organisation.models import Role

MAY: dict[str, frozenset[Role]] = {
    "mail-choice": frozenset(Role),
    **dict.fromkeys(("failed-mail-list", "failed-mail-again"), frozenset({Role.ADMINISTRATOR})),
}
POST_ONLY: set[str] = {"failed-mail-again"}
NOT_PAGES: set[str] = set()
