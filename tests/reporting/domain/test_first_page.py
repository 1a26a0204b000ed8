"""The board's first page: five figures, what is late, what was given up, and what has changed."""

import copy
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from reporting.domain.changes import changes
from reporting.domain.first_page import MOST_GOALS, MOST_LATE, MOST_STOPPED, first_page
from reporting.domain.passages import text_of
from reporting.views.reading_room import _shown
from tests.reporting.frozen_content import make_content, make_goal, make_measure, protected


@pytest.fixture(autouse=True)
def norwegian() -> Any:
    with translation.override("nb"):
        yield


def page_of(content: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    found = changes(before, content) if before else None
    return first_page({**content, "changes": found}, before)


def figure(page: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [row for row in page["figures"] if row["key"] == f"first:{name}"]
    return found


def test_there_are_five_figures_and_a_first_report_says_so() -> None:
    page = page_of(make_content())
    assert len(page["figures"]) == 5
    running = figure(page, "running")
    assert (running["value"], running["of"], running["change"]) == (2, 7, None)
    assert running["change_text"] == "første rapport"


def test_a_change_is_said_with_the_half_year_it_is_measured_from() -> None:
    before, now = make_content(), make_content()
    for row in now["state_counts"]:
        row["count"] += 2 if row["state"] == "in_operation" else 0
    now["overdue"] = []
    page = page_of(now, before)
    assert figure(page, "running")["change_text"] == "2 flere enn i 1. halvår 2011"
    assert (figure(page, "late")["change_text"], figure(page, "late")["direction"]) == (
        "1 færre enn i 1. halvår 2011",
        "better",
    )
    assert figure(page, "not_reported")["change_text"] == "som i 1. halvår 2011"


def test_a_result_that_is_held_back_counts_neither_as_reached_nor_as_missed() -> None:
    def target(result: Any, name: str) -> dict[str, Any]:
        return {"key": f"target:{name}", "name": name, "unit": "", "target": 10, "result": result, "entries": 1}

    targets = [target(protected(12), "nådd"), target(None, "ikke telt"), target(protected(None, "under"), "skjermet")]
    content = make_content(goals=[make_goal("1", measures=[make_measure(1, targets=targets)])])
    reached = figure(page_of(content), "reached")
    assert (reached["value"], reached["of"]) == (1, 2)
    assert reached["change_text"] == "første rapport. 1 av 3 vises ikke. 1 er ikke telt"
    held = make_content(goals=[make_goal("1", measures=[make_measure(1, targets=targets[2:])])])
    reached = figure(page_of(held), "reached")
    assert (reached["value"], reached["note"], reached["href"]) == (None, "1 av 1 vises ikke", "#resultatmal")


def test_the_key_figure_is_the_total_with_its_base_and_is_not_compared_over_another_base() -> None:
    (key,) = [row for row in page_of(make_content())["figures"] if not row["key"].startswith("first:")]
    assert (key["value"], key["label"]) == (1838, "Prøvetall, 2011")
    assert key["basis"] == "Gjennomsnitt måned 1-4"
    assert key["change"] is None
    assert key["change_text"] == "kan ikke sammenlignes med 2010: annet grunnlag"


def test_the_key_figure_is_compared_where_the_base_is_the_same() -> None:
    content = make_content()
    table = content["goals"][0]["indicator_tables"][0]
    for row in table["rows"]:
        row["cells"][2]["basis"] = "Gjennomsnitt måned 1-8"
    (key,) = [row for row in page_of(content)["figures"] if not row["key"].startswith("first:")]
    assert (key["change"], key["change_text"]) == (-85, "85 færre enn i 2010")
    for row in table["rows"]:
        row["unit"] = "kroner"
    (key,) = [row for row in page_of(content)["figures"] if not row["key"].startswith("first:")]
    assert key["change_text"] == "85 mindre enn i 2010"


def test_a_key_figure_that_stands_from_before_says_of_which_day_it_is() -> None:
    content = make_content()
    table = content["goals"][0]["indicator_tables"][0]
    table["total"]["cells"][-1]["value"] = {"shown": "number", "value": 200, "on": "2011-02-14"}
    page = page_of(content)
    shown = text_of(render_to_string("reporting/report/_first_page.html", {"content": {**content, "first_page": page}}))
    assert "200 per 14. februar 2011" in shown
    (card,) = [row for row in page["figures"] if not row["key"].startswith("first:")]
    assert _shown(card["value"]).replace("\xa0", " ") == "200 per 14. februar 2011"
    assert _shown({"shown": "number", "value": 1200, "on": None, "at_least": True}) == "minst 1\xa0200"


def test_a_plan_without_figures_shows_how_many_measures_have_been_given_up() -> None:
    content = make_content(indicator_tables=[])
    for goal in content["goals"]:
        goal["indicator_tables"] = []
    ended = figure(page_of(content), "ended")
    assert (ended["value"], ended["label"]) == (3, "tiltak er gitt opp")


def test_what_is_latest_stands_first_and_the_rest_is_counted() -> None:
    overdue = [
        {
            "id": n,
            "measure": f"T{n}",
            "goal": "1",
            "unit": "",
            "what": "deadline",
            "due": f"2011-0{9 - n}-01",
            "cadence_label": "",
        }
        for n in range(1, 8)
    ]
    page = page_of(make_content(overdue=overdue))
    assert [row["due"] for row in page["late"]] == [f"2011-0{n}-01" for n in range(2, 7)]
    assert (len(page["late"]), page["late_more"]) == (MOST_LATE, 2)


def test_what_was_given_up_since_the_report_before_and_in_a_first_one_all() -> None:
    now = make_content()
    assert {row["state"] for row in page_of(now)["stopped"]} == {"not_feasible", "overtaken", "stopped"}
    before = copy.deepcopy(now)
    before["goals"][1]["children"][0]["measures"][2]["state"] = "in_progress"
    page = page_of(now, before)
    assert [row["state"] for row in page["stopped"]] == ["stopped"]
    assert not page["nothing_changed"]
    assert page_of(now, copy.deepcopy(now))["nothing_changed"]
    many = [make_measure(n, state="stopped") for n in range(6)]
    page = page_of(make_content(goals=[make_goal("1", measures=many)]))
    assert (len(page["stopped"]), page["stopped_more"]) == (MOST_STOPPED, 6 - MOST_STOPPED)


def test_a_goal_has_the_measures_of_the_goals_below_it_each_once() -> None:
    page = page_of(make_content())
    second = page["goals"][1]
    assert {row["state"]: row["count"] for row in second["state_counts"]} == {
        "in_operation": 1,
        "completed": 1,
        "in_progress": 1,
        "overtaken": 1,
        "stopped": 1,
    }
    many = page_of(make_content(goals=[make_goal(str(n)) for n in range(1, 20)]))
    assert (len(many["goals"]), many["goals_more"]) == (MOST_GOALS, 19 - MOST_GOALS)


def test_where_nothing_was_counted_before_no_more_are_said_to_be_reached() -> None:
    now, before = make_content(), make_content()
    now["goals"][0]["measures"][0]["targets"][0]["result"] = protected(60)
    assert figure(page_of(now, before), "reached")["change"] == 1
    for measure in before["goals"][0]["measures"]:
        measure["targets"] = []
    reached = figure(page_of(now, before), "reached")
    assert (reached["value"], reached["change"], reached["change_text"]) == (1, None, "første tall")


def test_a_key_figure_that_is_protected_is_not_held_against_one_that_was_not() -> None:
    now = make_content()
    table = now["goals"][0]["indicator_tables"][0]
    for row in table["rows"]:
        row["cells"][2]["basis"] = "Gjennomsnitt måned 1-8"
    table["total"]["cells"][2]["value"] = protected(1838)
    (key,) = [row for row in page_of(now)["figures"] if not row["key"].startswith("first:")]
    assert (key["value"], key["change"], key["change_text"]) == (protected(1838), None, "første tall")
