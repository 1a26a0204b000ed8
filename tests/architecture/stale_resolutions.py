"""Stale writes of resolutions: each step of a point."""

import datetime
from collections.abc import Callable
from typing import Any

from reporting.domain import resolution
from tests.architecture.stale_case import Case
from tests.factories import ResolutionFactory, ResolutionPointFactory, UserFactory

ON = datetime.date(2099, 1, 2)


def a_point() -> Case:
    row = ResolutionPointFactory()
    return row, {"point": row, "text": "Nytt", "responsible_unit": None, "due_on": None}


def a_resolution() -> Case:
    row = ResolutionFactory()
    values = {
        "text": "Nytt",
        "points": ["Nytt punkt"],
        "decided_on": row.decided_on,
        "body": "Bystyret",
        "case_number": "",
    }
    return row, {"resolution": row, "on": ON, **values}


def one_to_note() -> Case:
    row = ResolutionPointFactory()
    return row, {"point": row, "text": "Gjort.", "happened_on": ON, "on": ON}


def one_to_close() -> Case:
    row = ResolutionPointFactory()
    return row, {"point": row, "text": "Gjort.", "on": ON}


def one_to_reopen() -> Case:
    row = ResolutionPointFactory(closed_on=datetime.date(2025, 10, 1), closed_by=UserFactory())
    return row, {"point": row, "reason": "Det var ikke gjort.", "on": ON}


CASES: dict[Callable[..., Any], Callable[[], Case]] = {
    resolution.update_resolution: a_resolution,
    resolution.update_point: a_point,
    resolution.note_point: one_to_note,
    resolution.close_point: one_to_close,
    resolution.reopen_point: one_to_reopen,
}
