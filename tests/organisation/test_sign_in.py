"""Who asks is found in one query, and is nobody when she is shut out."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisation.models import Role
from organisation.sign_in import RolesBackend
from tests.factories import MembershipFactory, NoticeFactory, UnitFactory, UserFactory, make_member

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def found(pk: int) -> Any:
    return RolesBackend().get_user(pk)


def test_user_roles_and_unread_notices_take_one_query() -> None:
    user = make_member(Role.CASEWORKER, UnitFactory())
    MembershipFactory(user=user, role=Role.JUROR, unit=UnitFactory())
    NoticeFactory.create_batch(3, user=user)
    NoticeFactory(user=user, read_at=timezone.now())
    NoticeFactory()
    towns = user.municipality_ids()
    with CaptureQueriesContext(connection) as queries:
        who = found(user.pk)
        assert who == user
        assert {row.role for row in who.current_memberships} == {Role.CASEWORKER, Role.JUROR}
        assert who.unread_notices == 3
        assert who.municipality_ids() == towns
    assert len(queries) == 1


def test_roles_are_those_of_today_and_somebody_without_one_is_still_herself() -> None:
    today = timezone.localdate()
    user = MembershipFactory(valid_from=today - 2 * DAY, valid_to=today - DAY).user
    MembershipFactory(user=user, valid_from=today + DAY)
    NoticeFactory(user=user)
    who = found(user.pk)
    assert (who, who.current_memberships, who.unread_notices) == (user, [], 1)
    assert found(UserFactory().pk).current_memberships == []


@pytest.mark.parametrize("has_role", [True, False])
def test_who_is_shut_out_is_nobody_from_the_next_page_on(has_role: bool) -> None:
    user = MembershipFactory(user__is_active=False).user if has_role else UserFactory(is_active=False)
    assert found(user.pk) is None
    assert found(0) is None
