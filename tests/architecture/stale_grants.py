"""Cases for test_stale_writes.py: schemes, reporting units, grants and the measures they pay for."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from grants.domain import funded_measure, grant, reporting_unit, scheme
from grants.models import GrantState
from organisation.models import Versioned
from tests.factories import (
    FundedMeasureFactory,
    FundingFactory,
    GrantFactory,
    GrantSchemeFactory,
    ReportingUnitFactory,
)

DAY = datetime.date(2025, 7, 1)
Case = tuple[Versioned, dict[str, Any]]


def a_scheme() -> Case:
    row = GrantSchemeFactory()
    return row, {"scheme": row, "name": "Nytt navn"}


def a_reporting_unit() -> Case:
    row = ReportingUnitFactory()
    return row, {"reporting_unit": row, "name": "Nytt navn"}


def a_merger() -> Case:
    row = ReportingUnitFactory()
    return row, {"reporting_unit": row, "successor": ReportingUnitFactory()}


def a_grant(state: str, **arguments: Any) -> Callable[[], Case]:
    def make() -> Case:
        elsewhere = GrantSchemeFactory(reported_here=False)
        row = GrantFactory(state=state, scheme=elsewhere)
        return row, {"grant": row, **arguments}

    return make


def a_funded_measure() -> Case:
    row = FundedMeasureFactory()
    return row, {"funded_measure": row, "title": "Nytt navn"}


def a_funding() -> Case:
    row = FundingFactory()
    return row, {"funding": row, "budget_nok": Decimal(7)}


CASES = {
    scheme.update_scheme: a_scheme,
    reporting_unit.update_reporting_unit: a_reporting_unit,
    reporting_unit.merge_into: a_merger,
    grant.award: a_grant(GrantState.APPLIED, awarded_nok=Decimal(1), on=DAY),
    grant.refuse: a_grant(GrantState.APPLIED, reason="For mange søkere", on=DAY),
    grant.update_grant: a_grant(GrantState.GRANTED, note="Ny merknad"),
    grant.delete_application: a_grant(GrantState.APPLIED),
    grant.mark_reported: a_grant(GrantState.GRANTED, on=DAY),
    grant.close: a_grant(GrantState.REPORTED, spent_nok=Decimal(1), on=DAY),
    funded_measure.update_funded_measure: a_funded_measure,
    funded_measure.update_funding: a_funding,
}
