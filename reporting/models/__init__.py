from reporting.models.report import Report
from reporting.models.round import Contribution, FrozenRound, GoalSummary, ReportRound, RoundState

__all__ = [
    "Contribution",
    "FrozenRound",
    "GoalSummary",
    "Report",
    "ReportRound",
    "RoundState",
]
