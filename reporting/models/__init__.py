from reporting.models.family_release import FamilyFigure, FamilyRelease
from reporting.models.investment import LEAST_PERSONS, InvestmentAssumption, InvestmentCase, Payer
from reporting.models.published import ReportExport, ReportPassage, ReportWords
from reporting.models.report import (
    FIXED_STATES,
    INSIDE_ROLES,
    OUT_STATES,
    Report,
    ReportKind,
    ReportStep,
    ReportVersion,
    VersionState,
)
from reporting.models.report_text import ReportComment, ReportText, TextClearance
from reporting.models.resolution import PointNote, PointState, Resolution, ResolutionPoint
from reporting.models.round import Contribution, GoalSummary, ReportRound, RoundState
from reporting.models.saved_view import SavedView
from reporting.models.schedule import ReportSchedule
from reporting.models.search import LogWords, SearchKind, ThingWords

__all__ = [
    "FIXED_STATES",
    "INSIDE_ROLES",
    "LEAST_PERSONS",
    "OUT_STATES",
    "Contribution",
    "FamilyFigure",
    "FamilyRelease",
    "GoalSummary",
    "InvestmentAssumption",
    "InvestmentCase",
    "LogWords",
    "Payer",
    "PointNote",
    "PointState",
    "Report",
    "ReportComment",
    "ReportExport",
    "ReportKind",
    "ReportPassage",
    "ReportRound",
    "ReportSchedule",
    "ReportStep",
    "ReportText",
    "ReportVersion",
    "ReportWords",
    "Resolution",
    "ResolutionPoint",
    "RoundState",
    "SavedView",
    "SearchKind",
    "TextClearance",
    "ThingWords",
    "VersionState",
]
