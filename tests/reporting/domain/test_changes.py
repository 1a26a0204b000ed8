"""What has changed from one report to the next, for any two reports."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.domain.changes import LISTS, changes, comparable, goals_in_order, is_empty, late_kind, printed_number
from tests.reporting.frozen_content import LABELS, make_content, make_goal, make_measure, mixed_table

STATES = list(LABELS)
VALUES = (
    st.none()
    | st.integers(0, 40)
    | st.builds(lambda value: {"shown": "number", "value": value, "on": None}, st.integers(5, 40))
)
VALUES |= st.sampled_from(
    [{"shown": "under", "value": None, "on": None}, {"shown": "too_few", "value": None, "on": None}]
)


@st.composite
def contents(draw: Any) -> dict[str, Any]:
    """A report on some of eight measures, in any states, with results, what is late, and figures of two years."""
    measures = []
    for number in draw(st.lists(st.integers(1, 8), unique=True)):
        target = {
            "key": f"target:{number}",
            "name": "deltakere",
            "unit": "",
            "target": 20,
            "result": draw(VALUES),
            "entries": 1,
        }
        measures.append(make_measure(number, state=draw(st.sampled_from(STATES)), targets=[target]))
    overdue = [
        {
            "id": row["id"],
            "measure": row["title"],
            "goal": "1",
            "unit": "",
            "what": what,
            "due": "2011-05-31",
            "cadence_label": what,
        }
        for row in measures
        for what in draw(st.lists(st.sampled_from(["deadline", "evaluation"]), unique=True))
    ]
    table = mixed_table()
    for row in (*table["rows"], table["total"]):
        for cell in row["cells"]:
            cell["value"], cell["basis"] = draw(VALUES), draw(st.sampled_from(["telling", "snitt"]))
    goals = [make_goal("1", measures=measures[::2]), make_goal("2", measures=measures[1::2], indicator_tables=[table])]
    return make_content(goals=goals, overdue=overdue)


def states(content: dict[str, Any]) -> dict[int, str]:
    return {row["id"]: row["state"] for goal in goals_in_order(content) for row in goal["measures"]}


def results(content: dict[str, Any]) -> dict[int, Any]:
    return {row["id"]: row["targets"][0]["result"] for goal in goals_in_order(content) for row in goal["measures"]}


@given(contents())
@settings(max_examples=60, deadline=None)
def test_nothing_differs_from_a_report_to_itself(content: dict[str, Any]) -> None:
    assert is_empty(changes(content, copy.deepcopy(content)))


@given(contents(), contents())
@settings(max_examples=150, deadline=None)
def test_the_one_with_its_changes_is_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    found = changes(before, after)
    was = states(before)
    for row in found["removed"]:
        assert was.pop(row["id"]) == row["state"]
    for row in found["new"]:
        assert row["id"] not in was
        was[row["id"]] = row["state"]
    for row in found["states"]:
        assert was[row["id"]] == row["before"] != row["state"]
        was[row["id"]] = row["state"]
    assert was == states(after)
    late = {(row["id"], late_kind(row)) for row in before["overdue"]}
    late -= {(row["id"], late_kind(row)) for row in found["no_longer_late"]}
    late |= {(row["id"], late_kind(row)) for row in found["newly_late"]}
    assert late == {(row["id"], late_kind(row)) for row in after["overdue"]}
    for row in found["results"]:
        assert (row["before"], row["after"]) == (
            printed_number(results(before)[row["id"]]),
            printed_number(results(after)[row["id"]]),
        )


@given(contents(), contents())
@settings(max_examples=100, deadline=None)
def test_the_other_way_round_is_as_much(before: dict[str, Any], after: dict[str, Any]) -> None:
    there, back = changes(before, after), changes(after, before)
    mirrored = {"new": "removed", "removed": "new", "newly_late": "no_longer_late", "no_longer_late": "newly_late"}
    for name in LISTS:
        assert len(there[name]) == len(back[mirrored.get(name, name)]), name
    assert sorted(-(row["change"] or 0) for row in there["results"]) == sorted(
        row["change"] or 0 for row in back["results"]
    )


@given(contents(), contents())
@settings(max_examples=100, deadline=None)
def test_no_difference_is_told_of_what_was_held_back_or_rests_on_another_base(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    found = changes(before, after)
    for row in found["results"]:
        for content in (before, after):
            value = results(content)[row["id"]]
            assert not isinstance(value, dict) or value["shown"] == "number"
    for row in found["indicators"]:
        assert row["comparable"] == (row["before"]["basis"] == row["after"]["basis"])
        assert (row["change"] is not None) == row["comparable"]


def test_a_figure_over_a_changed_base_is_not_subtracted() -> None:
    before, after = make_content(), make_content()
    old = mixed_table()
    for row in (*old["rows"], old["total"]):
        row["cells"][2] = {"key": "", "value": None, "basis": "", "remark": "ikke registrert"}
    before["goals"][0]["indicator_tables"][0] = old
    rows = {row["label"]: row for row in changes(before, after)["indicators"]}
    moved = rows["Indikator 1"]
    assert (moved["before"]["period"], moved["before"]["value"]) == ("2010", 1458)
    assert (moved["after"]["period"], moved["after"]["value"]) == ("2011", 1448)
    assert (moved["comparable"], moved["change"]) == (False, None)
    assert (rows["Sum"]["comparable"], rows["Sum"]["change"]) == (False, None)


def test_an_older_copy_tells_a_deadline_by_its_label() -> None:
    assert late_kind({"cadence_label": "Frist"}) == "deadline"
    assert late_kind({"cadence_label": "Evaluering, hvert år"}) == "evaluation"


def test_texts_are_left_to_the_reader() -> None:
    before, after = make_content(), make_content(summary="Et helt annet sammendrag.")
    after["goals"][0]["summary"] = "En annen tekst."
    assert is_empty(changes(before, after))


def test_a_protected_number_is_not_subtracted_from_one_of_before_counts_were_protected() -> None:
    before, after = make_content(), make_content()
    before["goals"][0]["measures"][0]["targets"][0]["result"] = 36
    row = after["goals"][0]["indicator_tables"][0]["rows"][0]["cells"][2]
    row["value"] = {"shown": "number", "value": 1460, "on": None}
    for one, other in ((before, after), (after, before)):
        found = changes(one, other)
        assert found["results"] == [] and found["indicators"] == []
    assert comparable(None, {"shown": "number"}) and comparable(3, 4) and not comparable(3, {"shown": "number"})
