"""A closed round with something of everything, to look into its frozen copy."""

import datetime
from dataclasses import dataclass
from typing import Any

from measures.models import Goal, Measure, Plan
from reporting.domain.contribution import save_contribution
from reporting.domain.free_texts import as_they_stand
from reporting.domain.round import close_round, write_goal_summary
from reporting.models import ReportRound, ReportVersion
from tests.factories import (
    GoalFactory,
    IndicatorFactory,
    IndicatorTableFactory,
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    ObservationFactory,
    PlanFactory,
    RoundFactory,
    TargetFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.family_releases import FamilyReleaseFactory

IN_PERIOD = datetime.date(2025, 3, 1)
CLOSED = datetime.date(2025, 8, 15)
CLOSED_AT = datetime.datetime(2025, 8, 15, 12, tzinfo=datetime.UTC)


@dataclass
class Scene:
    """Goals "1" and "2" with "2 a" below; three measures, of which one is confirmed, and one stands under two goals."""

    plan: Plan
    first: Goal
    second: Goal
    below: Goal
    confirmed: Measure
    unconfirmed: Measure
    saved: Measure
    round: ReportRound

    @classmethod
    def make(cls, counted: int = 12) -> "Scene":
        """`counted` is what the log says of each measure."""
        plan = PlanFactory()
        plan.main_aims.create(number=1, text="Flest mulig forsørger seg selv.")
        first = GoalFactory(plan=plan, number="1", position=1)
        second = GoalFactory(plan=plan, number="2", position=2)
        below = GoalFactory(plan=plan, number="2 a", kind="sub_aim", position=3, parent=second)
        scene = cls(
            plan, first, second, below,
            MeasureFactory(
                plan=plan, title="Bekreftet tiltak", goals=[below, first], position=1, approach="structural",
                partners=[UnitFactory(municipality=plan.municipality)], due_on=datetime.date(2025, 7, 1),
                evaluation_cadence="by_date", evaluation_due_on=datetime.date(2025, 7, 2),
            ),
            MeasureFactory(plan=plan, title="Ubekreftet tiltak", goals=[second], position=2, state="in_progress"),
            MeasureFactory(plan=plan, title="Bare lagret tiltak", goals=[below], position=3),
            RoundFactory(plan=plan, case_number="11/26497"),
        )  # fmt: skip
        scene._fill(counted)
        return scene

    def _fill(self, counted: int) -> None:
        for measure in (self.confirmed, self.unconfirmed, self.saved):
            target = TargetFactory(measure=measure, name="deltakere", value=50)
            entry = LogEntryFactory(measure=measure, happened_on=IN_PERIOD, text=f"Logg: {measure.title}")
            LogFigureFactory(target=target, entry=entry, value=counted)
        outside = datetime.date(2024, 12, 31)
        LogEntryFactory(measure=self.confirmed, happened_on=outside, text="Logg utenfor perioden")
        self.say(self.confirmed, "Teksten som er bekreftet.", confirm=True)
        self.say(self.saved, "Teksten som bare er lagret.", confirm=False)
        LogEntryFactory(measure=self.confirmed, happened_on=IN_PERIOD, text="Logg etter bekreftelsen")
        by = UserFactory()
        write_goal_summary(round=self.round, goal=self.below, text="Delmålet er nær.", version=0, by=by)
        for goal in (self.first, None):
            table = IndicatorTableFactory(
                plan=self.plan, goal=goal, title=f"Tabell {goal.number if goal else 'for planen'}"
            )
            ObservationFactory(indicator=IndicatorFactory(table=table), basis="telling")

        FamilyReleaseFactory(municipality=self.plan.municipality, until=CLOSED)

    def say(self, measure: Measure, text: str, confirm: bool) -> None:
        save_contribution(round=self.round, measure=measure, text=text, confirm=confirm, version=0, by=UserFactory())

    def close(self) -> ReportVersion:
        return close_round(round=self.round, version=self.round.version, by=UserFactory(), on=CLOSED, at=CLOSED_AT)

    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = as_they_stand(self.close().figures, {})
        return content
