"""Cases for test_stale_writes.py: the case, its people, its team and what it takes part in."""

import datetime
from typing import Any

from django.utils import timezone

from families.domain import family, household, participation, team
from families.models import Member, Participation
from organisation.models import Role, Versioned
from tests.factories import make_member
from tests.factories.families import NOW, join_team, make_family, make_row, stay_inside
from tests.factories.measures import MeasureFactory

Case = tuple[Versioned, dict[str, Any]]


def a_household() -> Case:
    row = make_family()
    return row, {"vault": stay_inside(row), "by": row.case_holder, "at": NOW, "zone": None, "protected": True}


def a_case_to_close() -> Case:
    row = make_family()
    return row, {"vault": stay_inside(row), "by": row.case_holder, "on": timezone.localdate(), "reason": "done"}


def a_member() -> Case:
    of = make_family()
    vault = stay_inside(of)
    return make_row(Member, of, role="mother"), {"vault": vault, "by": of.case_holder}


def one(make: Any, name: str = "row", **more: Any) -> Any:
    """The case, with the row under the name of the function's parameter."""

    def case() -> Case:
        row, arguments = make()
        return row, arguments | {name: row} | more

    return case


def a_team_member() -> Case:
    of = make_family()
    vault = stay_inside(of)
    row = join_team(of, make_member(Role.CASEWORKER, of.unit), of.unit)
    return row, {"vault": vault, "by": of.case_holder, "last_day": timezone.localdate()}


def a_participation() -> Case:
    of = make_family()
    vault = stay_inside(of)
    day = datetime.date(2025, 1, 1)
    row = make_row(Participation, of, measure=MeasureFactory(plan__municipality=of.municipality), started_on=day)
    return row, {"vault": vault, "by": of.case_holder, "started_on": day, "ended_on": day}


CASES = {
    family.update_household: a_household,
    family.close_case: a_case_to_close,
    household.update_member: one(a_member, at=NOW, role="father"),
    household.remove_member: one(a_member, at=NOW),
    team.end_membership: one(a_team_member),
    participation.update_participation: one(a_participation),
}
