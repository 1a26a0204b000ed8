"""The figures above the list of tables: what a year's tables rest on."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from grants.domain.table_disclosure import ALL, told_of
from grants.domain.table_list import AMOUNT, GRANTS, SPECS
from grants.domain.table_queries import OWNER, Selection
from grants.models import COUNTED_STATES, GrantScheme

TABLE_OF_CHILDREN = 34


@dataclass(frozen=True)
class Overview:
    """Units with grants and what they got, the reports and the measures that are counted, and the children they reached.

    `children` is None where table 34 doesn't tell of them, and without those that it leaves out: their number would follow.
    """

    units: int
    amount: Decimal
    reports: int
    measures: int
    children: int | None


def overview(*, scheme: GrantScheme, year: int, region: str = "") -> Overview:
    """Of the same rows as the tables. Two queries."""
    selection = Selection(scheme, year, region, is_today=False, is_over_time=False)
    grants = selection.rows(GRANTS).aggregate(
        units=Count(selection.what(OWNER, GRANTS), distinct=True), amount=Sum(AMOUNT),
        reports=Count("report", filter=Q(report__state__in=COUNTED_STATES)),
    )  # fmt: skip
    told = told_of(SPECS[TABLE_OF_CHILDREN], selection)
    return Overview(
        units=grants["units"],
        amount=grants["amount"] or Decimal(0),
        reports=grants["reports"],
        measures=told.forms,
        children=told.sums[ALL] if told.sums else 0,
    )
