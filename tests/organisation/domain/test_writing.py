"""The transaction with an actor, and constraints turned into messages."""

import pytest
from django.db import IntegrityError, connection

from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, locked, refusing
from organisation.models import AuditEntry, Municipality
from tests.factories import MunicipalityFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


def named() -> list[tuple[int | None, str]]:
    """Actor and action of every change of a municipality, in order."""
    entries = AuditEntry.objects.filter(table_name="organisation_municipality").order_by("id")
    return list(entries.values_list("actor_id", "action"))


def test_an_inner_action_gives_the_outer_one_back() -> None:
    outer, inner = UserFactory(), UserFactory()
    with acting(outer, "outer"):
        MunicipalityFactory()
        with acting(inner, "inner"):
            MunicipalityFactory()
        MunicipalityFactory()
    MunicipalityFactory()
    assert named() == [(outer.pk, "outer"), (inner.pk, "inner"), (outer.pk, "outer"), (None, "")]


def test_a_refused_inner_action_gives_the_outer_one_back_too() -> None:
    outer = UserFactory()
    with acting(outer, "outer"):
        with pytest.raises(DomainError), acting(UserFactory(), "inner"):
            MunicipalityFactory()
            raise DomainError("nei")
        MunicipalityFactory()
    assert named() == [(outer.pk, "outer")]


def test_the_system_acts_without_a_person() -> None:
    with acting(UserFactory(), "outer"), acting(None, "job"):
        MunicipalityFactory()
    assert named() == [(None, "job")]


def test_what_fails_is_undone_as_a_whole() -> None:
    with pytest.raises(DomainError), acting(UserFactory(), "half"):
        MunicipalityFactory(name="Halvferdig")
        raise DomainError("nei")
    assert not Municipality.objects.filter(name="Halvferdig").exists()
    assert named() == []


def test_a_named_constraint_becomes_a_message_at_its_field() -> None:
    MunicipalityFactory(number="4321")
    with pytest.raises(DomainError) as refusal, refusing(municipality_number_unique=("opptatt", "number")):
        MunicipalityFactory(number="4321")
    assert (str(refusal.value), refusal.value.field) == ("opptatt", "number")
    assert connection.is_usable()


def test_another_constraint_stays_the_error_it_is() -> None:
    MunicipalityFactory(number="4321")
    with pytest.raises(IntegrityError), refusing(unit_name_unique=("opptatt", "name")):
        MunicipalityFactory(number="4321")


def test_a_write_that_rests_on_no_reading_needs_no_version() -> None:
    unit = UnitFactory()
    with acting(None, "job"):
        assert locked(unit, None).version == unit.version + 1
