"""A family in the one search: by its case reference and nothing else, and only one's own teams' families. Reading is an act."""

import datetime

from families.domain.cases import MyCase, my_cases
from families.domain.reading import open_families
from organisation.models import User
from organisation.models.base import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH

SHORTEST = 3
MOST = 20


def could_be_reference(*, words: str) -> str:
    """The letters and digits of what may be a case reference or a part of one; "" for any other words.

    References have no vowels, so that words hardly ever look like one, and no family is opened for them.
    """
    typed = "".join(letter for letter in words.lower() if letter not in " -–")
    fits = SHORTEST <= len(typed) <= PUBLIC_ID_LENGTH and set(typed) <= set(PUBLIC_ID_ALPHABET)
    return typed if fits else ""


def families_found(*, words: str, page: str, by: User, on: datetime.date) -> list[MyCase]:
    """The cases of one's own teams whose references have this in them, each logged as read on `page`. Inside `reading(by)`."""
    typed = could_be_reference(words=words)
    found = [case for case in my_cases(by=by, on=on) if typed in case.reference][:MOST] if typed else []
    opened = set(open_families(ids=[case.pk for case in found], page=page))
    return [case for case in found if case.pk in opened]
