"""What has changed between two contents: nothing between equals, what one gains the other loses, nothing that is protected."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reporting.domain.sub_project_changes import LISTS, changes, is_empty, moved

Json = dict[str, Any]
STATES = {"running": "I gang", "stopped": "Stoppet", "in_line": "Videreført"}
VERDICTS = {"": "", "reached": "Nådd", "not_reached": "Ikke nådd"}


def cell(value: int | None, shown: str = "number", on: str | None = None) -> Json:
    return {"key": "k", "shown": shown, "value": value, "on": on, "at_least": False}


CELLS = st.one_of(
    st.none(),
    st.integers(5, 60).map(cell),
    st.just(cell(None, "under")),
    st.just(cell(None, "withheld")),
    st.integers(5, 60).map(lambda value: cell(value, on="2025-06-30")),
)


@st.composite
def contents(draw: Any) -> Json:
    parts = []
    for number in draw(st.sets(st.integers(1, 5))):
        state, verdict = draw(st.sampled_from(sorted(STATES))), draw(st.sampled_from(sorted(VERDICTS)))
        letter = draw(st.one_of(st.none(), st.integers(1, 3).map(lambda n: {"number": n})))
        goal = {"id": f"g{number}", "text": f"Mål {number}", "verdict": verdict, "verdict_label": VERDICTS[verdict]}
        parts.append(
            {
                "id": f"p{number}", "title": f"Prosjekt {number}", "state": state, "state_label": STATES[state],
                "letter": letter, "goals": [goal | {"cell": draw(CELLS)}],
            }
        )  # fmt: skip
    late = [
        {"kind": "review", "id": row["id"], "title": row["title"], "due": "2025-06-01", "what": "Stoppunkt"}
        for row in parts
        if draw(st.booleans())
    ]
    five = [
        {"key": "running", "value": draw(st.integers(0, 9)), "cell": None},
        {"key": "families", "value": None, "cell": draw(CELLS)},
    ]
    return {"period": {"label": "1. halvår 2025"}, "sub_projects": parts, "late": late, "five": five}


@given(contents())
def test_nothing_has_changed_between_a_report_and_itself(content: Json) -> None:
    found = changes(content, content)
    assert is_empty(found) and all(found[name] == [] for name in LISTS)
    assert all(row["difference"] in (0, None) for row in found["five"])


@given(contents(), contents())
def test_what_one_report_gains_the_other_one_loses(one: Json, other: Json) -> None:
    there, back = changes(one, other), changes(other, one)
    assert there["new"] == back["gone"] and there["gone"] == back["new"]
    assert there["late"] == back["no_longer_late"] and there["no_longer_late"] == back["late"]
    for name in ("states", "letters", "verdicts", "results"):
        turned = [row | {"from": row["to"], "to": row["from"]} for row in back[name]]
        assert ends(there[name]) == ends(turned)
    assert [-row["difference"] for row in there["five"] if row["key"] == "running"] == [
        row["difference"] for row in back["five"] if row["key"] == "running"
    ]


def ends(rows: list[Json]) -> list[tuple[Any, ...]]:
    return sorted((row["id"], str(row["from"]), str(row["to"])) for row in rows)


@given(contents(), contents())
def test_changes_lead_from_the_one_to_the_other(one: Json, other: Json) -> None:
    """Whoever has the old report and the list of changes has the new one's sub-projects and states."""
    found = changes(one, other)
    states = {row["id"]: row["state"] for row in one["sub_projects"]}
    for row in found["gone"]:
        del states[row["id"]]
    states |= {row["id"]: row["state"] for row in found["states"]}
    after = {row["id"]: row["state"] for row in other["sub_projects"]}
    assert states | {row["id"]: after[row["id"]] for row in found["new"]} == after


@given(CELLS, CELLS)
def test_a_difference_is_told_of_two_numbers_of_the_day_only(before: Json | None, after: Json | None) -> None:
    before, after = before or cell(None, "too_few"), after or cell(None, "too_few")
    both = all(row["shown"] == "number" and row["on"] is None for row in (before, after))
    assert (moved(before, after) is not None) == both
    if both:
        assert moved(before, after) == after["value"] - before["value"]
