"""Who sees and does what with sub-projects, letters and reviews, held against rows that could leak."""

import datetime

import pytest
from django.utils import timezone

from grants.models import AwardLetter, Review, SubProject, SubProjectPartner
from grants.permissions import (
    can_answer_for,
    can_conclude_review,
    can_edit_letter,
    can_edit_sub_project,
    can_rate_for,
    can_work_on,
)
from organisation.models import Role, Unit
from tests.factories import MembershipFactory, SubProjectFactory, UnitFactory, make_agreed, make_draft, make_member

pytestmark = pytest.mark.django_db
LEADERS = {Role.PROJECT_LEAD, Role.COORDINATOR}
READERS = {*LEADERS, Role.CASEWORKER, Role.UNIT_LEADER, Role.STEERING_GROUP}


@pytest.fixture
def sub_project() -> SubProject:
    return make_agreed()


def unit_of(sub_project: SubProject) -> Unit:
    unit: Unit = sub_project.partners.first().unit
    return unit


def beside(sub_project: SubProject) -> Unit:
    """Another unit of the same municipality, which doesn't take part."""
    unit: Unit = UnitFactory(municipality=sub_project.municipality)
    return unit


@pytest.mark.parametrize("role", list(Role))
def test_those_who_work_in_the_municipality_see_all_of_them_and_a_partner_its_own(
    role: Role, sub_project: SubProject
) -> None:
    other = make_agreed(municipality=sub_project.municipality)
    own = {sub_project, other} if role in READERS else {sub_project} if role == Role.PARTNER else set()
    member = make_member(role, unit_of(sub_project))
    assert set(SubProject.objects.visible_to(member)) == own
    assert set(Review.objects.visible_to(member)) == {row.reviews.get() for row in own}
    assert not SubProject.objects.visible_to(make_member(role)).exists()


def test_a_draft_of_a_letter_is_the_leaderships_own(sub_project: SubProject) -> None:
    old, draft = sub_project.letters.get(), make_draft(sub_project)
    unit = unit_of(sub_project)
    for role in Role:
        letters = set(AwardLetter.objects.visible_to(make_member(role, unit)))
        expected = {old, draft} if role in LEADERS else {old} if role in READERS | {Role.PARTNER} else set()
        assert letters == expected, role


@pytest.mark.parametrize("role", list(Role))
def test_leadership_alone_decides(role: Role, sub_project: SubProject) -> None:
    member, elsewhere = make_member(role, unit_of(sub_project)), make_member(role)
    letter, review = sub_project.letters.get(), sub_project.reviews.get()
    for user, expected in ((member, role in LEADERS), (elsewhere, False)):
        assert can_edit_sub_project(user, sub_project) == expected
        assert can_edit_letter(user, letter) == expected
        assert can_conclude_review(user, review) == expected


@pytest.mark.parametrize("role", list(Role))
def test_a_partner_is_answered_for_by_its_representative_or_leader(role: Role, sub_project: SubProject) -> None:
    partner, other = sub_project.partners.all()
    member = make_member(role, partner.unit)
    assert can_answer_for(member, partner) == (role in (Role.PARTNER, Role.UNIT_LEADER))
    assert not can_answer_for(member, other)


@pytest.mark.parametrize("role", list(Role))
def test_those_who_take_part_and_leadership_work_on_it(role: Role, sub_project: SubProject) -> None:
    works = role in {Role.CASEWORKER, Role.UNIT_LEADER, *LEADERS}
    assert can_work_on(make_member(role, unit_of(sub_project)), sub_project) == works
    assert can_work_on(make_member(role, beside(sub_project)), sub_project) == (role in LEADERS)


def test_a_partner_of_two_municipalities_sees_its_own_in_each() -> None:
    one, two = SubProjectFactory(partners=1), SubProjectFactory(partners=1)
    member = make_member(Role.PARTNER, unit_of(one))
    MembershipFactory(user=member, role=Role.PARTNER, unit=unit_of(two))
    assert set(SubProject.objects.visible_to(member)) == {one, two}


@pytest.mark.parametrize(("days", "is_in"), [(-1, False), (0, False), (1, True), (None, True)])
def test_a_unit_that_has_left_has_no_part_in_it_any_more(
    days: int | None, is_in: bool, sub_project: SubProject
) -> None:
    left_on = None if days is None else timezone.localdate() + datetime.timedelta(days=days)
    partner = sub_project.partners.order_by("id")[1]
    SubProjectPartner.objects.filter(pk=partner.pk).update(left_on=left_on)
    member = make_member(Role.PARTNER, partner.unit)
    for rows, model in ((sub_project, SubProject), (sub_project.letters.get(), AwardLetter)):
        assert model.objects.visible_to(member).filter(pk=rows.pk).exists() == is_in
    assert Review.objects.visible_to(member).exists() == is_in
    assert can_answer_for(member, partner) == can_rate_for(member, partner) == is_in
    for role in (Role.CASEWORKER, Role.UNIT_LEADER):
        worker = make_member(role, partner.unit)
        assert can_work_on(worker, sub_project) == can_rate_for(worker, partner) == is_in
        assert SubProject.objects.visible_to(worker).exists(), "the municipality's own read on"
    assert can_work_on(make_member(Role.PROJECT_LEAD, partner.unit), sub_project)
