"""What is left to judge: counted for each call, and nothing for who is excluded, for the reasons that hold for everybody."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grants.domain.jury import exclusions
from grants.domain.jury_left import left_to_judge
from grants.models import Call, CallState, ConflictOfInterest, JuryMember
from organisation.models import Municipality, Role, User
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    JuryMemberFactory,
    MembershipFactory,
    UnitFactory,
    make_member,
    make_sheet,
)
from tests.factories.grants_calls import TODAY_AT

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 5, 4)


def make_call(town: Municipality, user: User, applications: int = 3, **fields: object) -> tuple[Call, JuryMember, list]:
    call = CallFactory(municipality=town, **{"state": CallState.CLOSED, **fields})
    unit = UnitFactory(municipality=town)
    rows = [ApplicationFactory(call=call, state="submitted", responsible_unit=unit) for _ in range(applications)]
    return call, JuryMemberFactory(call=call, user=user), rows


@pytest.fixture
def juror() -> User:
    return make_member(Role.JUROR, UnitFactory())


def town_of(user: User) -> Municipality:
    found: Municipality = user.memberships.get(role=Role.JUROR).unit.municipality
    return found


def found(user: User) -> list[tuple[Call, int, int]]:
    return [(row.call, row.left, row.total) for row in left_to_judge(by=User.objects.get(pk=user.pk))]


def test_what_is_delivered_or_in_conflict_is_not_left(juror: User) -> None:
    call, seat, rows = make_call(town_of(juror), juror)
    assert found(juror) == [(call, 3, 3)]
    make_sheet(seat, rows[0], 4, 4)
    assert found(juror) == [(call, 2, 3)]
    ConflictOfInterest.objects.create(
        member=seat, application=rows[1], reason="Slekt.", declared_at=TODAY_AT, declared_by=juror
    )
    assert found(juror) == [(call, 1, 2)]
    ApplicationFactory(call=call, state="draft", responsible_unit=rows[0].responsible_unit)
    other = JuryMemberFactory(call=call, user=make_member(Role.JUROR, UnitFactory(municipality=call.municipality)))
    make_sheet(other, rows[2], 3, 3)
    assert found(juror) == [(call, 1, 2)]


def test_calls_that_are_open_come_last_and_those_that_are_over_not_at_all(juror: User) -> None:
    town = town_of(juror)
    make_call(town, juror, state=CallState.DRAFT)
    make_call(town, juror, scoring_closed_at=TODAY_AT, scoring_closed_by=juror)
    to_come, *_ = make_call(town, juror, state=CallState.OPEN, applications=5)
    now, *_ = make_call(town, juror, applications=1)
    rows = left_to_judge(by=juror)
    assert [(row.call, row.waits_for_deadline) for row in rows] == [(now, False), (to_come, True)]


@pytest.mark.parametrize("why", ["nothing", "leadership", "steering", "takes part", "above", "connected", "elsewhere"])
def test_who_is_excluded_has_nothing_to_judge(why: str, juror: User) -> None:
    call, seat, rows = make_call(town_of(juror), juror)
    applicant = rows[0].responsible_unit
    if why == "leadership":
        MembershipFactory(user=juror, role=Role.COORDINATOR, unit=UnitFactory(municipality=call.municipality))
    if why == "steering":
        MembershipFactory(user=juror, role=Role.STEERING_GROUP, unit=UnitFactory(municipality=call.municipality))
    if why == "takes part":
        MembershipFactory(user=juror, role=Role.CASEWORKER, unit=applicant)
    if why == "above":
        below = UnitFactory(municipality=call.municipality, parent=applicant)
        MembershipFactory(user=juror, role=Role.PARTNER, unit=below)
    if why == "connected":
        seat.connected_units.add(applicant)
    if why == "elsewhere":
        MembershipFactory(user=juror, role=Role.COORDINATOR, unit=UnitFactory())
    assert bool(found(juror)) is (seat.pk not in exclusions(call, TODAY)) is (why in ("nothing", "elsewhere"))


def test_the_number_of_queries_is_fixed(juror: User) -> None:
    def count() -> int:
        user = User.objects.get(pk=juror.pk)
        assert user.current_memberships
        with CaptureQueriesContext(connection) as queries:
            left_to_judge(by=user)
        return len(queries)

    make_call(town_of(juror), juror)
    few = count()
    for _ in range(3):
        make_call(town_of(juror), juror)
    assert count() == few == 3
