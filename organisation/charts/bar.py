"""Bars that lie below each other: the label to the left, the figure to the right."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from organisation.charts.frame import WIDTH, Chart, chart_of, panel_of
from organisation.charts.numbers import Value, exact_of, norwegian
from organisation.charts.words import clean, is_short, shortened, told, width_of, with_unit, wrapped

ROW, LINE, BAR = 26, 15, 15  # a row, each further line of its label, and the bar in it
LABEL_MOST, LABEL_LEAST = 146, 60
FIGURE_MOST = 150
GAP = 8
Rows = Sequence[Mapping[str, Any]]
HIGHEST = 560  # of a panel: more rows stand in a panel beside or below, so that each has room on a sheet of A4


def bars(
    *,
    id: str,
    title: str,
    rows: Rows,
    unit: str = "",
    description: str = "",
    caption: str = "",
    top: Value = None,
    beside: Rows = (),
    head: tuple[str, str] | None = None,
) -> Chart:
    """A bar for each row of {"label", "value", "text", "whole"}.

    `text` is the figure in words; without it the number is written out with `unit`. A row whose value is None has no bar, and its
    text. `whole` marks the row that the others are parts of. Charts that stand `together` get the rows of all as `beside`,
    for the same room to labels and figures, and where they are on one scale, `top` as its end. Many rows are drawn in several
    panels on one scale.
    """
    unit = clean(unit)
    named, others = (
        [{**row, "label": clean(row["label"]), **_texts(row, unit)} for row in some] for some in (rows, beside)
    )
    pairs = told((row["label"], row["text"]) for row in named)
    scale = _scale(named, others, exact_of(top))
    parts = _parts(named, scale)
    panels = [
        panel_of(
            id=f"{id}-{number}", name="", title=_part_title(clean(title), number, len(parts)),
            told=told((row["label"], row["text"]) for row in part), **_drawn(part, scale),
        )
        for number, part in enumerate(parts, 1)
    ]  # fmt: skip
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
        panels=panels,
    )


def _texts(row: Mapping[str, Any], unit: str) -> dict[str, str]:
    if given := clean(row.get("text") or ""):
        return {"text": given, "shown": given}
    return {"text": norwegian(row["value"], unit), "shown": norwegian(row["value"], unit if is_short(unit) else "")}


class _Scale(NamedTuple):
    """What the panels of a chart have in common: where labels end and figures begin, and what a length stands for."""

    left: float
    right: float
    lowest: Decimal
    span: Decimal

    @property
    def nought(self) -> float:
        return self.left - float(self.lowest / self.span) * (self.right - self.left)

    def length(self, value: Decimal) -> float:
        return float(abs(value) / self.span) * (self.right - self.left)

    def lines(self, label: str) -> list[str]:
        return wrapped(label, self.left - GAP, most=3)


def _scale(rows: Rows, beside: Rows, top: Decimal | None) -> _Scale:
    known = [value for row in rows if (value := exact_of(row["value"])) is not None]
    left = GAP + min(max([LABEL_LEAST, *(width_of(row["label"]) for row in (*rows, *beside))]), LABEL_MOST)
    right = WIDTH - GAP - min(max([0.0, *(width_of(row["shown"]) for row in (*rows, *beside))]), FIGURE_MOST)
    lowest = min([Decimal(0), *known])
    return _Scale(left, right, lowest, max([top or Decimal(0), Decimal(0), *known]) - lowest or Decimal(1))


def _height(lines: Sequence[str]) -> int:
    return ROW + LINE * (len(lines) - 1)


def _parts(rows: Rows, scale: _Scale) -> list[list[Mapping[str, Any]]]:
    """The rows of each panel: as few panels as have room for them, and about as high as each other."""
    heights = [_height(scale.lines(row["label"])) for row in rows]
    fair = sum(heights) / (sum(heights) // (HIGHEST + 1) + 1)
    parts: list[list[Mapping[str, Any]]] = [[]]
    filled = 0
    for row, height in zip(rows, heights, strict=True):
        if parts[-1] and (filled >= fair or filled + height > HIGHEST):
            parts.append([])
            filled = 0
        parts[-1].append(row)
        filled += height
    return parts


def _part_title(title: str, number: int, parts: int) -> str:
    if parts == 1:
        return title
    return _("%(title)s, del %(number)s av %(parts)s") % {"title": title, "number": number, "parts": parts}


def _drawn(rows: Rows, scale: _Scale) -> dict[str, Any]:
    drawn, y = [], 0
    for row in rows:
        value, lines = exact_of(row["value"]), scale.lines(row["label"])
        height = _height(lines)
        width = scale.length(value) if value is not None else 0.0
        start = scale.nought - width if value is not None and value < 0 else scale.nought
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
                "text": shortened(row["shown"], FIGURE_MOST),
                "text_x": f"{max(start + width, scale.nought) + 6:.1f}",
                "text_y": f"{middle + 4.5:.1f}",
            }
        )
        y += height
    place = {"left": f"{scale.left:.1f}", "nought": f"{scale.nought:.1f}", "bar": str(BAR)}
    return {"height": max(y, 1), **place, "bars": drawn}
