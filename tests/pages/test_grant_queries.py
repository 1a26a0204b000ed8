"""The number of queries of the pages of grants doesn't grow with what is on them."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grants.models import GrantScheme, GrantState, ReportingUnit
from organisation.models import Role
from tests.factories import (
    FundedMeasureFactory,
    FundingFactory,
    GrantFactory,
    GrantSchemeFactory,
    LedgerEntryFactory,
    MeasureFactory,
    PlanFactory,
    ReportingUnitFactory,
    UnitFactory,
    UserFactory,
    make_funded,
    make_member,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
# The most queries, of which session and user are two.
PAGES = {
    "grant-list": 12,
    "grant-list-csv": 9,
    "scheme-list": 7,
    "reporting-unit-list": 8,
    "grant": 14,
    "scheme": 11,
    "funded-measure": 9,
    "funding-new": 10,
    "api-grant-list": 9,
}


def one_more_of_everything(unit: ReportingUnit, scheme: GrantScheme, number: int) -> Any:
    """More grants, measures, sub-projects and schemes; the first grant gets more measures."""
    town = unit.municipality
    year = TODAY.year - number
    GrantSchemeFactory(apply_by=TODAY + datetime.timedelta(days=10 + number))
    ReportingUnitFactory(municipality=town, unit=UnitFactory(municipality=town))
    grant = GrantFactory(
        reporting_unit=unit, scheme=scheme, year=year, state=GrantState.GRANTED, report_by=TODAY,
        responsible_unit=UnitFactory(municipality=town),
    )  # fmt: skip
    other = GrantFactory(reporting_unit=unit, scheme=GrantSchemeFactory(reported_here=False), year=year)
    sub_project = make_funded(("2025-1", 500_000), municipality=town, by=UserFactory())
    LedgerEntryFactory(sub_project=sub_project, amount=Decimal(5))
    measure = MeasureFactory(plan=PlanFactory(municipality=town))
    for row in (grant, other):
        funded = FundedMeasureFactory(reporting_unit=unit, scheme=row.scheme, sub_project=sub_project, measure=measure)
        FundingFactory(grant=row, funded_measure=funded)
    FundedMeasureFactory(reporting_unit=unit, scheme=scheme)
    return grant, funded


@pytest.mark.parametrize("name", PAGES)
def test_queries_stay_the_same(name: str, client_for: Any) -> None:
    unit, scheme = ReportingUnitFactory(), GrantSchemeFactory(max_years=1, reported_here=False)
    client = client_for(make_member(Role.COORDINATOR, UnitFactory(municipality=unit.municipality)))
    grant, funded = one_more_of_everything(unit, scheme, 0)
    one_more_of_everything(unit, scheme, 1)
    row = {"grant": grant, "scheme": scheme, "funded-measure": funded, "funding-new": grant}.get(name)
    address = reverse(name, args=[row.public_id] if row else [])
    few = _queries(client, address)
    for number in range(2, 6):
        _more, another = one_more_of_everything(unit, scheme, number)
        extra = FundedMeasureFactory(
            reporting_unit=unit, scheme=scheme, sub_project=another.sub_project, measure=another.measure
        )
        FundingFactory(grant=grant, funded_measure=extra)
        later = GrantFactory(reporting_unit=unit, scheme=funded.scheme, year=TODAY.year - 10 - number)
        FundingFactory(grant=later, funded_measure=funded)
    many = _queries(client, address)
    assert len(many) == len(few), _difference(few, many)
    assert len(many) <= PAGES[name], f"{name} takes {len(many)} queries: {many}"


def _queries(client: Any, address: str) -> list[str]:
    client.get(address)  # what is read once per process
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"][:300] for query in captured.captured_queries]


def _difference(few: list[str], many: list[str]) -> str:
    return f"{len(few)} became {len(many)}: {[sql for sql in many if sql not in few]}"
