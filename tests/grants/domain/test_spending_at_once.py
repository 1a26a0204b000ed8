"""Many who pay at the same moment, each with a connection of her own."""

import datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from grants.domain import recurring, spending
from grants.models import LedgerEntry, PaymentProposal, SubProject, SubProjectState
from organisation.domain.errors import DomainError
from tests.at_once import at_once, while_uncommitted
from tests.factories import (
    LedgerEntryFactory,
    PaymentProposalFactory,
    RecurringPaymentFactory,
    UserFactory,
    make_funded,
)

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()
DAY = datetime.date(2025, 3, 1)


def approvals(proposals: list[PaymentProposal]) -> list[Any]:
    leader = UserFactory()
    return [partial(spending.approve, proposal=row, version=1, by=leader, at=NOW) for row in proposals]


def test_fifty_disbursements_against_the_last_ten_thousand_never_overdraw() -> None:
    sub_project = make_funded(("2025-1", 500_000))
    LedgerEntryFactory(sub_project=sub_project, amount=490_000)
    proposals = [PaymentProposalFactory(sub_project=sub_project, amount=900) for _ in range(50)]
    outcomes = at_once(*approvals(proposals))
    paid = [outcome for outcome in outcomes if isinstance(outcome, LedgerEntry)]
    refusals = [outcome for outcome in outcomes if isinstance(outcome, DomainError)]
    assert (len(paid), len(refusals)) == (11, 39)
    assert all("kroner igjen" in str(refusal) for refusal in refusals)
    assert LedgerEntry.objects.total() == 499_900
    assert PaymentProposal.objects.filter(state="proposed").count() == 39


def test_fifty_lines_that_go_around_the_rules_never_overdraw_either() -> None:
    """The trigger alone: no domain function asks first."""
    sub_project, someone, other = make_funded(("2025-1", 10_000)), UserFactory(), UserFactory()
    lines = [
        partial(
            LedgerEntryFactory, sub_project=sub_project, amount=900, voucher=f"utenom-{n}", proposed_by=someone,
            approved_by=other,
        )
        for n in range(50)
    ]  # fmt: skip
    outcomes = at_once(*lines)
    assert sum(isinstance(outcome, LedgerEntry) for outcome in outcomes) == 11
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 39
    assert LedgerEntry.objects.total() == 9_900


def test_a_proposal_approved_twice_at_once_is_paid_once() -> None:
    proposal = PaymentProposalFactory()
    outcomes = at_once(*approvals([proposal] * 8))
    assert sum(isinstance(outcome, LedgerEntry) for outcome in outcomes) == 1
    assert {str(o) for o in outcomes if isinstance(o, DomainError)} == {"Forslaget er avgjort allerede."}


def test_a_payment_waits_for_a_stop_and_is_refused() -> None:
    proposal = PaymentProposalFactory()

    def stop() -> None:
        held = SubProject.objects.select_for_update(no_key=True).get(pk=proposal.sub_project_id)
        held.state, held.state_reason = SubProjectState.STOPPED, "Samarbeidet kom ikke i gang."
        held.save()

    _done, outcome, waited = while_uncommitted(stop, approvals([proposal])[0])
    assert waited, outcome
    assert isinstance(outcome, DomainError)
    assert "stoppet" in str(outcome)
    assert not LedgerEntry.objects.exists()


def test_a_month_is_paid_once_however_many_workers_pay() -> None:
    agreed = RecurringPaymentFactory(sub_project=make_funded(("2025-1", 500_000)))
    pay = partial(recurring.pay_recurring, recurring_id=agreed.pk, on=datetime.date(2025, 3, 20), at=NOW)
    outcomes = at_once(*[pay] * 6)
    assert sum(len(paid) for paid in outcomes) == 3
    assert LedgerEntry.objects.total() == 3 * Decimal(4800)
