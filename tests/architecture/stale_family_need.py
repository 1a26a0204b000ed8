"""Cases for test_stale_writes.py: needs and their ratings."""

import datetime
from typing import Any

from django.utils import timezone

from families.domain import need as needs
from families.models import Need, NeedRating
from organisation.models import Versioned
from organisation.periods import HalfYear
from tests.factories.families import NOW, make_family, make_row, stay_inside

Case = tuple[Versioned, dict[str, Any]]


def a_need() -> Case:
    family, day = make_family(), timezone.localdate()
    vault = stay_inside(family)
    row = make_row(Need, family, words="Ord", need="housing", life_area="housing", said_on=day)
    return row, {"vault": vault, "need": row, "by": family.case_holder}


def a_need_to_change() -> Case:
    row, arguments = a_need()
    said = needs.Said("Nye ord", "economy", "economy", row.said_on)
    return row, arguments | {"said": said, "on": row.said_on}


def a_need_to_end() -> Case:
    row, arguments = a_need()
    return row, arguments | {"met_on": row.said_on, "on": row.said_on}


def a_need_to_remove() -> Case:
    row, arguments = a_need()
    return row, arguments | {"at": NOW}


def a_rating() -> Case:
    need, arguments = a_need()
    day: datetime.date = timezone.localdate()
    half = HalfYear.of(day)
    row = NeedRating.objects.create(
        need=need, family=need.family, year=half.year, half=half.half, value=2, rated_on=day,
        written_by=arguments["by"], written_at=NOW,
    )  # fmt: skip
    return row, {"vault": arguments["vault"], "by": arguments["by"], "rating": row, "value": 4, "on": day}


CASES = {
    needs.update_need: a_need_to_change,
    needs.end_need: a_need_to_end,
    needs.remove_need: a_need_to_remove,
    needs.correct_rating: a_rating,
}
