"""The money of grants: what is budgeted, what is spent and where that is known from, what is left. Constant queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from grants.models import AWARDED_STATES, Funding, Grant, LedgerEntry
from organisation.domain.errors import DomainError

LARGEST = Decimal("9999999999.99")  # what the columns hold
ACCOUNTS, LEDGER = "accounts", "ledger"
SOURCES = {ACCOUNTS: _("oppgitt fra regnskapet"), LEDGER: _("telt i delprosjektenes økonomi")}


@dataclass(frozen=True)
class GrantMoney:
    """Kroner of one grant. None is not known.

    `shared` are sub-projects that got money of several grants the same year: their ledger can't be split between them, and
    is counted for none.
    """

    awarded: Decimal | None
    carried_over: Decimal
    budgeted: Decimal
    counted: Decimal | None
    own: Decimal | None
    shared: tuple[str, ...] = ()

    @property
    def available(self) -> Decimal | None:
        return None if self.awarded is None else self.awarded + self.carried_over

    @property
    def spent(self) -> Decimal | None:
        """What the accounts say, or else what the ledgers of its sub-projects add up to."""
        return self.counted if self.own is None else self.own

    @property
    def source(self) -> str:
        if self.own is not None:
            return ACCOUNTS
        return LEDGER if self.counted is not None else ""

    @property
    def source_text(self) -> Any:
        return SOURCES.get(self.source, "")

    @property
    def left(self) -> Decimal | None:
        """Below zero where more is spent than there was."""
        return None if self.available is None or self.spent is None else self.available - self.spent

    @property
    def unplanned(self) -> Decimal | None:
        """What no measure has been given."""
        return None if self.available is None else self.available - self.budgeted


def money_of(grants: Collection[Grant]) -> dict[int, GrantMoney]:
    """By the grants' keys; three queries whatever the number of grants."""
    fundings = list(
        Funding.objects.filter(grant__in=[grant.pk for grant in grants]).values_list(
            "grant_id", "budget_nok", "funded_measure__sub_project_id", "funded_measure__sub_project__title"
        )
    )
    budgeted: dict[int, Decimal] = defaultdict(Decimal)
    projects: dict[int, dict[int, str]] = defaultdict(dict)
    for grant_id, budget, project_id, title in fundings:
        budgeted[grant_id] += budget or 0
        if project_id:
            projects[grant_id][project_id] = title
    used = {project_id for found in projects.values() for project_id in found}
    givers, paid = _givers(used), _paid(used, {grant.year for grant in grants})
    return {grant.pk: _money(grant, budgeted[grant.pk], projects[grant.pk], givers, paid) for grant in grants}


def money_seen(grants: Collection[Grant], *, own: Collection[int]) -> dict[int, GrantMoney]:
    """As somebody of the municipalities `own` reads it. Of others' grants: what was awarded, not what they made of it."""
    found = money_of(grants)
    for grant in grants:
        if grant.reporting_unit.municipality_id not in own:
            found[grant.pk] = replace(found[grant.pk], budgeted=Decimal(0), counted=None, own=None, shared=())
    return found


def _money(
    grant: Grant,
    budgeted: Decimal,
    projects: dict[int, str],
    givers: dict[tuple[int, int], set[int]],
    paid: dict[tuple[int, int], Decimal],
) -> GrantMoney:
    alone = [pk for pk in projects if givers[pk, grant.year] == {grant.pk}]
    shared = sorted(title for pk, title in projects.items() if len(givers[pk, grant.year]) > 1)
    counted = sum((paid.get((pk, grant.year), Decimal(0)) for pk in alone), Decimal(0))
    return GrantMoney(
        awarded=grant.awarded_nok if grant.is_awarded else None, carried_over=grant.carried_over_nok or Decimal(0),
        budgeted=budgeted, counted=counted if alone and grant.is_awarded else None, own=grant.spent_nok,
        shared=tuple(shared) if grant.is_awarded else (),
    )  # fmt: skip


def _givers(sub_projects: Iterable[int]) -> dict[tuple[int, int], set[int]]:
    """The grants that give money to a sub-project in a year. What was applied for or refused gives none."""
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    rows = Funding.objects.filter(
        funded_measure__sub_project__in=list(sub_projects), grant__state__in=AWARDED_STATES
    ).values_list("funded_measure__sub_project_id", "grant__year", "grant_id")
    for project_id, year, grant_id in rows:
        found[project_id, year].add(grant_id)
    return found


def _paid(sub_projects: Iterable[int], years: Iterable[int]) -> dict[tuple[int, int], Decimal]:
    """Kroner paid by sub-project and year, less what was reversed; a reversal counts in the year it is written for."""
    rows = (
        LedgerEntry.objects.filter(sub_project__in=list(sub_projects))
        .annotate(year=ExtractYear("paid_on"))
        .filter(year__in=list(years))
        .order_by()
        .values_list("sub_project_id", "year")
        .annotate(Sum("amount"))
    )
    return {(project_id, year): total for project_id, year, total in rows}


def check_amount(value: Decimal | None, field: str) -> None:
    """Kroner with øre at most, and nothing below zero."""
    if value is None:
        return
    value = Decimal(value)
    if not value.is_finite() or value < 0:
        raise DomainError(_("Beløpet kan ikke være under null."), field)
    if value > LARGEST:
        raise DomainError(_("Beløpet er for stort."), field)
    if value != value.quantize(Decimal("0.01")):
        raise DomainError(_("Skriv beløpet med høyst to desimaler."), field)
