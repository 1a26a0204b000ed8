from reporting.models.report import JobState, Report, ReportJob
from reporting.models.round import Contribution, FrozenRound, GoalSummary, ReportRound, RoundState

__all__ = [
    "Contribution",
    "FrozenRound",
    "GoalSummary",
    "JobState",
    "Report",
    "ReportJob",
    "ReportRound",
    "RoundState",
]
