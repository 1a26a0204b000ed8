"""The case: where the household lives, closing it and opening it again."""

import datetime
import re
from typing import Any

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from families.domain.family import close_case, reopen_case, update_household
from families.domain.household import add_member
from families.models import Contact, Participation, Support
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, Role
from tests.factories import UnitFactory, make_member
from tests.factories.families import NOW, inside, join_team, make_family, make_row
from tests.factories.measures import MeasureFactory
from tests.factories.organisation import ZoneFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def test_a_protected_address_takes_the_zone_away_at_once_and_the_log_never_had_it() -> None:
    unit = UnitFactory()
    family = make_family(unit=unit, zone=ZoneFactory(municipality=unit.municipality))
    with inside(family) as vault:
        zone = family.zone
        row = update_household(vault=vault, version=1, by=family.case_holder, at=NOW, zone=zone, protected=True)
        assert (row.protected, row.zone, row.version) == (True, None, 2)
    entries = AuditEntry.objects.filter(table_name="families_family", row_id=family.pk)
    assert entries.exists()
    assert all("zone_id" not in (entry.after or {}) | (entry.before or {}) for entry in entries)


def test_a_zone_of_another_municipality_is_refused() -> None:
    family = make_family()
    with inside(family) as vault, pytest.raises(DomainError) as refused:
        update_household(vault=vault, version=1, by=family.case_holder, at=NOW, zone=ZoneFactory(), protected=False)
    assert refused.value.field == "zone"


def test_only_the_service_that_answers_for_the_case_changes_the_household() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    with inside(family):
        join_team(family, colleague, other)
    with inside(family, colleague) as vault, pytest.raises(DomainError):
        update_household(vault=vault, version=1, by=colleague, at=NOW, zone=None, protected=False)


def test_a_closed_case_ends_what_the_family_takes_part_in_and_is_read_only() -> None:
    family = make_family(on=TODAY - datetime.timedelta(days=30))
    other = UnitFactory(municipality=family.municipality)
    things = [MeasureFactory(plan__municipality=family.municipality) for _ in range(2)]
    with inside(family) as vault:
        running = make_row(Participation, family, measure=things[0], started_on=TODAY)
        hidden = make_row(Participation, family, other, measure=things[0], started_on=TODAY)
        ended = make_row(Participation, family, measure=things[1], started_on=TODAY, ended_on=TODAY)
        Participation.objects.filter(pk=ended.pk).update(started_on=NOW, ended_on=NOW)
        vault.family = close_case(vault=vault, version=1, by=family.case_holder, on=TODAY, reason="done")
        for row in (running, hidden):
            row.refresh_from_db()
            assert (row.ended_on, row.version) == (TODAY, 2), "for all services, shared or not"
        with pytest.raises(DomainError, match="avsluttet"):
            add_member(vault=vault, by=family.case_holder, at=NOW, role="mother")
        vault.family = reopen_case(vault=vault, by=family.case_holder)
        running.refresh_from_db()
        ended.refresh_from_db()
        assert running.ended_on is None
        assert ended.ended_on == NOW.date(), "what had ended before stays ended"
        assert (vault.family.closed_on, vault.family.closed_reason) == (None, "")


@pytest.mark.parametrize("days", [1, -31])
def test_a_case_is_closed_on_a_day_it_was_open(days: int) -> None:
    family = make_family(on=TODAY - datetime.timedelta(days=30))
    day = TODAY + datetime.timedelta(days=days)
    with inside(family) as vault, pytest.raises(DomainError) as refused:
        close_case(vault=vault, version=1, by=family.case_holder, on=day, reason="done")
    assert refused.value.field == "on"


@pytest.mark.parametrize("model", [Contact, Support])
def test_a_case_lasts_until_the_family_was_met_last(model: Any) -> None:
    """As far as the case holder may know: a refusal because of another service's row would tell of it."""
    family = make_family(on=TODAY - datetime.timedelta(days=30))
    other = UnitFactory(municipality=family.municipality)
    met, hidden = TODAY - datetime.timedelta(days=4), TODAY - datetime.timedelta(days=1)
    with inside(family) as vault:
        for unit, day in ((family.unit, met), (other, hidden)):
            make_row(
                model, family, unit, **({"happened_on": day} if model is Contact else {"given_on": day, "what": "x"})
            )
        with pytest.raises(DomainError, match=re.escape(date_format(met))) as refused:
            close_case(
                vault=vault, version=1, by=family.case_holder, on=met - datetime.timedelta(days=1), reason="done"
            )
        assert refused.value.field == "on"
        assert close_case(vault=vault, version=1, by=family.case_holder, on=met, reason="done").closed_on == met


def test_when_a_case_was_closed_is_said_by_the_database_and_forgotten_when_it_is_opened_again() -> None:
    family = make_family(on=TODAY - datetime.timedelta(days=30))
    with inside(family) as vault:
        day = TODAY - datetime.timedelta(days=20)
        vault.family = close_case(vault=vault, version=1, by=family.case_holder, on=day, reason="done")
        vault.family.refresh_from_db()
        assert timezone.localdate(vault.family.closed_at) == TODAY
        vault.family = reopen_case(vault=vault, by=family.case_holder)
        vault.family.refresh_from_db()
        assert vault.family.closed_at is None


def test_only_the_case_holder_closes_and_opens_again() -> None:
    family = make_family()
    colleague = make_member(Role.CASEWORKER, family.unit)
    with inside(family):
        join_team(family, colleague, family.unit)
    with inside(family, colleague) as vault:
        with pytest.raises(DomainError, match="saksansvarlig"):
            close_case(vault=vault, version=1, by=colleague, on=TODAY, reason="done")
        with pytest.raises(DomainError, match="saksansvarlig"):
            reopen_case(vault=vault, by=colleague)


def test_a_case_that_is_open_is_not_opened_again() -> None:
    family = make_family()
    with inside(family) as vault, pytest.raises(DomainError):
        reopen_case(vault=vault, by=family.case_holder)
