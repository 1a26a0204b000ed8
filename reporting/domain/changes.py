"""What has changed from one report of a plan to the next, worked out from their two contents. Texts are left to the reader.

No database and no clock. Both contents may be figures of a draft or older copies (docs/report-content.md); measures are
the same when they have the same id. Numbers are compared as they were printed, so that nothing comes out that was not in
either of the two; what was held back in one of them is compared with nothing, nor is what is protected in one only.
"""

from collections.abc import Iterator
from typing import Any

Content = dict[str, Any]
LISTS = ("new", "removed", "states", "newly_late", "no_longer_late", "results", "indicators")
ENDED = ("not_feasible", "overtaken", "stopped")


def changes(before: Content, after: Content) -> dict[str, Any]:
    """The changes as lists, in the order of the report, each row with the id of its measure or figure."""
    old, new = _measures(before), _measures(after)
    late_before, late_after = _late(before), _late(after)
    return {
        "since": before["period"]["label"],
        "since_day": before["closed_on"],
        "new": [_named(row) for key, row in new.items() if key not in old],
        "removed": [_named(row) for key, row in old.items() if key not in new],
        "states": [
            _step(old[key], row) for key, row in new.items() if key in old and old[key]["state"] != row["state"]
        ],
        "newly_late": [row for key, row in late_after.items() if key not in late_before],
        "no_longer_late": [row for key, row in late_before.items() if key not in late_after],
        "results": list(_results(old, new)),
        "indicators": list(_indicators(before, after)),
    }


def is_empty(found: dict[str, Any]) -> bool:
    """Whether nothing has changed."""
    return not any(found[name] for name in LISTS)


def printed_number(value: Any) -> int | float | None:
    """A figure of a content as a number, where a number was printed: plain, or protected and shown."""
    if isinstance(value, dict):
        return value["value"] if value["shown"] == "number" else None
    return value  # type: ignore[no-any-return]


def comparable(before: Any, after: Any) -> bool:
    """Whether two figures may be held against each other: both protected or neither.

    A protected count beside one that was printed before counts were protected would tell of a change of few.
    """
    return before is None or after is None or isinstance(before, dict) == isinstance(after, dict)


def goals_in_order(content: Content) -> Iterator[dict[str, Any]]:
    """All goals, each before its children."""

    def walk(goals: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for goal in goals:
            yield goal
            yield from walk(goal["children"])

    yield from walk(content["goals"])


def tables_in_order(content: Content) -> Iterator[dict[str, Any]]:
    """All indicator tables: the plan's own, then those of its goals."""
    yield from content["indicator_tables"]
    for goal in goals_in_order(content):
        yield from goal["indicator_tables"]


def rows_of(table: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of figures of a table, its total last."""
    return [*table["rows"], *([table["total"]] if table["total"] else [])]


def _measures(content: Content) -> dict[Any, dict[str, Any]]:
    """The measures by id, as they stand in full, with the goal they stand under."""
    return {
        row["id"]: {**row, "goal": goal["number"]}
        for goal in goals_in_order(content)
        for row in goal["measures"]
        if "see_goal" not in row
    }


def _named(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("id", "title", "goal", "unit", "state", "state_label")}


def _step(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return _named(new) | {"before": old["state"], "before_label": old["state_label"]}


def _late(content: Content) -> dict[tuple[Any, str], dict[str, Any]]:
    return {(row["id"], late_kind(row)): row for row in content["overdue"]}


def late_kind(row: dict[str, Any]) -> str:
    """Whether a deadline or an evaluation is late; older copies tell it by its label only."""
    return row.get("what") or ("deadline" if row["cadence_label"] == "Frist" else "evaluation")


def _results(old: dict[Any, dict[str, Any]], new: dict[Any, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for key, measure in new.items():
        before = {row["name"]: row["result"] for row in old[key]["targets"]} if key in old else {}
        for target in measure["targets"]:
            if target["name"] not in before:
                continue
            was, now = before[target["name"]], target["result"]
            if _is_held(was) or _is_held(now) or not comparable(was, now):
                continue
            first, last = printed_number(was), printed_number(now)
            if first != last:
                yield {
                    "id": key, "key": target.get("key", ""), "title": measure["title"], "goal": measure["goal"],
                    "name": target["name"], "target": target["target"], "before": first, "after": last,
                    "change": None if first is None or last is None else _difference(first, last),
                }  # fmt: skip


def _is_held(value: Any) -> bool:
    return isinstance(value, dict) and value["shown"] != "number"


def _indicators(before: Content, after: Content) -> Iterator[dict[str, Any]]:
    old = dict(_newest(before))
    for key, now in _newest(after):
        if key not in old:
            continue
        then = old[key]
        if then["protected"] != now["protected"]:
            continue
        same_period = then["period"] == now["period"]
        if same_period and then["value"] == now["value"]:
            continue
        same_base = then["basis"] == now["basis"] and then["unit"] == now["unit"]
        yield {
            "id": key, "key": now["key"], "table": now["table"], "label": now["label"], "unit": now["unit"],
            "before": {name: then[name] for name in ("period", "value", "basis")},
            "after": {name: now[name] for name in ("period", "value", "basis")},
            "comparable": same_base,
            "change": _difference(then["value"], now["value"]) if same_base else None,
        }  # fmt: skip


def _newest(content: Content) -> Iterator[tuple[str, dict[str, Any]]]:
    """The last figure that each row prints, with the base it rests on; a total rests on what its parts rest on."""
    for table in tables_in_order(content):
        for row in rows_of(table):
            for at in reversed(range(len(table["columns"]))):
                value = printed_number(row["cells"][at]["value"])
                if value is not None:
                    yield (
                        row.get("id") or f"{table['title']}: {row['label']}",
                        {
                            "key": row["cells"][at].get("key", ""),
                            "table": table["title"],
                            "label": row["label"],
                            "unit": row.get("unit", ""),
                            "period": table["columns"][at],
                            "value": value,
                            "protected": isinstance(row["cells"][at]["value"], dict),
                            "basis": basis_of(table, row, at),
                        },
                    )
                    break


def basis_of(table: dict[str, Any], row: dict[str, Any], at: int) -> str:
    """What a figure rests on; for a total, what its parts rest on, each once."""
    if "in_total" in row:
        return row["cells"][at].get("basis") or ""
    parts = [part["cells"][at].get("basis") or "" for part in table["rows"] if part["in_total"]]
    return "; ".join(dict.fromkeys(basis for basis in parts if basis))


def _difference(before: float, after: float) -> int | float:
    found = round(after - before, 2)
    return int(found) if found == int(found) else found
