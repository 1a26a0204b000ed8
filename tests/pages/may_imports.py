"""Who may use the addresses, for test_urls.py; which are no pages, for test_look.py; and their arguments."""

from typing import Any

from django.utils import timezone

from grants.models import GrantImport
from organisation.models import LEADERSHIP_ROLES, Role

READERS = frozenset({*LEADERSHIP_ROLES, Role.ANALYST})
# The files in the world are the coordinator's own, and nobody else's.
OWNER = frozenset({Role.COORDINATOR})
# In this order: what has been stored can still be looked at.
MAY: dict[str, frozenset[Role]] = {
    **dict.fromkeys(("grant-import-list", "grant-import-template"), READERS),
    **dict.fromkeys(("grant-import", "grant-import-store", "grant-import-discard"), OWNER),
}
POST_ONLY: set[str] = {"grant-import-store", "grant-import-discard"}
NOT_PAGES: set[str] = {"grant-import-template"}


def ids(made: Any) -> dict[str, dict[str, str]]:
    """The arguments of the addresses; `made` is a GrantsWorld of world_grants.py. A file for each, for one is thrown away."""
    return {
        name: {"public_id": _file(made).public_id}
        for name in ("grant-import", "grant-import-store", "grant-import-discard")
    }


def _file(made: Any) -> GrantImport:
    """A good row, one that changes nothing, and one of another municipality."""
    year = timezone.localdate().year - 1
    name = made.reporting_unit.name
    return GrantImport.objects.create(
        scheme=made.scheme, year=year, file_name=f"belop {name}.csv"[:200], columns=["reporting_unit", "amount_nok"],
        rows=[
            {"#": "2", "reporting_unit": name, "amount_nok": "500 000"},
            {"#": "3", "reporting_unit": "En annens kommune", "amount_nok": "mange"},
        ],
        uploaded_at=timezone.now(), uploaded_by=made.users[Role.COORDINATOR],
    )  # fmt: skip
