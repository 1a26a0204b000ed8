"""Quotes: with consent or not at all."""

import datetime
import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from grants.domain.quote import add_quote, update_quote, withdraw_consent
from grants.models import Quote
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry
from tests.factories import UserFactory, make_funded
from tests.factories.grants_results import QuoteFactory

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2025, 6, 30)
WORDS = "Ingen hadde spurt oss før."


def add(**fields: Any) -> Quote:
    content: dict[str, Any] = {
        "text": WORDS, "said_by": "mor", "consent_given_on": TODAY, "consent_note": "signert skjema",
    }  # fmt: skip
    if "sub_project" not in fields:
        fields["sub_project"] = make_funded(("2025-1", 1000))
    return add_quote(**({"by": UserFactory(), "today": TODAY} | content | fields))


def everything_in_the_log() -> str:
    return json.dumps(list(AuditEntry.objects.values("before", "after", "action")))


def test_a_quote_is_kept_with_the_day_and_the_manner_of_its_consent() -> None:
    quote = add()
    assert (quote.text, quote.consent_given_on, quote.consent_note) == (WORDS, TODAY, "signert skjema")
    assert list(Quote.objects.usable()) == [quote]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": " "}, "text"),
        ({"said_by": ""}, "said_by"),
        ({"consent_note": " "}, "consent_note"),
        ({"consent_given_on": TODAY + datetime.timedelta(days=1)}, "consent_given_on"),
        ({"said_by": "Prøve Person"}, "said_by"),
        ({"said_by": "mor, Prøve P. Person"}, "said_by"),
        ({"text": "Jeg heter 01010012345."}, "text"),
        ({"consent_note": "skjema 010100 12345"}, "consent_note"),
    ],
)
def test_a_quote_without_consent_or_with_a_name_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        add(**fields)
    assert refused.value.field == field
    assert not Quote.objects.exists()


@pytest.mark.parametrize("said_by", ["mor", "Ungdom, 17 år", "ansatt i NAV Lerkendal", "Far på Brundalen", "Rektor"])
def test_whoever_is_no_name_is_let_through(said_by: str) -> None:
    assert add(said_by=said_by).said_by == said_by


def test_a_quote_sent_twice_is_kept_once() -> None:
    sub_project, by = make_funded(("2025-1", 1000)), UserFactory()
    assert add(sub_project=sub_project, by=by) == add(sub_project=sub_project, by=by)


def test_a_quote_can_be_put_right() -> None:
    quote = QuoteFactory()
    fields = {"said_by": "far", "consent_given_on": TODAY, "consent_note": "på telefon"}
    changed = update_quote(quote=quote, text="Bedre.", version=1, by=UserFactory(), today=TODAY, **fields)
    assert (changed.text, changed.said_by, changed.version) == ("Bedre.", "far", 2)
    with pytest.raises(DomainError) as refused:
        update_quote(quote=changed, text="", version=2, by=UserFactory(), today=TODAY, **fields)
    assert refused.value.field == "text"


def test_a_withdrawn_consent_erases_the_words_at_once() -> None:
    quote, by = add(), UserFactory()
    withdraw_consent(quote=quote, by=by, on=TODAY)
    row = Quote.objects.get()
    assert (row.text, row.said_by, row.consent_withdrawn_on) == ("", "", TODAY)
    assert not Quote.objects.usable().exists()
    entry = AuditEntry.objects.filter(table_name="grants_quote", operation="UPDATE").get()
    assert (entry.actor_id, entry.action) == (by.pk, "quote.withdraw_consent")


def test_the_change_log_never_holds_the_words() -> None:
    quote = add()
    update_quote(
        quote=quote, text=f"{WORDS} Endret.", said_by="en bestemor", consent_given_on=TODAY, consent_note="på papir",
        version=1, by=UserFactory(), today=TODAY,
    )  # fmt: skip
    withdraw_consent(quote=quote, by=UserFactory(), on=TODAY)
    logged = everything_in_the_log()
    assert "quote.add" in logged and "quote.update" in logged
    assert WORDS not in logged and "bestemor" not in logged


def test_erasing_waits_for_no_version_and_a_second_time_changes_nothing() -> None:
    quote = add()
    Quote.objects.filter(pk=quote.pk).update(version=7)
    withdraw_consent(quote=quote, by=UserFactory(), on=TODAY)
    withdraw_consent(quote=quote, by=UserFactory(), on=TODAY + datetime.timedelta(days=1))
    assert Quote.objects.get().consent_withdrawn_on == TODAY


def test_a_quote_that_is_erased_is_not_written_anew() -> None:
    quote = withdraw_consent(quote=add(), by=UserFactory(), on=TODAY)
    with pytest.raises(DomainError, match="trukket tilbake"):
        update_quote(
            quote=quote, text=WORDS, said_by="mor", consent_given_on=TODAY, consent_note="på papir",
            version=quote.version, by=UserFactory(), today=TODAY,
        )  # fmt: skip
    assert Quote.objects.get().text == ""


def test_the_database_too_keeps_no_words_without_consent() -> None:
    quote = QuoteFactory()
    with pytest.raises(IntegrityError, match="quote_stands_with_its_consent"), transaction.atomic():
        Quote.objects.filter(pk=quote.pk).update(consent_withdrawn_on=TODAY)
