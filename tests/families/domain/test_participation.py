"""What a family takes part in."""

import datetime

import pytest
from django.utils import timezone

from families.domain.participation import add_participation, measures, sub_projects, update_participation
from families.models import Participation
from organisation.domain.errors import DomainError
from organisation.models import Role
from tests.factories import UnitFactory, make_member
from tests.factories.families import NOW, inside, join_team, make_family, make_row
from tests.factories.grants_sub_projects import SubProjectFactory
from tests.factories.measures import MeasureFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def test_a_family_is_in_a_thing_once_at_a_time_and_may_come_back() -> None:
    family = make_family()
    measure = MeasureFactory(plan__municipality=family.municipality)
    with inside(family) as vault:
        say = {"vault": vault, "by": family.case_holder}
        row = add_participation(**say, at=NOW, measure=measure, started_on=TODAY)
        with pytest.raises(DomainError) as refused:
            add_participation(**say, at=NOW, measure=measure, started_on=TODAY)
        assert refused.value.field == "thing"
        row = update_participation(**say, row=row, version=1, started_on=TODAY, ended_on=TODAY)
        again = add_participation(**say, at=NOW, measure=measure, started_on=TODAY)
        with pytest.raises(DomainError):
            update_participation(**say, row=row, version=2, started_on=TODAY, ended_on=None)
        with pytest.raises(DomainError) as backwards:
            yesterday = TODAY - datetime.timedelta(days=1)
            update_participation(**say, row=again, version=1, started_on=TODAY, ended_on=yesterday)
        assert backwards.value.field == "ended_on"


def test_what_another_service_has_recorded_shows_in_no_refusal() -> None:
    family = make_family()
    sub_project = SubProjectFactory(municipality=family.municipality)
    with inside(family) as vault:
        make_row(
            Participation,
            family,
            UnitFactory(municipality=family.municipality),
            sub_project=sub_project,
            started_on=TODAY,
        )
        assert not vault.rows(Participation).exists(), "otherwise this would prove nothing"
        row = add_participation(vault=vault, by=family.case_holder, at=NOW, sub_project=sub_project, started_on=TODAY)
        assert list(vault.rows(Participation)) == [row]


def test_only_what_the_reader_sees_of_the_municipality_can_be_chosen() -> None:
    family = make_family()
    foreign_measure, foreign_project = MeasureFactory(), SubProjectFactory()
    closed = MeasureFactory(plan__municipality=family.municipality, plan__state="closed")
    mine = SubProjectFactory(municipality=family.municipality)
    partner = make_member(Role.PARTNER, UnitFactory(municipality=family.municipality))
    with inside(family) as vault:
        assert list(sub_projects(vault=vault)) == [mine]
        assert list(measures(vault=vault)) == []
        for thing in ({"measure": foreign_measure}, {"sub_project": foreign_project}, {"measure": closed}, {}):
            with pytest.raises(DomainError) as refused:
                add_participation(vault=vault, by=family.case_holder, at=NOW, started_on=TODAY, **thing)
            assert refused.value.field == "thing"
        join_team(family, partner, partner.current_memberships[0].unit)
    with inside(family, partner) as vault:
        assert list(sub_projects(vault=vault)) == [], "a partner sees those it takes part in"


def test_nothing_begins_in_the_future() -> None:
    family = make_family()
    measure = MeasureFactory(plan__municipality=family.municipality)
    with inside(family) as vault, pytest.raises(DomainError) as refused:
        tomorrow = TODAY + datetime.timedelta(days=1)
        add_participation(vault=vault, by=family.case_holder, at=NOW, measure=measure, started_on=tomorrow)
    assert refused.value.field == "started_on"
