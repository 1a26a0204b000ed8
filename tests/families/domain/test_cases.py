"""The list of one's cases: known without opening, opened when it is shown."""

import datetime

import pytest
from django.utils import timezone

from families.domain.cases import family_rows, living_in, my_cases
from families.domain.family import close_case
from families.domain.reading import reading
from families.models import Family
from organisation.models import ReadEntry, Role, User
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside, join_team, make_consent, make_family, make_family_member
from tests.factories.organisation import ZoneFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def reads(family: Family, reader: User, page: str) -> int:
    with inside(family):
        return ReadEntry.objects.filter(reader=reader, page=page, family=family.pk).count()


@pytest.mark.django_db(transaction=True)  # a family is open in the transaction that makes it
def test_ones_cases_are_known_without_opening_any() -> None:
    holder = make_member(Role.CASEWORKER)
    unit = holder.current_memberships[0].unit
    first, second = (make_family(by=holder, unit=unit) for _ in range(2))
    make_family(unit=unit)
    with inside(first) as vault:
        close_case(vault=vault, version=1, by=holder, on=TODAY, reason="done")
    with reading(holder):
        cases = my_cases(by=holder, on=TODAY)
        assert [case.reference for case in cases] == [second.public_id, first.public_id]
        assert [case.closed_on for case in cases] == [None, TODAY]
        assert all(case.units == (unit.name,) and case.is_case_holder for case in cases)
        assert not Family.objects.exists()


def test_whoever_has_left_the_team_has_the_case_in_her_list_no_more() -> None:
    family = make_family()
    colleague = make_member(Role.CASEWORKER, family.unit)
    with inside(family):
        join_team(family, colleague, family.unit, to_day=TODAY - datetime.timedelta(days=1))
    with reading(colleague):
        assert my_cases(by=colleague, on=TODAY) == []


def test_each_family_that_is_shown_is_logged_and_no_other() -> None:
    holder = make_member(Role.CASEWORKER)
    unit = holder.current_memberships[0].unit
    shown, other = (make_family(by=holder, unit=unit) for _ in range(2))
    with inside(shown):
        make_family_member(shown)
        make_family_member(shown, "child")
    with reading(holder):
        wanted = [case for case in my_cases(by=holder, on=TODAY) if case.pk == shown.pk]
        (row,) = family_rows(cases=wanted, page="a-list", by=holder, on=TODAY)
    assert (row.household, row.case_holder, row.shows_household) == ("1 voksen og 1 barn", holder, True)
    assert (reads(shown, holder, "a-list"), reads(other, holder, "a-list")) == (1, 0)


def test_a_zone_is_asked_for_where_it_is_shared_and_never_where_the_address_is_protected() -> None:
    unit = UnitFactory()
    zone = ZoneFactory(municipality=unit.municipality)
    other = UnitFactory(municipality=unit.municipality)
    reader = make_member(Role.CASEWORKER, other)
    closed, open_ = (make_family(unit=unit, zone=zone) for _ in range(2))
    protected = make_family(unit=unit, protected=True)
    for family in (closed, open_, protected):
        with inside(family):
            join_team(family, reader, other)
            mother = make_family_member(family)
            if family != closed:
                make_consent(mother, [unit, other], ["household"])
    with reading(reader):
        cases = my_cases(by=reader, on=TODAY)
        assert living_in(cases=cases, zone=zone, page="by-zone", by=reader, on=TODAY) == [open_.pk]
        shows = {row.family.pk: row.shows_household for row in family_rows(cases=cases, page="x", by=reader, on=TODAY)}
        assert shows == {closed.pk: False, open_.pk: True, protected.pk: True}
    assert [reads(family, reader, "by-zone") for family in (closed, open_, protected)] == [1, 1, 1], "each was read"
