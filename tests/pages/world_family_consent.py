"""The world's family has consented: the mother, for two services; one consent that holds, one that was withdrawn."""

import datetime

from families.domain.vault import OpenFamily
from families.models import Member
from organisation.models import Role, User
from tests.factories import UnitFactory
from tests.factories.families import make_consent


def ids(vault: OpenFamily, users: dict[Role, User], today: datetime.date, secret: str) -> dict[str, dict[str, str]]:
    family, by = vault.family, users[Role.CASEWORKER]
    other = UnitFactory(municipality=family.municipality)
    mother = Member.objects.filter(family=family, role="mother").earliest("pk")
    mother.family = family
    written = {"written_by": by, "note": secret}
    row = make_consent(mother, [family.unit, other], ["needs", "contact"], **written)
    make_consent(
        mother, [family.unit, other], ["decisions"], **written, withdrawn_by=by,
        withdrawn_at=datetime.datetime.now(datetime.UTC),
    )  # fmt: skip
    vault.forget_sharing()
    reference = {"reference": family.public_id}
    return {
        **dict.fromkeys(("family-consents", "family-consent-new", "family-consent-overview"), reference),
        **dict.fromkeys(("family-consent-renew", "family-consent-withdraw"), reference | {"public_id": row.public_id}),
    }
