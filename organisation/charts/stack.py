"""Bars made of parts, each as wide as its count: the state of measures, one bar a goal or one over all.

The parts are written in per cent of the bar's width, so that bar and letters are as readable on a phone as on paper. The label
stands above as text of the page: it wraps, and it may be a link, which WeasyPrint does not make of one in an SVG.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from organisation.charts.frame import Chart, chart_of
from organisation.charts.numbers import NO_BREAK, norwegian
from organisation.charts.palette import NEUTRAL, SHAPES, STATES, TONES, Palette
from organisation.charts.words import clean, joined, lower_first, sentences, width_of

# Per cent of the bar's width. A part is never too narrow for its number on the narrowest screen.
BAR_WIDTH, BAR_GAP, BAR_LEAST = 100.0, 0.4, 4.5
NARROWEST, SIZE = 280, 13.0  # pixels


def stacked(
    *,
    id: str,
    title: str,
    rows: Sequence[Mapping[str, Any]],
    palette: Palette = STATES,
    description: str = "",
    caption: str = "",
    head: str = "",
) -> Chart:
    """A bar for each row of {"label", "url", "parts": [{"key", "label", "count"}]}, all equally long, the total at its label.

    A row whose count is part of another's says in "under" what it is below, in words; it stands indented, in the table too.
    `palette` gives each key a tone and a shape (organisation/charts/palette.py). `url` is a place in the page or the application.
    """
    drawn = [_row(f"{id}-{number}", row, palette, title) for number, row in enumerate(rows, 1)]
    kinds = _kinds(rows)
    told = sentences(*(row["told"] for row in drawn))
    legend = [
        {"mark": "part", "text": label, "shape": _(SHAPES[palette.get(key, NEUTRAL)[1]][0]), **_look(key, palette)}
        for key, label in kinds.items()
    ]
    return chart_of(
        "stacked", id=id, title=title, caption=caption, description=description, told=told,
        table=_table(rows, kinds, head), rows=drawn, legend=legend,
    )  # fmt: skip


def _kinds(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Every key that is in a bar, with its label, in the order of the first that has it."""
    found: dict[str, str] = {}
    for row in rows:
        for part in row["parts"]:
            if part["count"]:
                found.setdefault(part["key"], clean(part["label"]))
    return found


def _look(key: str, palette: Palette) -> dict[str, str]:
    tone, shape = palette.get(key, NEUTRAL)
    fill, ink = TONES[tone]
    return {"key": clean(key), "tone": tone, "fill": fill, "ink": ink, "path": SHAPES[shape][1]}


def _row(id: str, row: Mapping[str, Any], palette: Palette, title: str) -> dict[str, Any]:
    label = clean(row.get("label") or "")
    parts = [part for part in row["parts"] if part["count"] and part["count"] > 0]
    total = sum(part["count"] for part in parts)
    words = joined([f"{norwegian(part['count'])}{NO_BREAK}{lower_first(clean(part['label']))}" for part in parts])
    none = "" if parts else _("ingen")
    words = words or none
    return {
        "id": id,
        "label": label,
        "under": clean(row.get("under") or ""),
        **link_of(row),
        "total": norwegian(total),
        "none": none,
        "title": label or clean(title),
        "told": f"{_name(row)}: {words}." if label else f"{words[:1].upper()}{words[1:]}.",
        "parts": _parts(parts, total, palette),
    }


def _parts(parts: Sequence[Mapping[str, Any]], total: int, palette: Palette) -> list[dict[str, str]]:
    texts = [norwegian(part["count"]) for part in parts]
    leasts = [max(BAR_LEAST, 100 * width_of(text, SIZE) / NARROWEST + 1) for text in texts]
    room = BAR_WIDTH - BAR_GAP * max(len(parts) - 1, 0)
    if sum(leasts) > room:  # more parts and digits than any screen has room for
        leasts = [room * least / sum(leasts) for least in leasts]
    share = room - sum(leasts)
    drawn, left = [], 0.0
    for part, text, least in zip(parts, texts, leasts, strict=True):
        width = least + share * part["count"] / total
        places = {"x": left, "middle": left + width / 2, "width": width}
        drawn.append(
            {**_look(part["key"], palette), "text": text, **{name: f"{at:.2f}" for name, at in places.items()}}
        )
        left += width + BAR_GAP
    return drawn


def _table(rows: Sequence[Mapping[str, Any]], kinds: Mapping[str, str], head: str) -> dict[str, Any]:
    body = []
    for row in rows:
        counts: dict[str, int] = {}
        for part in row["parts"]:
            counts[part["key"]] = counts.get(part["key"], 0) + max(part["count"] or 0, 0)
        figures = [norwegian(counts.get(key, 0)) for key in kinds]
        body.append([_name(row) or _("Alle"), *figures, norwegian(sum(counts.values()))])
    table: dict[str, Any] = {"head": [head, *kinds.values(), _("I alt").replace(" ", NO_BREAK)], "rows": body}
    if under := [number for number, row in enumerate(rows) if row.get("under")]:
        table["under"] = under
    return table


def _name(row: Mapping[str, Any]) -> str:
    """The label, and what it is below: a table in a file has no indents."""
    return ", ".join(clean(text) for text in (row.get("label"), row.get("under")) if text)


def link_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Where the label leads: a place on the page or in the application, nothing else. In a PDF only its own places are links."""
    url = clean(row.get("url") or "")
    inside = url.startswith("#") or (url.startswith("/") and not url.startswith(("//", "/\\")))
    return {"url": url if inside else "", "is_on_page": url.startswith("#")}
