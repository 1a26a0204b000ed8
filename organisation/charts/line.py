"""Lines over time, from left to right. A series has a panel of its own: nothing is told by colour, and no figures overlap.

A point without a figure is a gap in the line, and so is a change of what the figures are based on: no line leads over either.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from string import ascii_lowercase
from typing import Any

from django.utils.translation import gettext as _

from organisation.charts.frame import Chart, chart_of, panel_of
from organisation.charts.line_panel import LinePanel
from organisation.charts.numbers import exact_of, norwegian
from organisation.charts.scale import marks_of, steps_of
from organisation.charts.words import clean, is_short, sentences, told, with_unit


def lines(
    *,
    id: str,
    title: str,
    points: Sequence[str],
    series: Sequence[Mapping[str, Any]],
    bases: Sequence[str] = (),
    unit: str = "",
    description: str = "",
    caption: str = "",
    scale: tuple[int, int] | None = None,
    mark_text: Callable[[int | Decimal], str] = norwegian,
    apart: Collection[int] = (),
    earlier: tuple[Collection[int], str, str] | None = None,
    head: str = "",
) -> Chart:
    """A panel for each series of {"label", "values", "texts", "drawn", "bases"}, all on one scale.

    `texts` are the figures in words, `drawn` shorter ones for the points. `bases` names for each point what its figures are based
    on; a series may have its own. `apart` are the points that do not follow the one before in time: there the axis is broken.
    `earlier` are the points that are drawn hollow, then what a hollow point is, and what a filled one is. `scale`: its first and
    last step.
    """
    unit = clean(unit)
    rows = [_series(row, points, bases, unit) for row in series]
    known = [value for row in rows for value in row["values"] if value is not None]
    marks = steps_of(*scale) if scale else marks_of(known)
    signs = _Signs([clean(point) for point in points])
    hollow = frozenset(earlier[0]) if earlier else frozenset()
    panels = []
    for number, row in enumerate(rows, 1):
        changes = {at: signs.of(at, *names) for at, names in row["changes"].items()}
        drawn = LinePanel(signs.points, row, marks, [mark_text(_plain(mark)) for mark in marks], changes, apart, hollow)
        name = row["label"] if len(rows) > 1 else ""
        panels.append(
            panel_of(
                id=f"{id}-{number}", name=name, title=f"{name}: {clean(title)}" if name else clean(title),
                told=told(zip(signs.points, row["texts"], strict=True)), **drawn.as_dict(),
            )
        )  # fmt: skip
    return chart_of(
        "lines", id=id, title=title, caption=with_unit(caption or title, unit), description=description,
        told=sentences(*_told(rows, panels), *signs.told()), panels=panels,
        legend=[*_hollow_legend(earlier, points), *signs.legend()], table=_table(signs.points, rows, head, unit),
    )  # fmt: skip


def _series(row: Mapping[str, Any], points: Sequence[str], bases: Sequence[str], unit: str) -> dict[str, Any]:
    values = [exact_of(value) for value in row["values"]]
    given = row.get("texts") or [""] * len(values)
    texts = [clean(text or "") or norwegian(value, unit) for text, value in zip(given, values, strict=True)]
    short = unit if is_short(unit) else ""
    shown = [clean(text or "") or norwegian(value, short) for text, value in zip(given, values, strict=True)]
    own = [clean(name or "") for name in row.get("bases") or bases or [""] * len(values)]
    if not len(points) == len(values) == len(own):
        raise ValueError("a series has a value and a base for each point")
    return {
        "label": clean(row.get("label") or ""),
        "values": values,
        "texts": texts,
        "drawn": [clean(text or "") for text in row.get("drawn") or shown],
        "bases": own,
        "changes": _changes(values, own),
    }


def _changes(values: Sequence[Decimal | None], bases: Sequence[str]) -> dict[int, tuple[str, str]]:
    """Before which points the base is another than at the last one with a figure, and what it was and is."""
    found: dict[int, tuple[str, str]] = {}
    last: str | None = None
    for at, (value, base) in enumerate(zip(values, bases, strict=True)):
        if value is None:
            continue
        if last is not None and base != last:
            found[at] = (last, base)
        last = base
    return found


def _told(rows: Sequence[Mapping[str, Any]], panels: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    if len(rows) == 1:
        return [panels[0]["told"]]
    return [f"{row['label']}. {panel['told']}" for row, panel in zip(rows, panels, strict=True)]


def _hollow_legend(earlier: tuple[Collection[int], str, str] | None, points: Sequence[str]) -> list[dict[str, str]]:
    if not earlier or not set(earlier[0]) & set(range(len(points))):
        return []
    return [{"mark": "hollow", "text": clean(earlier[1])}, {"mark": "filled", "text": clean(earlier[2])}]


def _table(points: Sequence[str], rows: Sequence[Mapping[str, Any]], head: str, unit: str) -> dict[str, Any]:
    """A row for each point; the base stands beside the figures where it changes."""
    columns: list[list[str]] = []
    names: list[str] = []
    for row in rows:
        names.append(row["label"] or unit or _("Tall"))
        columns.append(row["texts"])
        if row["changes"]:
            names.append(_("Grunnlag"))
            pairs = zip(row["values"], row["bases"], strict=True)
            columns.append([base if value is not None else "" for value, base in pairs])
    return {"head": [head, *names], "rows": [list(row) for row in zip(points, *columns, strict=True)]}


def _plain(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value.normalize()


class _Signs:
    """The changes of base in a chart. The same one has the same letter in each panel."""

    def __init__(self, points: list[str]) -> None:
        self.points = points
        self.found: dict[tuple[int, str, str], str] = {}

    def of(self, at: int, before: str, after: str) -> str:
        number = len(self.found)
        return self.found.setdefault((at, before, after), ascii_lowercase[number % 26] * (number // 26 + 1))

    def _words(self) -> Iterable[tuple[str, str]]:
        unnamed = _("ikke oppgitt")
        for (at, before, after), sign in self.found.items():
            names = {"point": self.points[at], "before": before or unnamed, "after": after or unnamed}
            yield sign, _("Nytt grunnlag fra %(point)s: %(after)s. Før det: %(before)s.") % names

    def legend(self) -> list[dict[str, str]]:
        return [{"mark": "sign", "sign": sign, "text": text} for sign, text in self._words()]

    def told(self) -> list[str]:
        return [text for _sign, text in self._words()]
