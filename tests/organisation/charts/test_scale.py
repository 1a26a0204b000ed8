"""A scale begins and ends on round numbers."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from organisation.charts.scale import marks_of, nice_top, steps_of

VALUES = st.decimals(-10_000_000, 10_000_000, places=1)


@given(st.decimals(0, 10_000_000, places=1))
def test_the_scale_ends_on_a_round_number_that_is_not_under_the_highest(highest: Decimal) -> None:
    top = nice_top(highest)
    assert top >= highest
    assert top.normalize().as_tuple().digits in {(1,), (2,), (4,), (6,), (8,)}
    assert highest == 0 or top <= 2 * highest or top <= 1


@given(st.lists(VALUES))
def test_the_scale_holds_every_figure_and_nought(values: list[Decimal]) -> None:
    marks = marks_of(values)
    assert marks == sorted(set(marks)) and len(marks) == 3
    assert all(marks[0] <= value <= marks[-1] for value in [*values, Decimal(0)])
    assert 0 in marks


def test_a_given_scale_has_its_steps_or_both_ends() -> None:
    assert steps_of(1, 5) == [1, 2, 3, 4, 5]
    assert steps_of(0, 100) == [0, 50, 100]
