"""PostgreSQL itself: what the directorate writes of the municipalities' grants and reporting units, and nothing beside it."""

import datetime
from decimal import Decimal

import pytest
from django.db import ProgrammingError, transaction

from grants.domain.grant_state import set_granted_again
from grants.domain.published_figures import set_published
from grants.domain.reporting_unit import merge_into, update_reporting_unit
from grants.models import Grant, GrantState, PublishedFigure, ReportingUnit
from organisation.models import Role
from organisation.separation import NOBODY, Scope, of_municipalities, seeing
from tests.factories import (
    GrantFactory,
    GrantSchemeFactory,
    MunicipalityFactory,
    ReportingUnitFactory,
    UnitFactory,
    make_member,
)

pytestmark = pytest.mark.django_db
DIRECTORATE = Scope(published=True)
DAY = datetime.date(2025, 7, 1)


def test_the_directorate_says_which_unit_of_before_is_which_of_today() -> None:
    before, by = ReportingUnitFactory(), make_member(Role.ANALYST)
    district = UnitFactory()  # which the directorate doesn't see
    today = ReportingUnitFactory(municipality=district.municipality, unit=district)
    with seeing(DIRECTORATE):
        merge_into(reporting_unit=before, successor=today, version=before.version, by=by)
        update_reporting_unit(reporting_unit=today, version=today.version, aliases=["1601"], by=by)
    assert ReportingUnit.objects.get(pk=before.pk).successor == today
    with seeing(of_municipalities({today.municipality_id})):
        assert ReportingUnit.objects.filter(pk=before.pk).update(region="Vår") == 0


def test_a_returned_report_is_due_again_by_the_directorates_hand() -> None:
    by = make_member(Role.ANALYST)
    for state in (GrantState.REPORTED, GrantState.CLOSED):
        sent = GrantFactory(state=state)
        with seeing(DIRECTORATE):
            assert set_granted_again(grant=sent, by=by, on=DAY).state == GrantState.GRANTED
    granted = GrantFactory()
    with seeing(DIRECTORATE):
        assert set_granted_again(grant=granted, by=by, on=DAY).version == granted.version, "it is due already"
    assert Grant.objects.filter(state=GrantState.GRANTED).count() == 3


def test_of_grants_the_directorate_writes_nothing_else() -> None:
    granted, sent = GrantFactory(), GrantFactory(state=GrantState.REPORTED)
    elsewhere = GrantFactory(state=GrantState.REPORTED, scheme=GrantSchemeFactory(reported_here=False))
    with seeing(DIRECTORATE):
        for row in (granted, elsewhere):
            assert Grant.objects.filter(pk=row.pk).update(state=GrantState.GRANTED) == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Grant.objects.filter(pk=sent.pk).update(awarded_nok=Decimal(1))
    with seeing(of_municipalities({MunicipalityFactory().pk})):
        assert Grant.objects.filter(pk=sent.pk).update(state=GrantState.GRANTED) == 0


def test_published_figures_are_read_by_all_and_written_by_the_directorate() -> None:
    scheme = GrantSchemeFactory()
    with seeing(DIRECTORATE):
        set_published(scheme=scheme, table=3, year=2008, values={"": Decimal("3.2")}, by=make_member(Role.ANALYST))
    for scope in (of_municipalities({MunicipalityFactory().pk}), NOBODY):
        with seeing(scope):
            figures = PublishedFigure.objects.filter(scheme=scheme)
            assert figures.get().value == Decimal("3.2")
            assert figures.update(value=5) == 0 and figures._raw_delete(figures.db) == 0
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                PublishedFigure.objects.create(scheme=scheme, table=3, year=2007, row="", value=5)
    assert PublishedFigure.objects.get().value == Decimal("3.2")
