"""How a report shows its figures, dates and states. Everything comes from the frozen copy (docs/frozen-round.md)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

register = template.Library()

MISSING = "–"
# The narrow no-break space (U+202F) would be the finer one, but Inter has no glyph for it.
THOUSANDS = "\u00a0"
BAR_WIDTH, BAR_GAP = Decimal(600), Decimal(2)
# The fill is an attribute, since WeasyPrint gives an SVG no page styles; document.css overrides it on the web.
STATE_FILLS = {
    "planned": "#a3adb8",
    "in_progress": "#4a8fd6",
    "in_operation": "#2f8f5b",
    "completed": "#14532d",
    "not_feasible": "#d99a00",
    "overtaken": "#8a78bf",
    "stopped": "#c2362b",
}
STATE_COLORS = {
    "planned": "neutral",
    "in_progress": "info",
    "in_operation": "success",
    "completed": "success",
    "not_feasible": "warning",
    "overtaken": "brand2",
    "stopped": "danger",
}


@register.filter
def figure(value: float | Decimal | None) -> str:
    """1838 -> "1 838", 60.5 -> "60,5", None -> "–"; the same in every language, as the report is Norwegian."""
    if value is None or value == "":
        return MISSING
    number = Decimal(str(value))
    text = f"{abs(number):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("−" if number < 0 else "") + text.replace(",", THOUSANDS).replace(".", ",")


@register.filter
def long_date(value: str | date | None) -> str:
    """ "2026-05-15" -> "15. mai 2026"; what is no date is shown as it stands."""
    if not value:
        return ""
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    except ValueError:
        return str(value)
    return formats.date_format(day, "DATE_FORMAT")


@register.filter
def municipality_name(municipality: dict[str, Any]) -> str:
    name = municipality["name"]
    return name if name.lower().endswith("kommune") else _("%(name)s kommune") % {"name": name}


@register.filter
def state_color(state: str) -> str:
    """The Designsystemet colour of a state; the shape beside it is in the stylesheets."""
    return STATE_COLORS.get(state, "neutral")


@register.filter
def state_sentence(counts: list[dict[str, Any]]) -> str:
    """ "4 i ordinær drift og 1 planlagt"."""
    return join_words([f"{figure(row['count'])}{THOUSANDS}{lower_first(row['label'])}" for row in counts])


@register.filter
def join_words(words: list[str]) -> str:
    """ "a, b og c"."""
    *first, last = words or [""]
    return _("%(first)s og %(last)s") % {"first": ", ".join(first), "last": last} if first else last


@register.filter
def lower_first(text: str) -> str:
    """Lower case within a sentence, but "NAV-partnerskapet" stays as it is."""
    return text[:1].lower() + text[1:] if not text[1:2].isupper() else text


@register.filter
def log_count(log: list[dict[str, Any]], measure_id: Any) -> int:
    return sum(entry["measure_id"] == measure_id for entry in log)


@register.filter
def goal_label(goals: list[dict[str, Any]], number: str) -> str:
    """ "mål 4", "strategi 4 b": the goal as the plan calls it, for use within a sentence."""
    for goal in all_goals(goals):
        if goal["number"] == number:
            return f"{lower_first(goal['kind_label'])}{THOUSANDS}{number}"
    return number


def all_goals(goals: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for goal in goals:
        yield goal
        yield from all_goals(goal["children"])


@register.filter
def flat_goals(goals: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All goals in the plan's order, each before its children."""
    return list(all_goals(goals))


@register.inclusion_tag("reporting/report/_status_bar.html")
def status_bar(counts: list[dict[str, Any]]) -> dict[str, Any]:
    """One bar over all measures. Positions are strings with a point: localised numbers would break the drawing."""
    counts = [row for row in counts if row["count"] > 0]
    total = sum(row["count"] for row in counts)
    room = BAR_WIDTH - BAR_GAP * max(len(counts) - 1, 0)
    segments, left = [], Decimal(0)
    for row in counts:
        width = room * row["count"] / total
        fill = STATE_FILLS.get(row["state"], "#5c6670")
        segments.append({"state": row["state"], "x": f"{left:.2f}", "width": f"{width:.2f}", "fill": fill})
        left += width + BAR_GAP
    return {"segments": segments, "counts": counts, "total": total}


@register.filter
def annotated(table: dict[str, Any]) -> dict[str, Any]:
    """An indicator table with its notes.

    A basis that holds for a whole column stands in the column's head; where the rows differ, each figure points
    to a note. A remark, such as why a value is missing, is always a note.
    """
    rows = [*table["rows"], *([table["total"]] if table["total"] else [])]
    heads = [column_basis(table["rows"], at) for at in range(len(table["columns"]))]
    shared = set(heads) if None not in heads else set()
    notes: list[str] = []
    for row in rows:
        for cell, head in zip(row["cells"], heads, strict=False):
            wanted = [cell.get("remark"), cell.get("basis") if head is None else ""]
            notes += [note for note in wanted if note and note not in notes]

    def shown(row: dict[str, Any]) -> dict[str, Any]:
        cells = []
        for cell, head in zip(row["cells"], heads, strict=False):
            said = {cell.get("remark"), cell.get("basis") if head is None else ""}
            cells.append({**cell, "notes": [at for at, note in enumerate(notes, 1) if note in said]})
        return {**row, "cells": cells}

    return {
        **table,
        "heads": [
            {"label": label, "basis": "" if len(shared) == 1 else basis or ""}
            for label, basis in zip(table["columns"], heads, strict=True)
        ],
        "basis": shared.pop() if len(shared) == 1 else "",
        "rows": [shown(row) for row in table["rows"]],
        "total": shown(table["total"]) if table["total"] else None,
        "notes": list(enumerate(notes, 1)),
        "has_units": len({row["unit"] for row in table["rows"]}) > 1,
        "has_outside": table["total"] is not None and not all(row["in_total"] for row in table["rows"]),
    }


def column_basis(rows: list[dict[str, Any]], at: int) -> str | None:
    """The one basis of a column's figures, "" where none is given, None where they differ."""
    found = {row["cells"][at].get("basis") or "" for row in rows if row["cells"][at]["value"] is not None}
    return found.pop() if len(found) == 1 else None if found else ""
