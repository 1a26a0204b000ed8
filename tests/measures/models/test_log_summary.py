"""What is kept beside the log is what reading the whole log gives, whatever has been logged, corrected and withdrawn."""

import datetime
from importlib import import_module
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from measures.domain.log import add_log_entry, correct_log_entry, withdraw_log_entry
from measures.models import LogEntry, LogSummary, Measure
from tests.factories import LogEntryFactory, MeasureFactory, PlanFactory, UserFactory
from tests.measures.models.test_log_counts import DAYS, STEPS, TODAY

Told = tuple[int, datetime.date | None, datetime.date | None]


def read(measure: Measure) -> Told:
    entries = list(measure.log_entries.all())
    corrected = {row.corrects_id for row in entries}
    standing = [row for row in entries if row.pk not in corrected and not row.withdrawn]
    evaluations = [row.happened_on for row in standing if row.is_evaluation]
    last = max((row.happened_on for row in standing), default=None)
    return len({row.thread for row in entries}), last, max(evaluations, default=None)


def kept(measure: Measure) -> Told:
    row = LogSummary.objects.filter(measure=measure).first()
    return (row.threads, row.last_logged_on, row.last_evaluated_on) if row else (0, None, None)


class Summary(TestCase):
    @settings(max_examples=25)
    @given(steps=STEPS)
    def test_it_is_what_reading_the_log_gives(self, steps: list[Any]) -> None:
        measure, by = MeasureFactory(plan=PlanFactory(starts_on=None, ends_on=None)), UserFactory()
        threads: list[LogEntry] = []
        for step, place, day, _number, is_evaluation in steps:
            said = {"text": "Gjort.", "happened_on": day, "by": by, "today": TODAY, "is_evaluation": is_evaluation}
            if step == "add":
                threads.append(add_log_entry(measure=measure, **said))
            elif standing := [row for row in threads if not row.withdrawn]:
                entry = standing[place % len(standing)]
                at = threads.index(entry)
                if step == "correct":
                    threads[at] = correct_log_entry(entry=entry, kind="activity", **said)
                else:
                    threads[at] = withdraw_log_entry(entry=entry, by=by)
            assert kept(measure) == read(measure)

    @given(days=st.lists(DAYS, min_size=1, max_size=5))
    @settings(max_examples=10)
    def test_many_rows_in_one_statement(self, days: list[datetime.date]) -> None:
        one, other, by = MeasureFactory(), MeasureFactory(), UserFactory()
        LogEntry.objects.bulk_create(
            LogEntryFactory.build(measure=row, written_by=by, happened_on=day) for day in days for row in (one, other)
        )
        assert kept(one) == read(one) == kept(other) == (len(days), max(days), None)


@pytest.mark.django_db
def test_what_was_logged_before_the_table_came_is_read_in_the_same_way() -> None:
    """The statements of the migration, with what it would find."""
    entry = LogEntryFactory(is_evaluation=True)
    LogEntryFactory(measure=entry.measure, corrects=entry, thread=entry.thread, withdrawn=True)
    last = LogEntryFactory(measure=entry.measure, is_evaluation=True)
    first, second, _end = import_module("measures.migrations.0007_log_summary").WHAT_IS_THERE.split(";")
    with connection.cursor() as cursor:
        cursor.execute(first[first.index("SELECT") :])
        assert cursor.fetchall() == [(entry.measure_id, 2)]
        expressions = second.replace("last_logged_on =", "").replace("last_evaluated_on =", "").split(" SET ")[1]
        cursor.execute(f"SELECT {expressions} FROM measures_logsummary kept")
        assert cursor.fetchall() == [(last.happened_on, last.happened_on)]
    assert kept(entry.measure) == (2, last.happened_on, last.happened_on)


@pytest.mark.django_db
def test_the_application_only_reads_it() -> None:
    LogEntryFactory()
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE measures_logsummary SET threads = 0")
