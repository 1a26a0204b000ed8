"""The sums of a list of grants, by the database: of all that were chosen, while a page of them is read."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, ExtractYear

from grants.models import AWARDED_STATES, Funding, Grant, LedgerEntry

MONEY = DecimalField(max_digits=16, decimal_places=2)
NOTHING = Value(Decimal(0), MONEY)


@dataclass(frozen=True)
class Total:
    """The sum of what is known, and how many should have been in it. None where nothing of it is known."""

    amount: Decimal | None
    missing: int = 0


@dataclass(frozen=True)
class Totals:
    count: int
    units: int  # that report
    carries_over: bool
    sums: dict[str, Total]


def totals_of(*, grants: QuerySet[Grant], own: Collection[int]) -> Totals:
    """In one query. What isn't awarded has nothing to spend, and lacks nothing. As `money_seen` has it for each, with `own`."""
    awarded = Q(state__in=AWARDED_STATES)
    rows: Any = with_spent(grants=grants.order_by(), own=own)
    found = rows.aggregate(
        number=Count("pk"), unit_number=Count("reporting_unit", distinct=True),
        over=Count("pk", filter=awarded & Q(carried_over_nok__gt=0)),
        applied_sum=Sum("applied_nok"), applied_known=Count("applied_nok"),
        awarded_sum=Sum("awarded_nok", filter=awarded), awarded_number=Count("pk", filter=awarded),
        spent_sum=Sum("spent", filter=awarded), spent_known=Count("spent", filter=awarded),
        left_sum=Sum(F("awarded_nok") + Coalesce("carried_over_nok", NOTHING) - F("spent"), filter=awarded, output_field=MONEY),
    )  # fmt: skip
    number, of_awarded, spent_known = found["number"], found["awarded_number"], found["spent_known"]
    return Totals(
        number, found["unit_number"], found["over"] > 0,
        {
            "applied": _total(found["applied_sum"], found["applied_known"], number),
            "awarded": _total(found["awarded_sum"], of_awarded, of_awarded),
            "spent": _total(found["spent_sum"], spent_known, of_awarded),
            "left": _total(found["left_sum"], spent_known, of_awarded),
        },
    )  # fmt: skip


def with_spent(*, grants: QuerySet[Grant], own: Collection[int]) -> QuerySet[Grant]:
    """Each with `spent`: kroner that somebody of the municipalities `own` reads, or None where nothing is known."""
    return grants.annotate(spent=_spent(own))


def _total(amount: Decimal | None, known: int, number: int) -> Total:
    return Total(amount if known else (None if number else Decimal(0)), number - known)


def _spent(own: Collection[int]) -> Case:
    """What the accounts say, or else what the ledgers of the sub-projects say that have money of this grant alone that year."""
    mine = Q(reporting_unit__municipality__in=own)
    others = Funding.objects.filter(
        funded_measure__sub_project=OuterRef("funded_measure__sub_project"), grant__year=OuterRef("grant__year"),
        grant__state__in=AWARDED_STATES,
    ).exclude(grant=OuterRef("grant"))  # fmt: skip
    alone = Funding.objects.filter(
        ~Exists(others), grant=OuterRef("pk"), funded_measure__sub_project__isnull=False
    )  # fmt: skip
    of_grant = Funding.objects.filter(
        ~Exists(others), grant=OuterRef(OuterRef("pk")), funded_measure__sub_project__isnull=False
    )
    paid = (
        LedgerEntry.objects.annotate(year=ExtractYear("paid_on"))
        .filter(year=OuterRef("year"), sub_project__in=of_grant.values("funded_measure__sub_project"))
        .order_by()
        .values("year")
        .annotate(total=Sum("amount"))
        .values("total")
    )
    return Case(
        When(mine & Q(spent_nok__isnull=False), then=F("spent_nok")),
        When(
            mine & Q(Exists(alone), state__in=AWARDED_STATES),
            then=Coalesce(Subquery(paid, output_field=MONEY), NOTHING),
        ),
        output_field=MONEY,
    )
