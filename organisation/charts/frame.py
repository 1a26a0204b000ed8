"""What every chart has: names, a description with the figures, the table behind it, panels to draw."""

import re
from collections.abc import Sequence
from typing import Any

from organisation.charts.words import clean, sentences

Chart = dict[str, Any]
WIDTH = 360  # of a panel, in its own units: about the pixels of a phone
ID = re.compile(r"[A-Za-z][\w-]*", re.ASCII)


def chart_of(
    kind: str,
    *,
    id: str,
    title: str,
    description: str,
    told: str,
    table: dict[str, Any],
    caption: str = "",
    panels: Sequence[dict[str, Any]] = (),
    rows: Sequence[dict[str, Any]] = (),
    legend: Sequence[dict[str, str]] = (),
) -> Chart:
    """`caption` is what is seen above the drawing; where nothing else is said it is the title."""
    if not ID.fullmatch(id):
        raise ValueError(f"not fit as an id: {id!r}")
    return {
        "kind": kind,
        "id": id,
        "title": clean(title),
        "caption": clean(caption or title),
        "description": sentences(clean(description), told),
        "panels": list(panels),
        "rows": list(rows),
        "legend": list(legend),
        "table": table,
    }


def panel_of(*, id: str, name: str, title: str, told: str, height: int, **drawn: Any) -> dict[str, Any]:
    """One drawing. `name` is seen above it where there are several, `title` names it where it stands alone."""
    return {"id": id, "name": name, "title": title, "told": told, "width": str(WIDTH), "height": str(height), **drawn}


def together(*, id: str, title: str, charts: Sequence[Chart], caption: str = "") -> Chart:
    """Several charts of one kind as one, a panel each: small ones beside each other, each under its name.

    Their tables become one where the rows are the same.
    """
    panels = [
        {**panel, "id": f"{id}-{number}", "name": panel["title"], "title": f"{panel['title']}: {clean(title)}"}
        for number, panel in enumerate((panel for chart in charts for panel in chart["panels"]), 1)
    ]
    told = sentences(*(f"{chart['title']}. {chart['description']}" for chart in charts))
    legend = {tuple(sorted(item.items())): item for chart in charts for item in chart["legend"]}
    return chart_of(
        charts[0]["kind"], id=id, title=title, caption=caption, description="", told=told, table=_beside(charts),
        panels=panels, legend=list(legend.values()),
    )  # fmt: skip


def _beside(charts: Sequence[Chart]) -> dict[str, Any]:
    tables = [chart["table"] for chart in charts]
    labels = [[row[0] for row in table["rows"]] for table in tables]
    if any(column != labels[0] for column in labels):
        rows = [[chart["title"], *row] for chart in charts for row in chart["table"]["rows"]]
        return {"head": ["", *tables[0]["head"]], "rows": rows}
    figures = [[table["rows"][at][1] for table in tables] for at in range(len(labels[0]))]
    head = [tables[0]["head"][0], *(chart["title"] for chart in charts)]
    return {"head": head, "rows": [[label, *row] for label, row in zip(labels[0], figures, strict=True)]}
