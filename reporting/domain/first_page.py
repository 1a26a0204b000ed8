"""The board's first page: five figures with what has changed, a status bar for each goal, what is late, what was stopped.

Why these five. A board has two minutes and wants to know whether what it decided is being done: how much of the plan runs or is
finished; what is late, which is what it can ask about; who has not reported, which says how far the rest can be trusted; what
has been reached of what was promised; and one figure of the world outside, which says whether it helps. A plan without such a
figure shows how many of its measures have been given up instead.

No database and no clock: it is made of the report's own figures and of those of the report before.
"""

from typing import Any

from django.utils.translation import gettext as _

from organisation.charts import norwegian
from reporting.domain.changes import (
    ENDED,
    basis_of,
    comparable,
    goals_in_order,
    is_empty,
    printed_number,
    rows_of,
    tables_in_order,
)

Content = dict[str, Any]
RUNNING = ("in_operation", "completed")
AMOUNTS = frozenset(("", "kr", "kroner", "tusen kroner", "mill. kroner", "prosent", "prosentpoeng", "%", "timer", "år"))
MOST_LATE, MOST_STOPPED, MOST_GOALS = 5, 3, 16


def first_page(content: Content, before: Content | None) -> dict[str, Any]:
    """What stands on the first page, beside the proposed decision. `content` has its `changes` already."""
    late = sorted(content["overdue"], key=lambda row: row["due"])
    stopped = _stopped(content)
    goals = [_goal(goal) for goal in content["goals"]]
    return {
        "since": before["period"]["label"] if before else "",
        "figures": _five(content, before),
        "goals": goals[:MOST_GOALS],
        "goals_more": max(0, len(goals) - MOST_GOALS),
        "late": late[:MOST_LATE],
        "late_more": max(0, len(late) - MOST_LATE),
        "stopped": stopped[:MOST_STOPPED],
        "stopped_more": max(0, len(stopped) - MOST_STOPPED),
        "nothing_changed": bool(content["changes"]) and is_empty(content["changes"]),
    }


def _goal(goal: dict[str, Any]) -> dict[str, Any]:
    """A goal with the states of its own measures and those of the goals below it, each measure once."""
    found: dict[Any, tuple[str, str]] = {}
    for part in (goal, *goals_in_order({"goals": goal["children"]})):
        for row in part["measures"]:
            found.setdefault(row["id"], (row["state"], row["state_label"]))
    states = list(found.values())
    counts = {state: sum(row[0] == state for row in states) for state, _label in states}
    labels = dict(states)
    return {
        "id": goal["id"],
        "number": goal["number"],
        "kind_label": goal["kind_label"],
        "title": goal["title"],
        "state_counts": [
            {"state": row, "label": labels[row], "count": counts[row]} for row in STATE_ORDER if row in counts
        ],
    }


STATE_ORDER = ("in_operation", "completed", "in_progress", "planned", "not_feasible", "overtaken", "stopped")


def _stopped(content: Content) -> list[dict[str, Any]]:
    """Measures that were given up since the report before; in a first report, all that have been."""
    if content["changes"]:
        return [row for row in (*content["changes"]["states"], *content["changes"]["new"]) if row["state"] in ENDED]
    names = ("id", "title", "state", "state_label")
    return [
        {**{name: row[name] for name in names}, "goal": goal["number"]}
        for goal in goals_in_order(content)
        for row in goal["measures"]
        if "see_goal" not in row and row["state"] in ENDED
    ]


def _five(content: Content, before: Content | None) -> list[dict[str, Any]]:
    figures = [
        _figure("running", _("i drift eller gjennomført"), "#status", content, before, _running, good=1),
        _figure("late", _("frister og evalueringer er forfalt"), "#forfalt", content, before, _late, good=-1),
        _figure("not_reported", _("tiltak uten rapport"), "#ikke-rapportert", content, before, _silent, good=-1),
        _figure("reached", _("resultatmål er nådd"), "#resultatmal", content, before, _reached, good=1),
    ]
    if not content["not_reported"]:
        figures[2]["href"] = ""
    if before and not _reached(before)[1]:
        # Nothing was counted then, or nothing that may be compared: not that none were reached.
        figures[3] |= {"change": None, "change_text": _("første tall"), "direction": ""}
    if held := _not_counted(content):
        figures[3]["change_text"] += f". {held}"
    if figures[3]["of"] == 0:
        none = {"note": held} if held else {"note": _("ingen er satt"), "href": ""}
        figures[3] |= {"value": None, **none}
    key_figure = _key_figure(content, before)
    return [
        *figures,
        key_figure or _figure("ended", _("tiltak er gitt opp"), "#status", content, before, _ended, good=-1),
    ]


def _figure(
    name: str, label: str, href: str, content: Content, before: Content | None, counted: Any, good: int
) -> dict[str, Any]:
    """`good` is 1 where more is better, -1 where fewer are; the text says it, and so does a sign."""
    value, of = counted(content)
    old = counted(before)[0] if before else None
    change = None if old is None else value - old
    return {
        "key": f"first:{name}", "label": label, "value": value, "of": of, "href": href, "basis": "", "note": "",
        "change": change, "change_text": _change_text(change, before),
        "direction": "" if not change else "better" if change * good > 0 else "worse",
    }  # fmt: skip


def _change_text(change: int | None, before: Content | None) -> str:
    if before is None or change is None:
        return _("første rapport")
    since = {"since": before["period"]["label"], "count": norwegian(abs(change))}
    if change == 0:
        return _("som i %(since)s") % since
    if change > 0:
        return _("%(count)s flere enn i %(since)s") % since
    return _("%(count)s færre enn i %(since)s") % since


def _running(content: Content) -> tuple[int, int | None]:
    return _in_states(content, RUNNING), content["measure_count"]


def _ended(content: Content) -> tuple[int, int | None]:
    return _in_states(content, ENDED), content["measure_count"]


def _late(content: Content) -> tuple[int, int | None]:
    return len(content["overdue"]), None


def _silent(content: Content) -> tuple[int, int | None]:
    return len(content["not_reported"]), content["measure_count"]


def _reached(content: Content) -> tuple[int, int | None]:
    """Of those that have a number to reach and a result that may be shown. What is held back counts neither way."""
    set_ = [row for row in _targets(content) if row["target"] and not _is_held(row["result"])]
    return sum((printed_number(row["result"]) or 0) >= row["target"] for row in set_), len(set_)


def _not_counted(content: Content) -> str:
    """Why fewer targets are counted than the section shows, and which of those that are have no result yet."""
    set_ = [row for row in _targets(content) if row["target"]]
    held = sum(_is_held(row["result"]) for row in set_)
    open_ = sum(row["result"] is None for row in set_)
    numbers = {"held": norwegian(held), "open": norwegian(open_), "all": norwegian(len(set_))}
    texts = [_("%(held)s av %(all)s vises ikke") % numbers] if held else []
    return ". ".join([*texts, *([_("%(open)s er ikke telt") % numbers] if open_ else [])])


def _in_states(content: Content, states: tuple[str, ...]) -> int:
    return sum(row["count"] for row in content["state_counts"] if row["state"] in states)


def _targets(content: Content) -> list[dict[str, Any]]:
    return [
        row for goal in goals_in_order(content) for measure in goal["measures"] for row in measure.get("targets", ())
    ]


def _is_held(value: Any) -> bool:
    return isinstance(value, dict) and value["shown"] != "number"


def _key_figure(content: Content, before: Content | None) -> dict[str, Any] | None:
    """The newest figure of the first table that has a total, or of the first table's first row, with its base."""
    tables = [table for table in tables_in_order(content) if _last(table, _main_row(table)) is not None]
    if not tables:
        return None
    table = next((table for table in tables if table["total"]), tables[0])
    row = _main_row(table)
    at = _last(table, row)
    if at is None:
        return None
    cell, period = row["cells"][at], table["columns"][at]
    value, basis = cell["value"], basis_of(table, row, at)
    label = f"{table['title']}, {period}" if row is table["total"] else f"{row['label']}, {period}"
    then = _then(table, row, at, before)
    text, change = _moved(then, value, basis, is_amount=_is_amount(table, row, value))
    return {
        "key": cell.get("key", ""), "label": label, "value": value, "of": None, "href": "#tall-" + str(row.get("id", "")),
        "basis": basis, "note": "", "change": change, "change_text": text, "direction": "",
    }  # fmt: skip


def _main_row(table: dict[str, Any]) -> dict[str, Any]:
    rows = rows_of(table)
    return rows[-1] if table["total"] and _last(table, rows[-1]) is not None else rows[0] if rows else {"cells": []}


def _last(table: dict[str, Any], row: dict[str, Any]) -> int | None:
    found = [at for at, cell in enumerate(row["cells"]) if printed_number(cell["value"]) is not None]
    return found[-1] if found else None


def _then(
    table: dict[str, Any], row: dict[str, Any], at: int, before: Content | None
) -> tuple[str, int | float, str] | None:
    """The figure to compare with: the newest of the report before, else the period before in the same row."""
    if before is not None:
        for old in tables_in_order(before):
            for one in rows_of(old):
                if row.get("id") and one.get("id") == row["id"]:
                    last = _last(old, one)
                    if last is not None and old["columns"][last] != table["columns"][at]:
                        return old["columns"][last], one["cells"][last]["value"], basis_of(old, one, last)
    earlier = [place for place in range(at) if printed_number(row["cells"][place]["value"]) is not None]
    if not earlier:
        return None
    return table["columns"][earlier[-1]], row["cells"][earlier[-1]]["value"], basis_of(table, row, earlier[-1])


def _is_amount(table: dict[str, Any], row: dict[str, Any], value: Any) -> bool:
    """Whether there is more or less of it, as of kroner and shares, and not more or fewer, as of people."""
    if isinstance(value, dict):  # protected: people are counted
        return False
    units = {str(one.get("unit") or "") for one in ([row] if row.get("unit") else table["rows"])}
    return bool(units & AMOUNTS)


def _moved(
    then: tuple[str, Any, str] | None, now: Any, basis: str, *, is_amount: bool
) -> tuple[str, int | float | None]:
    value = printed_number(now)
    if then is None or value is None:
        return _("første tall"), None
    period, old, old_basis = then[0], printed_number(then[1]), then[2]
    if old is None or not comparable(then[1], now):
        return _("første tall"), None
    if basis != old_basis:
        return _("kan ikke sammenlignes med %(period)s: annet grunnlag") % {"period": period}, None
    change = round(value - old, 2)
    since = {"period": period, "count": norwegian(abs(change))}
    if not change:
        return _("som i %(period)s") % since, 0
    if change > 0:
        text = _("%(count)s mer enn i %(period)s") if is_amount else _("%(count)s flere enn i %(period)s")
    else:
        text = _("%(count)s mindre enn i %(period)s") if is_amount else _("%(count)s færre enn i %(period)s")
    return text % since, change
