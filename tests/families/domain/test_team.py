"""The team: who comes in, who leaves, and who has the case. There is one case holder all the time."""

import datetime

import pytest
from django.utils import timezone

from families.domain.emergency import open_emergency
from families.domain.reading import open_families, reading
from families.domain.team import (
    add_to_team,
    can_be_taken_over,
    candidates,
    candidates_of,
    case_holder,
    end_membership,
    hand_over,
    return_to_team,
    take_over,
)
from families.models import EmergencyAccess, TeamMember
from organisation.domain.errors import DomainError
from organisation.models import Membership, Notice, Role
from tests.factories import MembershipFactory, UnitFactory, make_member
from tests.factories.families import NOW, inside, join_team, make_family

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
YESTERDAY = TODAY - datetime.timedelta(days=1)


def test_whoever_is_added_gets_access_today_and_a_notice_without_personal_data() -> None:
    family = make_family()
    colleague = make_member(Role.CASEWORKER, UnitFactory(municipality=family.municipality))
    person = Membership.objects.get(user=colleague)
    with inside(family) as vault:
        row = add_to_team(vault=vault, person=person, by=family.case_holder)
        assert (row.user, row.unit, row.from_day) == (colleague, person.unit, TODAY)
    with reading(colleague):
        assert open_families(ids=[family.pk], page="test") == [family.pk]
    notice = Notice.objects.get(user=colleague)
    assert notice.url_path == f"/familier/{family.public_id}/"
    assert family.public_id not in notice.text
    assert family.reference not in notice.text


def test_those_who_work_in_the_municipality_in_a_team_role_today_can_be_added() -> None:
    family = make_family()
    unit = UnitFactory(municipality=family.municipality)
    fits = [make_member(role, unit) for role in (Role.CASEWORKER, Role.UNIT_LEADER, Role.PARTNER)]
    make_member(Role.COORDINATOR, unit)
    make_member(Role.CASEWORKER)
    make_member(Role.CASEWORKER, unit, is_active=False)
    gone = make_member(Role.CASEWORKER, unit)
    gone.memberships.update(valid_to=YESTERDAY)
    foreign = MembershipFactory(role=Role.CASEWORKER)
    with inside(family) as vault:
        assert {row.user for row in candidates(vault=vault)} == set(fits), "not the case holder, who is in it"
        with pytest.raises(DomainError) as refused:
            add_to_team(vault=vault, person=foreign, by=family.case_holder)
        assert refused.value.field == "person"


def test_only_the_case_holder_adds_and_ends_others_and_anybody_leaves() -> None:
    family = make_family()
    one, two = (make_member(Role.CASEWORKER, family.unit) for _ in range(2))
    outsider = Membership.objects.get(user=make_member(Role.CASEWORKER, family.unit))
    with inside(family):
        join_team(family, one, family.unit)
        other = join_team(family, two, family.unit)
    with inside(family, one) as vault:
        with pytest.raises(DomainError, match="saksansvarlig"):
            add_to_team(vault=vault, person=outsider, by=one)
        with pytest.raises(DomainError, match="saksansvarlig"):
            end_membership(vault=vault, row=other, version=1, last_day=TODAY, by=one)
        left = end_membership(vault=vault, row=vault.mine[0], version=1, last_day=TODAY, by=one)
        assert return_to_team(vault=vault, row=left, by=one).to_day is None, "as long as she is in"
        end_membership(vault=vault, row=left, version=3, last_day=YESTERDAY, by=one)
    with reading(one):
        assert open_families(ids=[family.pk], page="test") == [], "at once"


def test_the_case_holder_can_not_leave_before_the_case_is_handed_over() -> None:
    family = make_family()
    with inside(family) as vault, pytest.raises(DomainError, match="gis videre"):
        end_membership(vault=vault, row=vault.mine[0], version=1, last_day=TODAY, by=family.case_holder)


def test_access_that_has_been_is_not_written_away() -> None:
    family = make_family()
    colleague = make_member(Role.CASEWORKER, family.unit)
    with inside(family) as vault:
        row = join_team(family, colleague, family.unit, from_day=TODAY - datetime.timedelta(days=90))
        with pytest.raises(DomainError) as refused:
            end_membership(
                vault=vault, row=row, version=1, last_day=YESTERDAY - datetime.timedelta(days=1), by=family.case_holder
            )
        assert refused.value.field == "last_day"


def test_whoever_has_left_the_town_does_not_come_back_into_the_team_by_an_undo() -> None:
    family = make_family()
    colleague = make_member(Role.CASEWORKER, family.unit)
    with inside(family) as vault:
        row = join_team(family, colleague, family.unit, to_day=YESTERDAY)
        assert candidates_of(row=row, on=TODAY).exists()
        colleague.memberships.update(valid_to=YESTERDAY)
        with pytest.raises(DomainError, match="arbeider ikke"):
            return_to_team(vault=vault, row=row, by=family.case_holder)


def test_the_case_is_handed_over_and_has_one_holder_all_the_time() -> None:
    family = make_family()
    colleague = make_member(Role.CASEWORKER, family.unit)
    with inside(family) as vault:
        row = join_team(family, colleague, family.unit)
        hand_over(vault=vault, row=row, by=family.case_holder)
        holders = TeamMember.objects.filter(family=family, is_case_holder=True)
        assert [holder.user for holder in holders] == [colleague]
        assert TeamMember.objects.active(TODAY).filter(user=family.case_holder).exists(), "she stays in the team"
    assert Notice.objects.filter(user=colleague, kind="family-team").count() == 1
    with inside(family, family.case_holder) as vault, pytest.raises(DomainError, match="saksansvarlig"):
        hand_over(vault=vault, row=row, by=family.case_holder)


def test_the_case_is_not_handed_to_somebody_who_is_on_her_way_out() -> None:
    family = make_family()
    leaving, gone = (make_member(Role.CASEWORKER, family.unit) for _ in range(2))
    with inside(family) as vault:
        rows = [join_team(family, leaving, family.unit, to_day=TODAY), join_team(family, gone, family.unit)]
        gone.memberships.update(valid_to=YESTERDAY)
        for row in [*rows, vault.mine[0]]:
            with pytest.raises(DomainError):
                hand_over(vault=vault, row=row, by=family.case_holder)


@pytest.mark.parametrize("left", ["shut out", "no role"])
def test_the_leader_of_the_unit_takes_over_when_the_case_holder_is_gone(left: str) -> None:
    family = make_family()
    leader = make_member(Role.UNIT_LEADER, family.unit)
    with reading(leader):
        open_emergency(reference=family.public_id, reason="Familien har møtt opp her nå", by=leader, on=TODAY)
    with inside(family, leader) as vault:
        assert case_holder(vault=vault) is not None
        with pytest.raises(DomainError, match="har en saksansvarlig"):
            take_over(vault=vault, by=leader, at=NOW)
    if left == "shut out":
        family.case_holder.is_active = False
        family.case_holder.save()
    else:
        family.case_holder.memberships.update(valid_to=YESTERDAY)
    with inside(family, leader) as vault:
        assert case_holder(vault=vault) is None
        row = take_over(vault=vault, by=leader, at=timezone.now())
        assert (row.user, row.unit, row.is_case_holder) == (leader, family.unit, True)
        assert EmergencyAccess.objects.get(user=leader).ended_at is not None
    with inside(family, leader) as vault:
        assert vault.is_case_holder
        assert not vault.by_emergency


def test_a_caseworker_or_another_units_leader_does_not_take_over() -> None:
    family = make_family()
    outsiders = [
        make_member(Role.CASEWORKER, family.unit),
        make_member(Role.UNIT_LEADER, UnitFactory(municipality=family.municipality)),
    ]
    for outsider in outsiders:
        with reading(outsider):
            open_emergency(reference=family.public_id, reason="Familien har møtt opp her nå", by=outsider, on=TODAY)
        with inside(family, outsider) as vault:
            assert not can_be_taken_over(vault=vault, holder=None)
            with pytest.raises(DomainError):
                take_over(vault=vault, by=outsider, at=NOW)
