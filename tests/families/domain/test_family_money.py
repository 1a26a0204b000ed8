import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from families.domain.about import subject_label
from families.domain.family_money import money_of
from families.models import Decision, Support
from grants.domain.spending import approve, propose_reversal
from grants.models import PaymentProposal
from organisation.models import Role
from tests.factories import PaymentProposalFactory, UnitFactory, UserFactory, make_funded, make_member
from tests.factories.families import inside, join_team, make_consent, make_family, make_family_member, make_row

pytestmark = pytest.mark.django_db
START = datetime.date(2025, 1, 10)
NOW = datetime.datetime(2025, 2, 1, 12, tzinfo=datetime.UTC)


def decision(family: Any, **fields: Any) -> Decision:
    values = {
        "kind": "benefit", "scheme": "housing_allowance", "service": family.unit, "starts_on": START, "rhythm": "monthly",
        "amount": Decimal(1600), "pay_day": 20,
    }  # fmt: skip
    row: Decision = make_row(Decision, family, **(values | fields))
    return row


def support(family: Any, proposal: PaymentProposal, **fields: Any) -> Support:
    values = {"kind": "furniture", "what": "Seng", "given_on": START, "mode": proposal.mode}
    row: Support = make_row(Support, family, proposal=proposal, **(values | fields))
    return row


def test_decisions_with_money_and_what_they_say() -> None:
    family = make_family()
    with inside(family) as vault:
        child = make_family_member(family, "child")
        decision(family, subject=child)
        decision(family, kind="reduction", scheme="kindergarten", title="Barnehagen", pay_day=None)
        decision(family, kind="decision", rhythm="none", amount=None, pay_day=None)
        found = {row.what: row for row in money_of(vault)}
        assert set(found) == {"Bostøtte", "Barnehagen"}
        assert found["Bostøtte"].who == subject_label(vault, child.pk) == "Testbarn (barn)"
        assert (found["Barnehagen"].saving, found["Bostøtte"].saving) == (True, False)
        assert found["Barnehagen"].who == subject_label(vault, None) == "Hele familien"


def test_support_is_counted_by_its_payment_once_it_is_approved() -> None:
    family = make_family()
    proposal = PaymentProposalFactory(sub_project=make_funded(("2025-1", 500_000)), amount=4000, pay_on=START)
    with inside(family) as vault:
        row = support(family, proposal)
        assert money_of(vault) == []
        approve(proposal=proposal, version=proposal.version, by=UserFactory(), at=NOW)
        (found,) = money_of(vault)
        assert (found.key, found.amount, found.starts_on, found.paid) == (row.public_id, 4000, START, True)
        proposal.refresh_from_db()
        back = propose_reversal(entry=proposal.entry, reason="Feil", on=START, by=UserFactory(), at=NOW)
        assert len(money_of(vault)) == 1
        approve(proposal=back, version=back.version, by=UserFactory(), at=NOW)
        assert money_of(vault) == []


def test_money_is_what_the_reader_may_see_and_a_withdrawal_works_at_once() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    with inside(family) as vault:
        join_team(family, colleague, other)
        consent = make_consent(make_family_member(family), [family.unit, other], ["decisions"])
        decision(family)
        assert len(money_of(vault)) == 1
    with inside(family, colleague) as theirs:
        assert len(money_of(theirs)) == 1
    with inside(family):
        type(consent).objects.filter(pk=consent.pk).update(withdrawn_at=timezone.now(), withdrawn_by=family.case_holder)
    with inside(family, colleague) as theirs:
        assert money_of(theirs) == []
