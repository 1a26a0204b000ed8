"""What has been counted: sums and latest figures, from the log as it stands."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.domain.results import Result, results
from measures.models import Target
from tests.database import undone
from tests.factories import LogEntryFactory, LogFigureFactory, MeasureFactory, TargetFactory

pytestmark = pytest.mark.django_db
UNTIL = datetime.date(2025, 6, 30)
DAYS = st.dates(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))
VALUES = st.decimals(-1000, 1000, places=2)
# Day, value, and what a correction made of them: None where there was none, "withdrawn", or another value.
FIGURE = st.tuples(DAYS, VALUES, st.none() | st.just("withdrawn") | VALUES)


def result_of(target: Target, until: datetime.date = UNTIL) -> Result:
    (result,) = results([target.measure], until)[target.measure_id]
    return result


def log(target: Target, day: datetime.date, value: Decimal, fate: object) -> Decimal | None:
    """Write a figure and its correction; the value that stands."""
    entry = LogEntryFactory(measure=target.measure, happened_on=day)
    LogFigureFactory(target=target, entry=entry, value=value)
    if fate is None:
        return value
    withdrawn = fate == "withdrawn"
    last = LogEntryFactory(measure=target.measure, happened_on=day, corrects=entry, withdrawn=withdrawn)
    if not isinstance(fate, Decimal):
        return None
    LogFigureFactory(target=target, entry=last, value=fate)
    return fate


@given(figures=st.lists(FIGURE, max_size=6))
def test_a_sum_is_of_what_stands_up_to_the_day(figures: list[tuple[datetime.date, Decimal, object]]) -> None:
    with undone():
        target = TargetFactory(counting="sum")
        standing = [
            value for day, *figure in figures if (value := log(target, day, *figure)) is not None and day <= UNTIL
        ]
        result = result_of(target)
        assert result.value == (sum(standing, Decimal(0)) if standing else None)
        assert result.entries == len(standing)


@given(figures=st.lists(FIGURE, max_size=6, unique_by=lambda figure: figure[0]))
def test_the_latest_is_the_one_of_the_last_day(figures: list[tuple[datetime.date, Decimal, object]]) -> None:
    with undone():
        target = TargetFactory(counting="latest")
        standing = {
            day: value for day, *figure in figures if (value := log(target, day, *figure)) is not None and day <= UNTIL
        }
        assert result_of(target).value == (standing[max(standing)] if standing else None)


def test_nothing_counted_is_not_zero() -> None:
    target = TargetFactory()
    LogEntryFactory(measure=target.measure)
    assert (result_of(target).value, result_of(target).percent) == (None, None)


def test_the_last_day_counts_and_the_day_after_does_not() -> None:
    target = TargetFactory()
    for days, value in ((0, 2), (1, 5)):
        entry = LogEntryFactory(measure=target.measure, happened_on=UNTIL + datetime.timedelta(days=days))
        LogFigureFactory(target=target, entry=entry, value=value)
    assert result_of(target).value == 2


@pytest.mark.parametrize(
    ("goal", "value", "percent"), [(50, 38, 76), (3, 2, 66), (50, 0, 0), (0, 3, None), (None, 3, None)]
)
def test_percent_of_the_target(goal: int | None, value: int, percent: int | None) -> None:
    target = TargetFactory(value=goal)
    LogFigureFactory(target=target, value=value)
    target.refresh_from_db()
    assert result_of(target).percent == percent


def test_a_correction_makes_no_earlier_figure_of_the_day_the_latest() -> None:
    target = TargetFactory(counting="latest")
    first, second = (LogEntryFactory(measure=target.measure, happened_on=UNTIL) for _ in range(2))
    LogFigureFactory(target=target, entry=first, value=1)
    LogFigureFactory(target=target, entry=second, value=2)
    corrected = LogEntryFactory(measure=target.measure, happened_on=UNTIL, corrects=first, thread=first.thread)
    LogFigureFactory(target=target, entry=corrected, value=10)
    assert result_of(target).value == 2


def test_entries_that_are_left_out_do_not_count() -> None:
    target = TargetFactory()
    counted, left_out = LogFigureFactory(target=target, value=1), LogFigureFactory(target=target, value=100)
    (result,) = results([target.measure], UNTIL, leave_out=[left_out.entry_id])[target.measure_id]
    assert (result.value, result.entries) == (counted.value, 1)


def test_measures_do_not_mix() -> None:
    mine, other = LogFigureFactory(value=1).target, LogFigureFactory(value=100).target
    assert result_of(mine).value == 1
    assert set(results([mine.measure, other.measure, MeasureFactory()], UNTIL)) == {mine.measure_id, other.measure_id}


@pytest.mark.parametrize(("counting", "expected"), [("sum", 5), ("latest", 3)])
def test_since_a_day_only_what_was_counted_from_that_day_on(counting: str, expected: int) -> None:
    target = TargetFactory(counting=counting)
    since = datetime.date(2025, 1, 1)
    for day, value in (
        (since - datetime.timedelta(1), 100),
        (since, 2),
        (UNTIL, 3),
        (UNTIL + datetime.timedelta(1), 50),
    ):
        log(target, day, Decimal(value), None)
    (result,) = results([target.measure], UNTIL, since=since)[target.measure_id]
    assert (result.value, result.entries) == (expected, 2)
    (nothing,) = results([target.measure], since - datetime.timedelta(9), since=since)[target.measure_id]
    assert (nothing.value, nothing.entries) == (None, 0)
