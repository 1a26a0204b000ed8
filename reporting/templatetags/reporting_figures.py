"""How a report shows its figures, dates and states. Everything comes from the frozen copy (docs/frozen-round.md)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from string import ascii_lowercase
from typing import Any

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

from organisation.charts import norwegian, stacked
from organisation.charts.numbers import NO_BREAK
from organisation.charts.words import joined, lower_first

register = template.Library()
register.filter("join_words", joined)
register.filter("lower_first", lower_first)

# Designsystemet's colours, the same as in templates/partials/state_tag.html.
STATE_COLORS = {
    "planned": "warning",
    "in_progress": "info",
    "in_operation": "success",
    "completed": "success",
    "not_feasible": "danger",
    "overtaken": "neutral",
    "stopped": "danger",
}


@register.filter
def figure(value: float | Decimal | None) -> str:
    """1838 -> "1 838", 60.5 -> "60,5", None -> "mangler"."""
    return norwegian(None if value == "" else value)


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
    return joined([f"{figure(row['count'])}{NO_BREAK}{lower_first(row['label'])}" for row in counts])


@register.filter
def full_stop(text: str) -> str:
    """The text as the end of a sentence, with one full stop however it was written."""
    return text.rstrip(" .") + "."


@register.filter
def more_in_log(log: list[dict[str, Any]], measure: dict[str, Any]) -> int:
    """How many entries the appendix has on a measure; none where its only entry is the very text in the report."""
    entries = [entry for entry in log if entry["measure_id"] == measure["id"]]
    if len(entries) == 1 and not entries[0]["figures"] and entries[0]["text"].strip() == measure["text"].strip():
        return 0
    return len(entries)


@register.filter
def goal_label(goals: list[dict[str, Any]], number: str) -> str:
    """ "mål 4", "strategi 4 b": the goal as the plan calls it, for use within a sentence."""
    for goal in all_goals(goals):
        if goal["number"] == number:
            return f"{lower_first(goal['kind_label'])}{NO_BREAK}{number}"
    return number


def all_goals(goals: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for goal in goals:
        yield goal
        yield from all_goals(goal["children"])


@register.filter
def flat_goals(goals: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All goals in the plan's order, each before its children."""
    return list(all_goals(goals))


@register.simple_tag
def status_chart(counts: list[dict[str, Any]]) -> dict[str, Any]:
    """One bar over all measures, by state."""
    parts = [{"key": row["state"], "label": row["label"], "count": row["count"]} for row in counts]
    return stacked(id="status", title=_("Tiltakene etter tilstand"), rows=[{"label": "", "parts": parts}])


@register.inclusion_tag("reporting/report/_protected.html")
def protected_number(protected: dict[str, Any], until: str | date | None = None) -> dict[str, Any]:
    """What `suppression.as_json` wrote down: "12", "<5", "vises ikke" or "12 per 1. mars 2026"; without the day where it is
    the report's own (`until`)."""
    return {"protected": protected, "until": until.isoformat() if isinstance(until, date) else until}


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
            cells.append({**cell, "notes": [letter(at) for at, note in enumerate(notes) if note in said]})
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
        "notes": [(letter(at), note) for at, note in enumerate(notes)],
        "has_units": len({row["unit"] for row in table["rows"]}) > 1,
        "has_outside": table["total"] is not None and not all(row["in_total"] for row in table["rows"]),
    }


def column_basis(rows: list[dict[str, Any]], at: int) -> str | None:
    """The one basis of a column's figures, "" where none is given, None where they differ."""
    found = {row["cells"][at].get("basis") or "" for row in rows if row["cells"][at]["value"] is not None}
    return found.pop() if len(found) == 1 else None if found else ""


def letter(at: int) -> str:
    """a, b, ... z, aa, ab ...: a letter beside a figure cannot be read as part of it."""
    return (letter(at // 26 - 1) if at >= 26 else "") + ascii_lowercase[at % 26]
