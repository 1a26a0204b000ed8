import datetime

import pytest
from django.utils import timezone

from families.domain.vault import OpenFamily, household_in_words
from organisation.models import Role
from tests.factories import MembershipFactory, UnitFactory, make_member
from tests.factories.families import inside, join_team, make_family, make_family_member

pytestmark = pytest.mark.django_db


def test_members_are_numbered_by_role_and_named_only_where_shared() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    with inside(family) as vault:
        join_team(family, colleague, other)
        make_family_member(family, "child", first_name="Testlill", birth_year=2019)
        make_family_member(family, "child", first_name="Testper", birth_year=2016)
        make_family_member(family, "mother", first_name="Testine")
        assert [str(row) for row in vault.members] == ["Testine (mor)", "Testlill (barn 1)", "Testper (barn 2)"]
    with inside(family, colleague) as vault:
        assert [str(row) for row in vault.members] == ["Mor", "Barn 1", "Barn 2"]
        assert {row.birth_year for row in vault.members} == {None}


def test_the_household_is_counted_without_those_who_have_left() -> None:
    family, today = make_family(), timezone.localdate()
    with inside(family) as vault:
        make_family_member(family, "mother")
        make_family_member(family, "father", left_on=today - datetime.timedelta(days=1))
        make_family_member(family, "child")
        make_family_member(family, "child")
        assert household_in_words(vault.members) == "1 voksen og 2 barn"


def test_whoever_is_in_the_team_for_two_services_sees_what_both_have_recorded() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    MembershipFactory(user=family.case_holder, unit=other, role=Role.CASEWORKER)
    del family.case_holder.current_memberships  # read once a request
    with inside(family):
        join_team(family, family.case_holder, other)
        make_family_member(family, "mother", unit=other)
        vault = OpenFamily(family, family.case_holder, timezone.localdate())
        assert [row.shown for row in vault.members] == [True]
        assert vault.reader.units == {family.unit_id, other.pk}


def test_whoever_is_in_the_team_no_more_on_the_day_sees_nothing() -> None:
    """Around midnight the page's day and the database's can differ: then the team's list decides, and shows nothing."""
    family, today = make_family(), timezone.localdate()
    with inside(family):
        make_family_member(family, "mother", first_name="Testine")
        vault = OpenFamily(family, family.case_holder, today - datetime.timedelta(days=30))
        assert not vault.by_emergency and not vault.can_write
        assert [row.first_name for row in vault.members] == [""]
