from reporting.models.family_release import FamilyFigure, FamilyRelease
from reporting.models.report import Report
from reporting.models.round import Contribution, FrozenRound, GoalSummary, ReportRound, RoundState

__all__ = [
    "Contribution",
    "FamilyFigure",
    "FamilyRelease",
    "FrozenRound",
    "GoalSummary",
    "Report",
    "ReportRound",
    "RoundState",
]
