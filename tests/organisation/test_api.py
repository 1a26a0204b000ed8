"""Refusals as JSON."""

import pytest
from rest_framework import serializers

from organisation.api import NoIdentityNumbers, exception_handler
from organisation.domain.errors import DomainError, StaleWrite
from tests.identity_numbers import made_up


def test_a_stale_write_is_412() -> None:
    answer = exception_handler(StaleWrite(None), {})
    assert answer is not None
    assert answer.status_code == 412
    assert "Noen andre lagret" in answer.data["detail"]


def test_a_refusal_is_400_with_its_message_at_its_field() -> None:
    answer = exception_handler(DomainError("Fram i tid.", "on"), {})
    assert answer is not None
    assert (answer.status_code, answer.data) == (400, {"on": ["Fram i tid."]})


def test_a_refusal_about_no_field_has_a_detail() -> None:
    answer = exception_handler(DomainError("Nei."), {})
    assert answer is not None
    assert (answer.status_code, answer.data) == (400, {"detail": ["Nei."]})


def test_another_error_is_not_hidden() -> None:
    assert exception_handler(RuntimeError("feil"), {}) is None


class NoteSerializer(NoIdentityNumbers, serializers.Serializer):
    text = serializers.CharField()
    words = serializers.ListField(child=serializers.CharField(), required=False)
    more = serializers.DictField(required=False)


@pytest.mark.parametrize(
    ("field", "value"), [("text", f"Om {made_up()}."), ("words", ["ett", made_up()]), ("more", {"a": {"b": made_up()}})]
)
def test_a_national_identity_number_is_refused_at_its_field(field: str, value: object) -> None:
    serializer = NoteSerializer(data={"text": "Om skolen.", field: value})
    assert not serializer.is_valid()
    assert list(serializer.errors) == [field]
    assert "fødselsnummer" in str(serializer.errors)
    assert made_up() not in str(serializer.errors)


def test_other_texts_are_taken() -> None:
    assert NoteSerializer(data={"text": "Telefon 99 88 77 66", "words": ["ett"]}).is_valid()
