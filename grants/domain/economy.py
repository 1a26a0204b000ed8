"""How a sub-project stands with its money: awarded, released, paid, left, and where it is going."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Q, Sum, Value, When
from django.db.models.functions import ExtractYear

from grants.domain.recurring_months import months_left
from grants.models import Instalment, LedgerDay, LetterState, ProposalState, RecurringPayment, SubProject
from organisation.amounts import format_kroner as format_kroner  # what others here write amounts with
from organisation.periods import HalfYear

NOUGHT = Decimal(0)
PACE_OF = datetime.timedelta(days=183)  # half a year, by which the pace is judged


@dataclass(frozen=True)
class HalfYearSpending:
    """One half-year: what was awarded for it and what was paid in it, in kroner."""

    half: HalfYear
    awarded: Decimal
    paid: Decimal
    has_begun: bool

    @property
    def underspend(self) -> Decimal:
        """What was awarded for the half-year and not paid in it; negative where an earlier one's money was used."""
        return self.awarded - self.paid


@dataclass(frozen=True)
class Economy:
    """A sub-project's money on a day, in kroner. `paid` is less what was reversed."""

    on: datetime.date
    paid: Decimal
    forecast: Decimal
    halves: tuple[HalfYearSpending, ...]

    @property
    def awarded(self) -> Decimal:
        return sum((row.awarded for row in self.halves), NOUGHT)

    @property
    def released(self) -> Decimal:
        """The award of the half-years that have begun."""
        return sum((row.awarded for row in self.halves if row.has_begun), NOUGHT)

    @property
    def available(self) -> Decimal:
        """What can be paid now: released half-years less what is paid."""
        return self.released - self.paid

    @property
    def left(self) -> Decimal:
        """What is awarded in all and not paid."""
        return self.awarded - self.paid

    @property
    def underspend(self) -> Decimal:
        """What will be left at the end if it goes on as now."""
        return self.awarded - self.forecast


def economy(sub_project: SubProject, on: datetime.date) -> Economy:
    return economies([sub_project], on)[sub_project.pk]


def economies(sub_projects: Collection[SubProject], on: datetime.date) -> dict[int, Economy]:
    """The economy of each, by id, in three queries.

    The forecast is what is paid, what recurring payments will still come to, and for the rest the pace of the last
    six months until the end; never more than what is awarded, never less than what is paid.
    """
    awarded, (paid, recent) = _awarded(sub_projects), paid_by_half(sub_projects, on)
    agreed: dict[int, Decimal] = {}
    approved = RecurringPayment.objects.filter(sub_project__in=sub_projects, state=ProposalState.APPROVED)
    for row in approved.select_related("sub_project"):
        agreed[row.sub_project_id] = agreed.get(row.sub_project_id, NOUGHT) + row.amount * months_left(row, on)
    found = {}
    for sub_project in sub_projects:
        own, spent = awarded.get(sub_project.pk, {}), paid.get(sub_project.pk, {})
        total, sum_paid = sum(own.values(), NOUGHT), sum(spent.values(), NOUGHT)
        expected = sum_paid
        if sub_project.takes_payments:
            expected += agreed.get(sub_project.pk, NOUGHT)
            expected += _at_the_same_pace(sub_project, on, recent.get(sub_project.pk, NOUGHT))
        found[sub_project.pk] = Economy(
            on=on,
            paid=sum_paid,
            forecast=max(sum_paid, min(total, expected)),
            halves=tuple(
                HalfYearSpending(half, own.get(half, NOUGHT), spent.get(half, NOUGHT), half.first_day <= on)
                for half in sorted(own.keys() | spent.keys())
            ),
        )
    return found


def _awarded(sub_projects: Collection[SubProject]) -> dict[int, dict[HalfYear, Decimal]]:
    rows = Instalment.objects.filter(letter__sub_project__in=sub_projects, letter__state=LetterState.IN_FORCE)
    found: dict[int, dict[HalfYear, Decimal]] = {}
    for owner, year, half, amount in rows.values_list("letter__sub_project_id", "year", "half", "amount"):
        found.setdefault(owner, {})[HalfYear(year, half)] = amount
    return found


def paid_by_half(
    sub_projects: Collection[SubProject], on: datetime.date
) -> tuple[dict[int, dict[HalfYear, Decimal]], dict[int, Decimal]]:
    """What was paid of each, by half-year, and in the last six months apart from what recurs; one query."""
    recent = Q(paid_on__gt=on - PACE_OF, paid_on__lte=on)
    rows = (
        LedgerDay.objects.filter(sub_project__in=sub_projects)
        .order_by()
        .values(
            "sub_project_id",
            year=ExtractYear("paid_on"),
            half=Case(When(paid_on__month__lte=6, then=Value(1)), default=2),
        )
        .annotate(total=Sum("amount"), recent=Sum("once", filter=recent))
    )
    found: dict[int, dict[HalfYear, Decimal]] = {}
    lately: dict[int, Decimal] = {}
    for row in rows:
        owner = row["sub_project_id"]
        found.setdefault(owner, {})[HalfYear(row["year"], row["half"])] = row["total"]
        lately[owner] = lately.get(owner, NOUGHT) + (row["recent"] or NOUGHT)
    return found, lately


def _at_the_same_pace(sub_project: SubProject, on: datetime.date, recent: Decimal) -> Decimal:
    days = min((on - sub_project.starts_on).days, PACE_OF.days)
    days_left = (sub_project.ends_on - on).days
    if days <= 0 or days_left <= 0 or recent <= 0:
        return NOUGHT
    return (recent * days_left / days).quantize(Decimal(1))
