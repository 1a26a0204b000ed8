"""Figures of a corrected version: what is counted anew, and what stays as it was on the day of the report."""

import copy
import datetime
import json
import re
from typing import Any

import pytest

from measures.domain.measure_state import change_state
from reporting.domain.changes import LISTS
from reporting.domain.free_texts import free
from reporting.domain.refresh import refreshed, refreshed_sources
from reporting.domain.report_versions import refresh_draft
from tests.factories import UserFactory
from tests.reporting.closed_round import CLOSED, Scene
from tests.reporting.frozen_content import first_schema_content, make_content, protected

NOTHING: dict[str, Any] = {"since": "2. halvår 2010", "since_day": "2011-02-01"} | {name: [] for name in LISTS}


def corrected() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    old, new = (
        make_content(),
        make_content(summary="Skrevet etterpå.", overdue=[], counts=[{"key": "x", **protected(9)}]),
    )
    measure = new["goals"][0]["measures"][0]
    measure |= {"state": "stopped", "text": "Skrevet etterpå."}
    measure["targets"][0]["result"] = protected(44)
    new["goals"][0]["indicator_tables"][0]["total"]["cells"][2]["value"] = 1848
    new["log"][0]["figures"][0]["value"] = 1848
    return old, new, refreshed("plan_half_year", copy.deepcopy(old), new)


def test_tables_and_results_are_counted_anew() -> None:
    _old, new, made = corrected()
    assert made["goals"][0]["measures"][0]["targets"][0]["result"] == protected(44)
    assert made["goals"][0]["indicator_tables"] == new["goals"][0]["indicator_tables"]
    assert made["counts"] == new["counts"]
    assert made["log"][0]["figures"] == new["log"][0]["figures"]


def test_states_deadlines_and_texts_stay_as_they_were() -> None:
    old, _new, made = corrected()
    assert made["goals"][0]["measures"][0]["state"] == "in_operation"
    assert made["goals"][0]["measures"][0]["text"] == old["goals"][0]["measures"][0]["text"]
    for name in ("summary", "overdue", "not_reported", "state_counts", "resolutions", "closed_on"):
        assert made[name] == old[name], name


def test_the_first_page_is_made_of_what_stands_now() -> None:
    _old, _new, made = corrected()
    (key,) = [row for row in made["first_page"]["figures"] if not row["key"].startswith("first:")]
    assert key["value"] == 1848
    assert [row["measure"] for row in made["first_page"]["late"]] == ["Prøvetiltak 2"]


def test_what_is_no_different_is_no_different() -> None:
    old = make_content()
    assert refreshed("plan_half_year", old, copy.deepcopy(old)) == old


def test_nothing_stays_of_a_report_of_the_first_schema_whose_texts_and_counts_nobody_protected() -> None:
    old, new = first_schema_content(), make_content(summary=free("summary", "Sammendrag", "sammendrag", "Nytt."))
    old["summary"] = "Kari Nordmann fikk jobb."
    assert refreshed("plan_half_year", old, new) is new
    assert refreshed("plan_half_year", {name: row for name, row in old.items() if name != "schema"}, new) is new


def test_counts_of_what_is_no_longer_in_the_plan_are_not_printed() -> None:
    old, new = make_content(changes=NOTHING | {"results": [{"before": 12, "after": 14}]}), make_content(goals=[])
    table = old["goals"][0]["indicator_tables"][0]
    table["rows"][0]["cells"][2]["value"], table["total"]["cells"][2]["value"] = protected(14), protected(20)
    old["goals"][0]["measures"][0]["targets"][1]["result"] = 7
    made = refreshed("plan_half_year", old, new)
    people, courses = made["goals"][0]["measures"][0]["targets"]
    assert (people["result"], people["entries"]) == (protected(None, "too_few"), 0)
    assert courses["result"] == 7
    table = made["goals"][0]["indicator_tables"][0]
    assert table["rows"][0]["cells"][2]["value"] == table["total"]["cells"][2]["value"] == protected(None, "too_few")
    assert table["rows"][1]["cells"][2]["value"] == 390
    assert made["changes"]["results"] == [], "the report before is gone, and so is what was held against it"


def test_kinds_without_a_day_s_states_are_taken_as_they_are() -> None:
    new = {"kind": "yearly_grants"}
    assert refreshed("yearly_grants", {"kind": "yearly_grants", "x": 1}, new) is new


def test_what_stays_as_it_was_leads_to_what_it_was_made_from_then() -> None:
    old, new = make_content(), make_content(goals=[])
    then, now = {"kind": "measures", "ids": ["da"]}, {"kind": "measures", "ids": ["nå"]}
    keys = ("state:planned", "goal:g1:planned", "point:p1", "first:late", "first:reached", "target:1", "target:gone")
    made = refreshed_sources(
        "plan_half_year", old, refreshed("plan_half_year", old, new),
        old=dict.fromkeys(keys, then), new=dict.fromkeys([*keys[:-2], "state:stopped"], now),
    )  # fmt: skip
    # "target:1" is printed yet, though it is gone from the plan; "target:gone" and "state:stopped" are not.
    assert made == dict.fromkeys(keys[:4], then) | {"first:reached": now, "target:1": then}
    assert refreshed_sources("yearly_grants", old, new, old={"a": then}, new={"a": now}) == {"a": now}


@pytest.mark.django_db
def test_a_measure_that_changes_after_the_round_is_closed_changes_no_source_of_its_state() -> None:
    scene = Scene.make()
    draft = scene.close()
    before = draft.sources
    day = CLOSED + datetime.timedelta(days=7)
    change_state(
        measure=scene.saved, to="stopped", reason="Ingen kom.", version=None, by=UserFactory(), on=day, today=day
    )
    at = datetime.datetime(2025, 8, 22, 12, tzinfo=datetime.UTC)
    made = refresh_draft(draft=draft, version=draft.version, by=UserFactory(), at=at, on=day)
    assert made.sources == before
    assert set(re.findall(r'"key": "([^"]+)"', json.dumps(made.figures))) <= set(made.sources)
