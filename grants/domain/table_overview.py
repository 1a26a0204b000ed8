"""The figures above the list of tables: what a year's tables rest on."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from grants.domain.table_list import AMOUNT, GRANTS, MEASURES
from grants.domain.table_queries import OWNER, Selection
from grants.models import COUNTED_STATES, GrantScheme


@dataclass(frozen=True)
class Overview:
    """Units with grants and what they got, the reports and the measures that are counted, and the children they reached."""

    units: int
    amount: Decimal
    reports: int
    measures: int
    children: int


def overview(*, scheme: GrantScheme, year: int, region: str = "") -> Overview:
    """Of the same rows as the tables. Two queries."""
    selection = Selection(scheme, year, region, is_today=False, is_over_time=False)
    grants = selection.rows(GRANTS).aggregate(
        units=Count(selection.what(OWNER, GRANTS), distinct=True), amount=Sum(AMOUNT),
        reports=Count("report", filter=Q(report__state__in=COUNTED_STATES)),
    )  # fmt: skip
    measures = selection.rows(MEASURES).aggregate(count=Count("pk"), children=Sum("children_reached"))
    return Overview(
        units=grants["units"],
        amount=grants["amount"] or Decimal(0),
        reports=grants["reports"],
        measures=measures["count"],
        children=measures["children"] or 0,
    )
