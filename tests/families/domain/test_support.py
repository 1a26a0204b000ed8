"""Support: with money, both the payment and the family's row or neither, and nothing of the family where money is."""

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from django.core import serializers
from django.utils import timezone, translation

from families.domain.support import (
    Money,
    give_support,
    is_reversed,
    purpose_of,
    remove_support,
    state_of,
    taking_part,
    update_support,
)
from families.domain.vault import OpenFamily
from families.models import Family, Participation, Support, SupportKind
from grants.domain.spending import approve, propose_reversal, refuse, withdraw
from grants.models import PartnerRole, PaymentProposal, ProposalState, SpendingMode, SubProject, SubProjectPartner
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, Role
from organisation.periods import HalfYear
from tests.factories import UnitFactory, UserFactory, make_member
from tests.factories.families import inside, join_team, make_consent, make_family, make_family_member, make_row
from tests.factories.grants_spending import make_funded

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
KEY = "k" * 12


def place(family: Family, partner: bool = True, **fields: Any) -> SubProject:
    """A running sub-project with money, that the family takes part in, and its service too where `partner`."""
    sub_project = make_funded(
        (HalfYear.of(TODAY).code, 10_000), municipality=family.municipality,
        ends_on=TODAY + datetime.timedelta(days=400),
    )  # fmt: skip
    if partner:
        SubProjectPartner.objects.create(sub_project=sub_project, unit=family.unit, role=PartnerRole.RESPONSIBLE)
    make_row(Participation, family, sub_project=sub_project, started_on=family.opened_on, **fields)
    return sub_project


def give(vault: OpenFamily, **fields: Any) -> Support:
    values = {
        "kind": SupportKind.FURNITURE, "what": "Hemmelig seng", "given_on": TODAY, "mode": SpendingMode.INDIVIDUAL,
        "by": vault.user, "at": timezone.now(),
    } | fields  # fmt: skip
    return give_support(vault=vault, **values)


def test_support_without_money_says_what_for_whom_and_who_agreed() -> None:
    family = make_family()
    with inside(family) as vault:
        mother, child = make_family_member(family), make_family_member(family, "child")
        row = give(vault, member=child.public_id, agreed_with=mother.public_id)
        assert (row.subject, row.agreed_with, row.proposal) == (child, mother, None)
    assert not PaymentProposal.objects.exists()


def test_a_payment_is_proposed_and_the_amount_stands_there_alone() -> None:
    family = make_family()
    with inside(family) as vault:
        money = Money(place(family), Decimal(4000), "V-1")
        row = give(vault, money=money)
        assert row.proposal == (proposal := PaymentProposal.objects.get())
        assert (proposal.amount, proposal.voucher, proposal.pay_on) == (4000, "V-1", TODAY)
        assert (proposal.proposed_by, proposal.state) == (vault.user, ProposalState.PROPOSED)
        assert not any(column.name in ("amount", "state") for column in Support._meta.concrete_fields)


def test_the_sub_project_learns_nothing_of_the_family() -> None:
    family = make_family()
    with inside(family) as vault:
        make_family_member(family, first_name="Prøvenavn")
        give(vault, money=Money(place(family), Decimal(4000), "V-1"), form_key=KEY)
    (proposal,) = PaymentProposal.objects.all()
    told = serializers.serialize("json", [proposal])
    for secret in ("Hemmelig", "Prøvenavn", family.public_id, family.reference, KEY):
        assert secret not in told
    assert json.loads(told)[0]["fields"]["purpose"] == "Støtte til familie: Inventar"
    entries = AuditEntry.objects.filter(table_name="families_support")
    assert not any("proposal_id" in (entry.after or {}) for entry in entries), "nor does the change log tie them"
    names = {relation.name for relation in PaymentProposal._meta.related_objects if not relation.hidden}
    assert not any("support" in name for name in names)


def test_the_purpose_is_norwegian_whoever_writes() -> None:
    with translation.override("en"):
        assert purpose_of(SupportKind.TRAVEL) == "Støtte til familie: Reise og transport"


@pytest.mark.parametrize("wrong", ["amount", "voucher", "given_on", "own row"])
def test_both_or_neither(wrong: str, monkeypatch: Any) -> None:
    family = make_family()
    with inside(family) as vault:
        sub_project = place(family)
        give(vault, money=Money(sub_project, Decimal(1), "V-1"))
        amount, voucher, on = Decimal(10), "V-2", TODAY
        if wrong == "amount":
            amount = Decimal(10_001)
        if wrong == "voucher":
            voucher = "V-1"
        if wrong == "given_on":
            on = sub_project.starts_on - datetime.timedelta(days=1)
        if wrong == "own row":
            monkeypatch.setattr(Support.objects, "create", lambda **fields: 1 / 0)
        with pytest.raises((DomainError, ZeroDivisionError)) as refused:
            give(vault, money=Money(sub_project, amount, voucher), given_on=on)
        if isinstance(refused.value, DomainError):
            assert refused.value.field == wrong
        assert (Support.objects.count(), PaymentProposal.objects.count()) == (1, 1)


def test_whoever_may_not_propose_there_is_told_so() -> None:
    family = make_family()
    with inside(family) as vault, pytest.raises(DomainError, match="Du kan ikke foreslå") as refused:
        give(vault, money=Money(place(family, partner=False), Decimal(10), "V-1"))
    assert refused.value.field == "sub_project"
    assert not PaymentProposal.objects.exists()


def test_only_what_the_family_is_in_now_pays() -> None:
    family = make_family(on=TODAY - datetime.timedelta(days=30))
    with inside(family) as vault:
        ended = place(family, ended_on=TODAY - datetime.timedelta(days=1))
        assert [row.sub_project for row in taking_part(vault)] == [ended]
        assert not taking_part(vault, on=TODAY)
        foreign = make_funded((HalfYear.of(TODAY).code, 10_000), municipality=family.municipality)
        for sub_project in (ended, foreign):
            with pytest.raises(DomainError, match="ikke med i dette"):
                give(vault, money=Money(sub_project, Decimal(10), "V-1"))


def test_the_same_form_makes_one_payment() -> None:
    family = make_family()
    with inside(family) as vault:
        money = Money(place(family), Decimal(10), "V-1")
        assert give(vault, money=money, form_key=KEY) == give(vault, money=money, form_key=KEY)
        assert (Support.objects.count(), PaymentProposal.objects.count()) == (1, 1)


def test_only_what_it_is_and_whom_it_is_about_can_be_put_right() -> None:
    family = make_family()
    with inside(family) as vault:
        child = make_family_member(family, "child")
        row = give(vault, money=Money(place(family), Decimal(10), "V-1"))
        change = {"vault": vault, "support": row, "version": row.version, "by": vault.user, "what": "Køyeseng"}
        with pytest.raises(DomainError, match="søkt om penger"):
            update_support(**change, kind=SupportKind.OTHER)
        row = update_support(**change, member=child.public_id)
        assert (row.what, row.subject, row.kind) == ("Køyeseng", child, SupportKind.FURNITURE)


def paid(vault: OpenFamily, **fields: Any) -> Support:
    return give(vault, money=Money(place(vault.family), Decimal(10), "V-1"), **fields)


def decide(proposal: PaymentProposal, action: Any, **fields: Any) -> Any:
    by = proposal.proposed_by if action is withdraw else UserFactory()
    return action(proposal=proposal, version=proposal.version, by=by, at=timezone.now(), **fields)


def state_now(row: Support) -> str:
    return state_of(PaymentProposal.objects.get(pk=row.proposal_id))


def test_it_is_read_from_the_proposal() -> None:
    with inside(make_family()) as vault:
        row = paid(vault)
        assert state_now(row) == "Til godkjenning"
        entry = decide(row.proposal, approve)
        assert state_now(row) == "Godkjent"
        reversal = propose_reversal(entry=entry, reason="Feil", on=TODAY, by=vault.user, at=timezone.now())
        assert not is_reversed(PaymentProposal.objects.get(pk=row.proposal_id))
        decide(reversal, approve)
        assert state_now(row) == "Tilbakeført"


@pytest.mark.parametrize(("action", "state"), [(refuse, "Avvist"), (withdraw, "Trukket")])
def test_what_was_said_no_to_says_so(action: Any, state: str) -> None:
    with inside(make_family()) as vault:
        row = paid(vault)
        decide(row.proposal, action, **({"reason": "Nei"} if action is refuse else {}))
        assert state_now(row) == state


def test_support_with_money_behind_it_is_not_removed() -> None:
    with inside(make_family()) as vault:
        row = paid(vault)
        out = {"vault": vault, "version": row.version, "by": vault.user, "at": timezone.now()}
        with pytest.raises(DomainError, match="Trekk eller tilbakefør"):
            remove_support(support=row, **out)
        decide(row.proposal, withdraw)
        remove_support(support=Support.objects.get(pk=row.pk), **out)
        assert list(Support.objects.values_list("what", flat=True)) == [""]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"what": " "}, "what"),
        ({"given_on": TODAY + datetime.timedelta(days=1)}, "given_on"),
        ({"member": "2222222222"}, "subject"),
        ({"agreed_with": "2222222222"}, "agreed_with"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(fields: dict[str, Any], field: str) -> None:
    with inside(make_family()) as vault, pytest.raises(DomainError) as refused:
        give(vault, **fields)
    assert refused.value.field == field


def test_without_money_all_of_it_can_be_put_right() -> None:
    with inside(make_family()) as vault:
        row = give(vault)
        change: dict[str, Any] = {"kind": SupportKind.OTHER, "given_on": TODAY, "mode": SpendingMode.COLLECTIVE}
        row = update_support(
            vault=vault, support=row, version=row.version, by=vault.user, what="Ny", agreed_with="", **change
        )
        assert (row.what, row.kind, row.mode) == ("Ny", SupportKind.OTHER, SpendingMode.COLLECTIVE)


def test_another_service_sees_it_by_consent_only() -> None:
    family = make_family()
    other = make_member(Role.CASEWORKER, UnitFactory(municipality=family.municipality))
    unit = other.current_memberships[0].unit
    with inside(family) as vault:
        join_team(family, other, unit)
        mother = make_family_member(family)
        row = give(vault, member=mother.public_id)
        give(vault)
    with inside(family, other) as vault:
        assert not vault.rows(Support).exists()
    with inside(family):
        make_family_member(family, "father")
        make_consent(mother, [family.unit, unit], ["support"])
    with inside(family, other) as vault:
        assert list(vault.rows(Support)) == [row]
