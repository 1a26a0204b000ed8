"""The decisions of the world's family: one that ends soon, one without an end, a fee reduction, one that is over."""

import datetime
from decimal import Decimal

from families.domain.decision import record_decision
from families.domain.vault import OpenFamily
from organisation.models import Role, User
from tests.factories.families import NOW

Ids = dict[str, dict[str, str]]
DAY = datetime.timedelta(days=1)


def ids(vault: OpenFamily, users: dict[Role, User], today: datetime.date, secret: str) -> Ids:
    holder = users[Role.CASEWORKER]
    common = {"vault": vault, "by": holder, "at": NOW, "service": vault.family.unit, "conditions": secret}
    money = {"kind": "benefit", "rhythm": "monthly", "amount": Decimal(5200), "pay_day": 20}
    row = record_decision(
        scheme="housing_allowance",
        title=secret,
        starts_on=today - 90 * DAY,
        ends_on=today + 30 * DAY,
        **money,
        **common,
    )
    record_decision(scheme="child_benefit", starts_on=today - 300 * DAY, **money, **common)
    record_decision(
        scheme="kindergarten", kind="reduction", starts_on=today - 30 * DAY, rhythm="monthly", amount=Decimal(900),
        **common,
    )  # fmt: skip
    record_decision(
        scheme="social_assistance", kind="decision", starts_on=today - 300 * DAY, ends_on=today - 200 * DAY,
        **common,
    )  # fmt: skip
    reference = {"reference": vault.family.public_id}
    names = ("edit", "renew", "end", "remove")
    return {
        **dict.fromkeys(("family-decisions", "family-decision-new", "family-economy"), reference),
        **dict.fromkeys((f"family-decision-{name}" for name in names), reference | {"public_id": row.public_id}),
    }
