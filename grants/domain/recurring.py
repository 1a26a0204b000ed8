"""Recurring payments: agreed by two people once, then paid month by month by a job."""

import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grants.domain.economy import economy, format_kroner
from grants.domain.people import leadership
from grants.domain.recurring_months import months_left, payment_days
from grants.domain.spending import (
    DECIDED_ALREADY,
    GUARDS,
    NOT_YOUR_OWN,
    check_amount,
    check_takes_payments,
    check_use,
    day_of,
    hold,
)
from grants.models import RUNNING_STATES, LedgerEntry, ProposalState, RecurringPayment, SubProject, month_of
from organisation.domain.errors import DomainError
from organisation.domain.notices import notify
from organisation.domain.writing import acting, locked, refusing
from organisation.models import User

LONGEST_MONTHS = 60
MONTHS_IN_ORDER = {"recurring_months_in_order": (_("Den siste måneden er før den første."), "last_month")}


def propose_recurring(
    *,
    sub_project: SubProject,
    amount_each: Decimal,
    receivers: int,
    first_month: datetime.date,
    last_month: datetime.date,
    by: User,
    at: datetime.datetime,
    **fields: Any,
) -> RecurringPayment:
    """Ask for the same payment each month. Months are within the sub-project's period; any day of them will do.

    `fields`: purpose, mode, use, day_of_month (1-28), voucher_prefix.
    """
    check_use(fields.get("use", ""))
    first, last = month_of(first_month), month_of(last_month)
    if amount_each <= 0 or receivers < 1:
        raise DomainError(_("Beløpet og antallet må være større enn 0."), "amount_each")
    if first < month_of(sub_project.starts_on) or last > month_of(sub_project.ends_on):
        raise DomainError(_("Månedene må ligge i perioden til delprosjektet."), "last_month")
    with acting(by, "recurring.propose"), refusing(**MONTHS_IN_ORDER):
        held = hold(sub_project)
        check_takes_payments(held)
        _check_series(held, fields.get("voucher_prefix", ""))
        return RecurringPayment.objects.create(
            sub_project=held, amount_each=amount_each, receivers=receivers, first_month=first, last_month=last,
            proposed_by=by, proposed_at=at, **fields,
        )  # fmt: skip


def approve_recurring(
    *, recurring: RecurringPayment, version: int, by: User, at: datetime.datetime
) -> RecurringPayment:
    """From now the job pays it. Never by the one who proposed it, and never more in all than what is awarded and left."""
    if recurring.proposed_by_id == by.pk:
        raise DomainError(NOT_YOUR_OWN)
    with acting(by, "recurring.approve"):
        sub_project = hold(recurring.sub_project)
        recurring = _waiting(recurring, version)
        check_takes_payments(sub_project)
        whole = recurring.amount * sum(1 for _day in payment_days(recurring))
        left = economy(sub_project, recurring.last_month).left - _promised(sub_project, day_of(at))
        if whole > left:
            raise DomainError(
                _(
                    "Utbetalingene kommer til å koste %(whole)s kroner. Det er %(left)s kroner igjen av det som er tildelt."
                )
                % {"whole": format_kroner(whole), "left": format_kroner(left)}
            )
        return _decide(recurring, ProposalState.APPROVED, by, at)


def refuse_recurring(
    *, recurring: RecurringPayment, reason: str, version: int, by: User, at: datetime.datetime
) -> RecurringPayment:
    if not reason.strip():
        raise DomainError(_("Skriv hvorfor forslaget avvises."), "reason")
    with acting(by, "recurring.refuse"):
        return _decide(_waiting(recurring, version), ProposalState.REFUSED, by, at, reason)


def withdraw_recurring(
    *, recurring: RecurringPayment, version: int, by: User, at: datetime.datetime
) -> RecurringPayment:
    """The proposer takes it back before anybody has decided."""
    if recurring.proposed_by_id != by.pk:
        raise DomainError(_("Bare den som foreslo utbetalingen, kan trekke forslaget."))
    with acting(by, "recurring.withdraw"):
        return _decide(_waiting(recurring, version), ProposalState.WITHDRAWN, by, at)


def end_recurring(
    *, recurring: RecurringPayment, last_day: datetime.date, reason: str, version: int, by: User
) -> RecurringPayment:
    """No month after `last_day` is paid; what has been paid stands. Anyone who works on the sub-project may end it."""
    if not reason.strip():
        raise DomainError(_("Skriv hvorfor den faste utbetalingen avsluttes."), "reason")
    with acting(by, "recurring.end"):
        hold(recurring.sub_project)
        recurring = locked(recurring, version)
        if recurring.state != ProposalState.APPROVED or recurring.ended_on is not None:
            raise DomainError(_("Den faste utbetalingen er ikke i gang."))
        recurring.ended_on, recurring.ended_reason = last_day, reason
        recurring.save()
    return recurring


def due_recurring(on: datetime.date) -> list[int]:
    """Ids of the agreements that have begun and may have a month to pay."""
    rows = RecurringPayment.objects.filter(
        state=ProposalState.APPROVED, first_month__lte=on, sub_project__state__in=RUNNING_STATES
    )
    return list(rows.filter(Q(ended_on=None) | Q(ended_on__gte=on - OVERSLEPT)).values_list("pk", flat=True))


# How long a job that has not run may be behind with an agreement that has ended meanwhile.
OVERSLEPT = datetime.timedelta(days=92)


def pay_recurring(
    *, recurring_id: int, on: datetime.date, at: datetime.datetime, by: User | None = None
) -> list[LedgerEntry]:
    """Pay the months that have come and are not paid yet, oldest first, until the money is used up.

    Each month by itself: one that can't be paid keeps none of the others back, and leadership is told of it once. Run
    twice, or by two workers at once, each month is paid once.
    """
    paid = []
    recurring = RecurringPayment.objects.select_related("sub_project").get(pk=recurring_id)
    for day in unpaid_days(recurring, on):
        try:
            entry = _pay_month(recurring, day, at, by)
        except DomainError as error:
            _tell_leadership(recurring, day, on)
            if error.field == "amount":
                break  # there will be less for the months after it
            continue
        if entry is not None:
            paid.append(entry)
    return paid


def unpaid_days(recurring: RecurringPayment, on: datetime.date) -> list[datetime.date]:
    """The days up to `on` whose month has no payment. A month that was paid and reversed is not paid again by itself."""
    months = set(recurring.entries.values_list("month", flat=True))
    return [day for day in payment_days(recurring) if day <= on and month_of(day) not in months]


def _pay_month(
    recurring: RecurringPayment, day: datetime.date, at: datetime.datetime, by: User | None
) -> LedgerEntry | None:
    """None where it has been paid, stopped or ended meanwhile."""
    with acting(by, "recurring.pay"), refusing(**GUARDS):
        sub_project = hold(recurring.sub_project)
        recurring = RecurringPayment.objects.select_related("decided_by", "proposed_by").get(pk=recurring.pk)
        recurring.sub_project = sub_project
        agreed = recurring.state == ProposalState.APPROVED and sub_project.takes_payments
        if not agreed or day not in unpaid_days(recurring, day):
            return None
        check_amount(sub_project, recurring.amount, day)
        assert recurring.decided_by is not None
        return LedgerEntry.objects.create(
            sub_project=sub_project, amount=recurring.amount, mode=recurring.mode, use=recurring.use,
            purpose=recurring.purpose, paid_on=day, voucher=f"{recurring.voucher_prefix}-{day:%Y-%m}",
            recurring=recurring, month=month_of(day), proposed_by=recurring.proposed_by,
            approved_by=recurring.decided_by, written_at=at,
        )  # fmt: skip


def _tell_leadership(recurring: RecurringPayment, day: datetime.date, on: datetime.date) -> None:
    sub_project = recurring.sub_project
    notify(
        users=list(leadership(sub_project.municipality_id, on)), kind="recurring_unpaid",
        key=f"recurring-{recurring.public_id}-{day:%Y-%m}",
        text=_("En fast utbetaling kunne ikke utføres. Se økonomien til delprosjektet."),
        url_path=reverse("sub-project-spending", args=[sub_project.public_id]),
    )  # fmt: skip


def _promised(sub_project: SubProject, today: datetime.date) -> Decimal:
    """What the recurring payments that are agreed on already will still come to."""
    rows = RecurringPayment.objects.filter(sub_project=sub_project, state=ProposalState.APPROVED)
    return sum((row.amount * months_left(row, today) for row in rows.select_related("sub_project")), Decimal(0))


def _check_series(sub_project: SubProject, prefix: str) -> None:
    """A series of vouchers is one agreement's, and no payment has taken a number out of it."""
    live = (ProposalState.PROPOSED, ProposalState.APPROVED)
    taken = RecurringPayment.objects.filter(sub_project=sub_project, voucher_prefix=prefix, state__in=live)
    used = LedgerEntry.objects.filter(sub_project=sub_project, voucher__startswith=f"{prefix}-")
    if taken.exists() or used.exists():
        raise DomainError(_("Bilagsserien er brukt før i delprosjektet. Velg en annen."), "voucher_prefix")


def _waiting(recurring: RecurringPayment, version: int) -> RecurringPayment:
    recurring = locked(recurring, version)
    if recurring.state != ProposalState.PROPOSED:
        raise DomainError(DECIDED_ALREADY)
    return recurring


def _decide(
    recurring: RecurringPayment, state: str, by: User, at: datetime.datetime, reason: str = ""
) -> RecurringPayment:
    recurring.state, recurring.decided_by, recurring.decided_at, recurring.decision_reason = state, by, at, reason
    recurring.save()
    return recurring
