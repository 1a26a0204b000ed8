"""Support and outcomes of the world's family: in a sub-project that pays, so that there is money to show."""

import datetime
from decimal import Decimal

from django.utils import timezone

from families.domain.outcome import record_family_outcome
from families.domain.support import Money, give_support
from families.domain.vault import OpenFamily
from families.models import Participation, ResultKind, SupportKind
from grants.models import PartnerRole, SpendingMode, SubProjectPartner
from organisation.models import Role, User
from organisation.periods import HalfYear
from tests.factories.families import make_row
from tests.factories.grants_spending import make_funded
from tests.pages.world_families import of_others

Ids = dict[str, dict[str, str]]


def ids(vault: OpenFamily, users: dict[Role, User], today: datetime.date, secret: str) -> Ids:
    by, now, family = users[Role.CASEWORKER], timezone.now(), vault.family
    sub_project = make_funded(
        (HalfYear.of(today).code, 500_000), municipality=family.municipality, by=by,
        title=f"Familier sammen. {of_others(secret)}", ends_on=datetime.date(today.year + 1, 12, 31),
    )  # fmt: skip
    SubProjectPartner.objects.create(sub_project=sub_project, unit=family.unit, role=PartnerRole.RESPONSIBLE)
    make_row(Participation, family, sub_project=sub_project, started_on=family.opened_on, written_by=by)
    member = vault.members[0].public_id
    common = {"vault": vault, "by": by, "at": now, "mode": SpendingMode.INDIVIDUAL, "given_on": today}
    free = give_support(kind=SupportKind.LEISURE, what=secret, member=member, agreed_with=member, **common)
    give_support(
        kind=SupportKind.FURNITURE, what=f"Seng. {secret}", money=Money(sub_project, Decimal(4000), "V-1"), **common
    )
    outcome = record_family_outcome(
        vault=vault, kind=ResultKind.HOUSING, happened_on=today, by=by, at=now, sub_project=sub_project, note=secret
    )
    reference = {"reference": family.public_id}
    found: Ids = dict.fromkeys(("family-support", "family-support-new", "family-outcome-new"), reference)
    for name in ("family-support-edit", "family-support-remove"):
        found[name] = reference | {"support_id": free.public_id}
    for name in ("family-outcome-edit", "family-outcome-remove"):
        found[name] = reference | {"outcome_id": outcome.public_id}
    return found
