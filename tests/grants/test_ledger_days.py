"""What is kept beside the ledger is what reading the whole ledger gives, whatever has been paid and reversed."""

import datetime
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from grants.models import EntryKind, LedgerDay, LedgerEntry, SubProject
from tests.factories import LedgerEntryFactory, RecurringPaymentFactory, make_funded

Days = dict[datetime.date, tuple[int, Decimal, Decimal]]
FIRST = datetime.date(2025, 1, 1)
LINES = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 1_000_000), st.booleans(), st.booleans()), min_size=1, max_size=8
)


def read(sub_project: SubProject) -> Days:
    found: Days = {}
    for row in LedgerEntry.objects.filter(sub_project=sub_project):
        lines, amount, once = found.get(row.paid_on, (0, Decimal(0), Decimal(0)))
        own = row.amount if row.recurring_id is None else 0
        found[row.paid_on] = (lines + 1, amount + row.amount, once + own)
    return found


def kept(sub_project: SubProject) -> Days:
    rows = LedgerDay.objects.filter(sub_project=sub_project)
    return {row.paid_on: (row.lines, row.amount, row.once) for row in rows}


class LedgerDays(TestCase):
    @settings(max_examples=20)
    @given(lines=LINES)
    def test_they_are_what_reading_the_ledger_gives(self, lines: list[Any]) -> None:
        one, other = make_funded(("2025-1", 90_000_000)), make_funded(("2025-1", 90_000_000))
        recurring = RecurringPaymentFactory(sub_project=one)
        for number, (day, ore, recurs, is_reversed) in enumerate(lines):
            on = FIRST + datetime.timedelta(days=day)
            month = {"recurring": recurring, "month": datetime.date(2000 + number, 1, 1)} if recurs else {}
            row = LedgerEntryFactory(sub_project=one, paid_on=on, amount=Decimal(ore) / 100, **month)
            if is_reversed:
                LedgerEntryFactory(
                    sub_project=one, paid_on=on + datetime.timedelta(days=1), amount=-row.amount,
                    kind=EntryKind.REVERSAL, reverses=row,
                )  # fmt: skip
        assert kept(one) == read(one)
        assert (
            LedgerDay.objects.filter(sub_project=one).entries() == LedgerEntry.objects.filter(sub_project=one).count()
        )
        assert (kept(other), LedgerDay.objects.filter(sub_project=other).entries()) == ({}, 0)

    def test_many_lines_in_one_statement(self) -> None:
        one, other = make_funded(("2025-1", 90_000)), make_funded(("2025-1", 90_000))
        first = LedgerEntryFactory(sub_project=one, paid_on=FIRST)
        LedgerEntry.objects.bulk_create(
            LedgerEntryFactory.build(
                sub_project=row, paid_on=FIRST + datetime.timedelta(days=n // 2), voucher=f"M{n}",
                proposed_by=first.proposed_by, approved_by=first.approved_by, amount=10,
            )
            for n in range(5) for row in (one, other)
        )  # fmt: skip
        assert kept(one) == read(one)
        assert kept(other) == read(other)
        assert sorted(lines for lines, _amount, _once in kept(other).values()) == [1, 2, 2]


@pytest.mark.django_db
def test_what_was_paid_before_the_table_came_is_added_up_in_the_same_way() -> None:
    """The statement of the migration, with what it would find."""
    sub_project = make_funded(("2025-1", 90_000))
    row = LedgerEntryFactory(sub_project=sub_project, paid_on=FIRST, amount=300)
    LedgerEntryFactory(sub_project=sub_project, paid_on=FIRST, amount=-300, kind=EntryKind.REVERSAL, reverses=row)
    LedgerEntryFactory(
        sub_project=sub_project, paid_on=FIRST, amount=70, month=FIRST,
        recurring=RecurringPaymentFactory(sub_project=sub_project),
    )  # fmt: skip
    statement = import_module("grants.migrations.0012_ledger_days").WHAT_IS_THERE
    with connection.cursor() as cursor:
        cursor.execute(statement[statement.index("SELECT") :])
        assert cursor.fetchall() == [(sub_project.pk, FIRST, 3, 70, 0)]
    assert kept(sub_project) == {FIRST: (3, 70, 0)}


@pytest.mark.django_db
def test_the_application_only_reads_them() -> None:
    LedgerEntryFactory(sub_project=make_funded(("2025-1", 90_000)))
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE grants_ledgerday SET amount = 0")
