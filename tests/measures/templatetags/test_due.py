"""What a list's cell says about a measure's evaluation and deadline."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.html import strip_tags

from measures.templatetags.due import due_cell, late

DAY = datetime.date(2026, 3, 1)
NONE = {
    "evaluation_overdue": False, "deadline_overdue": False, "next_evaluation": None, "due_on": None,
    "evaluation_cadence": "", "get_evaluation_cadence_display": lambda: "<Hvert år>",
}  # fmt: skip
NEXT: dict[str, Any] = {"next_evaluation": DAY, "evaluation_cadence": "yearly"}
LATE = NEXT | {"evaluation_overdue": True}
DEADLINE: dict[str, Any] = {"deadline_overdue": True, "due_on": DAY}


@pytest.mark.parametrize(
    ("changes", "told", "overdue"),
    [
        ({}, "", ""),
        (NEXT, "1. mars 2026", ""),
        ({"evaluation_cadence": "yearly"}, "&lt;Hvert år&gt;", ""),
        (LATE, "Skulle vært evaluert 1. mars 2026", "Skulle vært evaluert 1. mars 2026"),
        (DEADLINE, "Fristen var 1. mars 2026", "Fristen var 1. mars 2026"),
        (NEXT | DEADLINE, "1. mars 2026|Fristen var 1. mars 2026", "Fristen var 1. mars 2026"),
        (LATE | DEADLINE, *["Skulle vært evaluert 1. mars 2026|Fristen var 1. mars 2026"] * 2),
    ],
)
def test_a_line_for_each_thing(changes: dict[str, Any], told: str, overdue: str) -> None:
    measure = SimpleNamespace(**NONE | changes)
    assert strip_tags(due_cell(measure).replace("<br>", "|")) == told
    assert strip_tags(late(measure).replace("<br>", "|")) == overdue
