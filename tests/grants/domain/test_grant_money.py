"""The money of grants: what the ledgers say, where it can't be split, and what is left."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.domain.grant_money import GrantMoney, check_amount, money_of
from grants.models import FundedMeasure, Grant, GrantState, SubProject
from organisation.domain.errors import DomainError
from tests.factories import FundedMeasureFactory, FundingFactory, GrantFactory, LedgerEntryFactory, make_funded

pytestmark = pytest.mark.django_db


def a_sub_project(grant: Grant) -> SubProject:
    """Running, with money enough for the payments of a test."""
    halves = [(f"{year}-{half}", 500_000) for year in (2024, 2025) for half in (1, 2)]
    sub_project: SubProject = make_funded(
        *halves, municipality=grant.reporting_unit.municipality, state_since=datetime.date(2024, 1, 1)
    )
    return sub_project


def of(grant: Grant, sub_project: SubProject | None) -> FundedMeasure:
    row: FundedMeasure = FundedMeasureFactory(
        reporting_unit=grant.reporting_unit, scheme=grant.scheme, sub_project=sub_project
    )
    return row


def pay(sub_project: SubProject, amount: int, year: int, **fields: Any) -> None:
    LedgerEntryFactory(sub_project=sub_project, amount=Decimal(amount), paid_on=datetime.date(year, 6, 1), **fields)


def test_spent_is_what_the_ledgers_of_its_sub_projects_say_of_the_year() -> None:
    grant = GrantFactory(year=2025, awarded_nok=Decimal(400_000), carried_over_nok=Decimal(50_000))
    sub_project = a_sub_project(grant)
    FundingFactory(grant=grant, funded_measure=of(grant, sub_project), budget_nok=Decimal(300_000))
    # A second measure of the same sub-project doubles nothing.
    FundingFactory(grant=grant, funded_measure=of(grant, sub_project), budget_nok=None)
    pay(sub_project, 70_000, 2024)
    pay(sub_project, 100_000, 2025)
    pay(sub_project, 20_000, 2025)
    money = money_of([grant])[grant.pk]
    assert (money.budgeted, money.counted, money.source) == (300_000, 120_000, "ledger")
    assert (money.available, money.spent, money.left, money.unplanned) == (450_000, 120_000, 330_000, 150_000)


def test_what_was_reversed_is_not_spent() -> None:
    grant = GrantFactory(year=2025)
    sub_project = a_sub_project(grant)
    FundingFactory(grant=grant, funded_measure=of(grant, sub_project))
    entry = LedgerEntryFactory(sub_project=sub_project, amount=Decimal(1000), paid_on=datetime.date(2025, 6, 1))
    LedgerEntryFactory(
        sub_project=sub_project, kind="reversal", amount=Decimal(-1000), reverses=entry,
        paid_on=datetime.date(2025, 7, 1),
    )  # fmt: skip
    assert money_of([grant])[grant.pk].counted == 0


def test_the_accounts_figure_comes_before_what_is_counted() -> None:
    grant = GrantFactory(year=2025, awarded_nok=Decimal(1000), spent_nok=Decimal(1200))
    sub_project = a_sub_project(grant)
    FundingFactory(grant=grant, funded_measure=of(grant, sub_project))
    pay(sub_project, 500, 2025)
    money = money_of([grant])[grant.pk]
    assert (money.spent, money.source, money.counted, money.left) == (1200, "accounts", 500, -200)


def test_a_sub_project_with_money_of_two_grants_in_a_year_is_counted_for_none() -> None:
    grant = GrantFactory(year=2025)
    other = GrantFactory(year=2025, reporting_unit=grant.reporting_unit)
    shared, alone = a_sub_project(grant), a_sub_project(grant)
    for row in (grant, other):
        FundingFactory(grant=row, funded_measure=of(row, shared))
    FundingFactory(grant=grant, funded_measure=of(grant, alone))
    pay(shared, 500, 2025)
    pay(alone, 30, 2025)
    found = money_of([grant, other])
    assert (found[grant.pk].counted, found[grant.pk].shared) == (30, (shared.title,))
    assert (found[other.pk].counted, found[other.pk].source, found[other.pk].left) == (None, "", None)
    # Asked for alone, a grant knows of the other all the same.
    assert money_of([grant])[grant.pk] == found[grant.pk]


@pytest.mark.parametrize("state", [GrantState.APPLIED, GrantState.REFUSED])
def test_money_that_has_not_come_shares_no_ledger(state: str) -> None:
    grant = GrantFactory(year=2025)
    asked = GrantFactory(year=2025, reporting_unit=grant.reporting_unit, state=state)
    earlier = GrantFactory(year=2024, reporting_unit=grant.reporting_unit)
    sub_project = a_sub_project(grant)
    for row in (grant, asked, earlier):
        FundingFactory(grant=row, funded_measure=of(row, sub_project))
    pay(sub_project, 500, 2025)
    found = money_of([grant, asked, earlier])
    assert (found[grant.pk].counted, found[earlier.pk].counted) == (500, 0)
    assert (found[asked.pk].counted, found[asked.pk].awarded, found[asked.pk].available) == (None, None, None)


def test_the_number_of_queries_is_the_same_for_many(django_assert_num_queries: Any) -> None:
    grants = [GrantFactory(year=2025) for _ in range(5)]
    for grant in grants:
        FundingFactory(grant=grant, funded_measure=of(grant, a_sub_project(grant)))
    with django_assert_num_queries(3):
        assert len(money_of(grants)) == 5


money = st.decimals(0, 10**9, places=2)


@given(awarded=money, carried=money, counted=st.none() | money, own=st.none() | money)
def test_what_is_left_and_what_is_spent_make_what_there_was(
    awarded: Decimal, carried: Decimal, counted: Decimal | None, own: Decimal | None
) -> None:
    found = GrantMoney(awarded=awarded, carried_over=carried, budgeted=Decimal(0), counted=counted, own=own)
    if counted is None and own is None:
        assert (found.spent, found.left, found.source, found.source_text) == (None, None, "", "")
    else:
        assert found.spent is not None and found.left is not None
        assert found.left + found.spent == awarded + carried
        assert found.source_text


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "10000000000", "NaN", "Infinity"])
def test_amounts_that_are_none(amount: str) -> None:
    with pytest.raises(DomainError) as error:
        check_amount(Decimal(amount), "spent_nok")
    assert error.value.field == "spent_nok"


def test_amounts_that_are() -> None:
    for amount in (None, Decimal(0), Decimal("0.50"), Decimal("9999999999.99"), Decimal("1E+3"), Decimal("1.500")):
        check_amount(amount, "spent_nok")
