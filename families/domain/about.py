"""Whom a row of the vault is about, in words and in forms."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from families.domain.recording import subject
from families.domain.vault import OpenFamily
from families.models import Member

WHOLE_FAMILY = _("Hele familien")
GONE = _("En som ikke lenger er registrert i familien")
# Instead of a public id: whoever it was about, she stays. A person can have been taken away, by another service too, and
# what was written of her must not be about everybody, and shared as that, because somebody corrects a word of it.
UNCHANGED = "same"


def subject_label(vault: OpenFamily, pk: int | None) -> str:
    """Whom something is about, as the reader may see her."""
    return str(WHOLE_FAMILY if pk is None else vault.member(pk) or GONE)


def person_label(vault: OpenFamily, pk: int | None) -> str:
    """One in the family; nothing for the family as a whole, where that goes without saying."""
    return subject_label(vault, pk) if pk else ""


def subject_value(vault: OpenFamily, pk: int | None) -> str:
    """The value of whom something is about in a form: a public id, nothing for the family, or `UNCHANGED`."""
    if pk is None:
        return ""
    found = vault.member(pk)
    return found.public_id if found else UNCHANGED


def subject_choices(vault: OpenFamily, *, now: int | None = None, nobody: Any = WHOLE_FAMILY) -> list[tuple[str, Any]]:
    """Whom of the family something can be about, as the reader may see them, and whom it is about `now` if she is gone."""
    choices = [("", nobody), *((row.public_id, str(row)) for row in vault.members)]
    return [*choices, (UNCHANGED, GONE)] if subject_value(vault, now) == UNCHANGED else choices


def corrected_subject(*, vault: OpenFamily, member: str, now: Member | None) -> Member | None:
    """Whom a row is about after a correction: the family as a whole only where that was chosen (an empty `member`)."""
    return now if member == UNCHANGED else subject(vault=vault, member=member)
