"""Nobody reaches another municipality through an account whose password somebody else knows."""

import datetime

import pytest

from organisation.domain.errors import DomainError
from organisation.domain.users import add_user, change_own_password, grant_role_by_email, set_password
from organisation.models import Membership, Role, User
from tests.factories import UnitFactory, make_member

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 5, 1)
KNOWN, OWN = "kjent for administratoren", "bare hun kjenner dette"


def registered_early() -> User:
    """An address of one municipality, registered by another one's administrator, who knows the password."""
    unit = UnitFactory()
    by = make_member(Role.ADMINISTRATOR, unit)
    return add_user(
        name="Prøve Person",
        email="kari@b.example",
        password=KNOWN,
        unit=unit,
        role=Role.CASEWORKER,
        by=by,
        valid_from=DAY,
    )


def give(user: User) -> Membership:
    unit = UnitFactory()
    by = make_member(Role.ADMINISTRATOR, unit)
    return grant_role_by_email(email=user.email, unit=unit, role=Role.CASEWORKER, by=by, valid_from=DAY)


def test_a_role_elsewhere_waits_for_a_password_of_her_own() -> None:
    user = registered_early()
    with pytest.raises(DomainError) as refusal:
        give(user)
    assert refusal.value.field == "email"
    assert user.memberships.count() == 1
    change_own_password(user=user, current=KNOWN, password=OWN, by=user)
    assert give(user).user == user


def test_a_password_given_anew_is_not_her_own_any_more() -> None:
    user = registered_early()
    change_own_password(user=user, current=KNOWN, password=OWN, by=user)
    set_password(user=user, password=KNOWN, by=make_member(Role.ADMINISTRATOR))
    with pytest.raises(DomainError):
        give(user)


def test_within_the_municipality_the_address_is_enough() -> None:
    user = registered_early()
    unit = user.memberships.get().unit
    by = make_member(Role.ADMINISTRATOR, unit)
    assert grant_role_by_email(email=user.email, unit=unit, role=Role.UNIT_LEADER, by=by, valid_from=DAY).unit == unit
