"""The drawings of tables over time and by region (organisation/charts): a small one for each answer, all on one scale."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from grants.domain.table_layout import EVERYBODY
from grants.domain.table_list import COUNT, KRONER, PERCENT, REGION, SPECS
from grants.domain.tables import Table
from organisation.charts import bars, lines, together

Value = int | Decimal | None
Text = Callable[[Value, str], str]

THOUSANDS = 10_000  # kroner; from here on figures at points are thousands


def chart_of(table: Table, text_of: Text) -> dict[str, Any] | None:
    """The drawing of a table, or None where it has nothing to compare."""
    if table.is_over_time:
        return _over_time(table, text_of)
    if table.is_by_region:
        return _by_region(table, text_of)
    return None


# --- Over time ------------------------------------------------------------------------------------------------


def _over_time(table: Table, text_of: Text) -> dict[str, Any] | None:
    at = [index for index, column in enumerate(table.columns) if column.key.isdecimal()]
    years = [int(table.columns[index].key) for index in at]
    rows = [(row.label, [row.values[index] for index in at]) for row in table.rows]
    known = [value for _label, values in rows for value in values if value is not None]
    if len(years) < 2 or not known:
        return None
    figure = table.columns[at[0]].figure
    in_thousands = figure == KRONER and max(known) >= THOUSANDS
    words = {KRONER: _("Tusen kroner, år for år") if in_thousands else _("Kroner, år for år")}
    words[PERCENT] = _("Prosent, år for år")
    caption = words.get(figure, _("Gjennomsnitt, år for år"))
    series = []
    for label, values in rows:
        drawn = [_thousands(value) if in_thousands else value for value in values]
        texts = {"texts": [text_of(value, figure) for value in values], "drawn": [text_of(v, figure) for v in drawn]}
        series.append({"label": label, "values": drawn, **texts})
    published = {index for index, year in enumerate(years) if year in table.published_years}
    return lines(
        id=_id(table), title=caption if len(series) > 1 else f"{table.title}: {caption}", caption=caption,
        points=[str(year) for year in years], series=series, mark_text=lambda mark: text_of(mark, figure),
        apart=[index for index in range(1, len(years)) if years[index] - years[index - 1] > 1],
        earlier=(published, _("publisert tidligere"), _("regnet ut av årsrapportene")), head=_("År"),
    )  # fmt: skip


def _thousands(value: Value) -> Value:
    return None if value is None else int((Decimal(value) / 1000).quantize(Decimal(1), ROUND_HALF_UP))


# --- By region ------------------------------------------------------------------------------------------------


def _by_region(table: Table, text_of: Text) -> dict[str, Any] | None:
    """Regions stand in the rows or in the columns; a drawing compares the regions, whichever way the table is turned."""
    parts = _of_rows(table) if SPECS[table.number].rows == REGION else _of_columns(table)
    parts = [part for part in parts if sum(value is not None for _region, value in part[2]) > 1]
    if not parts:
        return None
    percents = [Decimal(value) for _l, figure, pairs in parts for _r, value in pairs if figure == PERCENT and value]
    highest = max(percents, default=Decimal(1))
    rows = [
        [
            {"label": region, "value": value, "text": text_of(value, figure), "whole": region == EVERYBODY}
            for region, value in pairs
        ]
        for _label, figure, pairs in parts
    ]
    charts = [
        bars(
            id=f"{_id(table)}-{number}", title=label, rows=own, beside=[row for some in rows for row in some],
            top=highest if figure == PERCENT else Decimal(1), head=(_("Region"), label),
        )
        for number, ((label, figure, _pairs), own) in enumerate(zip(parts, rows, strict=True), 1)
    ]  # fmt: skip
    return together(id=_id(table), title=_("Prosent i hver region") if percents else _("Regionene"), charts=charts)


def _id(table: Table) -> str:
    return f"tabell-{table.number}-tegning"


Part = tuple[str, str, list[tuple[str, Value]]]


def _of_rows(table: Table) -> list[Part]:
    """One drawing for each column, but for plain counts: how many units a region has is no result."""
    rows = [*table.rows, table.total] if table.total else table.rows
    return [
        (column.label, column.figure, [(row.label, row.values[index]) for row in rows])
        for index, column in enumerate(table.columns)
        if column.figure != COUNT
    ]


def _of_columns(table: Table) -> list[Part]:
    """One drawing for each row."""
    return [
        (
            row.label,
            table.columns[0].figure,
            [(column.label, value) for column, value in zip(table.columns, row.values, strict=True)],
        )
        for row in table.rows
    ]
