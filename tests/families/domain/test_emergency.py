"""Emergency access: with a reason, for 24 hours, read only, and in the open."""

import datetime

import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone

from families.domain.cases import my_cases, opened_by_emergency
from families.domain.emergency import (
    GUESSES,
    end_emergency,
    leads,
    open_emergency,
    running_emergency,
    see_emergency,
    what_was_read,
)
from families.domain.family import close_case
from families.domain.household import add_member
from families.domain.reading import open_families, open_family, reading
from families.models import EmergencyAccess, Family
from organisation.domain.errors import DomainError
from organisation.models import Notice, ReadEntry, Role, User
from tests.database import owner_cursor
from tests.factories import UnitFactory, make_member
from tests.factories.families import NOW, inside, make_family, make_family_member
from tests.identity_numbers import made_up

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
REASON = "Familien har møtt opp uten avtale"


def opened(family: Family, by: User) -> EmergencyAccess:
    with reading(by):
        return open_emergency(reference=family.public_id, reason=REASON, by=by, on=TODAY)


def test_it_opens_the_family_for_24_hours_shows_all_and_records_nothing() -> None:
    family, helper = make_family(), make_member(Role.CASEWORKER)
    helper.memberships.update(unit=UnitFactory(municipality=family.municipality))
    with inside(family):
        make_family_member(family)
    access = opened(family, helper)
    assert access.expires_at - access.opened_at == datetime.timedelta(hours=24)
    assert access.unit == family.unit
    with inside(family, helper) as vault:
        assert vault.by_emergency
        assert [str(view) for view in vault.members] == ["Testine (mor)"]
        assert running_emergency(by=helper, family=family.pk) == access
        with pytest.raises(DomainError, match="teamet"):
            add_member(vault=vault, by=helper, at=NOW, role="child")


def test_it_puts_no_family_into_a_list_of_ones_own() -> None:
    family = make_family(protected=True)
    helper = make_member(Role.CASEWORKER, family.unit)
    access = opened(family, helper)
    with reading(helper):
        assert my_cases(by=helper, on=TODAY) == []
        assert opened_by_emergency(page="test", by=helper, on=TODAY) == [access]
    with reading(family.case_holder):
        assert [case.pk for case in my_cases(by=family.case_holder, on=TODAY)] == [family.pk]


def test_she_ends_it_herself_and_nothing_is_open_any_more() -> None:
    family = make_family()
    helper, other = (make_member(Role.CASEWORKER, family.unit) for _ in range(2))
    access = opened(family, helper)
    with reading(helper):
        end_emergency(access=access, by=other, at=timezone.now())
        assert running_emergency(by=helper, family=family.pk), "hers alone to end"
        end_emergency(access=access, by=helper, at=timezone.now())
        assert running_emergency(by=helper, family=family.pk) is None
        assert open_families(ids=[family.pk], page="test") == []
        assert not Family.objects.exists()


@pytest.mark.django_db(transaction=True)  # the owner lets the time pass
def test_it_ends_by_itself_and_nobody_can_make_it_longer() -> None:
    family = make_family()
    helper = make_member(Role.CASEWORKER, family.unit)
    access = opened(family, helper)
    with pytest.raises(ProgrammingError, match="permission denied"), reading(helper):
        EmergencyAccess.objects.filter(pk=access.pk).update(expires_at=timezone.now() + datetime.timedelta(days=9))
    with owner_cursor() as cursor:
        cursor.execute("SET povertyplan.maintenance = 'on'")
        cursor.execute(
            "UPDATE families_emergencyaccess SET opened_at = opened_at - interval '24 hours', expires_at = now()"
        )
        cursor.execute("SET povertyplan.maintenance = 'off'")
    with reading(helper):
        assert running_emergency(by=helper, family=family.pk) is None
        assert open_families(ids=[family.pk], page="test") == []
        assert not Family.objects.exists()


def test_a_wrong_reference_and_a_foreign_one_are_refused_alike_and_logged() -> None:
    family, foreign = make_family(), make_family()
    closed = make_family(unit=family.unit)
    with inside(closed) as vault:
        close_case(vault=vault, version=1, by=closed.case_holder, on=TODAY, reason="done")
    helper = make_member(Role.CASEWORKER, family.unit)
    said = set()
    for reference in (foreign.public_id, "2222222222", closed.public_id):
        with reading(helper), pytest.raises(DomainError) as refused:
            open_emergency(reference=reference, reason=REASON, by=helper, on=TODAY)
        said.add((str(refused.value.message), refused.value.field))
    assert len(said) == 1
    with inside(foreign):
        line = ReadEntry.objects.get(reader=helper)
        assert (line.page, line.basis) == ("emergency", "denied")


def test_a_partner_gets_none() -> None:
    family = make_family()
    partner = make_member(Role.PARTNER, family.unit)
    with reading(partner), pytest.raises(DomainError):
        open_emergency(reference=family.public_id, reason=REASON, by=partner, on=TODAY)


def test_who_guesses_is_stopped_even_with_the_right_reference() -> None:
    family = make_family()
    helper = make_member(Role.CASEWORKER, family.unit)
    with reading(helper):
        for number in range(GUESSES):
            with pytest.raises(DomainError, match="Sjekk saksnummeret"):
                open_emergency(reference=f"222222222{number % 8 + 2}", reason=REASON, by=helper, on=TODAY)
        with pytest.raises(DomainError, match="for mange"):
            open_emergency(reference=family.public_id, reason=REASON, by=helper, on=TODAY)
        with connection.cursor() as cursor:  # the page's own count taken away
            cursor.execute("SELECT povertyplan_emergency(%s, %s)", [family.public_id, REASON])
            assert cursor.fetchone() == (None,)
    another = make_member(Role.CASEWORKER, family.unit)
    assert opened(family, another).user == another


@pytest.mark.parametrize("reason", ["", "haster", "   haster    ", f"Ringte fra {made_up()} i dag"])
def test_it_takes_a_reason_without_an_identity_number(reason: str) -> None:
    family = make_family()
    helper = make_member(Role.CASEWORKER, family.unit)
    with reading(helper), pytest.raises(DomainError) as refused:
        open_emergency(reference=family.public_id, reason=reason, by=helper, on=TODAY)
    assert refused.value.field == "reason"


def test_ones_own_family_needs_none_and_one_that_runs_is_given_again() -> None:
    family = make_family()
    with reading(family.case_holder), pytest.raises(DomainError, match="i teamet"):
        open_emergency(reference=family.public_id, reason=REASON, by=family.case_holder, on=TODAY)
    helper = make_member(Role.CASEWORKER, family.unit)
    assert opened(family, helper) == opened(family, helper)
    assert Notice.objects.filter(kind="family-emergency").count() == 1, "the case holder's: there is no leader"


def test_the_leaders_of_the_unit_and_above_get_a_notice_that_names_nobody() -> None:
    top = UnitFactory()
    unit = UnitFactory(parent=top, municipality=top.municipality)
    family = make_family(unit=unit)
    leader, above = make_member(Role.UNIT_LEADER, unit), make_member(Role.UNIT_LEADER, top)
    make_member(Role.UNIT_LEADER, UnitFactory(municipality=top.municipality))
    opened(family, make_member(Role.CASEWORKER, unit))
    notices = Notice.objects.filter(kind="family-emergency")
    assert {notice.user for notice in notices} == {leader, above}
    assert {notice.url_path for notice in notices} == {"/familier/nodtilganger/"}
    assert all(family.public_id not in notice.text and REASON not in notice.text for notice in notices)


def test_the_leader_sees_which_pages_were_read_and_nothing_of_the_family() -> None:
    family = make_family()
    leader = make_member(Role.UNIT_LEADER, family.unit)
    helper = make_member(Role.CASEWORKER, family.unit)
    access = opened(family, helper)
    with reading(helper):
        for _ in range(2):
            open_family(reference=family.public_id, page="family", by=helper, on=TODAY)
    with reading(leader):
        assert list(EmergencyAccess.objects.led_by(leader)) == [access]
        read = what_was_read(accesses=[access])[access.pk]
        assert (read.reference, read.pages, read.total) == (family.public_id, {"family": 2}, 2)
        assert not Family.objects.exists()
        see_emergency(access=access, by=leader, at=NOW)
        access.refresh_from_db()
        assert (access.seen_by, access.seen_at) == (leader, NOW)
        see_emergency(access=access, by=leader, at=timezone.now())
        access.refresh_from_db()
        assert access.seen_at == NOW, "the first time counts"
    with inside(family):
        assert ReadEntry.objects.filter(reader=leader, basis="control", page="family-emergency-list").exists()


def test_another_units_leader_sees_nothing_and_nobody_controls_her_own() -> None:
    family = make_family()
    leader, other = make_member(Role.UNIT_LEADER, family.unit), make_member(Role.UNIT_LEADER)
    access = opened(family, leader)
    assert leads(user=leader, unit=family.unit)
    assert not leads(user=other, unit=family.unit)
    with reading(other):
        assert not EmergencyAccess.objects.exists()
        assert what_was_read(accesses=[access]) == {}
    with reading(leader), pytest.raises(DomainError, match="annen leder"):
        see_emergency(access=access, by=leader, at=NOW)
