"""Who may do what. What a page gets is opened already (domain/reading.py): these ask what the reader may do with it."""

from families.domain.vault import OpenFamily
from families.models import TEAM_ROLES
from organisation.models import User


def can_open_cases(user: User) -> bool:
    """Whoever can be in a family's team can begin one."""
    return bool(user.municipality_ids(*TEAM_ROLES))


def can_record(vault: OpenFamily) -> bool:
    """Contacts, needs, decisions, support: the team, while the case is open. Emergency access only reads."""
    return vault.can_write


def can_manage_team(vault: OpenFamily) -> bool:
    """The case holder says who is in the team, and closes the case."""
    return vault.is_case_holder and vault.family.closed_on is None


def can_read_log(vault: OpenFamily) -> bool:
    """The case holder shows the family who has read, and hands out what is stored."""
    return vault.is_case_holder
