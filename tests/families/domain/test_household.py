"""Who is in the family."""

import datetime

import pytest
from django.utils import timezone

from families.domain.household import add_member, remove_member, update_member
from families.models import Contact, Member
from organisation.domain.errors import DomainError
from organisation.models import Role
from tests.factories import UnitFactory, make_member
from tests.factories.families import NOW, inside, join_team, make_family, make_family_member, make_row
from tests.identity_numbers import made_up

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def test_a_member_is_recorded_by_a_service_and_changed_by_it_alone() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    with inside(family) as vault:
        row = add_member(vault=vault, by=family.case_holder, at=NOW, role="mother", first_name="Testine")
        assert (row.unit, row.written_by, row.version) == (family.unit, family.case_holder, 1)
        join_team(family, colleague, other)
    with inside(family, colleague) as vault:
        with pytest.raises(DomainError, match="registrerte"):
            update_member(vault=vault, row=row, version=1, by=colleague, at=NOW, first_name="Annen")
        assert "Testine" not in {str(view) for view in vault.members}, "not shared"
    with inside(family) as vault:
        row = update_member(vault=vault, row=row, version=1, by=family.case_holder, at=NOW, left_on=TODAY)
        assert [view.in_household for view in vault.members] == [False]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"birth_year": TODAY.year + 1}, "birth_year"),
        ({"role": "child", "is_guardian": True}, "is_guardian"),
        ({"left_on": TODAY + datetime.timedelta(days=1)}, "left_on"),
        ({"first_name": made_up()}, "first_name"),
    ],
)
def test_what_can_not_be_right_is_refused_at_its_field(values: dict[str, object], field: str) -> None:
    family = make_family()
    with inside(family) as vault, pytest.raises(DomainError) as refused:
        add_member(vault=vault, by=family.case_holder, at=NOW, **({"role": "mother"} | values))
    assert refused.value.field == field


def test_a_member_recorded_by_mistake_is_removed_with_her_name() -> None:
    family = make_family()
    with inside(family) as vault:
        row = make_family_member(family)
        remove_member(vault=vault, row=row, version=1, by=family.case_holder, at=NOW)
        row.refresh_from_db()
        assert (row.first_name, row.removed_at) == ("", NOW)
        assert not Member.objects.standing().filter(family=family).exists()


def test_somebody_of_whom_something_is_recorded_is_not_removed() -> None:
    family = make_family()
    with inside(family) as vault:
        row = make_family_member(family)
        make_row(Contact, family, subject=row, happened_on=TODAY)
        with pytest.raises(DomainError, match="registrert noe"):
            remove_member(vault=vault, row=row, version=1, by=family.case_holder, at=NOW)


def test_the_refusal_tells_nothing_of_what_another_service_has_recorded() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    with inside(family) as vault:
        row = make_family_member(family)
        make_row(Contact, family, other, subject=row, happened_on=TODAY)
        removed = remove_member(vault=vault, row=row, version=1, by=family.case_holder, at=NOW)
        assert removed.removed_at == NOW
