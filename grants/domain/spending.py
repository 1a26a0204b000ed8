"""Payments: one person proposes, another decides, and the ledger is only added to.

Nothing is paid that has not been awarded and released (half-year by half-year), and nothing after a stop, however many
pay at the same moment: the sub-project's row is locked while a line is written, and a trigger of the database refuses
what this code would let through by mistake (migrations/0002_ledger.py).
"""

import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from grants.domain.economy import economy, format_kroner
from grants.models import (
    EntryKind,
    LedgerEntry,
    PaymentProposal,
    ProposalState,
    RecurringPayment,
    SpendingUse,
    SubProject,
    SubProjectState,
)
from organisation.domain.errors import DomainError, StaleWrite
from organisation.domain.notices import notify
from organisation.domain.writing import acting, locked, refusing
from organisation.models import User
from organisation.periods import HalfYear

NO_PAY = _("Pengene kan ikke brukes til stillinger eller lønn.")
NOT_RUNNING = _("Delprosjektet er ikke i gang. Det kan ikke betales ut noe.")
STOPPED = _("Delprosjektet er stoppet ved et stoppunkt. Det kan ikke betales ut mer.")
NOT_YOUR_OWN = _("Den som foreslår en utbetaling, kan ikke godkjenne den. Be en annen om å gjøre det.")
DECIDED_ALREADY = _("Forslaget er avgjort allerede.")
OVERDRAWN = _("Utbetalingen er større enn det som er tildelt.")
VOUCHER_USED = {"ledger_voucher_unique": (_("Bilagsnummeret er brukt før i delprosjektet."), "voucher")}
GUARDS: dict[str, Any] = {
    "ledger_never_over_award": (OVERDRAWN, "amount"),
    "ledger_not_unless_running": (NOT_RUNNING, None),
    "ledger_not_ahead": (_("Datoen ligger fram i tid."), None),
    "ledger_reverses_its_payment": (_("Tilbakeføringen må gjelde hele utbetalingen."), "amount"),
    "grants_ledgerentry_reverses_id_key": (_("Utbetalingen er tilbakeført allerede."), None),
    **VOUCHER_USED,
}
SENT_BEFORE = {"proposal_form_key_unique": (_("Dette skjemaet er sendt før."), None)}
ONE_REVERSAL = {"one_reversal_waits": (_("Det ligger allerede et forslag om å tilbakeføre denne utbetalingen."), None)}


def propose_payment(
    *,
    sub_project: SubProject,
    amount: Decimal,
    mode: str,
    use: str,
    purpose: str,
    pay_on: datetime.date,
    voucher: str,
    by: User,
    at: datetime.datetime,
    form_key: str = "",
) -> PaymentProposal:
    """Ask for a payment. It reserves nothing: the award is asked again when somebody approves.

    A form makes one proposal: sent again by the same person, it is answered with the proposal it made.
    """
    check_use(use)
    with acting(by, "payment.propose"), refusing(**SENT_BEFORE):
        held = hold(sub_project)
        # Held first, so that of two clicks the second sees what the first made.
        if form_key and (made := PaymentProposal.objects.filter(form_key=form_key, proposed_by=by).first()):
            return made
        check_takes_payments(held)
        check_day(held, pay_on)
        check_amount(held, amount, pay_on)
        check_voucher(held, voucher)
        if PaymentProposal.objects.filter(
            sub_project=held, voucher=voucher, state=ProposalState.PROPOSED, kind=EntryKind.PAYMENT
        ).exists():
            raise DomainError(_("Det ligger allerede et forslag med dette bilagsnummeret."), "voucher")
        return PaymentProposal.objects.create(
            sub_project=held, amount=amount, mode=mode, use=use, purpose=purpose, pay_on=pay_on, voucher=voucher,
            form_key=form_key, proposed_by=by, proposed_at=at,
        )  # fmt: skip


def propose_reversal(
    *, entry: LedgerEntry, reason: str, on: datetime.date, by: User, at: datetime.datetime
) -> PaymentProposal:
    """Ask that a whole payment be reversed: this is how the ledger is corrected. `reason` is why."""
    if not reason.strip():
        raise DomainError(_("Skriv hvorfor utbetalingen skal tilbakeføres."), "reason")
    if entry.kind != EntryKind.PAYMENT:
        raise DomainError(_("En tilbakeføring kan ikke tilbakeføres. Registrer en ny utbetaling."))
    if on < entry.paid_on:
        raise DomainError(_("Datoen er før utbetalingen."), "on")
    if on > day_of(at):
        raise DomainError(_("Datoen ligger fram i tid."), "on")
    with acting(by, "payment.propose_reversal"), refusing(**ONE_REVERSAL):
        held = hold(entry.sub_project)
        if LedgerEntry.objects.filter(reverses=entry).exists():
            raise DomainError(_("Utbetalingen er tilbakeført allerede."))
        return PaymentProposal.objects.create(
            sub_project=held, kind=EntryKind.REVERSAL, amount=entry.amount, mode=entry.mode, use=entry.use,
            purpose=reason, pay_on=on, voucher=entry.voucher, reverses=entry, proposed_by=by, proposed_at=at,
        )  # fmt: skip


def approve(*, proposal: PaymentProposal, version: int, by: User, at: datetime.datetime) -> LedgerEntry:
    """Pay, or reverse: writes the line in the ledger. Never by the one who proposed it, and not before its day.

    A payment of a later day would use money that is not released yet, and outlive a stop that comes before it.
    """
    if proposal.proposed_by_id == by.pk:
        raise DomainError(NOT_YOUR_OWN)
    with acting(by, "payment.approve"), refusing(**GUARDS):
        sub_project = hold(proposal.sub_project)
        proposal = _waiting(proposal, version)
        if proposal.pay_on > day_of(at):
            raise DomainError(
                _("Utbetalingen skal skje %(day)s. Den kan godkjennes fra den dagen.")
                % {"day": date_format(proposal.pay_on)}
            )
        if proposal.kind == EntryKind.PAYMENT:
            check_takes_payments(sub_project)
            check_day(sub_project, proposal.pay_on)
            check_amount(sub_project, proposal.amount, proposal.pay_on)
        sign = 1 if proposal.kind == EntryKind.PAYMENT else -1
        entry = LedgerEntry.objects.create(
            sub_project=sub_project, kind=proposal.kind, amount=sign * proposal.amount, mode=proposal.mode,
            use=proposal.use, purpose=proposal.purpose, paid_on=proposal.pay_on, voucher=proposal.voucher,
            proposed_by=proposal.proposed_by, approved_by=by, reverses=proposal.reverses, written_at=at,
        )  # fmt: skip
        _decide(proposal, ProposalState.APPROVED, by, at, entry=entry)
    return entry


def refuse(*, proposal: PaymentProposal, reason: str, version: int, by: User, at: datetime.datetime) -> PaymentProposal:
    if not reason.strip():
        raise DomainError(_("Skriv hvorfor forslaget avvises."), "reason")
    with acting(by, "payment.refuse"):
        hold(proposal.sub_project)
        proposal = _decide(_waiting(proposal, version), ProposalState.REFUSED, by, at, reason=reason)
        _tell_proposer(proposal, by)
    return proposal


def withdraw(*, proposal: PaymentProposal, version: int, by: User, at: datetime.datetime) -> PaymentProposal:
    """The proposer takes it back."""
    if proposal.proposed_by_id != by.pk:
        raise DomainError(_("Bare den som foreslo utbetalingen, kan trekke forslaget."))
    with acting(by, "payment.withdraw"):
        hold(proposal.sub_project)
        return _decide(_waiting(proposal, version), ProposalState.WITHDRAWN, by, at)


def refuse_waiting(*, sub_project: SubProject, reason: str, by: User, at: datetime.datetime, on: datetime.date) -> None:
    """A sub-project has been stopped or ended: what waits is refused, what recurs ends. Reversals may still be decided."""
    with acting(by, "payment.refuse_waiting"):
        waiting = {"sub_project": sub_project, "state": ProposalState.PROPOSED}
        decided = {"state": ProposalState.REFUSED, "decided_by": by, "decided_at": at, "decision_reason": reason[:300]}
        proposals = list(
            PaymentProposal.objects.filter(kind=EntryKind.PAYMENT, **waiting).select_related("proposed_by")
        )
        PaymentProposal.objects.filter(pk__in=[row.pk for row in proposals]).update(**decided)
        for proposal in proposals:
            _tell_proposer(proposal, by)
        RecurringPayment.objects.filter(**waiting).update(**decided)
        RecurringPayment.objects.filter(sub_project=sub_project, state=ProposalState.APPROVED, ended_on=None).update(
            ended_on=on, ended_reason=reason[:300]
        )


def _tell_proposer(proposal: PaymentProposal, by: User) -> None:
    """Not why, nor for what: the notice may leave the house as a mail."""
    notify(
        users=[proposal.proposed_by], kind="payment_refused", key=f"payment-refused-{proposal.public_id}", by=by,
        text=format_lazy(
            _("Forslaget ditt om å betale {amount} kroner i {title} ble avvist."),
            amount=lazy(format_kroner, str)(proposal.amount), title=proposal.sub_project.title,
        ),
        url_path=reverse("sub-project-spending", args=[proposal.sub_project.public_id]),
    )  # fmt: skip


def hold(sub_project: SubProject) -> SubProject:
    """The sub-project as it stands, locked: payments, a stop and a new letter come one after the other."""
    return SubProject.objects.select_for_update(no_key=True).get(pk=sub_project.pk)


def check_use(use: str) -> None:
    if use == SpendingUse.PAY:
        raise DomainError(NO_PAY, "use")


def check_takes_payments(sub_project: SubProject) -> None:
    if not sub_project.takes_payments:
        raise DomainError(STOPPED if sub_project.state == SubProjectState.STOPPED else NOT_RUNNING)


def check_day(sub_project: SubProject, day: datetime.date) -> None:
    if not sub_project.starts_on <= day <= sub_project.ends_on:
        raise DomainError(
            _("Datoen må være mellom %(first)s og %(last)s, som er perioden til delprosjektet.")
            % {"first": date_format(sub_project.starts_on), "last": date_format(sub_project.ends_on)},
            "pay_on",
        )


def check_amount(sub_project: SubProject, amount: Decimal, on: datetime.date) -> None:
    """Never more than what is awarded for the half-years that have begun, less what is paid."""
    if amount <= 0:
        raise DomainError(_("Beløpet må være større enn 0."), "amount")
    available = economy(sub_project, on).available
    if amount > available:
        raise DomainError(
            _("Det er %(available)s kroner igjen til og med %(half)s. Utbetalingen på %(amount)s kroner er for stor.")
            % {
                "available": format_kroner(max(available, Decimal(0))),
                "half": HalfYear.of(on).label,
                "amount": format_kroner(amount),
            },
            "amount",
        )


def check_voucher(sub_project: SubProject, voucher: str) -> None:
    """Used once, and not out of the series of a recurring payment, which its job will want."""
    if LedgerEntry.objects.filter(sub_project=sub_project, voucher=voucher, kind=EntryKind.PAYMENT).exists():
        raise DomainError(*VOUCHER_USED["ledger_voucher_unique"])
    series = RecurringPayment.objects.filter(
        sub_project=sub_project, state__in=(ProposalState.PROPOSED, ProposalState.APPROVED)
    )
    if any(voucher.startswith(f"{prefix}-") for prefix in series.values_list("voucher_prefix", flat=True)):
        raise DomainError(_("Bilagsnummeret hører til serien til en fast utbetaling."), "voucher")


def day_of(at: datetime.datetime) -> datetime.date:
    """The day of a moment in Norway."""
    return at.astimezone(timezone.get_current_timezone()).date()


def _waiting(proposal: PaymentProposal, version: int) -> PaymentProposal:
    """The proposal, locked, if it still waits."""
    try:
        proposal = locked(proposal, version)
    except StaleWrite as error:
        if error.current.state != ProposalState.PROPOSED:
            raise DomainError(DECIDED_ALREADY) from error
        raise
    if proposal.state != ProposalState.PROPOSED:
        raise DomainError(DECIDED_ALREADY)
    return proposal


def _decide(
    proposal: PaymentProposal, state: str, by: User, at: datetime.datetime, reason: str = "", entry: Any = None
) -> PaymentProposal:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, at
    proposal.decision_reason, proposal.entry = reason, entry
    proposal.save()
    return proposal
