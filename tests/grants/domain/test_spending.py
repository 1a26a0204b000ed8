import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from grants.domain import spending
from grants.models import (
    AwardLetter,
    EntryKind,
    LedgerEntry,
    PaymentProposal,
    ProposalState,
    SpendingMode,
    SpendingUse,
    SubProject,
    SubProjectState,
)
from organisation.domain.errors import DomainError, StaleWrite
from organisation.models import Notice, Role
from tests.factories import (
    LedgerEntryFactory,
    PaymentProposalFactory,
    RecurringPaymentFactory,
    UserFactory,
    make_funded,
    make_member,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = datetime.date(2025, 3, 1)


def propose(sub_project: SubProject, amount: int = 1000, **fields: Any) -> PaymentProposal:
    values: dict[str, Any] = {
        "mode": SpendingMode.INDIVIDUAL, "use": SpendingUse.RESIDENTS, "purpose": "Vinterklær", "pay_on": DAY,
        "voucher": f"V-{PaymentProposal.objects.count()}", "by": UserFactory(), "at": NOW,
    }  # fmt: skip
    return spending.propose_payment(sub_project=sub_project, amount=Decimal(amount), **values | fields)


def approve(proposal: PaymentProposal, **fields: Any) -> LedgerEntry:
    return spending.approve(
        **{"proposal": proposal, "version": proposal.version, "by": UserFactory(), "at": NOW} | fields
    )


def refused(match: str) -> Any:
    """Between thousands there is a space that does not break."""
    return pytest.raises(DomainError, match=match.replace(" ", r"\s"))


def test_what_is_approved_stands_in_the_ledger_with_both_names() -> None:
    sub_project = make_funded(("2025-1", 500_000))
    proposal = propose(sub_project, 1600)
    entry = approve(proposal, by=(leader := UserFactory()))
    assert (entry.amount, entry.paid_on, entry.proposed_by, entry.approved_by) == (
        1600,
        DAY,
        proposal.proposed_by,
        leader,
    )
    proposal.refresh_from_db()
    assert (proposal.state, proposal.entry, proposal.decided_by) == (ProposalState.APPROVED, entry, leader)
    assert LedgerEntry.objects.total() == 1600


def test_nobody_approves_her_own_proposal() -> None:
    proposal = propose(make_funded(("2025-1", 500_000)))
    with refused("kan ikke godkjenne"):
        approve(proposal, by=proposal.proposed_by)
    assert not LedgerEntry.objects.exists()


def test_nor_does_the_database_take_it_from_anybody() -> None:
    person = UserFactory()
    with pytest.raises(IntegrityError, match="ledger_proposer_does_not_approve"), transaction.atomic():
        LedgerEntryFactory(proposed_by=person, approved_by=person)
    proposal = PaymentProposalFactory(proposed_by=person)
    entry = LedgerEntryFactory(sub_project=proposal.sub_project)
    with pytest.raises(IntegrityError, match="proposer_does_not_approve"), transaction.atomic():
        PaymentProposal.objects.filter(pk=proposal.pk).update(
            state=ProposalState.APPROVED, decided_by=person, decided_at=NOW, entry=entry
        )
    recurring = RecurringPaymentFactory(proposed_by=person)
    with pytest.raises(IntegrityError, match="recurring_proposer_does_not_approve"), transaction.atomic():
        type(recurring).objects.filter(pk=recurring.pk).update(decided_by=person)


@pytest.mark.parametrize("use", [SpendingUse.PAY])
def test_pay_and_positions_are_refused(use: str) -> None:
    with refused("stillinger eller lønn"):
        propose(make_funded(("2025-1", 500_000)), use=use)
    for factory in (PaymentProposalFactory, LedgerEntryFactory, RecurringPaymentFactory):
        with pytest.raises(IntegrityError, match="no_pay"), transaction.atomic():
            factory(use=use)


def test_nothing_beyond_the_award_is_paid() -> None:
    sub_project = make_funded(("2025-1", 10_000))
    with refused("10 000 kroner igjen") as error:
        propose(sub_project, 10_001)
    assert error.value.field == "amount"
    first, second = propose(sub_project, 6_000), propose(sub_project, 6_000)
    approve(first)
    with refused("4 000 kroner igjen"):
        approve(second)
    assert LedgerEntry.objects.total() == 6_000


def test_a_half_year_that_has_not_begun_releases_nothing() -> None:
    """Neither to a payment in it nor to one that is dated ahead: that waits for its day."""
    sub_project = make_funded(("2025-1", 10_000), ("2025-2", 10_000))
    with refused("10 000 kroner igjen til og med 1. halvår 2025"):
        propose(sub_project, 15_000)
    ahead = propose(sub_project, 15_000, pay_on=datetime.date(2025, 7, 1))
    oslo = datetime.timezone(datetime.timedelta(hours=2))
    with refused("kan godkjennes fra den dagen"):
        approve(ahead, at=datetime.datetime(2025, 6, 30, 23, 59, tzinfo=oslo))
    approve(ahead, at=datetime.datetime(2025, 7, 1, 0, 0, tzinfo=oslo))


def test_the_database_takes_no_line_ahead_of_its_day() -> None:
    sub_project = make_funded(("2025-1", 10_000), ("2025-2", 10_000))
    written_at = datetime.datetime(2025, 6, 30, 21, 59, tzinfo=datetime.UTC)  # 23.59 in Norway
    with pytest.raises(IntegrityError, match="ahead of its day"), transaction.atomic():
        LedgerEntryFactory(sub_project=sub_project, paid_on=datetime.date(2025, 7, 1), written_at=written_at)
    LedgerEntryFactory(sub_project=sub_project, paid_on=datetime.date(2025, 6, 30), written_at=written_at)


def test_a_reversal_is_not_dated_ahead() -> None:
    entry = approve(propose(make_funded(("2025-1", 10_000))))
    with refused("fram i tid"):
        spending.propose_reversal(entry=entry, reason="Feil", on=datetime.date(2200, 12, 31), by=UserFactory(), at=NOW)


def test_a_payment_outside_a_period_that_was_cut_meanwhile_is_refused() -> None:
    sub_project = make_funded(("2025-1", 10_000))
    proposal = propose(sub_project)
    SubProject.objects.filter(pk=sub_project.pk).update(ends_on=DAY - datetime.timedelta(days=1))
    with refused("perioden til delprosjektet"):
        approve(proposal)


def test_what_was_left_of_one_half_year_can_be_used_in_the_next() -> None:
    sub_project = make_funded(("2025-1", 10_000), ("2025-2", 10_000))
    approve(propose(sub_project, 4_000))
    approve(propose(sub_project, 16_000, pay_on=datetime.date(2025, 9, 1)))
    with refused("0 kroner igjen"):
        propose(sub_project, 1, pay_on=datetime.date(2025, 12, 31))


@pytest.mark.parametrize("state", [s for s in SubProjectState if s not in ("running", "with_conditions")])
def test_only_a_running_sub_project_pays(state: str) -> None:
    sub_project = make_funded(("2025-1", 10_000))
    proposal = propose(sub_project)
    SubProject.objects.filter(pk=sub_project.pk).update(state=state, state_reason="Samarbeidet kom ikke i gang.")
    for action in (lambda: propose(sub_project), lambda: approve(proposal)):
        with refused("stoppet" if state == "stopped" else "ikke i gang"):
            action()
    with pytest.raises(IntegrityError, match="nothing is paid unless"), transaction.atomic():
        LedgerEntryFactory(sub_project=sub_project)


def test_the_database_refuses_what_would_overdraw() -> None:
    sub_project = make_funded(("2025-1", 10_000), ("2025-2", 5_000))
    LedgerEntryFactory(sub_project=sub_project, amount=9_000)
    with pytest.raises(IntegrityError, match="more than what is awarded"), transaction.atomic():
        LedgerEntryFactory(sub_project=sub_project, amount=1_001)
    LedgerEntryFactory(sub_project=sub_project, amount=6_000, paid_on=datetime.date(2025, 8, 1))
    AwardLetter.objects.filter(sub_project=sub_project).update(state="superseded")
    with pytest.raises(IntegrityError, match="more than what is awarded"), transaction.atomic():
        LedgerEntryFactory(sub_project=sub_project, amount=1)


@pytest.mark.parametrize("day", [datetime.date(2024, 12, 31), datetime.date(2025, 7, 1)])
def test_a_payment_lies_in_the_period_of_the_sub_project(day: datetime.date) -> None:
    with refused("1. januar 2025 og 30. juni 2025") as error:
        propose(make_funded(("2025-1", 10_000)), pay_on=day)
    assert error.value.field == "pay_on"


@pytest.mark.parametrize("amount", [0, -1])
def test_a_payment_is_money(amount: int) -> None:
    with refused("større enn 0"):
        propose(make_funded(("2025-1", 10_000)), amount)


def test_a_voucher_is_used_once_in_a_sub_project() -> None:
    sub_project = make_funded(("2025-1", 10_000))
    first = propose(sub_project, voucher="17")
    with refused("allerede et forslag med dette bilagsnummeret") as error:
        propose(sub_project, voucher="17")
    assert error.value.field == "voucher"
    second = PaymentProposalFactory(sub_project=sub_project, voucher="17", pay_on=DAY)
    approve(first)
    with refused("Bilagsnummeret er brukt"):
        approve(second)
    with refused("Bilagsnummeret er brukt"):
        propose(sub_project, voucher="17")
    RecurringPaymentFactory(sub_project=sub_project, voucher_prefix="BL")
    with refused("hører til serien"):
        propose(sub_project, voucher="BL-2025-02")


def test_a_form_sent_twice_makes_one_proposal() -> None:
    sub_project, person = make_funded(("2025-1", 10_000)), UserFactory()
    first = propose(sub_project, by=person, form_key="bcdfghjkmn")
    assert propose(sub_project, by=person, form_key="bcdfghjkmn") == first
    with refused("sendt før"):
        propose(sub_project, by=UserFactory(), form_key="bcdfghjkmn")


def test_a_correction_is_a_line_that_takes_the_payment_back() -> None:
    sub_project = make_funded(("2025-1", 10_000))
    entry = approve(propose(sub_project, 10_000))
    reversal = spending.propose_reversal(entry=entry, reason="Feil beløp", on=DAY, by=UserFactory(), at=NOW)
    assert LedgerEntry.objects.total() == 10_000, "nothing has been reversed before somebody else says so"
    line = approve(reversal)
    assert (line.kind, line.amount, line.reverses) == (EntryKind.REVERSAL, -10_000, entry)
    assert LedgerEntry.objects.total() == 0
    approve(propose(sub_project, 10_000, voucher="på nytt"))


def test_a_payment_is_reversed_once_and_a_reversal_never() -> None:
    entry = approve(propose(make_funded(("2025-1", 10_000))))
    reverse = {"reason": "Feil", "on": DAY, "by": UserFactory(), "at": NOW}
    waiting = spending.propose_reversal(entry=entry, **reverse)
    with refused("ligger allerede et forslag"):
        spending.propose_reversal(entry=entry, **reverse)
    line = approve(waiting)
    with refused("tilbakeført allerede"):
        spending.propose_reversal(entry=entry, **reverse)
    with refused("kan ikke tilbakeføres"):
        spending.propose_reversal(entry=line, **reverse)


def test_a_reversal_says_why_and_is_not_before_the_payment() -> None:
    entry = approve(propose(make_funded(("2025-1", 10_000))))
    with refused("hvorfor"):
        spending.propose_reversal(entry=entry, reason=" ", on=DAY, by=UserFactory(), at=NOW)
    with refused("før utbetalingen"):
        spending.propose_reversal(
            entry=entry, reason="Feil", on=DAY - datetime.timedelta(days=1), by=UserFactory(), at=NOW
        )


def test_a_payment_can_be_reversed_after_a_stop() -> None:
    sub_project = make_funded(("2025-1", 10_000))
    entry = approve(propose(sub_project))
    SubProject.objects.filter(pk=sub_project.pk).update(state=SubProjectState.STOPPED, state_reason="x")
    approve(spending.propose_reversal(entry=entry, reason="Betalt tilbake", on=DAY, by=UserFactory(), at=NOW))
    assert LedgerEntry.objects.total() == 0


def test_the_database_reverses_the_whole_of_a_payment_of_the_same_sub_project() -> None:
    entry = LedgerEntryFactory(amount=1000)
    other = make_funded(("2025-1", 10_000))
    for sub_project, amount in ((entry.sub_project, -500), (other, -1000)):
        with pytest.raises(IntegrityError, match="the whole of one payment"), transaction.atomic():
            LedgerEntryFactory(sub_project=sub_project, kind=EntryKind.REVERSAL, amount=amount, reverses=entry)


def test_the_ledger_is_only_added_to() -> None:
    entry = LedgerEntryFactory()
    for action in (
        lambda: LedgerEntry.objects.update(amount=1),
        lambda: LedgerEntry.objects.filter(pk=entry.pk).delete(),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            action()


def test_a_refusal_says_why_and_the_proposer_may_take_back() -> None:
    sub_project = make_funded(("2025-1", 10_000))
    proposal = propose(sub_project)
    with refused("hvorfor"):
        spending.refuse(proposal=proposal, reason="", version=1, by=UserFactory(), at=NOW)
    proposer = make_member(Role.CASEWORKER)
    PaymentProposal.objects.filter(pk=proposal.pk).update(proposed_by=proposer)
    proposal.refresh_from_db()
    proposal = spending.refuse(proposal=proposal, reason="Mangler kvittering", version=1, by=UserFactory(), at=NOW)
    (notice,) = Notice.objects.filter(user=proposer)
    assert "1 000 kroner" in notice.text.replace("\xa0", " ")
    assert "kvittering" not in notice.text
    assert (proposal.state, proposal.decision_reason) == (ProposalState.REFUSED, "Mangler kvittering")
    mine = propose(sub_project)
    with refused("Bare den som foreslo"):
        spending.withdraw(proposal=mine, version=1, by=UserFactory(), at=NOW)
    assert spending.withdraw(proposal=mine, version=1, by=mine.proposed_by, at=NOW).state == ProposalState.WITHDRAWN
    for decided in (proposal, mine):
        decided.refresh_from_db()
        with refused("avgjort allerede"):
            approve(decided)


def test_what_was_decided_meanwhile_is_not_decided_again() -> None:
    proposal = propose(make_funded(("2025-1", 10_000)))
    approve(proposal)
    with refused("avgjort allerede"):
        approve(proposal)
    waiting = propose(make_funded(("2025-1", 10_000)))
    with pytest.raises(StaleWrite):
        approve(waiting, version=7)


def test_when_a_sub_project_is_over_what_waits_is_refused_and_what_recurs_ends() -> None:
    sub_project = make_funded(("2025-1", 10_000))
    waiting = propose(sub_project)
    reversal = spending.propose_reversal(
        entry=LedgerEntryFactory(sub_project=sub_project), reason="Feil", on=DAY, by=UserFactory(), at=NOW
    )
    asked = RecurringPaymentFactory(sub_project=sub_project, state=ProposalState.PROPOSED)
    agreed, elsewhere = RecurringPaymentFactory(sub_project=sub_project), propose(make_funded(("2025-1", 10_000)))
    spending.refuse_waiting(sub_project=sub_project, reason="Stoppet", by=UserFactory(), at=NOW, on=DAY)
    for row in (waiting, reversal, asked, agreed, elsewhere):
        row.refresh_from_db()
    assert waiting.state == asked.state == ProposalState.REFUSED
    assert waiting.decision_reason == "Stoppet"
    assert reversal.state == elsewhere.state == ProposalState.PROPOSED
    assert (agreed.state, agreed.ended_on, agreed.ended_reason) == (ProposalState.APPROVED, DAY, "Stoppet")
