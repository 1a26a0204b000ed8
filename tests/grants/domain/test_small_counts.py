"""What those who don't record results see of few persons, in a number and in the sum it is part of."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.domain.outcome import OutcomeTotal, StandingOutcome
from grants.domain.small_counts import is_small, shown_total
from grants.models import Outcome

ON = datetime.date(2025, 9, 15)


def counted(owner: int, value: int, kind: str = "families", measured_in: str = "") -> StandingOutcome:
    outcome = Outcome(kind=kind, value=Decimal(value), measured_in=measured_in)
    return StandingOutcome(owner, kind, Decimal(value), ON, outcome=outcome)


@pytest.mark.parametrize(
    ("value", "kind", "measured_in", "expected"),
    [
        (0, "families", "", False), (1, "families", "", True), (4, "driving_licences", "", True), (5, "families", "", False),
        (3, "events", "", False), (3, "other", "saker", True), (3, "other", "Prosent", False),
    ],
)  # fmt: skip
def test_one_to_four_persons_are_few(value: int, kind: str, measured_in: str, expected: bool) -> None:
    row = counted(1, value, kind, measured_in)
    assert is_small(row) is expected
    assert row.outcome is not None and is_small(row.outcome) is expected


@given(values=st.lists(st.integers(0, 30), min_size=1, max_size=6), exact=st.sets(st.integers(0, 5)))
def test_a_sum_with_a_hidden_part_is_of_what_is_shown(values: list[int], exact: set[int]) -> None:
    found = shown_total(OutcomeTotal("families", tuple(counted(n, value) for n, value in enumerate(values))), exact)
    shown = [value for n, value in enumerate(values) if n in exact or not 0 < value < 5]
    assert found.value == (sum(shown) if shown else None)
    assert found.is_at_least == (len(shown) < len(values))
    assert [part.is_hidden for part in found.parts] == [n not in exact and 0 < v < 5 for n, v in enumerate(values)]
