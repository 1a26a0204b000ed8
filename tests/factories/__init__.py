"""Rows for tests, made with sensible defaults: `MeasureFactory(plan__municipality=town)`."""

from tests.factories.measures import (
    AttachmentFactory,
    ClosedPeriodFactory,
    GoalFactory,
    IndicatorFactory,
    IndicatorTableFactory,
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    ObservationFactory,
    PlanFactory,
    TargetFactory,
)
from tests.factories.organisation import (
    PASSWORD,
    MembershipFactory,
    MunicipalityFactory,
    UnitFactory,
    UserFactory,
    ZoneFactory,
    make_member,
)
from tests.factories.reporting import (
    ContributionFactory,
    FrozenRoundFactory,
    GoalSummaryFactory,
    ReportFactory,
    ReportJobFactory,
    RoundFactory,
)

__all__ = [
    "PASSWORD",
    "AttachmentFactory",
    "ClosedPeriodFactory",
    "ContributionFactory",
    "FrozenRoundFactory",
    "GoalFactory",
    "GoalSummaryFactory",
    "IndicatorFactory",
    "IndicatorTableFactory",
    "LogEntryFactory",
    "LogFigureFactory",
    "MeasureFactory",
    "MembershipFactory",
    "MunicipalityFactory",
    "ObservationFactory",
    "PlanFactory",
    "ReportFactory",
    "ReportJobFactory",
    "RoundFactory",
    "TargetFactory",
    "UnitFactory",
    "UserFactory",
    "ZoneFactory",
    "make_member",
]
