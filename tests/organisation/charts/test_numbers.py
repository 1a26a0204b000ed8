"""Numbers are written the Norwegian way, whatever the language of the page."""

from decimal import Decimal

import pytest
from django.utils import translation

from organisation.charts import norwegian


@pytest.mark.parametrize("language", ["nb", "en"])
def test_numbers_are_norwegian_in_every_language(language: str) -> None:
    with translation.override(language):
        values = (1838, 0, 60.5, 12.0, -1234567.25, Decimal("100"), Decimal("-0.0"), 1e21, Decimal("1E+3"))
        assert [norwegian(value) for value in values] == [
            "1\u00a0838", "0", "60,5", "12", "−1\u00a0234\u00a0567,25", "100", "0",
            "1\u00a0000\u00a0000\u00a0000\u00a0000\u00a0000\u00a0000\u00a0000", "1\u00a0000",
        ]  # fmt: skip


def test_the_unit_stays_with_its_number() -> None:
    assert norwegian(36, "%") == "36\u00a0%"


def test_what_is_no_number_is_said_to_be_missing() -> None:
    with translation.override("nb"):
        assert {norwegian(value, "%") for value in (None, float("nan"), float("inf"))} == {"mangler"}
