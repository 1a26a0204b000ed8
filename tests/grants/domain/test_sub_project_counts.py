"""The first numbers about sub-projects are those of the lists that they lead to, and nobody else's."""

import datetime

import pytest

from grants.domain.sub_project_counts import SubProjectCounts, sub_project_counts
from organisation.models import Role
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    ReviewFactory,
    SubProjectPartnerFactory,
    UnitFactory,
    make_funded,
    make_member,
)

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 5, 4)
DAY = datetime.timedelta(days=1)


def test_each_number_counts_what_one_may_see() -> None:
    unit = UnitFactory()
    town = unit.municipality
    first, second = (
        make_funded(("2026-1", 500_000), municipality=town, ends_on=datetime.date(2027, 6, 30)) for _ in range(2)
    )
    SubProjectPartnerFactory(sub_project=first, unit=unit)
    make_funded(("2026-1", 500_000))
    ReviewFactory(sub_project=first, due_on=TODAY - DAY)
    ReviewFactory(sub_project=second, due_on=TODAY + 30 * DAY)
    call = CallFactory(municipality=town)
    ApplicationFactory(call=call, state="submitted", responsible_unit=UnitFactory(municipality=town))
    leader = make_member(Role.PROJECT_LEAD, UnitFactory(municipality=town))
    assert sub_project_counts(by=leader, on=TODAY) == SubProjectCounts(2, 2, 1, 1)
    assert sub_project_counts(by=make_member(Role.PARTNER, unit), on=TODAY) == SubProjectCounts(1, 1, 1, 0)
    assert sub_project_counts(by=make_member(Role.PROJECT_LEAD), on=TODAY) == SubProjectCounts(0, 0, 0, 0)
