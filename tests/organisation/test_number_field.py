"""Numbers are read as Norwegians write them, and as the product prints them."""

from decimal import Decimal

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from organisation.forms import NumberField
from organisation.templatetags.numbers import kroner, number


def read(text: str) -> Decimal | None:
    value = NumberField(required=False, max_digits=14).clean(text)
    return None if value is None else Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 600", "1600"),
        ("1\u00a0600", "1600"),
        ("1 600,5", "1600.5"),
        ("12,50", "12.50"),
        ("12.5", "12.5"),
        ("0", "0"),
    ],
)
def test_what_is_written_is_read(text: str, value: str) -> None:
    assert read(text) == Decimal(value)


@pytest.mark.parametrize("text", ["1e5", "1.600", "1 60", "16 00", "NaN", "mange", "1,234", "--1", "٣"])
def test_what_may_be_meant_in_two_ways_is_asked_about(text: str) -> None:
    with pytest.raises(forms.ValidationError) as refusal:
        read(text)
    assert "1 600 eller 12,5" in refusal.value.messages[0]


@pytest.mark.parametrize("language", ["nb", "en"])
@given(value=st.decimals(0, 10**9, places=2))
def test_what_is_printed_can_be_typed(language: str, value: Decimal) -> None:
    with translation.override(language):
        assert read(number(value)) == value


@pytest.mark.parametrize(
    ("amount", "text"),
    [(Decimal("1600.5"), "1 600,50"), ("1600.50", "1 600,50"), (Decimal("1600.00"), "1 600"), (-4, "-4"), (None, "–")],
)
def test_amounts_on_pages_have_two_decimals_or_none(amount: object, text: str) -> None:
    assert kroner(amount).replace("\xa0", " ") == text
