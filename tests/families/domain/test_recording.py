import datetime
from typing import Any

import pytest
from django.utils import timezone

from families.domain.recording import check_texts, emptied, own, recorded, remove, subject
from families.models import Contact, Need, Support
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, Role
from tests.factories import UnitFactory, make_member
from tests.factories.families import NOW, inside, join_team, make_consent, make_family, make_family_member, make_row
from tests.identity_numbers import made_up

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 1, 1)


def a_contact(family: Any, **fields: Any) -> Contact:
    row: Contact = make_row(
        Contact, family, happened_on=DAY, text="Ordene som ble skrevet", next_step="Ringe", **fields
    )
    return row


def test_only_the_team_records_and_only_while_the_case_is_open() -> None:
    family = make_family()
    with inside(family) as vault:
        row = recorded(vault=vault, by=family.case_holder, at=NOW)
        assert (row["family"], row["unit"], row["written_by"]) == (family, family.unit, family.case_holder)
        with pytest.raises(DomainError):
            recorded(vault=vault, by=family.case_holder, at=NOW, unit=UnitFactory())
        vault.mine = []
        with pytest.raises(DomainError):
            recorded(vault=vault, by=family.case_holder, at=NOW)
    with inside(family) as vault:
        vault.family.closed_on = timezone.localdate()
        with pytest.raises(DomainError, match="avsluttet"):
            recorded(vault=vault, by=family.case_holder, at=NOW)


def test_only_the_service_that_recorded_changes() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    with inside(family):
        mother = make_family_member(family)
        make_consent(mother, [family.unit, other], ["contact"])
        join_team(family, colleague, other)
        row = a_contact(family)
    with inside(family, colleague) as vault:
        assert list(vault.rows(Contact)) == [row], "shared"
        with pytest.raises(DomainError, match="Bare tjenesten"):
            own(vault=vault, row=row, version=1)
    with inside(family) as vault:
        assert own(vault=vault, row=row, version=1).version == 2


def test_a_subject_is_of_the_family() -> None:
    family, other = make_family(), make_family()
    with inside(other):
        foreign = make_family_member(other)
    with inside(family) as vault:
        mother = make_family_member(family)
        assert subject(vault=vault, member=mother.public_id) == mother
        assert subject(vault=vault, member="") is None
        with pytest.raises(DomainError) as refused:
            subject(vault=vault, member=foreign.public_id)
        assert refused.value.field == "subject"


def test_an_identity_number_is_refused_at_its_field() -> None:
    with pytest.raises(DomainError) as refused:
        check_texts(Contact, {"text": f"Født {made_up()}", "next_step": ""})
    assert refused.value.field == "text"
    check_texts(Contact, {"text": "Født 12345678901", "next_step": "Ringe 22 33 44 55"})


def test_what_is_removed_loses_its_words_and_whom_it_was_about() -> None:
    family = make_family()
    with inside(family) as vault:
        row = a_contact(family, subject=make_family_member(family))
        remove(vault=vault, row=row, version=row.version, by=family.case_holder, at=NOW)
        row.refresh_from_db()
        assert (row.text, row.next_step, row.subject, row.removed_at) == ("", "", None, NOW)
        assert not vault.rows(Contact).exists()
        with pytest.raises(DomainError, match="fjernet"):
            remove(vault=vault, row=row, version=row.version, by=family.case_holder, at=NOW)
    logged = str(list(AuditEntry.objects.filter(table_name="families_contact").values()))
    assert "contact.remove" in logged
    assert "Ordene" not in logged and "Ringe" not in logged


def test_what_a_removed_row_loses() -> None:
    assert set(emptied(Support)) == {"what", "subject", "agreed_with"}
    assert set(emptied(Need)) == {"words", "subject"}
