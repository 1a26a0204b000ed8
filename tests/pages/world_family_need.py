"""The world's family has said what matters: one need rated in this half-year, one that waits."""

import datetime

from django.utils import timezone

from families.domain.need import Said, add_need
from families.domain.vault import OpenFamily
from organisation.models import Role, User


def ids(vault: OpenFamily, users: dict[Role, User], today: datetime.date, secret: str) -> dict[str, dict[str, str]]:
    at, by = timezone.now(), users[Role.CASEWORKER]
    child = next(row for row in vault.members if row.role == "child")
    day = today - datetime.timedelta(days=30)
    rated = add_need(
        vault=vault, said=Said(secret, "housing", "housing", day, child.public_id), value=2, by=by, at=at, on=today
    )
    add_need(vault=vault, said=Said(secret, "relations", "leisure", day), by=by, at=at, on=today)
    reference = {"reference": vault.family.public_id}
    row = reference | {"public_id": rated.public_id}
    return {
        **dict.fromkeys(("family-needs", "family-need-new", "family-need-rate"), reference),
        **dict.fromkeys(("family-need-edit", "family-need-end", "family-need-remove"), row),
        "family-rating-correct": reference | {"public_id": rated.ratings.get().public_id},
    }
