"""How a report shows its figures, dates and states. Everything comes from the frozen copy (docs/report-content.md)."""

from collections.abc import Iterator
from datetime import date
from string import ascii_lowercase
from typing import Any

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

from organisation.charts import lines, norwegian, stacked, targets
from organisation.charts.numbers import NO_BREAK
from organisation.charts.words import joined, lower_first
from reporting.domain.changes import basis_of, printed_number, rows_of
from reporting.domain.disclosure import Shown
from reporting.domain.sections import LONG_DECISION

# ROOM: what is left of page one for the decision, the goals and the two columns, in millimetres.
MOST_LINES, ROOM = 6, 150

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
def figure(value: Any) -> str:
    """1838 -> "1 838", 60.5 -> "60,5", None -> "mangler"; a protected count is what may be said of it."""
    if isinstance(value, dict):
        return protected(value)
    return norwegian(None if value == "" else value)


def protected(count: dict[str, Any]) -> str:
    """A count of persons or families: "12", "<5", "vises ikke", "12 per 1. mars 2026"."""
    if count["shown"] == Shown.UNDER:
        return "<5"
    if count["shown"] != Shown.NUMBER:
        return _("vises ikke")
    if not count["on"]:
        return norwegian(count["value"])
    return _("%(number)s per %(day)s") % {"number": norwegian(count["value"]), "day": long_date(count["on"])}


@register.filter
def signed(value: float | None) -> str:
    """A change: "+12", "−3"; what can't be told is a dash."""
    if value is None:
        return "–"
    return f"+{norwegian(value)}" if value > 0 else norwegian(value)


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


@register.filter
def is_long_decision(text: str) -> bool:
    return len(text) > LONG_DECISION


@register.filter
def clipped_decision(text: str) -> str:
    """As many whole paragraphs as page one has room for, or else the beginning of the first."""
    kept = ""
    for paragraph in text.split("\n\n"):
        if len(kept) + len(paragraph) > LONG_DECISION:
            break
        kept += paragraph + "\n\n"
    return kept.strip() or clip(text, LONG_DECISION)


@register.filter
def clip(text: str, most: int) -> str:
    """The beginning of a text, cut between two words, with a sign where it was cut."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + " …"


@register.filter
def is_dense(content: dict[str, Any]) -> bool:
    """Whether page one has so much on it that its lines are shorter and closer: estimated in millimetres of A4."""
    page = content["first_page"]
    decision = clipped_decision(content["proposed_decision"])
    lines_of_decision = sum(len(paragraph) // 90 + 1 for paragraph in decision.split("\n"))
    late = [f"{row['measure'][:70]}{row['unit'][:40]}{' ' * 30}" for row in page["late"]]
    stopped = [f"{row['title'][:70]}{reason_of(content, row['id'])[:130]}{' ' * 25}" for row in page["stopped"]]
    columns = max(sum(len(text) // 48 + 1 for text in texts) for texts in (late, stopped))
    return 5 * lines_of_decision + 7 * len(page["goals"]) + 4 * columns > ROOM


@register.simple_tag
def reason_of(content: dict[str, Any], measure_id: Any) -> str:
    """Why a measure is in its state, in the words that were cleared."""
    for goal in all_goals(content["goals"]):
        for measure in goal["measures"]:
            if measure["id"] == measure_id and "see_goal" not in measure:
                return str(measure["state_reason"])
    return ""


@register.filter
def short_title(content: dict[str, Any]) -> str:
    """What the report is called on its first page: "Statusrapport 1. halvår 2011"."""
    return content.get("title") or _("Statusrapport %(period)s") % {"period": content["period"]["label"]}


@register.filter
def subject(content: dict[str, Any]) -> str:
    """What the report is about: the plan, where the content doesn't say."""
    plan = content.get("plan") or {}
    return content.get("subject") or plan.get("short_title") or plan.get("title") or ""


@register.filter
def document_title(content: dict[str, Any]) -> str:
    """The name of the file's window, with what it is about."""
    about = subject(content)
    return f"{short_title(content)}: {about}" if about else short_title(content)


@register.simple_tag
def goal_bars(goals: list[dict[str, Any]]) -> dict[str, Any]:
    """A status bar for each goal on the first page."""
    rows = [
        {
            "label": f"{goal['number']} {goal['title']}".strip(),
            "url": f"#mal-{goal['id']}",
            "parts": [
                {"key": row["state"], "label": row["label"], "count": row["count"]} for row in goal["state_counts"]
            ],
        }
        for goal in goals
    ]
    return stacked(id="forside-mal-status", title=_("Tiltakene under hvert mål"), rows=rows)


@register.simple_tag
def result_charts(content: dict[str, Any]) -> list[dict[str, Any]]:
    """For each goal with targets that have a number to reach, the results held against them."""
    found = []
    for number, goal in enumerate(all_goals(content["goals"]), 1):
        rows = [
            _result_row(measure, row)
            for measure in goal["measures"]
            for row in measure.get("targets", ())
            if row["target"]
        ]
        if rows:
            name = f"{goal['kind_label']} {goal['number']}: {goal['title']}"
            found.append(targets(id=f"resultatmal-{number}", title=name, rows=rows))
    return found


def _result_row(measure: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    return {
        "label": f"{measure['title']}: {row['name']}",
        "url": f"#tiltak-{measure['id']}",
        "target": row["target"],
        "result": printed_number(row["result"]),
        "result_text": _("ikke telt") if row["result"] is None else figure(row["result"]),
    }


@register.simple_tag
def indicator_chart(table: dict[str, Any]) -> dict[str, Any] | None:
    """A table's rows as lines over its periods; None where there is no line to draw, or too many."""
    rows = [row for row in rows_of(table) if len(drawable(row)) > 1]
    if not rows or len(rows) > MOST_LINES or not rows[0].get("id"):
        return None
    units = {row["unit"] for row in table["rows"]}
    series = [
        {
            "label": row["label"],
            "values": [printed_number(cell["value"]) for cell in row["cells"]],
            "texts": [figure(cell["value"]) for cell in row["cells"]],
            "bases": [basis_of(table, row, at) for at in range(len(row["cells"]))],
        }
        for row in rows
    ]
    unit = units.pop() if len(units) == 1 else ""
    return lines(id=f"linje-{rows[0]['id']}", title=table["title"], points=table["columns"], series=series, unit=unit)


def drawable(row: dict[str, Any]) -> list[int]:
    """The places of a row's figures that are printed as numbers."""
    return [at for at, cell in enumerate(row["cells"]) if printed_number(cell["value"]) is not None]


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
