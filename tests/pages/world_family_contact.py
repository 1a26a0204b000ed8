"""Contacts with the world's family: one with a next step that should have been done, one whose step is done."""

import datetime
from typing import Any

from django.utils import timezone

from families.domain.contact import finish_step, log_contact
from families.domain.vault import OpenFamily
from families.models import ContactKind
from organisation.models import Role, User

Ids = dict[str, dict[str, str]]


def ids(vault: OpenFamily, users: dict[Role, User], today: datetime.date, secret: str) -> Ids:
    by, now = users[Role.CASEWORKER], timezone.now()
    earlier = today - datetime.timedelta(days=20)
    logged: dict[str, Any] = {"vault": vault, "by": by, "at": now, "text": secret, "next_step": f"Ringe. {secret}"}
    late = log_contact(
        kind=ContactKind.HOME_VISIT, happened_on=earlier, next_on=earlier + datetime.timedelta(days=5),
        member=vault.members[0].public_id, **logged,
    )  # fmt: skip
    done = log_contact(kind=ContactKind.PHONE, happened_on=today, **logged)
    done = finish_step(vault=vault, contact=done, version=done.version, by=by)
    reference = {"reference": vault.family.public_id}
    found: Ids = dict.fromkeys(("family-contacts", "family-contact-new"), reference)
    for name in ("family-contact-edit", "family-contact-remove", "family-step-done"):
        found[name] = reference | {"contact_id": late.public_id}
    return found | {"family-step-reopen": reference | {"contact_id": done.public_id}}
