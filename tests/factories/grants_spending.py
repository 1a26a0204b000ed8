import datetime
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from grants.models import (
    AwardLetter,
    Instalment,
    LedgerEntry,
    LetterState,
    PaymentProposal,
    ProposalState,
    RecurringPayment,
    SpendingMode,
    SpendingUse,
    SubProject,
    SubProjectState,
)
from organisation.models import Municipality, User
from organisation.periods import HalfYear
from tests.factories.organisation import MunicipalityFactory, UserFactory


def make_funded(
    *halves: tuple[str, int], municipality: Municipality | None = None, by: User | None = None, **fields: Any
) -> SubProject:
    """A running sub-project whose letter in force awards kroner per half-year: `make_funded(("2025-1", 500_000))`."""
    by = by or UserFactory()
    periods = [HalfYear.parse(code) for code, _amount in halves]
    sub_project = SubProject.objects.create(
        **{
            "municipality": municipality or MunicipalityFactory(),
            "title": fields.pop("title", f"Prøveprosjekt {SubProject.objects.count()}"),
            "starts_on": min((half.first_day for half in periods), default=datetime.date(2025, 1, 1)),
            "ends_on": max((half.last_day for half in periods), default=datetime.date(2026, 12, 31)),
            "state": SubProjectState.RUNNING, "state_since": datetime.date(2025, 1, 1), "state_by": by,
        }
        | fields
    )  # fmt: skip
    letter = AwardLetter.objects.create(
        sub_project=sub_project, number=1, state=LetterState.IN_FORCE, offered_on=sub_project.starts_on, offered_by=by,
        in_force_on=sub_project.starts_on, content={},
    )  # fmt: skip
    for half, (_code, amount) in zip(periods, halves, strict=True):
        Instalment.objects.create(letter=letter, year=half.year, half=half.half, amount=amount)
    return sub_project


class _Payment(DjangoModelFactory):
    class Meta:
        abstract = True

    sub_project = factory.LazyFunction(lambda: make_funded(("2025-1", 500_000), ("2025-2", 500_000)))
    mode = SpendingMode.INDIVIDUAL
    use = SpendingUse.RESIDENTS
    purpose = factory.Sequence(lambda n: f"Prøveformål {n}")
    proposed_by = factory.SubFactory(UserFactory)


class PaymentProposalFactory(_Payment):
    class Meta:
        model = PaymentProposal

    amount = Decimal(1000)
    voucher = factory.Sequence(lambda n: f"P-{n}")
    pay_on = datetime.date(2025, 3, 1)
    proposed_at = factory.LazyFunction(timezone.now)


class LedgerEntryFactory(_Payment):
    class Meta:
        model = LedgerEntry

    amount = Decimal(1000)
    voucher = factory.Sequence(lambda n: f"B-{n}")
    paid_on = datetime.date(2025, 3, 1)
    approved_by = factory.SubFactory(UserFactory)
    written_at = factory.LazyFunction(timezone.now)


class RecurringPaymentFactory(_Payment):
    class Meta:
        model = RecurringPayment

    mode = SpendingMode.BASIC_INCOME
    amount_each = Decimal(1600)
    receivers = 3
    first_month = datetime.date(2025, 1, 1)
    last_month = datetime.date(2025, 12, 1)
    voucher_prefix = factory.Sequence(lambda n: f"F{n}")
    proposed_at = factory.LazyFunction(timezone.now)
    state = ProposalState.APPROVED
    decided_by = factory.LazyAttribute(lambda row: None if row.state == ProposalState.PROPOSED else UserFactory())
    decided_at = factory.LazyAttribute(lambda row: timezone.now() if row.decided_by else None)
