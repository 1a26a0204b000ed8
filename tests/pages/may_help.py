"""Who may use the addresses of help, for test_urls.py; and their arguments."""

from organisation.models import Role

EVERYONE = frozenset(Role)

PUBLIC: set[str] = {"help-glossary", "help-privacy", "accessibility"}
MAY: dict[str, frozenset[Role]] = dict.fromkeys(("help", "help-tour", "help-tour-step"), EVERYONE)
IDS: dict[str, dict[str, str]] = {"help-tour-step": {"slug": "loggfor"}}
# A step of the tour is the same in every municipality.
SHARED: set[str] = {"help-tour-step"}
