"""What people have said, kept for as long as they agree to it."""

import datetime
import re

from django.utils.translation import gettext_lazy as _

from grants.models import Quote, SubProject
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, locked
from organisation.models import User

# Two words in a row that begin like names, and whole national id numbers. Not a proof, but a reminder where it helps.
FULL_NAME = re.compile(r"\b[A-ZÆØÅ][a-zæøåéüö-]+ (?:[A-ZÆØÅ]\. )?[A-ZÆØÅ][a-zæøåéüö-]+")
ID_NUMBER = re.compile(r"(?<!\d)\d{6} ?\d{5}(?!\d)")


def add_quote(
    *,
    sub_project: SubProject,
    text: str,
    said_by: str,
    consent_given_on: datetime.date,
    consent_note: str,
    by: User,
    today: datetime.date,
) -> Quote:
    """Keep what somebody said, with the day she agreed to it and how. Sent twice by the same person, it is kept once."""
    _check(text, said_by, consent_given_on, consent_note, today)
    content = {"text": text, "said_by": said_by, "consent_given_on": consent_given_on, "consent_note": consent_note}
    with acting(by, "quote.add"):
        SubProject.objects.select_for_update(no_key=True).get(pk=sub_project.pk)
        usable = Quote.objects.usable().filter(sub_project=sub_project, written_by=by, **content)
        return usable.first() or Quote.objects.create(sub_project=sub_project, written_by=by, **content)


def update_quote(
    *,
    quote: Quote,
    text: str,
    said_by: str,
    consent_given_on: datetime.date,
    consent_note: str,
    version: int,
    by: User,
    today: datetime.date,
) -> Quote:
    _check(text, said_by, consent_given_on, consent_note, today)
    with acting(by, "quote.update"):
        quote = locked(quote, version)
        if quote.consent_withdrawn_on is not None:
            raise DomainError(_("Samtykket er trukket tilbake, og sitatet er slettet."))
        quote.text, quote.said_by = text, said_by
        quote.consent_given_on, quote.consent_note = consent_given_on, consent_note
        quote.save()
    return quote


def withdraw_consent(*, quote: Quote, by: User, on: datetime.date) -> Quote:
    """Erase what was said, at once and for good, whatever else is being changed. The row says that there was a consent.

    The change log never held the words (migrations/0003_audit.py). A second time changes nothing.
    """
    with acting(by, "quote.withdraw_consent"):
        quote = locked(quote, version=None)
        if quote.consent_withdrawn_on is None:
            quote.text = quote.said_by = ""
            quote.consent_withdrawn_on = on
            quote.save()
    return quote


def _check(text: str, said_by: str, consent_given_on: datetime.date, consent_note: str, today: datetime.date) -> None:
    if not text.strip():
        raise DomainError(_("Skriv det som ble sagt."), "text")
    if not said_by.strip():
        raise DomainError(_("Skriv hvem som sa det, uten navn. For eksempel «mor» eller «ungdom»."), "said_by")
    if FULL_NAME.search(said_by):
        raise DomainError(_("Dette ser ut som et navn. Skriv for eksempel «mor» eller «ungdom»."), "said_by")
    if FULL_NAME.search(consent_note):
        raise DomainError(_("Dette ser ut som et navn. Skriv hvordan samtykket ble gitt, uten navn."), "consent_note")
    for field, words in (("text", text), ("said_by", said_by), ("consent_note", consent_note)):
        if ID_NUMBER.search(words):
            raise DomainError(_("Dette ser ut som et fødselsnummer. Fjern det."), field)
    if consent_given_on > today:
        raise DomainError(_("Datoen ligger fram i tid. Sitatet kan lagres når samtykket er gitt."), "consent_given_on")
    if not consent_note.strip():
        raise DomainError(_("Skriv hvordan samtykket ble gitt. Uten samtykke kan sitatet ikke lagres."), "consent_note")
