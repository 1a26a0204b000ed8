import datetime

import factory
from factory.django import DjangoModelFactory

from organisation.models import Role
from reporting.domain.report import DOCUMENT_KIND
from reporting.models import (
    Contribution,
    FrozenRound,
    GoalSummary,
    Report,
    ReportRound,
    RoundState,
)
from tests.factories.measures import GoalFactory, MeasureFactory, PlanFactory
from tests.factories.organisation import DocumentFactory, UnitFactory, UserFactory, make_member


class RoundFactory(DjangoModelFactory):
    """An open round on the first half of 2025. With `closed=True` one that is closed (but not frozen)."""

    class Meta:
        model = ReportRound

    class Params:
        closed = factory.Trait(
            state=RoundState.CLOSED,
            closed_on=datetime.date(2025, 8, 15),
            closed_by=factory.SubFactory(UserFactory),
        )

    plan = factory.SubFactory(PlanFactory)
    year = 2025
    half = 1
    deadline = datetime.date(2025, 8, 1)
    opened_on = datetime.date(2025, 6, 1)
    opened_by = factory.LazyAttribute(
        lambda round: make_member(Role.COORDINATOR, UnitFactory(municipality=round.plan.municipality))
    )


class ContributionFactory(DjangoModelFactory):
    class Meta:
        model = Contribution

    round = factory.SubFactory(RoundFactory)
    measure = factory.LazyAttribute(lambda row: MeasureFactory(plan=row.round.plan))
    text = "Tiltaket går som planlagt."


class GoalSummaryFactory(DjangoModelFactory):
    class Meta:
        model = GoalSummary

    round = factory.SubFactory(RoundFactory)
    goal = factory.LazyAttribute(lambda row: GoalFactory(plan=row.round.plan))
    text = "Målet er innen rekkevidde."


class FrozenRoundFactory(DjangoModelFactory):
    class Meta:
        model = FrozenRound

    round = factory.SubFactory(RoundFactory, closed=True)
    content = factory.LazyFunction(lambda: {"schema": 1})
    sha256 = "0" * 64


class ReportFactory(DjangoModelFactory):
    class Meta:
        model = Report

    frozen = factory.SubFactory(FrozenRoundFactory)
    title = "Statusrapport 1. halvår 2025"
    document = factory.SubFactory(
        DocumentFactory,
        kind=DOCUMENT_KIND,
        title=factory.SelfAttribute("..title"),
        municipality=factory.SelfAttribute("..frozen.round.plan.municipality"),
    )
