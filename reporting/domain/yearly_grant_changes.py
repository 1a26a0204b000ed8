"""What has changed from one year's report on grants to the next, out of the two frozen contents and nothing else.

No database and no clock. Both contents may be figures with free texts in them: no free text is looked at. A grant is of one
year, so two years' grants are the same where scheme and unit are, and so are measures of theirs with the same title.
"""

from typing import Any

from reporting.domain.suppression import Shown

Json = dict[str, Any]
LISTS = ("new", "gone", "amounts", "new_measures", "gone_measures", "children")


def changes(before: Json, after: Json) -> Json:
    """Lists of what is new, gone or another than it was, and how the five figures have moved. What is the same is in no list."""
    old, new = _awarded(before), _awarded(after)
    both = [(old[key], row) for key, row in new.items() if key in old]
    measures_before, measures_after = _measures(before), _measures(after)
    return {
        "since": {"title": before.get("title", ""), "label": before.get("period", {}).get("label", "")},
        "new": [_head(row) for key, row in new.items() if key not in old],
        "gone": [_head(row) for key, row in old.items() if key not in new],
        "amounts": [
            {**_head(row), "from": was["money"]["awarded"], "to": row["money"]["awarded"]}
            for was, row in both
            if was["money"]["awarded"] != row["money"]["awarded"]
        ],
        "new_measures": [_head(row) for key, row in measures_after.items() if key not in measures_before],
        "gone_measures": [_head(row) for key, row in measures_before.items() if key not in measures_after],
        "children": [
            {**_head(row), "from": measures_before[key]["children"]["value"], "to": row["children"]["value"]}
            for key, row in measures_after.items()
            if key in measures_before and moved(measures_before[key]["children"], row["children"])
        ],
        "five": _five(before, after),
    }


def is_empty(found: Json) -> bool:
    """Whether nothing but, at the most, figures of the first page has moved."""
    return not any(found.get(name) for name in LISTS)


def moved(before: Json | None, after: Json | None) -> int | None:
    """How far a protected count has moved; None where either is not its own report's number."""
    for row in (before, after):
        if row is None or row.get("shown") != Shown.NUMBER or row.get("on") is not None:
            return None
    assert before is not None
    assert after is not None
    difference: int = after["value"] - before["value"]
    return difference


def _awarded(content: Json) -> dict[tuple[str, str], Json]:
    return {(row["scheme"], row["unit"]): row for row in content.get("grants", ()) if row["is_awarded"]}


def _measures(content: Json) -> dict[tuple[str, str, str], Json]:
    """By scheme, unit and title: what a file of another year named has another id, and is the same measure."""
    return {
        (grant["scheme"], grant["unit"], row["title"].casefold()): row
        for grant in _awarded(content).values()
        for row in grant["measures"]
    }


def _head(row: Json) -> Json:
    return {"id": row["id"], "title": row["title"]}


def _five(before: Json, after: Json) -> list[Json]:
    """For each figure of both: how far it has moved, None where that may not be said."""
    old = {row["key"]: row for row in before.get("five", ())}
    found = []
    for row in after.get("five", ()):
        was = old.get(row["key"])
        if was is None:
            continue
        if row["value"] is not None and was["value"] is not None:
            found.append({"key": row["key"], "difference": row["value"] - was["value"]})
        else:
            found.append({"key": row["key"], "difference": moved(was.get("cell"), row.get("cell"))})
    return found
