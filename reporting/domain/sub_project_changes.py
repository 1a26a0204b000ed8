"""What has changed from one report on the sub-projects to the next, out of the two frozen contents and nothing else.

No database and no clock. Both contents may be figures with free texts in them: no free text is looked at.
"""

from typing import Any

from reporting.domain.suppression import Shown

Json = dict[str, Any]
# Of a change, its two ends; of the others, the sub-project and what it is about.
LISTS = ("new", "gone", "states", "verdicts", "late", "no_longer_late", "results", "letters")


def changes(before: Json, after: Json) -> Json:
    """Lists of what is new, gone or another than it was, each entry with the sub-project's id and title; and how the five
    figures of the first page have moved. What is the same stands in no list."""
    old, new = _by_id(before), _by_id(after)
    both = [(old[id], row) for id, row in new.items() if id in old]
    late_before, late_after = _late(before), _late(after)
    return {
        "since": {"title": before.get("title", ""), "label": before.get("period", {}).get("label", "")},
        "new": [_head(row) for id, row in new.items() if id not in old],
        "gone": [_head(row) for id, row in old.items() if id not in new],
        "states": [
            {**_head(row), "from": was["state_label"], "to": row["state_label"], "state": row["state"]}
            for was, row in both
            if was["state"] != row["state"]
        ],
        "letters": [
            {**_head(row), "from": _number(was), "to": _number(row)}
            for was, row in both
            if _number(was) != _number(row)
        ],
        "verdicts": [change for was, row in both for change in _verdicts(was, row)],
        "late": [row for key, row in late_after.items() if key not in late_before],
        "no_longer_late": [row for key, row in late_before.items() if key not in late_after],
        "results": [change for was, row in both for change in _results(was, row)],
        "five": _five(before, after),
    }


def is_empty(found: Json) -> bool:
    """Whether nothing but, at the most, figures of the first page has moved."""
    return not any(found.get(name) for name in LISTS)


def moved(before: Json, after: Json) -> int | float | None:
    """How far a protected count has moved; None where either is not today's number."""
    if not all(row.get("shown") == Shown.NUMBER and row.get("on") is None for row in (before, after)):
        return None
    difference: int | float = after["value"] - before["value"]
    return difference


def _by_id(content: Json) -> dict[str, Json]:
    return {row["id"]: row for row in content.get("sub_projects", ())}


def _head(row: Json) -> Json:
    return {"id": row["id"], "title": row["title"]}


def _number(row: Json) -> int | None:
    letter = row.get("letter")
    return letter["number"] if letter else None


def _verdicts(was: Json, row: Json) -> list[Json]:
    """Goals that people judge otherwise now than they did. A half-year without a judgement changes none."""
    before = {goal["id"]: goal for goal in was["goals"] if goal["verdict"]}
    return [
        {**_head(row), "goal": goal["text"], "from": before[goal["id"]]["verdict_label"], "to": goal["verdict_label"]}
        for goal in row["goals"]
        if goal["verdict"] and goal["id"] in before and before[goal["id"]]["verdict"] != goal["verdict"]
    ]


def _results(was: Json, row: Json) -> list[Json]:
    """Goals whose number has moved, as far as both may be shown."""
    before = {goal["id"]: goal["cell"] for goal in was["goals"] if goal["cell"]}
    found = []
    for goal in row["goals"]:
        old = before.get(goal["id"])
        if old and goal["cell"] and moved(old, goal["cell"]):
            found.append({**_head(row), "goal": goal["text"], "from": old["value"], "to": goal["cell"]["value"]})
    return found


def _late(content: Json) -> dict[tuple[str, str, str], Json]:
    return {(row["kind"], row["id"], row["due"]): row for row in content.get("late", ())}


def _five(before: Json, after: Json) -> list[Json]:
    """For each figure of both: how far it has moved, None where that may not be said."""
    old = {row["key"]: row for row in before.get("five", ())}
    found = []
    for row in after.get("five", ()):
        was = old.get(row["key"])
        if was is None:
            continue
        if row.get("cell") and was.get("cell"):
            found.append({"key": row["key"], "difference": moved(was["cell"], row["cell"])})
        elif row["value"] is not None and was["value"] is not None:
            found.append({"key": row["key"], "difference": row["value"] - was["value"]})
    return found
