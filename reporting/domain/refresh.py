"""Figures that are counted anew for a corrected version, beside those of the version that is corrected.

A report is about a day. What is counted anew is what can have been counted wrongly: tables, results and what is made of them.
States, deadlines and who had reported stay as they were on that day, and so do the texts and the resolutions.
No database and no clock.
"""

from collections.abc import Iterator
from typing import Any

from django.utils import translation

from reporting.domain.first_page import first_page
from reporting.domain.sources import Sources
from reporting.domain.suppression import Shown
from reporting.models import ReportKind

Figures = dict[str, Any]
# The first schema in which free texts wait for a reader and counts of people are protected.
PROTECTED_SINCE = 2
# What a plan's report takes anew; the goals are gone through one by one.
COUNTED_ANEW = ("indicator_tables", "counts", "count_sums", "family_answers", "counted_on")

# The figures that stay, by how their keys begin.
KEPT = ("state:", "goal:", "point:", "first:running", "first:late", "first:not_reported", "first:ended")


def refreshed(kind: str, old_figures: Figures, new_figures: Figures) -> Figures:
    """The figures of a corrected version. Of a kind that has no states of a day, everything is as it was counted now, and so
    it is of a report of the first schema, whose texts and counts were never protected."""
    if not _keeps_its_day(kind, old_figures):
        return new_figures
    taken = {name: new_figures[name] for name in COUNTED_ANEW if name in new_figures}
    anew = _by_id(new_figures)
    found, now = old_figures.get("changes"), new_figures.get("changes") or {}
    if found:
        found = {**found, **{name: now.get(name, []) for name in ("results", "indicators")}}
    kept = {
        **old_figures, **taken, "changes": found, "schema": new_figures["schema"],
        "goals": [_goal(goal, anew) for goal in old_figures["goals"]],
        "log": _log(old_figures["log"], new_figures["log"]),
    }  # fmt: skip
    with translation.override("nb"):
        return kept | {"first_page": _first_page(kept, old_figures)}


def refreshed_sources(kind: str, old_figures: Figures, figures: Figures, *, old: Sources, new: Sources) -> Sources:
    """What the figures of a corrected version were made from: what stayed as it was has the sources of that day."""
    if not _keeps_its_day(kind, old_figures):
        return new
    printed = set(_keys_in(figures))
    kept = {key: row for key, row in old.items() if key.startswith(KEPT) or (key in printed and key not in new)}
    return {key: row for key, row in new.items() if not key.startswith(KEPT)} | kept


def _keys_in(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for row in value:
            yield from _keys_in(row)
    elif isinstance(value, dict):
        if isinstance(value.get("key"), str):
            yield value["key"]
        for part in value.values():
            yield from _keys_in(part)


def _keeps_its_day(kind: str, old_figures: Figures) -> bool:
    return kind == ReportKind.PLAN_HALF_YEAR and old_figures.get("schema", 1) >= PROTECTED_SINCE


def _by_id(figures: Figures) -> dict[Any, Figures]:
    """Goals and measures of the new figures by their ids, which never meet."""
    found: dict[Any, Figures] = {}

    def walk(goals: list[Figures]) -> None:
        for goal in goals:
            found[goal["id"]] = goal
            found.update({row["id"]: row for row in goal["measures"] if "see_goal" not in row})
            walk(goal["children"])

    walk(figures["goals"])
    return found


def _goal(goal: Figures, anew: dict[Any, Figures]) -> Figures:
    now = anew.get(goal["id"])
    return {
        **goal,
        "indicator_tables": now["indicator_tables"] if now else _without_counts(goal["indicator_tables"]),
        "measures": [_measure(row, anew) for row in goal["measures"]],
        "children": [_goal(child, anew) for child in goal["children"]],
    }


def _measure(row: Figures, anew: dict[Any, Figures]) -> Figures:
    if "targets" not in row:
        return row
    now = anew.get(row["id"])
    return {**row, "targets": now["targets"] if now else [_target(target) for target in row["targets"]]}


def _target(row: Figures) -> Figures:
    return {**_without_counts(row), "entries": 0} if isinstance(row["result"], dict) else row


def _without_counts(value: Any) -> Any:
    """What is no longer in the plan, and so not counted: nothing is said of it, for nobody weighs it beside the rest."""
    if isinstance(value, list):
        return [_without_counts(row) for row in value]
    if not isinstance(value, dict):
        return value
    if "shown" in value:
        return {"shown": Shown.TOO_FEW.value, "value": None, "on": None}
    return {name: _without_counts(part) for name, part in value.items()}


def _log(old: list[Figures], new: list[Figures]) -> list[Figures]:
    """The entries as they were printed, with their numbers as they may be printed now."""
    numbers = {entry["id"]: entry["figures"] for entry in new}
    return [{**entry, "figures": numbers.get(entry["id"], [])} for entry in old]


def _first_page(kept: Figures, old: Figures) -> Figures:
    """The first page made anew of what stands now; what it is compared with is as it was."""
    page = first_page(kept, None)
    before = old.get("first_page") or page
    known = {row["key"]: row for row in before["figures"]}
    figures = []
    for row in page["figures"]:
        was = known.get(row["key"])
        figures.append({**row, **_change(row, was)} if was else row)
    return {**page, "since": before["since"], "figures": figures, "nothing_changed": before["nothing_changed"]}


def _change(row: Figures, was: Figures) -> Figures:
    """The change since the report before, where the figure itself is the same as it was."""
    names = ("change", "change_text", "direction")
    if row["value"] == was["value"]:
        return {name: was[name] for name in names}
    return {"change": None, "change_text": "", "direction": ""}
