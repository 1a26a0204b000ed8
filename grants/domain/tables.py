"""The tables that are made from yearly reports: one engine for all, which reads the declarations of table_list.py.

table_queries.py counts, table_layout.py lays out what was counted, table.py is what comes out.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import override

from grants.domain.table import Column, Row, Table
from grants.domain.table_disclosure import Memory, guarded
from grants.domain.table_layout import lay_out
from grants.domain.table_list import COUNT, KRONER, MEAN, PERCENT, SPECS, THEN, TODAY
from grants.domain.table_queries import Selection
from grants.models import Grant, GrantScheme, YearlyReport
from organisation.models import Municipality

__all__ = [
    "COUNT", "KRONER", "MEAN", "PERCENT", "SPECS", "THEN", "TODAY", "Column", "Row", "Table", "all_tables", "make_table",
    "years_with_answers", "years_with_grants",
]  # fmt: skip


def make_table(
    number: int,
    *,
    scheme: GrantScheme,
    year: int,
    region: str = "",
    division: str | None = None,
    municipality: Municipality | None = None,
    before: Sequence[Memory] = (),
) -> Table:
    """One table of a year, of the whole country, a region or a municipality. KeyError where there is none with that number.

    In bokmål, as it is published. `division` says how merged municipalities are counted: THEN or TODAY. Where nothing is
    said, TODAY over years, so that they can be compared, and else THEN. What is about too few persons is not told.
    `before` is what collections of the same year have told.
    """
    spec = SPECS[number]
    is_today = division == TODAY or (division is None and spec.is_over_time)
    selection = Selection(scheme, year, region, is_today, spec.is_over_time, municipality)
    with override("nb"):
        return guarded(lay_out(spec, selection), spec, selection, before)


def all_tables(
    *, scheme: GrantScheme, year: int, region: str = "", division: str | None = None, before: Sequence[Memory] = ()
) -> list[Table]:
    """All 41, in order."""
    wanted: dict[str, Any] = {"scheme": scheme, "year": year, "region": region, "division": division, "before": before}
    return [make_table(number, **wanted) for number in SPECS]


def years_with_answers(scheme: GrantScheme) -> list[int]:
    """The years of which reports have been submitted, the newest first."""
    rows = YearlyReport.objects.counted().filter(grant__scheme=scheme)
    return list(rows.order_by("-grant__year").values_list("grant__year", flat=True).distinct())


def years_with_grants(scheme: GrantScheme) -> list[int]:
    """The years in which something was awarded, the newest first: tables of amounts can be made before any report."""
    rows = Grant.objects.awarded().filter(scheme=scheme)
    return list(rows.order_by("-year").values_list("year", flat=True).distinct())
