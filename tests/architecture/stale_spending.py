"""Cases for test_stale_writes.py: payments."""

import datetime
from typing import Any

from grants.domain import recurring, spending
from grants.models import ProposalState
from organisation.models import Versioned
from tests.factories import PaymentProposalFactory, RecurringPaymentFactory

DAY = datetime.date(2025, 7, 1)
NOW = datetime.datetime(2025, 7, 1, 12, tzinfo=datetime.UTC)
Case = tuple[Versioned, dict[str, Any]]


def a_proposal() -> Case:
    row = PaymentProposalFactory()
    return row, {"proposal": row, "at": NOW}


def a_proposal_to_refuse() -> Case:
    row, arguments = a_proposal()
    return row, {**arguments, "reason": "Mangler kvittering"}


def a_proposal_to_withdraw() -> Case:
    row, arguments = a_proposal()
    return row, {**arguments, "by": row.proposed_by}


def a_recurring() -> Case:
    row = RecurringPaymentFactory(state=ProposalState.PROPOSED)
    return row, {"recurring": row, "at": NOW}


def a_recurring_to_refuse() -> Case:
    row, arguments = a_recurring()
    return row, {**arguments, "reason": "For dyrt"}


def a_recurring_to_withdraw() -> Case:
    row, arguments = a_recurring()
    return row, {**arguments, "by": row.proposed_by}


def a_recurring_to_end() -> Case:
    row = RecurringPaymentFactory()
    return row, {"recurring": row, "last_day": DAY, "reason": "Familiene flytter"}


CASES = {
    spending.approve: a_proposal,
    spending.refuse: a_proposal_to_refuse,
    spending.withdraw: a_proposal_to_withdraw,
    recurring.approve_recurring: a_recurring,
    recurring.refuse_recurring: a_recurring_to_refuse,
    recurring.withdraw_recurring: a_recurring_to_withdraw,
    recurring.end_recurring: a_recurring_to_end,
}
