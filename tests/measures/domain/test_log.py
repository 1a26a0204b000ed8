"""The log: what is taken, what is refused, and that nothing is ever overwritten."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from measures.domain.log import add_log_entry, correct_log_entry, withdraw_log_entry
from measures.models import LogEntry, Measure, PlanState
from organisation.domain.errors import DomainError
from tests.factories import (
    ClosedPeriodFactory,
    LogEntryFactory,
    MeasureFactory,
    PlanFactory,
    TargetFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2025, 3, 1)
IN_CLOSED = datetime.date(2024, 6, 30)
IN_OPEN = datetime.date(2024, 7, 1)


def add(measure: Measure, **fields: Any) -> LogEntry:
    values: dict[str, Any] = {"text": "Kurs holdt.", "happened_on": TODAY, "today": TODAY, **fields}
    return add_log_entry(measure=measure, by=UserFactory(), **values)


def correct(entry: LogEntry, **fields: Any) -> LogEntry:
    values: dict[str, Any] = {
        "text": "Kurs holdt for ti.",
        "happened_on": entry.happened_on,
        "today": TODAY,
        "kind": entry.kind,
        **fields,
    }
    return correct_log_entry(entry=entry, by=UserFactory(), **values)


def withdraw(entry: LogEntry, reason: str = "Feil tiltak.") -> LogEntry:
    return withdraw_log_entry(entry=entry, by=UserFactory(), reason=reason)


@pytest.fixture
def measure_with_a_closed_period() -> Measure:
    period = ClosedPeriodFactory(first_day=datetime.date(2024, 1, 1), last_day=IN_CLOSED)
    return MeasureFactory(plan=period.plan)


def test_an_entry_is_kept_with_its_figures_and_its_writer() -> None:
    target, by = TargetFactory(), UserFactory()
    entry = add_log_entry(
        measure=target.measure, text="Kurs holdt.", happened_on=TODAY, by=by, today=TODAY, kind="result",
        figures={target: Decimal(12)}, is_evaluation=True,
    )  # fmt: skip
    entry.refresh_from_db()
    assert (entry.text, entry.happened_on, entry.kind, entry.is_evaluation) == ("Kurs holdt.", TODAY, "result", True)
    assert entry.written_by == by
    assert [(figure.target, figure.value) for figure in entry.figures.all()] == [(target, Decimal(12))]
    assert list(LogEntry.objects.current()) == [entry]


@pytest.mark.parametrize("text", ["", "  \n\t"])
@pytest.mark.parametrize("step", ["add", "correct"])
def test_an_entry_without_a_text_is_refused(step: str, text: str) -> None:
    entry = LogEntryFactory()
    with pytest.raises(DomainError) as refusal:
        add(entry.measure, text=text) if step == "add" else correct(entry, text=text)
    assert refusal.value.field == "text"
    assert list(LogEntry.objects.all()) == [entry]


@pytest.mark.parametrize("step", ["add", "correct"])
def test_a_day_in_the_future_is_refused(step: str) -> None:
    entry, tomorrow = LogEntryFactory(), TODAY + datetime.timedelta(days=1)
    with pytest.raises(DomainError) as refusal:
        add(entry.measure, happened_on=tomorrow) if step == "add" else correct(entry, happened_on=tomorrow)
    assert refusal.value.field == "happened_on"


@pytest.mark.parametrize("step", ["add", "correct"])
def test_a_figure_of_another_measures_target_is_refused(step: str) -> None:
    entry, foreign = LogEntryFactory(), TargetFactory()
    figures = {foreign: Decimal(1)}
    with pytest.raises(DomainError):
        add(entry.measure, figures=figures) if step == "add" else correct(entry, figures=figures)
    assert not foreign.figures.exists()


def test_a_day_in_a_closed_period_is_refused(measure_with_a_closed_period: Measure) -> None:
    with pytest.raises(DomainError) as refusal:
        add(measure_with_a_closed_period, happened_on=IN_CLOSED)
    assert refusal.value.field == "happened_on"
    assert add(measure_with_a_closed_period, happened_on=IN_OPEN).pk


def test_a_closed_period_of_another_plan_is_no_hindrance(measure_with_a_closed_period: Measure) -> None:
    assert add(MeasureFactory(), happened_on=IN_CLOSED).pk


def test_an_entry_in_a_closed_period_is_neither_corrected_nor_withdrawn(measure_with_a_closed_period: Measure) -> None:
    entry = LogEntryFactory(measure=measure_with_a_closed_period, happened_on=IN_CLOSED)
    with pytest.raises(DomainError):
        correct(entry)
    with pytest.raises(DomainError):
        correct(entry, happened_on=IN_OPEN)
    with pytest.raises(DomainError):
        withdraw(entry)
    assert list(LogEntry.objects.current()) == [entry]


def test_an_entry_is_not_moved_into_a_closed_period(measure_with_a_closed_period: Measure) -> None:
    entry = LogEntryFactory(measure=measure_with_a_closed_period, happened_on=IN_OPEN)
    with pytest.raises(DomainError) as refusal:
        correct(entry, happened_on=IN_CLOSED)
    assert refusal.value.field == "happened_on"
    assert list(LogEntry.objects.current()) == [entry]


def test_nothing_is_logged_on_a_closed_plan() -> None:
    entry = LogEntryFactory(measure__plan__state=PlanState.CLOSED)
    for step in (lambda: add(entry.measure), lambda: correct(entry), lambda: withdraw(entry)):
        with pytest.raises(DomainError):
            step()
    assert list(LogEntry.objects.all()) == [entry]


def test_a_draft_takes_entries() -> None:
    assert add(MeasureFactory(plan=PlanFactory(state=PlanState.DRAFT))).pk


def test_a_correction_is_a_new_version_and_the_earlier_ones_stay_readable() -> None:
    target = TargetFactory()
    first = add(target.measure, text="Først", figures={target: Decimal(1)})
    second = correct(first, text="Så", figures={target: Decimal(2)}, reason="Talte feil.")
    third = correct(second, text="Til slutt", figures={target: Decimal(3)})

    versions = LogEntry.objects.filter(thread=first.thread).order_by("id")
    assert [entry.text for entry in versions] == ["Først", "Så", "Til slutt"]
    assert [entry.figures.get().value for entry in versions] == [1, 2, 3]
    assert versions[1].reason == "Talte feil."
    assert list(LogEntry.objects.current()) == [third]


def test_a_withdrawn_entry_counts_nowhere_and_stays_readable() -> None:
    target = TargetFactory()
    entry = add(target.measure, is_evaluation=True, figures={target: Decimal(1)})
    last = withdraw(entry)

    assert list(LogEntry.objects.current()) == []
    assert (last.text, last.withdrawn, last.reason, last.is_evaluation) == (entry.text, True, "Feil tiltak.", False)
    assert not last.figures.exists()
    measure = Measure.objects.with_next_evaluation().get(pk=target.measure.pk)
    assert (measure.last_logged_on, measure.last_evaluated_on) == (None, None)
    assert LogEntry.objects.filter(thread=entry.thread).count() == 2


def test_a_withdrawn_entry_is_over() -> None:
    last = withdraw(LogEntryFactory())
    with pytest.raises(DomainError):
        withdraw(last)
    with pytest.raises(DomainError):
        correct(last)
    assert not LogEntry.objects.current().exists()


def test_an_entry_that_has_a_newer_version_is_left_alone() -> None:
    entry = LogEntryFactory()
    newer = correct(entry)
    for step in (correct, withdraw):
        with pytest.raises(DomainError, match="rettet"):
            step(entry)
    assert list(LogEntry.objects.current()) == [newer]


def test_an_entry_is_no_one_elses_thread() -> None:
    assert add(MeasureFactory()).thread != add(MeasureFactory()).thread
