from measures.models.evaluation import EvaluationCadence
from measures.models.goal import Goal, GoalKind, Horizon
from measures.models.indicator import Indicator, IndicatorTable, Observation
from measures.models.log import Attachment, LogEntry, LogEntryQuerySet, LogFigure, LogKind, new_form_key
from measures.models.log_counts import LogMonth, TargetMonth
from measures.models.log_summary import LogSummary
from measures.models.measure import (
    LIVE_STATES,
    STATES_WITH_REASON,
    UNFINISHED_STATES,
    Approach,
    Measure,
    MeasureFate,
    MeasureState,
    StateChange,
    Target,
)
from measures.models.plan import ClosedPeriod, LifeArea, MainAim, Plan, PlanKind, PlanState

__all__ = [
    "LIVE_STATES",
    "STATES_WITH_REASON",
    "UNFINISHED_STATES",
    "Approach",
    "Attachment",
    "ClosedPeriod",
    "EvaluationCadence",
    "Goal",
    "GoalKind",
    "Horizon",
    "Indicator",
    "IndicatorTable",
    "LifeArea",
    "LogEntry",
    "LogEntryQuerySet",
    "LogFigure",
    "LogKind",
    "LogMonth",
    "LogSummary",
    "MainAim",
    "Measure",
    "MeasureFate",
    "MeasureState",
    "Observation",
    "Plan",
    "PlanKind",
    "PlanState",
    "StateChange",
    "Target",
    "TargetMonth",
    "new_form_key",
]
