"""Nobody overwrites what somebody else saved meanwhile: every function that takes a version, with an old one."""

import datetime
import inspect
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from measures.domain import goal as goals
from measures.domain import indicators, measure_state, plan, revision
from measures.domain import measure as measures
from organisation.domain import units, users
from organisation.domain.errors import StaleWrite
from organisation.models import AuditEntry, Versioned
from reporting.domain import contribution
from reporting.domain import round as rounds
from tests.architecture.test_domain_functions import public_functions
from tests.factories import (
    ContributionFactory,
    GoalFactory,
    GoalSummaryFactory,
    IndicatorFactory,
    IndicatorTableFactory,
    MeasureFactory,
    MembershipFactory,
    ObservationFactory,
    PlanFactory,
    RoundFactory,
    TargetFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 7, 1)
AT = datetime.datetime(2025, 7, 1, 12, tzinfo=datetime.UTC)
Case = tuple[Versioned, dict[str, Any]]


def a_unit() -> Case:
    unit = UnitFactory()
    return unit, {"unit": unit, "name": "Nytt navn", "kind": unit.kind, "parent": None, "active": True}


def a_user() -> Case:
    user = UserFactory()
    return user, {"user": user, "name": "Nytt navn", "is_active": True}


def a_membership() -> Case:
    membership = MembershipFactory()
    return membership, {"membership": membership, "last_day": DAY}


def a_plan(**fields: Any) -> Callable[[], Case]:
    def make() -> Case:
        row = PlanFactory(**fields)
        return row, {"plan": row}

    return make


def a_plan_to_change() -> Case:
    row, arguments = a_plan()()
    return row, {**arguments, "title": "Ny tittel"}


def a_plan_to_revise() -> Case:
    row, arguments = a_plan()()
    return row, {**arguments, "title": "Ny plan", "starts_on": DAY, "ends_on": None, "fates": {}}


def a_goal() -> Case:
    row = GoalFactory()
    return row, {"goal": row, "title": "Ny tittel"}


def a_table() -> Case:
    row = IndicatorTableFactory()
    return row, {"table": row, "title": "Ny tittel", "goal": None, "note": "", "total_label": ""}


def an_indicator() -> Case:
    row = IndicatorFactory()
    return row, {"indicator": row, "name": "Nytt navn", "measured_in": "", "in_total": False, "counts_people": True}


def a_target() -> Case:
    row = TargetFactory()
    return row, {"target": row, "name": "Nytt navn", "value": None, "counting": "sum", "counts_people": True}


def an_observation() -> Case:
    row = ObservationFactory()
    return row, {"observation": row, "value": 2}


def a_measure() -> Case:
    row = MeasureFactory()
    return row, {"measure": row, "title": "Ny tittel"}


def a_state() -> Case:
    row = MeasureFactory()
    return row, {"measure": row, "to": "in_progress", "reason": "", "on": DAY, "today": DAY}


def a_round() -> Case:
    row = RoundFactory()
    return row, {"round": row, "summary": "Nytt"}


def a_round_to_close() -> Case:
    row = RoundFactory()
    return row, {"round": row, "on": DAY, "at": AT}


def a_summary() -> Case:
    row = GoalSummaryFactory()
    return row, {"round": row.round, "goal": row.goal, "text": "Nytt"}


def a_contribution() -> Case:
    row = ContributionFactory()
    return row, {"round": row.round, "measure": row.measure, "text": "Nytt", "confirm": False}


CASES: dict[Callable[..., Any], Callable[[], Case]] = {
    units.update_unit: a_unit,
    users.update_user: a_user,
    users.end_membership: a_membership,
    plan.update_plan: a_plan_to_change,
    plan.adopt_plan: a_plan(state="draft"),
    plan.close_plan: a_plan(),
    revision.revise_plan: a_plan_to_revise,
    goals.update_goal: a_goal,
    indicators.update_table: a_table,
    indicators.update_indicator: an_indicator,
    indicators.update_observation: an_observation,
    measures.update_measure: a_measure,
    measures.update_target: a_target,
    measure_state.change_state: a_state,
    rounds.update_round: a_round,
    rounds.close_round: a_round_to_close,
    rounds.write_goal_summary: a_summary,
    contribution.save_contribution: a_contribution,
}
# The cases of `grants` stand in files of their own beside this one: stale_*.py, each with its CASES.
for path in sorted(Path(__file__).parent.glob("stale_*.py")):
    CASES |= import_module(f"tests.architecture.{path.stem}").CASES
# They hand out a locked row for a write that has a case of its own.
LOCKS = {"organisation.domain.writing.locked", "families.domain.recording.own"}
FUNCTIONS = pytest.mark.parametrize("function", CASES, ids=lambda function: function.__name__)


def test_every_function_that_takes_a_version_is_here() -> None:
    takes_one = {
        function
        for name, function in public_functions()
        if "version" in inspect.signature(function).parameters and name not in LOCKS
    }
    assert takes_one == set(CASES)


@FUNCTIONS
def test_a_write_over_a_newer_version_is_refused_with_what_stands_now(function: Callable[..., Any]) -> None:
    row, arguments = CASES[function]()
    by = UserFactory()
    type(row)._default_manager.filter(pk=row.pk).update(version=7)
    logged = AuditEntry.objects.count()
    with pytest.raises(StaleWrite) as stale:
        function(**{"by": by} | arguments, version=6)
    assert stale.value.current == row
    assert stale.value.current.version == 7
    assert AuditEntry.objects.count() == logged, "something was written all the same"


@FUNCTIONS
def test_a_write_over_the_version_that_was_read_passes_and_counts_up(function: Callable[..., Any]) -> None:
    row, arguments = CASES[function]()
    function(**{"by": UserFactory()} | arguments, version=row.version)
    current = type(row)._default_manager.filter(pk=row.pk).first()
    if function.__name__.startswith("delete_"):
        assert current is None
    else:
        assert current and current.version == row.version + 1
