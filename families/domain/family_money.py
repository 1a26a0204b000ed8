"""A family's money as one reader may see it: what decisions give, and what sub-projects have paid."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from families.domain.about import subject_label
from families.domain.money_months import Money
from families.domain.same_money import told_before
from families.domain.vault import OpenFamily
from families.models import Decision, DecisionKind, Rhythm, Scheme, Support
from grants.models import EntryKind, ProposalState, SpendingMode


def money_of(vault: OpenFamily, decisions: Iterable[Decision] | None = None) -> list[Money]:
    """Also what has ended: a month is compared with the one before. `decisions` are all she may see, where they are read."""
    rows = vault.rows(Decision) if decisions is None else decisions
    return [*_of_decisions(vault, [row for row in rows if row.rhythm != Rhythm.NONE]), *_of_support(vault)]


def _of_decisions(vault: OpenFamily, rows: list[Decision]) -> list[Money]:
    """What two services have recorded of the same is counted once, as far as the reader sees both."""
    found = {
        row.pk: Money(
            key=row.public_id, what=row.title or row.get_scheme_display(), who=subject_label(vault, row.subject_id),
            amount=row.amount or Decimal(), rhythm=row.rhythm, starts_on=row.starts_on, ends_on=row.ends_on, pay_day=row.pay_day,
            saving=row.kind == DecisionKind.REDUCTION, basic_income=row.scheme == Scheme.BASIC_INCOME,
        )
        for row in rows
    }  # fmt: skip
    repeats = told_before(rows)
    return [replace(money, told=tuple(found[row.pk] for row in repeats.get(pk, ()))) for pk, money in found.items()]


def _of_support(vault: OpenFamily) -> list[Money]:
    """What sub-projects pay. The amount and the day are the payment's own; what was reversed never came."""
    rows = vault.rows(Support).filter(
        proposal__state=ProposalState.APPROVED, proposal__kind=EntryKind.PAYMENT, proposal__entry__reversed_by=None
    )
    return [
        Money(
            key=row.public_id, what=_("Støtte: %(kind)s") % {"kind": row.get_kind_display().lower()},
            who=subject_label(vault, row.subject_id), amount=row.proposal.amount, rhythm=Rhythm.ONCE,
            starts_on=row.proposal.pay_on, paid=True, basic_income=row.mode == SpendingMode.BASIC_INCOME,
        )
        for row in rows.select_related("proposal")
    ]  # fmt: skip
