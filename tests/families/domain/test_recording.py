import datetime
from typing import Any

import pytest
from django.utils import timezone

from families.domain.recording import check_texts, emptied, own, recorded, remove, subject
from families.domain.retention import vault_models
from families.models import Consent, Contact, Decision, InsightRequest, Member, Need, VaultRow, VoiceLink
from families.models.privacy import NO_DAY
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, Role
from tests.factories import UnitFactory, make_member
from tests.factories.families import NOW, inside, join_team, make_consent, make_family, make_family_member, make_row
from tests.factories.family_rows import make_everything
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
    assert emptied(Need) == {
        "words": "", "subject": None, "need": "economy", "life_area": "economy", "said_on": NO_DAY, "met_on": None,
    }  # fmt: skip


# Nothing removes these, and why.
NEVER_REMOVED = {
    Consent: "it is withdrawn, and what was said yes to stays for the family to see",
    VoiceLink: "it is revoked",
    InsightRequest: "that it was asked for stays",
}
REMOVED = [model for model in vault_models() if issubclass(model, VaultRow) and model not in NEVER_REMOVED]
# What the row of `make_everything` has that every removed row has too: it says nothing of the one it stood in.
THE_SAME = {(Decision, "kind"), (Decision, "scheme"), (Decision, "service")}


def test_what_nothing_removes_has_no_way_to_be() -> None:
    for model in NEVER_REMOVED:
        with pytest.raises(ValueError, match="removed row"):
            emptied(model)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", REMOVED, ids=lambda model: model.__name__)
def test_every_sensitive_field_of_a_removed_row_is_emptied(model: Any) -> None:
    """Two rows that were as different as can be are the same when they have been removed."""
    family = make_family()
    made = make_everything(family)[model.__name__]
    with inside(family) as vault:
        _differ(model, made)
        before = {name: getattr(made, name) for name in model.privacy.sensitive}
        remove(vault=vault, row=made, version=made.version, by=family.case_holder, at=NOW)
        made = model.objects.get(pk=made.pk)
        left = {name for name in model.privacy.sensitive if getattr(made, name) == before[name]}
        assert left == {name for of, name in THE_SAME if of is model}
        if (model, "service") in THE_SAME:
            assert made.service == made.unit


def _differ(model: Any, row: Any) -> None:
    """What the row of `make_everything` leaves empty has a value."""
    values = {
        Member: {"left_on": DAY}, Need: {"met_on": DAY, "need": "work"}, Contact: {"done_on": DAY, "next_on": DAY},
        Decision: {"ends_on": DAY + datetime.timedelta(days=400)},
    }  # fmt: skip
    model.objects.filter(pk=row.pk).update(**values.get(model, {"version": row.version}))
    row.refresh_from_db()
