"""The example reports: the same data give the same bytes, whatever the random ids of the day."""

from typing import Any

from organisation.models import new_public_id
from reporting.management.commands.example_reports import without_chance
from tests.reporting.frozen_content import make_content, make_goal, make_measure


def made() -> dict[str, Any]:
    measure, goal, total = new_public_id(), new_public_id(), "total-c17c4f63e5"
    target = {"key": f"target:{new_public_id()}", "name": "kurs", "unit": "", "target": 5, "result": 2, "entries": 1}
    goals = [make_goal("1", id=goal, title="Mål 1", measures=[make_measure(1, id=measure, targets=[target])])]
    overdue = [
        {
            "id": measure,
            "measure": "T",
            "goal": "1",
            "unit": "",
            "what": "deadline",
            "due": "2011-05-31",
            "cadence_label": "",
        }
    ]
    return make_content(goals=goals, overdue=overdue, counts=[{"key": f"indicator:{total}:2011", "shown": "number"}])


def test_random_ids_are_numbered_and_stay_the_same_within_a_report() -> None:
    first, second = made(), made()
    assert first != second
    assert without_chance(first) == without_chance(second)
    named = without_chance(first)
    assert named["overdue"][0]["id"] == named["goals"][0]["measures"][0]["id"] != named["goals"][0]["id"]


def test_words_and_numbers_stay() -> None:
    named = without_chance(made())
    for name in ("summary", "plan", "period", "case_number", "indicator_tables", "state_counts"):
        assert named[name] == made()[name], name
