"""What all rows of the vault have in common; the parts of the vault have files of their own."""

import datetime
from collections.abc import Callable
from typing import Any

from families.domain import recording
from families.models import Need
from tests.factories.families import NOW, make_family, make_row, stay_inside


def a_row_recorded_by_mistake() -> tuple[Any, dict[str, Any]]:
    family = make_family()
    vault = stay_inside(family)
    day = datetime.date(2025, 1, 1)
    row = make_row(Need, family, words="Ord", need="work", life_area="work", said_on=day)
    return row, {"vault": vault, "row": row, "by": family.case_holder, "at": NOW}


CASES: dict[Callable[..., Any], Callable[[], tuple[Any, dict[str, Any]]]] = {
    recording.remove: a_row_recorded_by_mistake,
}
