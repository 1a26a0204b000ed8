import datetime
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from grants.models import (
    AwardGoal,
    GoalAbout,
    GoalKind,
    Lesson,
    Outcome,
    OutcomeKind,
    PartnerRole,
    Quote,
    SubProject,
    SubProjectPartner,
)
from measures.models import Target
from tests.factories.grants_spending import make_funded
from tests.factories.organisation import UnitFactory, UserFactory


class OutcomeFactory(DjangoModelFactory):
    """Ten families by 30 June 2025, in a sub-project that runs in 2025."""

    class Meta:
        model = Outcome

    sub_project = factory.LazyFunction(lambda: make_funded(("2025-1", 500_000), ("2025-2", 500_000)))
    kind = OutcomeKind.FAMILIES
    value = Decimal(10)
    counted_on = datetime.date(2025, 6, 30)
    source = "telling i prosjektgruppa"
    written_at = factory.LazyFunction(timezone.now)
    written_by = factory.SubFactory(UserFactory)


class LessonFactory(DjangoModelFactory):
    class Meta:
        model = Lesson

    sub_project = factory.LazyFunction(lambda: make_funded(("2025-1", 500_000)))
    text = factory.Sequence(lambda n: f"Vi lærte noe, nummer {n}.")
    written_on = datetime.date(2025, 6, 30)
    written_by = factory.SubFactory(UserFactory)


class QuoteFactory(DjangoModelFactory):
    class Meta:
        model = Quote

    sub_project = factory.LazyFunction(lambda: make_funded(("2025-1", 500_000)))
    text = factory.Sequence(lambda n: f"Det hjalp oss, nummer {n}.")
    said_by = "mor"
    consent_given_on = datetime.date(2025, 6, 1)
    consent_note = "signert skjema, arkivert"
    written_by = factory.SubFactory(UserFactory)


def make_partners(sub_project: SubProject, count: int, role: str = PartnerRole.PARTNER) -> list[SubProjectPartner]:
    """As many partners, each a unit of the sub-project's municipality."""
    return [
        SubProjectPartner.objects.create(
            sub_project=sub_project, unit=UnitFactory(municipality=sub_project.municipality), role=role
        )
        for _ in range(count)
    ]


def count_in_log(sub_project: SubProject, target: Target, kind: str, number: int = 1) -> AwardGoal:
    """A result goal of the letter in force that counts a kind in the log of the target's measure."""
    return AwardGoal.objects.create(
        letter=sub_project.letters.get(state="in_force"), kind=GoalKind.RESULT, about=GoalAbout.RESIDENTS,
        number=number, text="Nå så mange", indicator=target.name, target_value=target.value or Decimal(1),
        due_on=sub_project.ends_on, log_target=target, outcome_kind=kind,
    )  # fmt: skip
