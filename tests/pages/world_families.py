"""A family for every page of the vault: its team are the world's caseworker (case holder), unit leader and partner.

Each part of the vault adds its own rows and ids in a file of its own beside this one, world_family_PART.py, with
`ids(vault, users, today, secret)`, called inside the opened family.
"""

import datetime
from importlib import import_module
from pathlib import Path

from families.models import TEAM_ROLES, Family
from organisation.models import Municipality, Role, Unit, User
from tests.factories.families import inside, join_team, make_family, make_family_member

Ids = dict[str, dict[str, str]]
# What stands in the family's own rows, and in no plan or sub-project: where it shows, a family shows.
FAMILY_SECRET = "ordene som bare står hos familien"


def of_others(secret: str) -> str:
    """What a part writes in rows that are not the family's: without the words that are the family's alone."""
    return secret.removesuffix(f". {FAMILY_SECRET}")


def families(
    municipality: Municipality, unit: Unit, users: dict[Role, User], today: datetime.date, secret: str
) -> tuple[Family, Ids]:
    holder = users[Role.CASEWORKER]
    start = today - datetime.timedelta(days=400)
    family = make_family(by=holder, unit=unit, on=start)
    with inside(family, holder) as vault:
        for role in TEAM_ROLES:
            if users[role] != holder:
                join_team(family, users[role], unit, from_day=start)
        # A first name is one word: the secret's words run together.
        name = "".join(letter for letter in secret if letter.isalpha())[:40]
        make_family_member(family, "mother", first_name=name)
        make_family_member(family, "child")
        reference = {"reference": family.public_id}
        found: Ids = dict.fromkeys(("family",), reference)
        for path in sorted(Path(__file__).parent.glob("world_family_*.py")):
            part = import_module(f"tests.pages.{path.stem}")
            found |= part.ids(vault, users, today, f"{secret}. {FAMILY_SECRET}")
    return family, found
