"""The municipality's sub-projects on its dashboard: money added up by half-year, and the reviews that are coming."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from grants.domain.economy import NOUGHT, Economy, economies
from grants.models import Review, SubProject, SubProjectPartner
from organisation.models import Unit, User
from organisation.periods import HalfYear
from reporting.domain.sub_project_numbers import forecast_by_half

AHEAD = 60  # days


@dataclass(frozen=True)
class MoneyByHalf:
    """What was awarded for each half-year, paid in it, and from today's on will have been; `forecast` is all in the end."""

    on: datetime.date
    awarded: Mapping[HalfYear, Decimal]
    paid: Mapping[HalfYear, Decimal]
    expected: Mapping[HalfYear, Decimal]
    forecast: Decimal

    @property
    def halves(self) -> list[HalfYear]:
        return sorted(self.awarded.keys() | self.paid.keys() | self.expected.keys())


@dataclass(frozen=True)
class SubProjectSums:
    reviews: int
    money: MoneyByHalf

    def paid_in(self, period: HalfYear) -> Decimal:
        return self.money.paid.get(period, NOUGHT)


def sub_projects_of(user: User, unit: Unit | None) -> QuerySet[SubProject]:
    """Those she may see; with a unit, those that it or a unit below it takes part in, as the list of sub-projects has it."""
    rows = SubProject.objects.visible_to(user)
    if unit is None:
        return rows
    partners = SubProjectPartner.objects.filter(unit__path__startswith=unit.path)
    return rows.filter(pk__in=partners.values("sub_project"))


def sums_of(rows: QuerySet[SubProject], on: datetime.date) -> SubProjectSums:
    """A fixed number of statements, however many sub-projects there are. One has at most one review that waits."""
    due = Review.objects.due_for_review(on, AHEAD).order_by().filter(sub_project=OuterRef("pk"))
    sub_projects = list(rows.annotate(is_due=Exists(due)))
    found = economies(sub_projects, on) if sub_projects else {}
    money = money_by_half([(found[row.pk], row.ends_on) for row in sub_projects], on)
    return SubProjectSums(sum(row.is_due for row in sub_projects), money)


def money_by_half(rows: Iterable[tuple[Economy, datetime.date]], on: datetime.date) -> MoneyByHalf:
    """Sub-projects added up, each with its last day, to which the forecast goes.

    In today's half-year the forecast holds what is paid by all of them, also by those of which no more is expected.
    """
    awarded: dict[HalfYear, Decimal] = {}
    paid: dict[HalfYear, Decimal] = {}
    expected: dict[HalfYear, Decimal] = {}
    forecast = settled = NOUGHT
    now = HalfYear.of(on)
    for economy, ends_on in rows:
        forecast += economy.forecast
        for spent in economy.halves:
            awarded[spent.half] = awarded.get(spent.half, NOUGHT) + spent.awarded
            paid[spent.half] = paid.get(spent.half, NOUGHT) + spent.paid
        own = forecast_by_half(economy, ends_on)
        for half, amount in own.items():
            expected[half] = expected.get(half, NOUGHT) + amount
        if now not in own:
            settled += sum((spent.paid for spent in economy.halves if spent.half == now), NOUGHT)
    if expected:
        expected[now] = expected.get(now, NOUGHT) + settled
    return MoneyByHalf(on, awarded, paid, expected, forecast)
