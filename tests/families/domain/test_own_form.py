"""What a family may answer, and how often: once."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from families.domain.own_form import HAS_NUMBER, TOO_LONG, check_words, open_link, take_answer
from families.domain.voice import make_link
from families.models import Family, LinkState, VoiceAnswer, VoiceLink
from organisation.domain.errors import DomainError
from organisation.models import Notice
from tests.at_once import at_once, while_uncommitted
from tests.database import owner_cursor
from tests.factories.families import inside, make_family
from tests.identity_numbers import made_up

pytestmark = pytest.mark.django_db


def new_link(family: Family, days_ago: int = 0, language: str = "nb") -> str:
    at = timezone.now() - datetime.timedelta(days=days_ago)
    with inside(family) as vault:
        return make_link(vault=vault, language=language, days=14, by=vault.user, at=at)[1]


def answer(token: str, **changes: Any) -> bool:
    said = {"helpful": "partly", "matters": "Et rom til hvert barn", "wants_contact": True, "language": "ar"}
    return take_answer(token=token, **(said | changes))


def answers(family: Family) -> list[VoiceAnswer]:
    with inside(family) as vault:
        return list(vault.rows(VoiceAnswer))


def test_an_answer_is_stored_as_it_was_given() -> None:
    family = make_family()
    assert answer(new_link(family))
    (row,) = answers(family)
    assert (row.helpful, row.matters, row.wants_contact, row.language) == (
        "partly",
        "Et rom til hvert barn",
        True,
        "ar",
    )
    assert (row.family_id, row.municipality_id) == (family.pk, family.municipality_id)
    assert row.answered_on == timezone.localdate()
    assert len(row.public_id) == 10


def test_a_link_is_used_once_and_says_so() -> None:
    family = make_family()
    token = new_link(family, language="uk")
    opened = open_link(token=token)
    assert opened is not None
    assert (opened.language, opened.state) == ("uk", LinkState.OPEN)
    assert open_link(token=token) == opened, "looking uses nothing"
    assert answer(token)
    opened = open_link(token=token)
    assert opened is not None
    assert opened.state == LinkState.USED
    assert not answer(token, matters="En gang til")
    assert len(answers(family)) == 1


def test_a_link_out_of_time_takes_nothing() -> None:
    family = make_family()
    token = new_link(family, days_ago=20)
    opened = open_link(token=token)
    assert opened is not None
    assert opened.state == LinkState.OUT_OF_TIME
    assert not answer(token)
    assert answers(family) == []


@pytest.mark.django_db(transaction=True)
def test_out_of_time_a_link_does_not_say_whether_it_was_used() -> None:
    """Somebody who finds an old sheet learns nothing from it."""
    family = make_family()
    token = new_link(family)
    assert answer(token)
    with owner_cursor() as cursor:
        cursor.execute("SET povertyplan.maintenance = 'on'")
        cursor.execute("UPDATE families_voicelink SET expires_at = now() - interval '1 second'")
        assert cursor.rowcount == 1
    opened = open_link(token=token)
    assert opened is not None
    assert opened.state == LinkState.OUT_OF_TIME


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "A" * 42 + "!", "A" * 44, "ø" * 43, "A" * 43 + "\n"])
def test_what_is_no_link_leads_nowhere(token: str) -> None:
    assert open_link(token=token) is None
    assert not answer(token)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"helpful": "maybe"}, "helpful"),
        ({"helpful": ""}, "helpful"),
        ({"matters": "x" * 1001}, "matters"),
        ({"matters": f"Jeg er {made_up()}"}, "matters"),
    ],
)
def test_what_can_not_be_taken_is_refused_and_the_link_still_good(changes: dict[str, Any], field: str) -> None:
    family = make_family()
    token = new_link(family)
    with pytest.raises(DomainError) as refused:
        answer(token, **changes)
    assert refused.value.field == field
    assert answers(family) == []
    assert answer(token)


def test_words_are_counted_and_searched_for_identity_numbers() -> None:
    check_words(matters="x" * 1000)
    for matters, message in (("x" * 1001, TOO_LONG), (made_up(), HAS_NUMBER)):
        with pytest.raises(DomainError) as refused:
            check_words(matters=matters)
        assert refused.value.message == message


@pytest.mark.parametrize(
    "said", [("maybe", "", "nb"), ("yes", "x" * 1001, "nb"), ("yes", "", "fr"), ("yes", f"a {made_up()}", "nb")]
)
def test_the_database_refuses_them_too(said: tuple[str, str, str]) -> None:
    helpful, matters, language = said
    family = make_family()
    hashed = VoiceLink.hash_of(new_link(family))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM povertyplan_voice_answer(%s, %s, %s, false, %s)", [hashed, helpful, matters, language]
        )
    assert answers(family) == []


@pytest.mark.django_db(transaction=True)
def test_two_devices_at_once_give_one_answer() -> None:
    family = make_family()
    token = new_link(family)
    outcomes = at_once(*[lambda n=n: answer(token, matters=f"Svar {n}") for n in range(4)])
    assert sorted(outcomes) == [False, False, False, True]
    assert len(answers(family)) == 1
    assert Notice.objects.filter(kind="voice").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_answer_waits_for_the_first_and_finds_the_link_used() -> None:
    family = make_family()
    token = new_link(family)
    first, second, waited = while_uncommitted(
        lambda: answer(token, matters="Først"), lambda: answer(token, matters="Så")
    )
    assert (first, second, waited) == (True, False, True)
    assert [row.matters for row in answers(family)] == ["Først"]


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_could_not_be_told_of_leaves_the_link_good(monkeypatch: Any) -> None:
    """All or nothing: no link is used up by an error behind it."""
    family = make_family()
    token = new_link(family)
    with monkeypatch.context() as patch:
        patch.setattr("families.domain.own_form.tell_team", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            answer(token)
    assert answer(token)
    assert len(answers(family)) == 1
