"""The first page of a family shows a little of each part of the vault. A part adds one function to PARTS, here.

    PARTS: list[Part] = [next_steps, newest_contacts]

A function gets the opened family and returns the template to include (templates/families/_overview_<part>.html) with its
context, or None where there is nothing to show. The template has `part` (that context), `family` and `vault`. What it
shows must come from `vault.rows(...)`, in a number of queries that does not grow with the rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from families.domain.vault import OpenFamily
from families.views.consent import consents_part
from families.views.contact import contacts_part
from families.views.economy import decisions_part
from families.views.need import needs_part
from families.views.read_log import privacy_part
from families.views.voice import voice_part


@dataclass(frozen=True)
class Shown:
    """One part of the overview: the template and what it is given, under the name `part`."""

    template: str
    part: dict[str, Any]


Part = Callable[[OpenFamily], tuple[str, dict[str, Any]] | None]

# In the order of the page. Import the function from the part's view module and name it here.
PARTS: list[Part] = [needs_part, contacts_part, decisions_part, consents_part, voice_part, privacy_part]


def overview(vault: OpenFamily) -> list[Shown]:
    """What the parts have to say of a family on its first page."""
    found = [part(vault) for part in PARTS]
    return [Shown(*one) for one in found if one]
