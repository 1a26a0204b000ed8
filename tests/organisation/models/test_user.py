"""What a user may do follows from her memberships of the day, each in its own municipality."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from organisation.models import CASE_ROLES, Membership, Municipality, Role, Unit, User
from tests.database import undone
from tests.factories import MembershipFactory, UnitFactory, UserFactory, make_member

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
DAYS = st.integers(0, 30).map(lambda days: datetime.date(2025, 1, 1) + days * DAY)


@given(first=DAYS, last=st.none() | DAYS, on=DAYS)
def test_a_membership_is_active_from_its_first_day_to_its_last(
    first: datetime.date, last: datetime.date | None, on: datetime.date
) -> None:
    if last is not None and last < first:
        return
    with undone():
        membership = MembershipFactory(valid_from=first, valid_to=last)
        expected = first <= on and (last is None or on <= last)
        assert Membership.objects.active(on).filter(pk=membership.pk).exists() == expected


@pytest.mark.parametrize(("begins", "ends", "counts"), [(0, 0, True), (-1, 0, True), (-2, -1, False), (1, 2, False)])
def test_roles_are_those_of_today(begins: int, ends: int, counts: bool) -> None:
    today = timezone.localdate()
    membership = MembershipFactory(valid_from=today + begins * DAY, valid_to=today + ends * DAY)
    user = membership.user
    assert user.has_role(Role.CASEWORKER) is counts
    assert bool(user.municipality_ids()) is counts
    assert bool(user.unit_paths(Role.CASEWORKER)) is counts


def test_a_role_counts_in_its_own_municipality_only() -> None:
    user = UserFactory()
    here = MembershipFactory(user=user, role=Role.COORDINATOR).unit
    there = MembershipFactory(user=user, role=Role.CASEWORKER).unit

    assert user.coordinated_municipality_ids() == {here.municipality_id}
    assert user.case_municipality_ids() == {here.municipality_id, there.municipality_id}
    assert user.administered_municipality_ids() == set()
    assert user.unit_paths(Role.COORDINATOR) == [here.path]


def test_a_unit_outside_the_municipalities_opens_none() -> None:
    UnitFactory(municipality=None)
    analyst = make_member(Role.ANALYST)
    assert analyst.has_role(Role.ANALYST)
    assert analyst.municipality_ids() == set()
    assert not Unit.objects.visible_to(analyst).exists()
    assert not Municipality.objects.visible_to(analyst).exists()


@pytest.mark.parametrize("role", list(Role))
def test_units_are_seen_by_members_of_their_municipality_only(role: Role) -> None:
    foreign, mine = UnitFactory(), UnitFactory()
    user = make_member(role, mine)
    seen = set(Unit.objects.visible_to(user))
    assert seen == {mine}
    assert foreign not in seen
    assert list(Municipality.objects.visible_to(user)) == [mine.municipality]


@pytest.mark.parametrize("role", list(Role))
def test_only_an_administrator_changes_units_users_and_memberships_of_her_municipality(role: Role) -> None:
    foreign = MembershipFactory()
    mine = MembershipFactory()
    user = make_member(role, UnitFactory(municipality=mine.unit.municipality))

    units, users = set(Unit.objects.editable_by(user)), set(User.objects.editable_by(user))
    memberships = set(Membership.objects.editable_by(user))

    if role == Role.ADMINISTRATOR:
        assert mine.unit in units and mine.user in users and mine in memberships
    else:
        assert not units and not users and not memberships
    assert foreign.unit not in units and foreign.user not in users and foreign not in memberships


def test_an_administrator_still_answers_for_those_who_have_left() -> None:
    left = MembershipFactory(valid_to=datetime.date(2001, 1, 1))
    administrator = make_member(Role.ADMINISTRATOR, UnitFactory(municipality=left.unit.municipality))
    assert left.user in User.objects.editable_by(administrator)


def test_a_user_with_two_memberships_is_listed_once() -> None:
    unit = UnitFactory()
    user = MembershipFactory(unit=unit).user
    MembershipFactory(unit=unit, user=user, role=Role.UNIT_LEADER)
    administrator = make_member(Role.ADMINISTRATOR, unit)
    assert list(User.objects.editable_by(administrator)).count(user) == 1


def test_the_roles_that_see_no_case_data_are_left_out() -> None:
    assert {Role.BOARD_MEMBER, Role.ANALYST, Role.ADMINISTRATOR}.isdisjoint(CASE_ROLES)


def test_the_database_takes_no_membership_that_ends_before_it_begins() -> None:
    membership = MembershipFactory(valid_from=datetime.date(2025, 2, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=membership.pk).update(valid_to=datetime.date(2025, 1, 30))
