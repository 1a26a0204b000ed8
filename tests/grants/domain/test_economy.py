import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from grants.domain.economy import economies, economy, format_kroner
from grants.models import EntryKind, SubProject, SubProjectState
from organisation.periods import HalfYear
from tests.factories import LedgerEntryFactory, RecurringPaymentFactory, make_funded

pytestmark = pytest.mark.django_db
D = datetime.date


def test_awarded_released_paid_and_what_is_left() -> None:
    sub_project = make_funded(("2025-1", 500_000), ("2025-2", 400_000))
    LedgerEntryFactory(sub_project=sub_project, amount=120_000)
    now = economy(sub_project, D(2025, 6, 30))
    assert (now.awarded, now.released, now.paid) == (900_000, 500_000, 120_000)
    assert (now.available, now.left) == (380_000, 780_000)
    later = economy(sub_project, D(2025, 7, 1))
    assert (later.released, later.available) == (900_000, 780_000)


def test_each_half_year_with_its_underspend() -> None:
    sub_project = make_funded(("2025-1", 500_000), ("2025-2", 400_000))
    entry = LedgerEntryFactory(sub_project=sub_project, amount=120_000, paid_on=D(2025, 6, 30))
    LedgerEntryFactory(sub_project=sub_project, amount=700_000, paid_on=D(2025, 7, 1))
    LedgerEntryFactory(
        sub_project=sub_project, amount=-120_000, paid_on=D(2025, 8, 1), kind=EntryKind.REVERSAL, reverses=entry
    )
    halves = economy(sub_project, D(2025, 12, 31)).halves
    assert [(row.half, row.awarded, row.paid, row.underspend) for row in halves] == [
        (HalfYear(2025, 1), 500_000, 120_000, 380_000),
        (HalfYear(2025, 2), 400_000, 580_000, -180_000),
    ]


def test_a_letter_that_is_not_in_force_awards_nothing() -> None:
    sub_project = make_funded(("2025-1", 500_000))
    sub_project.letters.update(state="superseded")
    assert economy(sub_project, D(2025, 6, 30)).awarded == 0


def test_the_forecast_goes_on_at_the_pace_of_the_last_six_months() -> None:
    """60 000 in the first 90 days of 2025; 275 days are left: 60 000 + 60 000 * 275 / 90 = 243 333."""
    sub_project = make_funded(("2025-1", 500_000), ("2025-2", 500_000))
    LedgerEntryFactory(sub_project=sub_project, amount=60_000, paid_on=D(2025, 2, 1))
    now = economy(sub_project, D(2025, 4, 1))
    assert (D(2025, 4, 1) - sub_project.starts_on).days == 90
    assert now.forecast == 60_000 + Decimal(60_000 * 274 / 90).quantize(Decimal(1))
    assert now.underspend == 1_000_000 - now.forecast


def test_the_forecast_counts_what_is_agreed_month_by_month() -> None:
    """Three children at 1 600 for the nine months from April: 43 200."""
    sub_project = make_funded(("2025-1", 500_000), ("2025-2", 500_000))
    RecurringPaymentFactory(sub_project=sub_project)
    assert economy(sub_project, D(2025, 3, 20)).forecast == 9 * 3 * 1600


@pytest.mark.parametrize("state", [SubProjectState.STOPPED, SubProjectState.ENDED, SubProjectState.IN_LINE])
def test_a_sub_project_that_is_over_spends_no_more(state: str) -> None:
    sub_project = make_funded(("2025-1", 500_000), ("2025-2", 500_000))
    LedgerEntryFactory(sub_project=sub_project, amount=60_000)
    RecurringPaymentFactory(sub_project=sub_project)
    SubProject.objects.filter(pk=sub_project.pk).update(state=state, state_reason="x")
    sub_project.refresh_from_db()
    now = economy(sub_project, D(2025, 4, 1))
    assert (now.forecast, now.underspend) == (60_000, 940_000)


def test_many_sub_projects_take_as_many_queries_as_one() -> None:
    rows = [make_funded(("2025-1", 500_000)) for _ in range(5)]
    for row in rows:
        LedgerEntryFactory(sub_project=row)
    with CaptureQueriesContext(
        connection,
    ) as few:
        economies(rows[:1], D(2025, 4, 1))
    with CaptureQueriesContext(connection) as many:
        found = economies(rows, D(2025, 4, 1))
    assert len(many) == len(few) == 3
    assert {found[row.pk].paid for row in rows} == {1000}


class Sums(TestCase):
    @given(
        amounts=st.lists(st.integers(1, 400_000), max_size=6),
        days=st.lists(st.dates(D(2025, 1, 1), D(2025, 12, 31)), min_size=6, max_size=6),
        on=st.dates(D(2025, 1, 1), D(2026, 6, 30)),
    )
    def test_the_parts_are_the_whole(self, amounts: list[int], days: list[datetime.date], on: datetime.date) -> None:
        sub_project = make_funded(("2025-1", 2_000_000), ("2025-2", 2_000_000))
        paid = 0
        for amount, day in zip(amounts, days, strict=False):
            if paid + amount <= 2_000_000:
                LedgerEntryFactory(sub_project=sub_project, amount=amount, paid_on=day)
                paid += amount
        now = economy(sub_project, on)
        assert now.paid == paid == sum(row.paid for row in now.halves)
        assert now.awarded == 4_000_000 == sum(row.awarded for row in now.halves)
        assert now.paid <= now.forecast <= now.awarded
        assert now.available + now.paid == now.released <= now.awarded
        assert now.left == sum(row.underspend for row in now.halves)


@pytest.mark.parametrize(
    ("amount", "text"), [("1600", "1 600"), ("1600.50", "1 600,50"), ("0", "0"), ("-12000.00", "-12 000")]
)
def test_kroner_as_people_write_them(amount: str, text: str) -> None:
    assert format_kroner(Decimal(amount)).replace("\xa0", " ") == text
