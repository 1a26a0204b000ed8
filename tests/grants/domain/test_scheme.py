"""Schemes: who has them and what is reported here."""

from typing import Any

import pytest

from grants.domain.scheme import create_scheme, update_scheme
from grants.models import GrantScheme, GrantState
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry
from organisation.separation import SYSTEM, Scope, seeing
from tests.factories import GrantFactory, GrantSchemeFactory, MunicipalityFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_scheme_is_national_or_a_municipalitys_own() -> None:
    by, town = UserFactory(), MunicipalityFactory()
    national = create_scheme(municipality=None, name="Nasjonal", funder="Direktoratet", reported_here=True, by=by)
    own = create_scheme(municipality=town, name="Gave", funder="Sparebanken", by=by)
    assert national.is_national and not own.is_national
    assert AuditEntry.objects.filter(action="scheme.create", actor_id=by.pk).count() == 2


def test_a_name_is_used_once_in_a_municipality_and_once_among_the_national_ones() -> None:
    by, town = UserFactory(), MunicipalityFactory()
    for municipality in (None, town):
        create_scheme(municipality=municipality, name="Samme navn", funder="Noen", by=by)
        with pytest.raises(DomainError, match="allerede en ordning") as error:
            create_scheme(municipality=municipality, name="Samme navn", funder="Noen", by=by)
        assert error.value.field == "name"
    create_scheme(municipality=MunicipalityFactory(), name="Samme navn", funder="Noen", by=by)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reported_here": True}, "reported_here"),
        ({"max_years": 0}, "max_years"),
        ({"max_years": 51}, "max_years"),
        ({"report_by_day": 31}, "report_by_day"),
        ({"report_by_month": 13}, "report_by_day"),
        ({"name": " "}, "name"),
        ({"funder": ""}, "funder"),
    ],
)
def test_what_a_municipalitys_own_scheme_cannot_be(fields: dict[str, object], field: str) -> None:
    with pytest.raises(DomainError) as error:
        create_scheme(
            municipality=MunicipalityFactory(), by=UserFactory(), **{"name": "Navn", "funder": "Noen"} | fields
        )
    assert error.value.field == field
    assert not GrantScheme.objects.exists()


def test_what_is_reported_here_has_a_duty_to_report() -> None:
    scheme = GrantSchemeFactory()
    with pytest.raises(DomainError, match="rapporteringsplikt"):
        update_scheme(scheme=scheme, version=scheme.version, has_reporting_duty=False, by=UserFactory())
    changed = update_scheme(scheme=scheme, version=scheme.version, purpose="Nytt formål", by=UserFactory())
    assert (changed.purpose, changed.version) == ("Nytt formål", scheme.version + 1)


@pytest.mark.parametrize("scope", [SYSTEM, Scope(published=True)], ids=["system", "directorate"])
@pytest.mark.parametrize("reported_here", [True, False])
def test_where_a_scheme_is_reported_stands_once_something_has_been_awarded(scope: Any, reported_here: bool) -> None:
    """Also where the directorate doesn't see what has been awarded."""
    by, scheme = UserFactory(), GrantSchemeFactory(reported_here=reported_here)
    for state in (GrantState.APPLIED, GrantState.REFUSED):
        GrantFactory(scheme=scheme, state=state)
    with seeing(scope):
        for value in (not reported_here, reported_here):  # nothing has been awarded: there and back
            scheme = update_scheme(scheme=scheme, version=scheme.version, reported_here=value, by=by)
    GrantFactory(scheme=scheme)
    with seeing(scope):
        with pytest.raises(DomainError, match="tildelt tilskudd fra ordningen") as error:
            update_scheme(scheme=scheme, version=scheme.version, reported_here=not reported_here, by=by)
        assert error.value.field == "reported_here"
        kept = update_scheme(scheme=scheme, version=scheme.version, reported_here=reported_here, purpose="Nytt", by=by)
    assert kept.purpose == "Nytt"
