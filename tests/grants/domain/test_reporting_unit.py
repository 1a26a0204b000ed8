"""Reporting units: names of before, and what became part of what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.domain.reporting_unit import (
    create_reporting_unit,
    known_regions,
    merge_into,
    own_reporting_unit,
    update_reporting_unit,
)
from grants.models import ReportingUnit
from organisation.domain.errors import DomainError
from organisation.separation import of_municipalities, seeing
from tests.factories import MunicipalityFactory, ReportingUnitFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_unit_has_a_name_of_its_own_and_a_unit_of_its_municipality() -> None:
    town, by = MunicipalityFactory(), UserFactory()
    unit = UnitFactory(municipality=town)
    made = create_reporting_unit(
        municipality=town, name="  Bydel   Øst ", region=" Øst ", unit=unit, aliases=["Øst", " Øst ", ""], by=by
    )
    assert (made.name, made.region, made.aliases, made.unit) == ("Bydel Øst", "Øst", ["Øst"], unit)
    with pytest.raises(DomainError, match="allerede en rapporterende enhet"):
        create_reporting_unit(municipality=MunicipalityFactory(), name="Bydel Øst", by=by)
    with pytest.raises(DomainError) as foreign:
        create_reporting_unit(municipality=town, name="Bydel Vest", unit=UnitFactory(), by=by)
    assert foreign.value.field == "unit"
    with pytest.raises(DomainError) as empty:
        create_reporting_unit(municipality=town, name="  ", by=by)
    assert empty.value.field == "name"


def test_an_alias_leads_to_one_unit() -> None:
    taken = ReportingUnitFactory(name="Storby", aliases=["1601"])
    row, by = ReportingUnitFactory(), UserFactory()
    for alias in ("storby", "1601"):
        with pytest.raises(DomainError, match=taken.name) as error:
            update_reporting_unit(reporting_unit=row, version=row.version, aliases=[alias], by=by)
        assert error.value.field == "aliases"
    changed = update_reporting_unit(reporting_unit=row, version=row.version, aliases=["1663", "Gammelby"], by=by)
    assert changed.aliases == ["1663", "Gammelby"]
    with pytest.raises(DomainError, match="høyst 30"):
        update_reporting_unit(
            reporting_unit=row, version=changed.version, aliases=[str(number) for number in range(31)], by=by
        )


def test_a_merger_leads_to_the_unit_of_today() -> None:
    first, second, third = (ReportingUnitFactory() for _ in range(3))
    by = UserFactory()
    merge_into(reporting_unit=first, successor=second, version=first.version, by=by)
    second.refresh_from_db()
    merge_into(reporting_unit=second, successor=third, version=second.version, by=by)
    assert {row.pk for row in third.predecessors.all()} == {first.pk, second.pk}
    fourth = ReportingUnitFactory()
    # Named after one that has itself become part of another.
    assert merge_into(reporting_unit=fourth, successor=first, version=fourth.version, by=by).successor == third


def test_a_unit_does_not_become_part_of_itself_and_a_merger_can_be_taken_back() -> None:
    first, second, by = ReportingUnitFactory(), ReportingUnitFactory(), UserFactory()
    with pytest.raises(DomainError, match="seg selv"):
        merge_into(reporting_unit=first, successor=first, version=first.version, by=by)
    merged = merge_into(reporting_unit=first, successor=second, version=first.version, by=by)
    with pytest.raises(DomainError, match="seg selv"):
        merge_into(reporting_unit=second, successor=first, version=second.version, by=by)
    assert merge_into(reporting_unit=first, successor=None, version=merged.version, by=by).successor is None


@given(moves=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12))
def test_whatever_merges_no_successor_has_one_itself(moves: list[tuple[int, int]]) -> None:
    rows, by = [ReportingUnitFactory() for _ in range(5)], UserFactory()
    for one, other in moves:
        row = ReportingUnit.objects.get(pk=rows[one].pk)
        try:
            merge_into(reporting_unit=row, successor=rows[other], version=row.version, by=by)
        except DomainError:
            continue
        assert not ReportingUnit.objects.filter(successor__successor__isnull=False).exists()


def test_a_municipality_without_one_gets_its_own_once() -> None:
    town, by = MunicipalityFactory(name="Nes", number="3034", region="Øst"), UserFactory()
    ReportingUnitFactory(municipality=town, successor=ReportingUnitFactory())  # of before
    made = own_reporting_unit(municipality=town, by=by)
    assert (made.name, made.region) == ("Nes kommune", "Øst")
    assert own_reporting_unit(municipality=town, by=by) == made
    namesake = own_reporting_unit(municipality=MunicipalityFactory(name="Nes", number="3322"), by=by)
    assert namesake.name == "Nes kommune (3322)"


def test_a_name_is_not_what_another_unit_is_or_was_called_wherever_that_is() -> None:
    ReportingUnitFactory(name="Storby", aliases=["1601", "Gammelby"])
    town, by = MunicipalityFactory(), UserFactory()
    own = ReportingUnitFactory(municipality=town, name="Vår", aliases=["Vårt gamle"])
    with seeing(of_municipalities({town.pk})):
        for name in ("storby", "GAMMELBY", "1601"):
            with pytest.raises(DomainError) as error:
                create_reporting_unit(municipality=town, name=name, by=by)
            assert error.value.field == "name"
            with pytest.raises(DomainError) as error:
                update_reporting_unit(reporting_unit=own, version=own.version, name=name, by=by)
            assert error.value.field == "name"
        renamed = update_reporting_unit(reporting_unit=own, version=own.version, name="Vårt gamle", by=by)
    assert renamed.name == "Vårt gamle"
    assert ReportingUnit.objects.count() == 2


def test_regions_are_those_that_others_are_in_and_the_municipalitys_own() -> None:
    ReportingUnitFactory(region="Øst")
    ReportingUnitFactory(region="")
    town = MunicipalityFactory(region="Vest")
    with seeing(of_municipalities({town.pk})):
        assert known_regions(municipality=town) == ["Vest", "Øst"]
        assert known_regions(municipality=None) == ["Øst"]
