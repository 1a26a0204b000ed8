"""A family in the one search: by its reference, to its own team, and never without a line of the read log."""

import datetime

import pytest
from django.utils import timezone

from families.domain.reading import reading
from families.models import Family
from organisation.models import ReadEntry, Role, Unit, User
from reporting.domain.search_families import could_be_reference, families_found
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside, join_team, make_family

pytestmark = pytest.mark.django_db


def found(words: str, user: User, on: datetime.date | None = None) -> list[str]:
    with reading(user):
        rows = families_found(words=words, page="search", by=user, on=on or timezone.localdate())
    return [row.reference for row in rows]


def lines(family: Family, user: User) -> list[str]:
    with inside(family):
        return [row.page for row in ReadEntry.objects.filter(family=family.pk, reader=user, page="search")]


@pytest.fixture
def unit() -> Unit:
    row: Unit = UnitFactory()
    return row


@pytest.fixture
def holder(unit: Unit) -> User:
    return make_member(Role.CASEWORKER, unit)


@pytest.fixture
def family(holder: User, unit: Unit) -> Family:
    return make_family(by=holder, unit=unit)


def test_a_family_is_found_by_its_reference_and_the_read_is_logged(family: Family, holder: User) -> None:
    reference = family.public_id
    assert found(family.reference, holder) == [reference]
    assert found(reference[2:7].upper(), holder) == [reference]
    assert lines(family, holder) == ["search", "search"]


def test_nobody_but_the_team_finds_it_and_nothing_is_logged(family: Family, unit: Unit) -> None:
    for role in (Role.CASEWORKER, Role.UNIT_LEADER, Role.PARTNER, Role.COORDINATOR):
        stranger = make_member(role, unit)
        assert found(family.reference, stranger) == []
        assert lines(family, stranger) == []


def test_who_has_left_the_team_finds_it_no_more(family: Family, unit: Unit) -> None:
    former = make_member(Role.CASEWORKER, unit)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    with inside(family):
        join_team(family, former, unit, from_day=yesterday, to_day=yesterday)
    assert found(family.reference, former) == []


@pytest.mark.parametrize("words", ["bolig", "møte", "nr", "12", "22222222222", "b b", "", "%%%", "bcd_"])
def test_other_words_open_nothing(words: str, family: Family, holder: User) -> None:
    assert could_be_reference(words=words) == ""
    assert found(words, holder) == []
    assert lines(family, holder) == []
