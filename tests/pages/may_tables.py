"""Who may use the addresses, for test_urls.py; which are no pages, for test_look.py; and their arguments."""

import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from grants.domain.table_edition import make_edition
from organisation.models import CASE_ROLES, DocumentJob, JobState, Role

READERS = frozenset(CASE_ROLES) | {Role.ANALYST}
DIRECTORATE = frozenset({Role.ANALYST})
OF_A_NUMBER = ("grant-table", "grant-table-csv", "grant-table-xlsx", "grant-table-json")
OF_AN_EDITION = (
    "grant-table-edition",
    "grant-table-edition-pdf",
    "grant-table-edition-progress",
    "grant-table-edition-again",
)

MAY: dict[str, frozenset[Role]] = {
    **dict.fromkeys(("grant-table-list", "grant-tables-xlsx", *OF_A_NUMBER), READERS),
    **dict.fromkeys(("grant-table-edition-new", *OF_AN_EDITION), DIRECTORATE),
}
POST_ONLY: set[str] = {"grant-table-edition-new", "grant-table-edition-again"}
NOT_PAGES: set[str] = {
    "grant-tables-xlsx",
    "grant-table-csv",
    "grant-table-xlsx",
    "grant-table-json",
    "grant-table-edition-pdf",
    "grant-table-edition-progress",
}
# Everybody has table 5; what stands in it is the reader's own municipality's (test_table_pages.py).
SHARED: set[str] = set(OF_A_NUMBER)
PDF = b"%PDF-1.4 samling"


def ids(made: Any) -> dict[str, dict[str, str]]:
    """The arguments of the addresses; `made` is a GrantsWorld of world_grants.py."""
    report = made.reports["submitted"]
    now = timezone.now()
    edition = make_edition(scheme=made.scheme, year=report.grant.year, by=made.users[Role.ANALYST], at=now)
    document = edition.document
    document.file.save("samling.pdf", ContentFile(PDF), save=False)
    document.file_size = len(PDF)
    document.save(update_fields=["file", "file_size"])
    done = {"state": JobState.DONE, "percent": 100, "finished_at": now + datetime.timedelta(days=1)}
    DocumentJob.objects.filter(document=document).update(**done)
    return {
        **{name: {"number": "5"} for name in OF_A_NUMBER},
        **{name: {"public_id": edition.public_id} for name in OF_AN_EDITION},
    }
