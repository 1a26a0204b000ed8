"""The municipality's sub-projects on its dashboard: money added up by half-year, and the reviews that are coming."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from grants.domain.economy import economies
from grants.models import Review, SubProject, SubProjectPartner
from organisation.models import Unit, User
from organisation.periods import HalfYear

AHEAD = 60  # days


@dataclass(frozen=True)
class SubProjectSums:
    """`halves` have what was awarded for them and paid in them. `forecast` is what will have been used in the end."""

    reviews: int
    halves: list[tuple[HalfYear, Decimal, Decimal]]
    forecast: Decimal

    def paid_in(self, period: HalfYear) -> Decimal:
        return sum((paid for half, _awarded, paid in self.halves if half == period), Decimal(0))


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
    halves, forecast = _added_up(sub_projects, on)
    return SubProjectSums(sum(row.is_due for row in sub_projects), halves, forecast)


def _added_up(
    sub_projects: Collection[SubProject], on: datetime.date
) -> tuple[list[tuple[HalfYear, Decimal, Decimal]], Decimal]:
    if not sub_projects:
        return [], Decimal(0)
    found: dict[HalfYear, list[Decimal]] = {}
    forecast = Decimal(0)
    for economy in economies(sub_projects, on).values():
        forecast += economy.forecast
        for row in economy.halves:
            sums = found.setdefault(row.half, [Decimal(0), Decimal(0)])
            sums[0] += row.awarded
            sums[1] += row.paid
    return [(half, awarded, paid) for half, (awarded, paid) in sorted(found.items())], forecast
