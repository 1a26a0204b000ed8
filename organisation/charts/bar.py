"""Bars that lie below each other: the label to the left, the figure to the right."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from organisation.charts.frame import WIDTH, Chart, chart_of, panel_of
from organisation.charts.numbers import Value, exact_of, norwegian
from organisation.charts.words import clean, is_short, shortened, told, width_of, with_unit, wrapped

ROW, LINE, BAR = 26, 15, 15  # a row, each further line of its label, and the bar in it
LABEL_MOST, LABEL_LEAST = 146, 60
FIGURE_MOST = 150
GAP = 8


def bars(
    *,
    id: str,
    title: str,
    rows: Sequence[Mapping[str, Any]],
    unit: str = "",
    description: str = "",
    caption: str = "",
    top: Value = None,
    beside: Sequence[Mapping[str, Any]] = (),
    head: tuple[str, str] | None = None,
) -> Chart:
    """A bar for each row of {"label", "value", "text", "whole"}.

    `text` is the figure in words; without it the number is written out with `unit`. A row whose value is None has no bar, and its
    text. `whole` marks the row that the others are parts of. Charts that stand `together` get the rows of all as `beside`,
    for the same room to labels and figures, and where they are on one scale, `top` as its end.
    """
    unit = clean(unit)
    named, others = (
        [{**row, "label": clean(row["label"]), **_texts(row, unit)} for row in some] for some in (rows, beside)
    )
    pairs = told((row["label"], row["text"]) for row in named)
    panel = panel_of(id=f"{id}-1", name="", title=clean(title), told=pairs, **_drawn(named, others, exact_of(top)))
    table = {
        "head": list(head or ("", unit or _("Tall"))),
        "rows": [[row["label"], row["text"]] for row in named],
    }
    return chart_of(
        "bars",
        id=id,
        title=title,
        caption=with_unit(caption or title, unit),
        description=description,
        told=pairs,
        table=table,
        panels=[panel],
    )


def _texts(row: Mapping[str, Any], unit: str) -> dict[str, str]:
    if given := clean(row.get("text") or ""):
        return {"text": given, "shown": given}
    return {"text": norwegian(row["value"], unit), "shown": norwegian(row["value"], unit if is_short(unit) else "")}


def _drawn(
    rows: Sequence[Mapping[str, Any]], beside: Sequence[Mapping[str, Any]], top: Decimal | None
) -> dict[str, Any]:
    values = [exact_of(row["value"]) for row in rows]
    known = [value for value in values if value is not None]
    texts = [shortened(row["shown"], FIGURE_MOST) for row in rows]
    left = GAP + min(max([LABEL_LEAST, *(width_of(row["label"]) for row in (*rows, *beside))]), LABEL_MOST)
    right = WIDTH - GAP - min(max([0.0, *(width_of(row["shown"]) for row in (*rows, *beside))]), FIGURE_MOST)
    highest = max([top or Decimal(0), Decimal(0), *known])
    lowest = min([Decimal(0), *known])
    span = highest - lowest or Decimal(1)
    nought = left - float(lowest / span) * (right - left)
    drawn, y = [], 0
    for row, value, text in zip(rows, values, texts, strict=True):
        lines = wrapped(row["label"], left - GAP, most=3)
        height = ROW + LINE * (len(lines) - 1)
        width = float(abs(value) / span) * (right - left) if value is not None else 0.0
        start = nought - width if value is not None and value < 0 else nought
        middle = y + height / 2
        first = middle + 4.5 - LINE * (len(lines) - 1) / 2
        drawn.append(
            {
                "lines": [{"text": line, "y": f"{first + LINE * at:.1f}"} for at, line in enumerate(lines)],
                "is_drawn": value is not None,
                "is_whole": bool(row.get("whole")),
                "x": f"{start:.1f}",
                "y": f"{middle - BAR / 2:.1f}",
                "width": f"{width:.1f}",
                "text": text,
                "text_x": f"{max(start + width, nought) + 6:.1f}",
                "text_y": f"{middle + 4.5:.1f}",
            }
        )
        y += height
    return {"height": max(y, 1), "left": f"{left:.1f}", "nought": f"{nought:.1f}", "bar": str(BAR), "bars": drawn}
