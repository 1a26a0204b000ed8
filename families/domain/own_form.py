"""The family's own form: whoever has the link may answer, once. Nobody is logged in, and no family is opened.

All texts of this file are shown to the family, in its own language (povertyplan/locale).
"""

import re
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext_lazy as _

from families.domain.voice import tell_team
from families.models import Helpful, LinkState, VoiceAnswer, VoiceLink
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting
from organisation.identity_numbers import contains_identity_number

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
CHOOSE_ONE = _("Velg ett av svarene.")
TOO_LONG = _("Teksten er for lang. Skriv høyst 1000 tegn.")
HAS_NUMBER = _("Det ser ut til at teksten inneholder et fødselsnummer. Ta det bort, og send svaret på nytt.")


@dataclass(frozen=True)
class Opened:
    """What whoever has a link may know of it."""

    language: str
    state: LinkState


def open_link(*, token: str) -> Opened | None:
    """What a token is good for. None for what never was a link, for one taken back, and for one whose case is closed:
    whoever has it can't tell the three apart."""
    if not TOKEN.fullmatch(token):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT language, state FROM povertyplan_voice_link(%s)", [VoiceLink.hash_of(token)])
        row = cursor.fetchone()
    return Opened(row[0], LinkState(row[1])) if row else None


def check_words(*, matters: str) -> None:
    """What the family may write: some words, and no national identity number."""
    if len(matters) > VoiceAnswer.LONGEST:
        raise DomainError(TOO_LONG, "matters")
    if contains_identity_number(matters):
        raise DomainError(HAS_NUMBER, "matters")


def take_answer(*, token: str, helpful: str, matters: str, wants_contact: bool, language: str, by: None = None) -> bool:
    """Store what the family said, once, and tell the team. False where the link can't be used, any more or at all.

    `by` is nobody: whoever answers is not logged in, and not known.
    """
    if helpful not in Helpful.values:
        raise DomainError(CHOOSE_ONE, "helpful")
    check_words(matters=matters)
    with acting(by, "voice.answer"):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT answer, family_reference, member FROM povertyplan_voice_answer(%s, %s, %s, %s, %s)",
                [VoiceLink.hash_of(token), helpful, matters, wants_contact, language],
            )
            rows = cursor.fetchall()
        if rows:
            members = [member for _answer, _reference, member in rows if member]
            tell_team(answer=rows[0][0], reference=rows[0][1], members=members, wants_contact=wants_contact)
    return bool(rows)
