import pytest
from django.utils import timezone

from families.permissions import can_manage_team, can_read_log, can_record
from organisation.models import Role
from tests.factories import make_member
from tests.factories.families import inside, join_team, make_family

pytestmark = pytest.mark.django_db


def test_the_case_holder_manages_the_team_while_the_case_is_open() -> None:
    family = make_family()
    colleague = make_member(Role.CASEWORKER, family.unit)
    with inside(family) as vault:
        join_team(family, colleague, family.unit)
        assert can_manage_team(vault)
    with inside(family, colleague) as vault:
        assert can_record(vault) and not can_manage_team(vault)
    family.closed_on = timezone.localdate()
    with inside(family) as vault:
        assert not can_record(vault) and not can_manage_team(vault)


def test_the_case_holder_reads_the_log() -> None:
    family = make_family()
    colleague = make_member(Role.CASEWORKER, family.unit)
    with inside(family) as vault:
        join_team(family, colleague, family.unit)
        assert can_read_log(vault)
    with inside(family, colleague) as vault:
        assert not can_read_log(vault)
