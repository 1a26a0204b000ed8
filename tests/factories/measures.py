import datetime
from decimal import Decimal
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from measures.models import (
    Attachment,
    ClosedPeriod,
    Goal,
    Indicator,
    IndicatorTable,
    LogEntry,
    LogFigure,
    Measure,
    MeasureState,
    Observation,
    Plan,
    PlanState,
    Target,
)
from organisation.models import UnitKind
from tests.factories.organisation import MunicipalityFactory, UnitFactory, UserFactory


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = Plan

    municipality = factory.SubFactory(MunicipalityFactory)
    title = factory.Sequence(lambda n: f"Prøveplan {n}")
    starts_on = datetime.date(2024, 1, 1)
    ends_on = datetime.date(2027, 12, 31)
    adopted_on = datetime.date(2023, 12, 13)
    state = PlanState.ADOPTED


class ClosedPeriodFactory(DjangoModelFactory):
    class Meta:
        model = ClosedPeriod

    plan = factory.SubFactory(PlanFactory)
    first_day = datetime.date(2024, 1, 1)
    last_day = datetime.date(2024, 6, 30)


class GoalFactory(DjangoModelFactory):
    class Meta:
        model = Goal

    plan = factory.SubFactory(PlanFactory)
    number = factory.Sequence(str)
    title = factory.Sequence(lambda n: f"Prøvemål {n}")
    position = factory.Sequence(lambda n: n % 32000)


class MeasureFactory(DjangoModelFactory):
    """A planned measure under one goal of its plan, answered for by a unit of the plan's municipality."""

    class Meta:
        model = Measure
        skip_postgeneration_save = True

    plan = factory.SubFactory(PlanFactory)
    title = factory.Sequence(lambda n: f"Prøvetiltak {n}")
    responsible_unit = factory.LazyAttribute(
        lambda measure: UnitFactory(municipality=measure.plan.municipality, kind=UnitKind.MUNICIPAL)
    )
    state = MeasureState.PLANNED
    state_since = datetime.date(2024, 1, 1)
    state_by = factory.SubFactory(UserFactory)
    position = factory.Sequence(lambda n: n % 32000)

    @factory.post_generation
    def goals(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        self.goals.set([GoalFactory(plan=self.plan)] if extracted is None else extracted)

    @factory.post_generation
    def partners(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        self.partners.set(extracted or [])


class TargetFactory(DjangoModelFactory):
    class Meta:
        model = Target

    measure = factory.SubFactory(MeasureFactory)
    name = factory.Sequence(lambda n: f"deltakere {n}")
    value = Decimal(50)


class AttachmentFactory(DjangoModelFactory):
    class Meta:
        model = Attachment

    municipality = factory.SubFactory(MunicipalityFactory)
    name = "notat.pdf"
    content_type = "application/pdf"
    size = 9
    file = factory.LazyFunction(lambda: ContentFile(b"%PDF-1.7\n", name="notat.pdf"))


class LogEntryFactory(DjangoModelFactory):
    class Meta:
        model = LogEntry

    measure = factory.SubFactory(MeasureFactory)
    happened_on = datetime.date(2025, 3, 1)
    text = factory.Sequence(lambda n: f"Det ble gjort noe, nummer {n}.")
    written_at = factory.LazyFunction(timezone.now)
    written_by = factory.SubFactory(UserFactory)


class LogFigureFactory(DjangoModelFactory):
    class Meta:
        model = LogFigure

    target = factory.SubFactory(TargetFactory)
    entry = factory.LazyAttribute(lambda figure: LogEntryFactory(measure=figure.target.measure))
    value = Decimal(1)


class IndicatorTableFactory(DjangoModelFactory):
    class Meta:
        model = IndicatorTable

    plan = factory.SubFactory(PlanFactory)
    title = factory.Sequence(lambda n: f"Prøvetabell {n}")
    total_label = "I alt"


class IndicatorFactory(DjangoModelFactory):
    class Meta:
        model = Indicator

    table = factory.SubFactory(IndicatorTableFactory)
    name = factory.Sequence(lambda n: f"Prøvetall {n}")
    measured_in = "personer"
    position = factory.Sequence(lambda n: n % 32000)


class ObservationFactory(DjangoModelFactory):
    class Meta:
        model = Observation

    indicator = factory.SubFactory(IndicatorFactory)
    period = "2011"
    sort_year = factory.LazyAttribute(lambda observation: int(observation.period[:4]))
    value = Decimal(10)
