"""A link that can be used, one that was, and what the family said with it."""

import datetime
from typing import Any

from django.utils import timezone

from families.domain.own_form import take_answer
from families.domain.vault import OpenFamily
from families.domain.voice import make_link
from organisation.models import Role, User


def ids(vault: OpenFamily, users: dict[Role, User], today: datetime.date, secret: str) -> dict[str, dict[str, Any]]:
    by, at = users[Role.CASEWORKER], timezone.now()
    _used, token = make_link(vault=vault, language="ar", days=14, by=by, at=at)
    take_answer(token=token, helpful="partly", matters=secret, wants_contact=True, language="ar")
    link, token = make_link(vault=vault, language="nb", days=14, by=by, at=at)
    reference = {"reference": vault.family.public_id}
    return {
        **dict.fromkeys(("family-voice", "family-voice-link-new", "family-voice-links"), reference),
        "family-voice-link-revoke": reference | {"public_id": link.public_id},
        "own-form": {"token": token},
    }
