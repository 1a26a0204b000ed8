import pytest
from django.utils import timezone

from families.domain.reading import log_refusal, reading
from families.domain.vault import open_by_reference
from families.models import Family
from organisation.models import ReadEntry, Role
from tests.factories import make_member
from tests.factories.families import inside, join_team, make_family

pytestmark = pytest.mark.django_db


def test_a_refusal_after_opening_is_logged_by_itself() -> None:
    family = make_family()
    colleague = make_member(Role.CASEWORKER, family.unit)
    with inside(family):
        join_team(family, colleague, family.unit)
    log_refusal(reference=family.public_id, page="family-team", by=colleague)
    with inside(family):
        assert ReadEntry.objects.filter(reader=colleague).get().page == "family-team:refused"


def test_each_page_leaves_a_line_with_who_when_and_why() -> None:
    family = make_family()
    with reading(family.case_holder):
        vault = open_by_reference(
            reference=family.public_id, page="family-needs", by=family.case_holder, on=timezone.localdate()
        )
    assert vault is not None and vault.is_case_holder
    with inside(family):
        line = ReadEntry.objects.filter(page="family-needs").get()
        assert (line.reader, line.family, line.basis) == (family.case_holder, family.pk, "team")


def test_an_error_leaves_no_reader_behind() -> None:
    family = make_family()
    with pytest.raises(ZeroDivisionError), inside(family):
        assert Family.objects.exists()
        _ = 1 / 0
    assert not Family.objects.exists()
