"""Users: e-mail addresses, passwords, roles given and ended."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from organisation.domain.errors import DomainError
from organisation.domain.users import create_user, end_membership, grant_role, set_language, update_user
from organisation.models import Membership, Role, User
from tests.factories import MembershipFactory, UnitFactory, UserFactory, make_member

pytestmark = pytest.mark.django_db
GOOD = "en lang setning som passord"
DAY = datetime.date(2025, 3, 1)
BEFORE = datetime.date(2025, 2, 28)
ONE_DAY = datetime.timedelta(days=1)


def refusal_of(**arguments: object) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        create_user(**{"name": "Ny Person", "email": "ny@prove.example", "by": None, **arguments})
    return refusal.value


def test_a_new_user_logs_in_and_has_no_role() -> None:
    user = create_user(name="Ny Person", email="  Ny@Prove.Example ", password=GOOD, by=None)
    assert user.email == "ny@prove.example"
    assert user.check_password(GOOD)
    assert not user.current_memberships
    assert User.objects.get_by_natural_key(" NY@prove.example") == user


def test_a_user_without_a_password_can_not_log_in_with_one() -> None:
    user = create_user(name="Ny Person", email="ny@prove.example", password=None, by=None)
    assert not user.has_usable_password()
    assert not user.check_password("")


@pytest.mark.parametrize("password", ["", "elleve tegn", "international", "ny@prove.example", "Ny Person 123"])
def test_a_password_that_is_short_common_or_like_the_user_is_refused(password: str) -> None:
    assert refusal_of(password=password).field == "password"
    assert not User.objects.filter(email="ny@prove.example").exists()


def test_an_address_is_used_once_whatever_its_case() -> None:
    UserFactory(email="ny@prove.example")
    assert refusal_of(email="NY@prove.Example", password=GOOD).field == "email"
    assert User.objects.filter(email__iexact="ny@prove.example").count() == 1


def test_the_database_takes_no_address_in_capitals() -> None:
    user = UserFactory(email="ny@prove.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(email="NY@prove.example")


def test_nobody_shuts_herself_out() -> None:
    user = UserFactory()
    with pytest.raises(DomainError):
        update_user(user=user, name=user.name, is_active=False, version=user.version, by=user)
    user.refresh_from_db()
    assert user.is_active


def test_a_user_is_renamed_and_shut_out() -> None:
    user, by = UserFactory(), UserFactory()
    update_user(user=user, name="Nytt Navn", is_active=False, version=user.version, by=by)
    user.refresh_from_db()
    assert (user.name, user.is_active) == ("Nytt Navn", False)


def test_a_language_is_kept() -> None:
    user = UserFactory()
    set_language(user=user, language="en", by=user)
    user.refresh_from_db()
    assert user.language == "en"


def test_an_administrator_can_not_give_herself_a_role() -> None:
    administrator = make_member(Role.ADMINISTRATOR)
    unit = administrator.memberships.get().unit
    with pytest.raises(DomainError) as refusal:
        grant_role(user=administrator, unit=unit, role=Role.COORDINATOR, by=administrator, valid_from=DAY)
    assert refusal.value.field == "role"
    assert list(administrator.memberships.values_list("role", flat=True)) == [Role.ADMINISTRATOR]


def test_an_administrator_gives_others_a_role() -> None:
    administrator, user = make_member(Role.ADMINISTRATOR), UserFactory()
    unit = administrator.memberships.get().unit
    grant_role(user=user, unit=unit, role=Role.CASEWORKER, by=administrator, valid_from=DAY)
    assert user.has_role(Role.CASEWORKER)


def test_a_role_given_twice_from_the_same_day_is_refused() -> None:
    held, by = MembershipFactory(valid_from=DAY), UserFactory()
    with pytest.raises(DomainError) as refusal:
        grant_role(user=held.user, unit=held.unit, role=held.role, by=by, valid_from=DAY)
    assert refusal.value.field == "role"


def test_a_role_does_not_end_before_it_begins() -> None:
    with pytest.raises(DomainError) as refusal:
        grant_role(
            user=UserFactory(), unit=UnitFactory(), role=Role.CASEWORKER, by=None, valid_from=DAY, valid_to=BEFORE
        )
    assert refusal.value.field == "valid_to"
    membership = MembershipFactory(valid_from=DAY)
    with pytest.raises(DomainError):
        end_membership(membership=membership, last_day=BEFORE - ONE_DAY, version=1, by=UserFactory())
    membership.refresh_from_db()
    assert membership.valid_to is None


def test_a_role_given_by_mistake_ends_the_day_before_it_began_and_never_holds() -> None:
    membership = MembershipFactory(valid_from=DAY)
    end_membership(membership=membership, last_day=BEFORE, version=1, by=UserFactory())
    for day in (BEFORE, DAY):
        assert not Membership.objects.active(day).filter(pk=membership.pk).exists()


def test_nobody_ends_her_own_role() -> None:
    membership = MembershipFactory(valid_from=DAY)
    with pytest.raises(DomainError):
        end_membership(membership=membership, last_day=DAY, version=1, by=membership.user)
    membership.refresh_from_db()
    assert membership.valid_to is None


def test_an_analyst_belongs_to_the_directorate() -> None:
    with pytest.raises(DomainError):
        grant_role(user=UserFactory(), unit=UnitFactory(), role=Role.ANALYST, by=None, valid_from=DAY)
    outside = UnitFactory(municipality=None)
    assert grant_role(user=UserFactory(), unit=outside, role=Role.ANALYST, by=None, valid_from=DAY).pk


def test_an_ended_membership_keeps_its_earlier_days() -> None:
    membership = MembershipFactory(valid_from=BEFORE)
    end_membership(membership=membership, last_day=DAY, version=membership.version, by=UserFactory())
    assert Membership.objects.active(DAY).filter(pk=membership.pk).exists()
    assert not Membership.objects.active(DAY + datetime.timedelta(1)).filter(pk=membership.pk).exists()
