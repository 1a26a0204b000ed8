"""Support: what a family was given, and who in the family agreed.

Money has one truth, the sub-project's payments (grants/domain/spending.py): support with money proposes a payment, and
its amount and state are read from the proposal. Nothing in a sub-project's tables says which family it was for.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from families.domain.about import UNCHANGED, corrected_subject
from families.domain.days import check_happened
from families.domain.once import for_service, once
from families.domain.recording import check_texts, own, recorded, remove
from families.domain.vault import OpenFamily
from families.models import Participation, Support, SupportKind
from grants.domain.spending import propose_payment
from grants.models import PaymentProposal, ProposalState, SpendingUse, SubProject
from grants.permissions import can_work_on
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply
from organisation.models import Unit, User

REVERSED = gettext_lazy("Tilbakeført")
# What may be put right when money has been asked for: what the proposal says stands there.
WITH_MONEY = ("what", "subject")


@dataclass(frozen=True)
class Money:
    """The payment that support asks for: from which sub-project, how much, and the accounts' number of it."""

    sub_project: SubProject
    amount: Decimal
    voucher: str


def give_support(
    *,
    vault: OpenFamily,
    kind: str,
    what: str,
    given_on: datetime.date,
    mode: str,
    by: User,
    at: datetime.datetime,
    member: str = "",
    agreed_with: str = "",
    money: Money | None = None,
    form_key: str = "",
    unit: Unit | None = None,
) -> Support:
    """Record support. With money a payment is proposed too, both or neither; somebody else then approves it.

    Support without money has been given; the day of a payment may lie ahead, within the sub-project's period.
    """
    values = _values(kind=kind, what=what, given_on=given_on, mode=mode)
    values |= _people(vault, member, agreed_with)
    if money is None:
        check_happened(vault=vault, day=given_on, on=vault.on, field="given_on")
        asked: dict[str, Any] = {"proposal": None}
    else:
        asked = {"proposal__sub_project": money.sub_project, "proposal__amount": money.amount,
                 "proposal__voucher": money.voucher}  # fmt: skip

    def write() -> Support:
        mine = recorded(vault=vault, by=by, at=at, unit=unit)
        proposal = _propose(vault, money, values, by, at) if money else None
        row: Support = Support.objects.create(**mine, **values, proposal=proposal, form_key=form_key)
        return row

    with acting(by, "support.give"):
        return once(
            vault=vault, model=Support, form_key=form_key, constraint="support_form_key_unique",
            values=values | asked | for_service(unit), by=by, write=write,
        )  # fmt: skip


def _propose(
    vault: OpenFamily, money: Money, values: dict[str, Any], by: User, at: datetime.datetime
) -> PaymentProposal:
    """Of the family the proposal has nothing: its purpose is made of the kind of support, whatever was written here."""
    if not taking_part(vault, on=vault.on).filter(sub_project=money.sub_project).exists():
        raise DomainError(_("Familien er ikke med i dette delprosjektet."), "sub_project")
    if not can_work_on(by, money.sub_project):
        raise DomainError(
            _("Du kan ikke foreslå utbetalinger i dette delprosjektet. Be en i delprosjektet om å gjøre det."),
            "sub_project",
        )
    with _at_our_fields():
        return propose_payment(
            sub_project=money.sub_project, amount=money.amount, mode=values["mode"], use=SpendingUse.RESIDENTS,
            purpose=purpose_of(values["kind"]), pay_on=values["given_on"], voucher=money.voucher, by=by, at=at,
        )  # fmt: skip


@contextmanager
def _at_our_fields() -> Iterator[None]:
    """The day of a payment is the day of the support."""
    try:
        yield
    except DomainError as error:
        raise DomainError(error.message, "given_on" if error.field == "pay_on" else error.field) from error


def purpose_of(kind: str) -> str:
    """What the ledger says of it, in Norwegian whoever writes: the kind of support and nothing more."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Støtte til familie: %(kind)s") % {"kind": SupportKind(kind).label}


def taking_part(vault: OpenFamily, *, on: datetime.date | None = None) -> Any:
    """The family's places in sub-projects that the reader may see; with a day, those that last."""
    rows: Any = vault.rows(Participation).filter(sub_project__isnull=False)
    return rows.running(on) if on else rows


def update_support(
    *,
    vault: OpenFamily,
    support: Support,
    version: int,
    what: str,
    by: User,
    member: str = UNCHANGED,
    agreed_with: str = UNCHANGED,
    **others: Any,
) -> Support:
    """Correct it. `others`: kind, given_on, mode; of support with money they are the proposal's to say, as who agreed."""
    with acting(by, "support.update"):
        current = own(vault=vault, row=support, version=version)
        if current.proposal_id:
            if others or agreed_with != UNCHANGED:
                raise DomainError(
                    _("Det er søkt om penger til dette. Bare hva det er og hvem det gjelder, kan endres.")
                )
            values: dict[str, Any] = {"what": what}
            check_texts(Support, values)
        else:
            values = _values(what=what, **others)
            check_happened(vault=vault, day=values["given_on"], on=vault.on, field="given_on")
        apply(current, values | _people(vault, member, agreed_with, current))
        current.save()
        return current


def remove_support(*, vault: OpenFamily, support: Support, version: int, by: User, at: datetime.datetime) -> Support:
    """Take away what was recorded by mistake; not while there is money behind it."""
    proposal = support.proposal
    if proposal and not (_is_void(proposal) or is_reversed(proposal)):
        raise DomainError(_("Trekk eller tilbakefør utbetalingen i delprosjektet først."))
    return remove(vault=vault, row=support, version=version, by=by, at=at)


def _is_void(proposal: PaymentProposal) -> bool:
    return proposal.state in (ProposalState.REFUSED, ProposalState.WITHDRAWN)


def is_reversed(proposal: PaymentProposal) -> bool:
    """Whether what was paid has been taken back."""
    return proposal.entry is not None and hasattr(proposal.entry, "reversed_by")


def state_of(proposal: PaymentProposal) -> str:
    """How it stands with the money, in words."""
    return str(REVERSED if is_reversed(proposal) else proposal.get_state_display())


def _values(*, kind: str, what: str, given_on: datetime.date, mode: str) -> dict[str, Any]:
    """What support says, checked, under the names of its columns."""
    values = {"kind": kind, "what": what, "given_on": given_on, "mode": mode}
    if not what.strip():
        raise DomainError(_("Skriv hva familien har fått."), "what")
    check_texts(Support, values)
    return values


def _people(vault: OpenFamily, member: str, agreed_with: str, row: Support | None = None) -> dict[str, Any]:
    """Whom it is about, and who in the family has said yes."""
    about, agreed = (row.subject, row.agreed_with) if row else (None, None)
    found = {"subject": corrected_subject(vault=vault, member=member, now=about)}
    try:
        return found | {"agreed_with": corrected_subject(vault=vault, member=agreed_with, now=agreed)}
    except DomainError as error:
        raise DomainError(error.message, "agreed_with") from error
