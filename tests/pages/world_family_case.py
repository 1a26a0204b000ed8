"""The case of the world's family: its people and team, what it takes part in, and somebody who got in by emergency."""

import datetime

from families.domain.emergency import open_emergency
from families.domain.reading import reading
from families.domain.vault import OpenFamily
from families.models import Member, Participation, TeamMember
from organisation.models import Role, User
from tests.factories import make_member
from tests.factories.families import make_row
from tests.factories.measures import MeasureFactory, PlanFactory
from tests.pages.world_families import Ids, of_others

REFERENCE_ONLY = (
    "family-edit", "family-close", "family-reopen", "family-emergency-end", "family-member-new", "family-team-new",
    "family-hand-over", "family-take-over", "family-participation-new", "api-family",
)  # fmt: skip


def ids(vault: OpenFamily, users: dict[Role, User], today: datetime.date, secret: str) -> Ids:
    family = vault.family
    family.case_holder = users[Role.CASEWORKER]
    of_family = {"reference": family.public_id}
    member = Member.objects.filter(family=family).earliest("pk")
    leader = TeamMember.objects.get(family=family, user=users[Role.UNIT_LEADER])
    measure = MeasureFactory(plan=PlanFactory(municipality=family.municipality), title=f"{of_others(secret)} (tiltak)")
    part = make_row(Participation, family, measure=measure, started_on=today)
    stranger = make_member(Role.CASEWORKER, family.unit)
    with reading(stranger):
        access = open_emergency(reference=family.public_id, reason=of_others(secret), by=stranger, on=today)
    return {
        **dict.fromkeys(REFERENCE_ONLY, of_family),
        **dict.fromkeys(("family-member-edit", "family-member-remove"), of_family | {"member": member.public_id}),
        **dict.fromkeys(("family-team-end", "family-team-return"), of_family | {"member": leader.public_id}),
        **dict.fromkeys(
            ("family-participation-edit", "family-participation-remove"), of_family | {"participation": part.public_id}
        ),
        "family-emergency-seen": {"public_id": access.public_id},
    }
