"""Two people at the log at the same time, with real connections."""

import datetime
from collections.abc import Callable

import pytest

from measures.domain.log import add_log_entry, correct_log_entry, withdraw_log_entry
from measures.domain.plan import close_period, close_plan
from measures.models import LogEntry
from organisation.domain.errors import DomainError
from tests.at_once import at_once, while_uncommitted
from tests.factories import LogEntryFactory, MeasureFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
DAY = datetime.date(2024, 3, 1)


def correction(entry: LogEntry, text: str) -> Callable[[], LogEntry]:
    by = UserFactory()
    return lambda: correct_log_entry(entry=entry, text=text, happened_on=DAY, by=by, today=DAY, kind="activity")


@pytest.mark.parametrize("round", range(3))
def test_of_two_corrections_at_once_one_wins_and_the_other_is_told(round: int) -> None:
    entry = LogEntryFactory(happened_on=DAY)
    outcomes = at_once(correction(entry, "den ene"), correction(entry, "den andre"))
    (winner,) = [outcome for outcome in outcomes if isinstance(outcome, LogEntry)]
    (loser,) = [outcome for outcome in outcomes if isinstance(outcome, DomainError)]
    assert "rettet" in str(loser.message)
    assert list(LogEntry.objects.current()) == [winner]


def test_a_correction_and_a_withdrawal_at_once_do_not_both_count() -> None:
    entry, by = LogEntryFactory(happened_on=DAY), UserFactory()
    _, outcome, waited = while_uncommitted(lambda: withdraw_log_entry(entry=entry, by=by), correction(entry, "rettet"))
    assert waited
    assert isinstance(outcome, DomainError)
    assert not LogEntry.objects.current().exists()


def test_an_entry_waits_for_the_period_that_is_being_closed_and_is_refused() -> None:
    measure, by = MeasureFactory(), UserFactory()
    _, outcome, waited = while_uncommitted(
        lambda: close_period(plan=measure.plan, first_day=DAY, last_day=DAY, by=by),
        lambda: add_log_entry(measure=measure, text="For sent.", happened_on=DAY, by=by, today=DAY),
    )
    assert waited
    assert isinstance(outcome, DomainError)
    assert outcome.field == "happened_on"
    assert not LogEntry.objects.exists()


def test_closing_a_period_waits_for_the_entry_that_is_being_written() -> None:
    measure, by = MeasureFactory(), UserFactory()
    entry, outcome, waited = while_uncommitted(
        lambda: add_log_entry(measure=measure, text="I tide.", happened_on=DAY, by=by, today=DAY),
        lambda: (
            close_period(plan=measure.plan, first_day=DAY, last_day=DAY, by=by),
            list(LogEntry.objects.current()),
        ),
    )
    assert waited
    assert outcome[1] == [entry]


def test_an_entry_waits_for_the_plan_that_is_being_closed_and_is_refused() -> None:
    measure, by = MeasureFactory(), UserFactory()
    _, outcome, waited = while_uncommitted(
        lambda: close_plan(plan=measure.plan, version=1, by=by),
        lambda: add_log_entry(measure=measure, text="For sent.", happened_on=DAY, by=by, today=DAY),
    )
    assert waited
    assert isinstance(outcome, DomainError)
    assert not LogEntry.objects.exists()
