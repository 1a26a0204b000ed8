"""The counts by month are what plain counting of the log gives, whatever has been logged, corrected and withdrawn."""

import datetime
from collections import defaultdict
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import QuerySet
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from measures.domain.log import add_log_entry, correct_log_entry, withdraw_log_entry
from measures.domain.results import results
from measures.models import LogEntry, LogFigure, LogMonth, Measure, Target, TargetMonth
from measures.models.log_counts import with_result
from tests.factories import LogEntryFactory, LogFigureFactory, MeasureFactory, PlanFactory, TargetFactory, UserFactory

TODAY = datetime.date(2026, 11, 29)
MARCH = datetime.date(2025, 3, 1)
DAYS = st.dates(datetime.date(2026, 1, 20), datetime.date(2026, 4, 10))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "correct", "withdraw"]), st.integers(0, 9), DAYS, st.integers(0, 9),
        st.booleans(),
    ),
    max_size=12,
)  # fmt: skip


def counted(measure: Measure) -> tuple[dict[Any, Any], dict[Any, tuple[int, Decimal]]]:
    days: dict[Any, list[tuple[datetime.date, bool]]] = defaultdict(list)
    for entry in LogEntry.objects.current().filter(measure=measure):
        days[entry.happened_on.replace(day=1)].append((entry.happened_on, entry.is_evaluation))
    entries = {
        month: (len(rows), max(day for day, _ in rows), max((day for day, is_one in rows if is_one), default=None))
        for month, rows in days.items()
    }
    figures: dict[Any, tuple[int, Decimal]] = {}
    for figure in LogFigure.objects.filter(entry__in=LogEntry.objects.current(), target__measure=measure):
        key = figure.target_id, figure.entry.happened_on.replace(day=1)
        number, total = figures.get(key, (0, Decimal(0)))
        figures[key] = number + 1, total + figure.value
    return entries, figures


def kept(measure: Measure) -> tuple[dict[Any, Any], dict[Any, tuple[int, Decimal]]]:
    months = LogMonth.objects.filter(measure=measure, entries__gt=0)
    targets = TargetMonth.objects.filter(target__measure=measure, entries__gt=0)
    return (
        {row.month: (row.entries, row.last_logged_on, row.last_evaluated_on) for row in months},
        {(row.target_id, row.month): (row.entries, row.total) for row in targets},
    )


class Counts(TestCase):
    @settings(max_examples=25)
    @given(steps=STEPS)
    def test_the_months_are_what_plain_counting_gives(self, steps: list[Any]) -> None:
        measure, by = MeasureFactory(plan=PlanFactory(starts_on=None, ends_on=None)), UserFactory()
        targets = [
            TargetFactory(measure=measure, counting=counting, value=5) for counting in (Target.Counting.SUM, "latest")
        ]
        threads: list[LogEntry] = []
        for step, place, day, number, with_figure in steps:
            figures = dict.fromkeys(targets, Decimal(number)) if with_figure else None
            said = {"text": "Gjort.", "happened_on": day, "by": by, "figures": figures, "today": TODAY}
            said["is_evaluation"] = number % 2 == 0
            if step == "add":
                threads.append(add_log_entry(measure=measure, **said))
            elif standing := [row for row in threads if not row.withdrawn]:
                entry = standing[place % len(standing)]
                at = threads.index(entry)
                if step == "correct":
                    threads[at] = correct_log_entry(entry=entry, kind="activity", **said)
                else:
                    threads[at] = withdraw_log_entry(entry=entry, by=by)
        assert kept(measure) == counted(measure)
        for until in (datetime.date(2026, 1, 31), datetime.date(2026, 3, 31), TODAY):
            plain = {row.target.pk: row.value for row in results([measure], until).get(measure.pk, [])}
            assert {row.pk: row.result for row in with_targets(measure, until)} == plain


def with_targets(measure: Measure, until: datetime.date) -> QuerySet[Any]:
    return with_result(Target.objects.filter(measure=measure), until)


@pytest.mark.django_db
def test_many_rows_in_one_statement_are_counted() -> None:
    one, other = MeasureFactory(), MeasureFactory()
    rows = [LogEntryFactory.build(measure=row, written_by=UserFactory()) for row in (one, one, other)]
    entries = LogEntry.objects.bulk_create(rows)
    target = TargetFactory(measure=one)
    LogFigure.objects.bulk_create(LogFigure(entry=entry, target=target, value=2) for entry in entries[:2])
    assert kept(one) == counted(one) != ({}, {})
    assert kept(other) == counted(other) == ({MARCH: (1, MARCH, None)}, {})


@pytest.mark.django_db
def test_a_figure_of_an_entry_that_has_been_corrected_counts_nowhere() -> None:
    target = TargetFactory()
    entry = LogEntryFactory(measure=target.measure)
    LogEntryFactory(measure=target.measure, corrects=entry, thread=entry.thread)
    LogFigureFactory(target=target, entry=entry)
    assert kept(target.measure) == counted(target.measure) == ({MARCH: (1, MARCH, None)}, {})


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["measures_logmonth", "measures_targetmonth"])
def test_the_application_only_reads_the_counts(table: str) -> None:
    LogFigureFactory()
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {table} SET entries = 0")


@pytest.mark.django_db
def test_what_was_logged_before_the_tables_came_is_counted_in_the_same_way() -> None:
    """The statements of the migration, asked without their INSERT."""
    target = TargetFactory()
    entry = LogFigureFactory(target=target).entry
    LogEntryFactory(measure=target.measure, corrects=entry, thread=entry.thread, withdrawn=True)
    LogFigureFactory(target=target, value=3)
    (path,) = (Path(__file__).parents[3] / "measures" / "migrations").glob("*_log_counts.py")
    statements = import_module(f"measures.migrations.{path.stem}").WHAT_IS_THERE.split(";")[:2]
    found = []
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement[statement.index("SELECT") :])
            found.append(cursor.fetchall())
    assert found == [[(target.measure_id, MARCH, 1, MARCH, None)], [(target.pk, MARCH, 1, Decimal(3))]]
    assert kept(target.measure) == ({MARCH: (1, MARCH, None)}, {(target.pk, MARCH): (1, Decimal(3))})
