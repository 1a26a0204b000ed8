"""Refusals as JSON."""

from organisation.api import exception_handler
from organisation.domain.errors import DomainError, StaleWrite


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
