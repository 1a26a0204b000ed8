"""How far result goals have come: the log's number where there is one, or else the newest outcome that was recorded."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from grants.domain.outcome import StandingOutcome
from grants.models import AwardGoal, OutcomeKind
from measures.domain.results import results


@dataclass(frozen=True)
class GoalResult:
    """One goal. `is_logged` says that the log counted it (`goal.log_target`), `recorded` where it was recorded otherwise."""

    goal: AwardGoal
    value: Decimal | None = None
    is_logged: bool = False
    recorded: StandingOutcome | None = None

    @property
    def is_at_least(self) -> bool:
        return self.recorded is not None and self.recorded.is_at_least

    @property
    def percent(self) -> int | None:
        """How much of the target has been reached, in whole percent; None without a target or a result."""
        if self.value is None or not self.goal.target_value:
            return None
        return int(self.value * 100 / self.goal.target_value)


def goal_results(
    goals: Collection[AwardGoal], standing: Collection[StandingOutcome], until: datetime.date
) -> list[GoalResult]:
    """Each goal in the order given, held against `standing`: the outcomes of their sub-projects as of the same day.

    The goals come with letter and log target; two queries, however many there are.
    """
    measures = {goal.log_target.measure for goal in goals if goal.log_target}
    found = results(measures, until) if measures else {}
    logged = {row.target.pk: row.value for rows in found.values() for row in rows}
    recorded = {(row.sub_project_id, row.kind): row for row in standing if row.kind != OutcomeKind.OTHER}
    return [
        _result(
            goal, logged.get(goal.log_target_id or 0), recorded.get((goal.letter.sub_project_id, goal.outcome_kind))
        )
        for goal in goals
    ]


def _result(goal: AwardGoal, logged: Decimal | None, recorded: StandingOutcome | None) -> GoalResult:
    if logged is not None:
        return GoalResult(goal, logged, is_logged=True)
    return GoalResult(goal, recorded.value, recorded=recorded) if recorded else GoalResult(goal)
