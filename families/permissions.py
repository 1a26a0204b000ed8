"""Who may do what. What a page gets is opened already (domain/reading.py): these ask what the reader may do with it."""

from families.domain.vault import OpenFamily
from families.models import TeamMember
from organisation.models import Role, User


def can_record(vault: OpenFamily) -> bool:
    """Contacts, needs, decisions, support: the team, while the case is open. Emergency access only reads."""
    return vault.can_write


def can_withdraw(vault: OpenFamily) -> bool:
    """Taking back a consent: anybody in the team, for any service, also when the case is closed."""
    return bool(vault.mine)


def can_manage_team(vault: OpenFamily) -> bool:
    """The case holder says who is in the team, and closes the case."""
    return vault.is_case_holder and vault.family.closed_on is None


def can_read_log(vault: OpenFamily) -> bool:
    """The case holder shows the family who has read, and hands out what is stored."""
    return vault.is_case_holder


def can_edit_household(vault: OpenFamily) -> bool:
    """Zone and protection: the service that answers for the case."""
    return vault.owns(vault.family)


def can_reopen(vault: OpenFamily) -> bool:
    """The case holder takes up a closed case again, until something of it has been erased."""
    return vault.is_case_holder and vault.family.closed_on is not None and not vault.family.erased


def can_end_membership(vault: OpenFamily, row: TeamMember) -> bool:
    """Whoever isn't case holder may leave; the case holder ends the others."""
    return vault.can_write and not row.is_case_holder and (vault.is_case_holder or row.user_id == vault.user.pk)


def can_use_emergency(user: User) -> bool:
    """Those employed in case work. A partner asks somebody who is."""
    return bool(user.municipality_ids(Role.CASEWORKER, Role.UNIT_LEADER))


def can_control_emergencies(user: User) -> bool:
    """Leaders look at who got in, and why. Which accesses: those to families of the units they lead."""
    return bool(user.municipality_ids(Role.UNIT_LEADER))
