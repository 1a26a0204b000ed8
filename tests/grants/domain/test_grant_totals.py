"""The sums of a list of grants are those of its grants one by one, whatever they are made of."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from grants.domain.grant_money import money_seen
from grants.domain.grant_overview import due, is_due
from grants.domain.grant_totals import Total, totals_of, with_spent
from grants.models import Grant, GrantState, ReportState
from tests.factories import (
    FundedMeasureFactory,
    FundingFactory,
    GrantFactory,
    GrantSchemeFactory,
    LedgerEntryFactory,
    ReportingUnitFactory,
    YearlyReportFactory,
    make_funded,
)

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year
S = GrantState


def by_hand(grants: list[Grant], own: set[int]) -> dict[str, Total]:
    money = money_seen(grants, own=own)
    awarded = [money[row.pk] for row in grants if row.is_awarded]
    amounts: dict[str, list[Any]] = {
        "applied": [row.applied_nok for row in grants], "awarded": [one.awarded for one in awarded],
        "spent": [one.spent for one in awarded], "left": [one.left for one in awarded],
    }  # fmt: skip
    return {name: total(found) for name, found in amounts.items()}


def total(amounts: list[Decimal | None]) -> Total:
    known = [amount for amount in amounts if amount is not None]
    return Total(sum(known, Decimal(0)) if known or not amounts else None, len(amounts) - len(known))


def some_of_everything() -> set[int]:
    """Accounts, ledgers of one grant alone, a sub-project of two grants, one nothing was paid from, and none at all."""
    unit, foreign = ReportingUnitFactory(), ReportingUnitFactory()
    town = unit.municipality
    alone, shared, unpaid = (make_funded((f"{YEAR}-1", 1000), municipality=town) for _ in range(3))
    for project in (alone, shared):
        for ago, amount in ((0, 70), (1, 30)):
            day = datetime.date(YEAR - ago, 2, 1)
            LedgerEntryFactory(sub_project=project, amount=Decimal(amount), paid_on=day)

    def grant(of: Any = unit, projects: Any = (), **fields: Any) -> Grant:
        row: Grant = GrantFactory(reporting_unit=of, **{"year": YEAR, "scheme": GrantSchemeFactory(), **fields})
        for project in projects:
            funded = FundedMeasureFactory(reporting_unit=of, scheme=row.scheme, sub_project=project)
            FundingFactory(grant=row, funded_measure=funded)
        return row

    grant(spent_nok=Decimal(100), carried_over_nok=Decimal(50), applied_nok=Decimal(9))
    grant(projects=[alone, shared])
    grant(projects=[shared])
    grant(projects=[unpaid])
    grant(projects=[alone, shared], year=YEAR - 1)
    grant(projects=[alone], state=S.APPLIED, applied_nok=Decimal(5))
    grant(projects=[alone], state=S.REFUSED, spent_nok=Decimal(3))
    grant()
    grant(of=foreign, spent_nok=Decimal(7))
    return {town.pk}


def test_the_sums_are_those_of_the_grants_one_by_one() -> None:
    own = some_of_everything()
    for rows in (
        Grant.objects.all(),
        Grant.objects.filter(year=YEAR),
        Grant.objects.none(),
        Grant.objects.filter(state=S.REFUSED),
    ):
        grants = list(rows.select_related("reporting_unit"))
        found = totals_of(grants=rows, own=own)
        assert found.sums == by_hand(grants, own)
        assert (found.count, found.units) == (len(grants), len({row.reporting_unit_id for row in grants}))
    assert totals_of(grants=Grant.objects.all(), own=own).carries_over
    assert not totals_of(grants=Grant.objects.filter(carried_over_nok=None), own=own).carries_over


def test_what_each_has_spent_is_what_its_own_page_says() -> None:
    own = some_of_everything()
    rows: Any = list(with_spent(grants=Grant.objects.select_related("reporting_unit"), own=own))
    money = money_seen(rows, own=own)
    assert {row.pk: row.spent for row in rows} == {row.pk: money[row.pk].spent for row in rows}
    assert {row.spent for row in rows} >= {None, Decimal(70), Decimal(60), Decimal(0), Decimal(100)}


def test_the_database_chooses_what_is_due_as_each_grant_says() -> None:
    today = timezone.localdate()
    for state in (S.GRANTED, S.REPORTED, S.APPLIED):
        for ahead in (None, -1, 0, 45, 46):
            for duty in (True, False):
                for year in (YEAR, YEAR - 1):
                    report_by = None if ahead is None else today + datetime.timedelta(days=ahead)
                    scheme = GrantSchemeFactory(has_reporting_duty=duty, reported_here=False)
                    GrantFactory(state=state, report_by=report_by, year=year, scheme=scheme)
    for report_state in (ReportState.RETURNED, ReportState.SUBMITTED):
        YearlyReportFactory(grant=GrantFactory(state=S.REPORTED), state=report_state)
    grants = Grant.objects.select_related("scheme", "report")
    found = set(due(grants=grants, on=today))
    assert found == {row for row in grants if is_due(row, today)}
    assert 0 < len(found) < grants.count()
