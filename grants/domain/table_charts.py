"""The drawings of tables over time and by region: one small one for each answer, so that nothing is told by colour.

Coordinates are worked out here as text, for a template would write a Norwegian comma; page and PDF draw the same ones.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from grants.domain.table_layout import EVERYBODY
from grants.domain.table_list import COUNT, KRONER, PERCENT, REGION, SPECS
from grants.domain.tables import Table

Value = int | Decimal | None
Text = Callable[[Value, str], str]

# In units of the drawing. A line: the scale to the left, the years below, room for a figure above the highest point.
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 360, 190, 52, 342, 26, 156
EDGE = 18  # from the frame to the first and the last year
ABOVE = 9  # a figure over its point
# A bar: the region to the left, its figure to the right.
BAR_LEFT, BAR_RIGHT, ROW, BAR = 140, 296, 26, 15
LONGEST_LABEL = 17  # characters that fit to the left of the bars
MOST_YEARS = 7  # that have room for a figure each
THOUSANDS = 10_000  # kroner; from here on figures at points are thousands


def chart_of(table: Table, text_of: Text) -> dict[str, Any] | None:
    """The drawing of a table, or None where it has nothing to compare."""
    if table.is_over_time:
        return _over_time(table, text_of)
    if table.is_by_region:
        return _by_region(table, text_of)
    return None


def nice_top(highest: Decimal) -> Decimal:
    """Where the scale ends: a round number that is halved without remainder, not under the highest figure."""
    if highest <= 0:
        return Decimal(1)
    power = Decimal(10) ** (highest.adjusted())
    return next(step * power for step in map(Decimal, (1, 2, 4, 6, 8, 10)) if step * power >= highest)


# --- Over time ------------------------------------------------------------------------------------------------


def _over_time(table: Table, text_of: Text) -> dict[str, Any] | None:
    at = [index for index, column in enumerate(table.columns) if column.key.isdecimal()]
    years = [int(table.columns[index].key) for index in at]
    series = [(row.label, [row.values[index] for index in at]) for row in table.rows]
    known = [value for _label, values in series for value in values if value is not None]
    if len(years) < 2 or not known:
        return None
    figure = table.columns[at[0]].figure
    in_thousands = figure == KRONER and max(known) >= THOUSANDS
    scaled = [(label, [_thousands(value) if in_thousands else value for value in values]) for label, values in series]
    top = nice_top(max(Decimal(value) for _label, values in scaled for value in values if value is not None))
    panels = [
        {
            "id": str(index),
            "label": label if len(series) > 1 else table.title,
            "description": _told(
                ((str(year), text_of(value, figure)) for year, value in zip(years, exact, strict=True))
            ),
            **_lines(years, values, top, lambda value: text_of(value, figure), table.published_years),
        }
        for index, ((label, values), (_same, exact)) in enumerate(zip(scaled, series, strict=True))
    ]
    words = {KRONER: _("Tusen kroner, år for år") if in_thousands else _("Kroner, år for år")}
    words[PERCENT] = _("Prosent, år for år")
    return {
        "kind": "lines",
        "caption": words.get(figure, _("Gjennomsnitt, år for år")),
        "has_names": len(panels) > 1,
        "published": bool(set(table.published_years) & set(years)),
        "panels": panels,
    }


def _thousands(value: Value) -> Value:
    return None if value is None else int((Decimal(value) / 1000).quantize(Decimal(1), ROUND_HALF_UP))


def _lines(
    years: Sequence[int], values: Sequence[Value], top: Decimal, text: Callable[[Value], str], published: Iterable[int]
) -> dict[str, Any]:
    step = int((Decimal(len(years)) / MOST_YEARS).to_integral_value(ROUND_CEILING))
    points: list[dict[str, Any]] = []
    for index, (year, value) in enumerate(zip(years, values, strict=True)):
        if value is not None:
            y = _y(Decimal(value), top)
            points.append(
                {"year": year, "x": f"{_x(index, years):.1f}", "y": f"{y:.1f}", "above": f"{y - ABOVE:.1f}",
                 "text": text(value) if (len(years) - 1 - index) % step == 0 else "", "published": year in published}
            )  # fmt: skip
    marks = (Decimal(0), top / 2, top)
    return {
        "width": str(WIDTH),
        "height": str(HEIGHT),
        "left": str(LEFT),
        "right": str(RIGHT),
        "foot": str(BOTTOM + 20),
        "grid": [
            {"y": f"{_y(mark, top):.1f}", "text_y": f"{_y(mark, top) + 4:.1f}", "text": text(_plain(mark))}
            for mark in marks
        ],
        "lines": [" ".join(f"{point['x']},{point['y']}" for point in part) for part in _unbroken(points)],
        "points": points,
        "breaks": [_break(index, years) for index in range(1, len(years)) if years[index] - years[index - 1] > 1],
        "years": [
            {"x": f"{_x(index, years):.1f}", "text": str(year)}
            for index, year in enumerate(years)
            if (len(years) - 1 - index) % step == 0
        ],
    }


def _unbroken(points: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Points of years that follow each other. A line over a year without a figure would tell of one."""
    parts: list[list[dict[str, Any]]] = []
    for point in points:
        if parts and parts[-1][-1]["year"] == point["year"] - 1:
            parts[-1].append(point)
        else:
            parts.append([point])
    return [part for part in parts if len(part) > 1]


def _x(place: float, years: Sequence[int]) -> float:
    """Even steps, also over years that are not shown: by the calendar neighbours would lie on top of one another."""
    return LEFT + EDGE + (RIGHT - LEFT - 2 * EDGE) * place / (len(years) - 1)


def _break(index: int, years: Sequence[int]) -> dict[str, str]:
    """A gap in the axis between two strokes, before a year that doesn't follow the one to its left."""
    x = _x(index - 0.5, years)
    return {
        "gap": f"M{x - 2.5:.1f} {BOTTOM}h5",
        "strokes": f"M{x - 5:.1f} {BOTTOM + 5}l5 -10M{x:.1f} {BOTTOM + 5}l5 -10",
    }


def _y(value: Decimal, top: Decimal) -> float:
    return BOTTOM - float(value / top) * (BOTTOM - TOP)


def _plain(value: Decimal) -> Value:
    return int(value) if value == value.to_integral_value() else value.normalize()


# --- By region ------------------------------------------------------------------------------------------------


def _by_region(table: Table, text_of: Text) -> dict[str, Any] | None:
    """Regions stand in the rows or in the columns; a drawing compares the regions, whichever way the table is turned."""
    parts = _of_rows(table) if SPECS[table.number].rows == REGION else _of_columns(table)
    parts = [part for part in parts if sum(value is not None for _region, value in part[2]) > 1]
    if not parts:
        return None
    percents = [Decimal(value) for _l, figure, bars in parts for _r, value in bars if figure == PERCENT and value]
    panels = []
    for index, (label, figure, bars) in enumerate(parts):
        own = [Decimal(value) for _region, value in bars if value is not None]
        top = max(percents, default=Decimal(1)) if figure == PERCENT else max(*own, Decimal(1))
        panels.append(
            {
                "id": str(index),
                "label": label,
                "description": _told((region, text_of(value, figure)) for region, value in bars),
                **_bars([(region, value, text_of(value, figure)) for region, value in bars], top),
            }
        )
    caption = _("Prosent i hver region") if percents else _("Regionene")
    return {"kind": "bars", "caption": caption, "has_names": True, "published": False, "panels": panels}


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


def _bars(bars: Sequence[tuple[str, Value, str]], top: Decimal) -> dict[str, Any]:
    drawn = []
    for index, (region, value, text) in enumerate(bars):
        width = float(Decimal(value) / top) * (BAR_RIGHT - BAR_LEFT) if value is not None else 0
        y = index * ROW + (ROW - BAR) / 2
        drawn.append(
            {"region": _short(region), "y": f"{y:.1f}", "text_y": f"{y + BAR - 3:.1f}", "width": f"{width:.1f}",
             "value_x": f"{BAR_LEFT + width + 6:.1f}", "text": text,
             "is_whole": region == EVERYBODY}
        )  # fmt: skip
    return {
        "width": str(WIDTH),
        "height": str(ROW * len(bars)),
        "left": str(BAR_LEFT),
        "bar": str(BAR),
        "bars": drawn,
    }


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"


def _told(pairs: Iterable[tuple[str, str]]) -> str:
    """The figures in one sentence, for whoever does not see the drawing."""
    return ", ".join(f"{name}: {text}" for name, text in pairs) + "."
