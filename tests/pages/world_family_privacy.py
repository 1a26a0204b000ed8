"""The mother of the world's family has asked for innsyn twice: one PDF is ready, one has been handed over. The
municipality has a retention period for one purpose.
"""

import datetime

from django.core.files.base import ContentFile
from django.utils import timezone

from families.domain.insight import ask_for_insight, hand_over
from families.domain.retention import set_rule
from families.domain.vault import OpenFamily
from organisation.models import DocumentJob, JobState, Role, User
from tests.pages.world_families import of_others

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def ids(vault: OpenFamily, users: dict[Role, User], today: datetime.date, secret: str) -> dict[str, dict[str, str]]:
    by, now = users[Role.CASEWORKER], timezone.now()
    mother = next(row for row in vault.members if row.role == "mother")
    asked = {"vault": vault, "member": mother.public_id, "by": by, "on": today, "at": now}
    hand_over(vault=vault, request=ask_for_insight(**asked), by=by, at=now)
    ready = ask_for_insight(**asked)
    ready.document.file.save("innsyn.pdf", ContentFile(PDF), save=False)
    ready.document.save(update_fields=["file"])
    DocumentJob.objects.filter(document=ready.document).update(
        state=JobState.DONE, percent=100, finished_at=timezone.now()
    )
    town = vault.family.municipality
    rule = set_rule(
        municipality=town,
        purpose="follow_up",
        months=60,
        basis=of_others(secret),
        by=users[Role.ADMINISTRATOR],
        version=None,
    )
    reference = {"reference": vault.family.public_id}
    of_request = reference | {"public_id": ready.public_id}
    of_rule = {"public_id": town.public_id, "purpose": rule.purpose}
    names = ("progress", "pdf", "json", "again", "hand-over")
    return {
        **dict.fromkeys(("family-reads", "family-reads-csv", "family-insight-list"), reference),
        **dict.fromkeys((f"family-insight-{name}" for name in names), of_request),
        **dict.fromkeys(("retention-rule", "retention-remove"), of_rule),
    }
