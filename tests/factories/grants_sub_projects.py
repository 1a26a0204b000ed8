"""Sub-projects with their partners, letters, reviews and closing reports."""

import datetime
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from grants.domain.award_letter import create_letter, offer_letter, sign, update_letter
from grants.domain.letter_content import Goal
from grants.models import (
    AwardLetter,
    ClosingReport,
    GoalAbout,
    GoalKind,
    PartnerAnswer,
    PartnerRole,
    Review,
    SubProject,
    SubProjectPartner,
    SubProjectState,
)
from organisation.models import Role, User
from organisation.periods import HalfYear
from tests.factories.organisation import MunicipalityFactory, UnitFactory, UserFactory, make_member

START, END = datetime.date(2025, 1, 1), datetime.date(2026, 12, 31)
EFFECT_GOAL = Goal(GoalKind.EFFECT, GoalAbout.RESIDENTS, "Familiene har det tryggere.")
RESULT_GOAL = Goal(
    GoalKind.RESULT, GoalAbout.RESIDENTS, "Flere familier får hjelp.", "familier", Decimal(40),
    datetime.date(2026, 6, 30), "families",
)  # fmt: skip
COLLABORATION_GOAL = Goal(
    GoalKind.RESULT, GoalAbout.COLLABORATION, "Vi møtes ofte.", "møter", Decimal(20), datetime.date(2026, 6, 30)
)
GOALS = (EFFECT_GOAL, RESULT_GOAL, COLLABORATION_GOAL)
INSTALMENTS = {HalfYear(2025, 1): Decimal(500_000), HalfYear(2025, 2): Decimal(500_000)}


class SubProjectFactory(DjangoModelFactory):
    """A planned sub-project with no partners. With `partners=3` so many units, the first of them responsible."""

    class Meta:
        model = SubProject
        skip_postgeneration_save = True

    municipality = factory.SubFactory(MunicipalityFactory)
    title = factory.Sequence(lambda n: f"Prøvedelprosjekt {n}")
    starts_on, ends_on = START, END
    state = SubProjectState.PLANNED
    state_since = datetime.date(2024, 12, 1)
    state_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def partners(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        for number in range(extracted or 0):
            SubProjectPartnerFactory(sub_project=self, role=PartnerRole.PARTNER if number else PartnerRole.RESPONSIBLE)


class SubProjectPartnerFactory(DjangoModelFactory):
    class Meta:
        model = SubProjectPartner

    sub_project = factory.SubFactory(SubProjectFactory)
    unit = factory.LazyAttribute(lambda partner: UnitFactory(municipality=partner.sub_project.municipality))
    role = PartnerRole.PARTNER


class AwardLetterFactory(DjangoModelFactory):
    """A draft without goals."""

    class Meta:
        model = AwardLetter

    sub_project = factory.SubFactory(SubProjectFactory, partners=2)
    number = 1


class ReviewFactory(DjangoModelFactory):
    """An open review of a sub-project that runs."""

    class Meta:
        model = Review

    sub_project = factory.LazyFunction(lambda: make_agreed())
    number = factory.LazyAttribute(lambda review: review.sub_project.reviews.count() + 1)
    starts_on = START
    due_on = datetime.date(2025, 7, 1)


class PartnerAnswerFactory(DjangoModelFactory):
    class Meta:
        model = PartnerAnswer

    review = factory.LazyFunction(lambda: make_agreed().reviews.get())
    partner = factory.LazyAttribute(lambda answer: answer.review.sub_project.partners.first())
    works_together, listens, anchored, reaches_goals = 4, 4, 4, 4
    answered_at = factory.LazyFunction(timezone.now)
    answered_by = factory.SubFactory(UserFactory)


class ClosingReportFactory(DjangoModelFactory):
    class Meta:
        model = ClosingReport

    sub_project = factory.SubFactory(SubProjectFactory, partners=1)
    started_on = datetime.date(2026, 6, 1)
    due_on = datetime.date(2026, 7, 31)


def make_draft(sub_project: SubProject, by: User | None = None, **fields: Any) -> AwardLetter:
    """A draft that can be offered: one effect goal, two result goals, two half-years."""
    by = by or UserFactory()
    letter = create_letter(sub_project=sub_project, by=by)
    return update_letter(
        letter=letter, version=letter.version, by=by,
        **{"goals": GOALS, "instalments": INSTALMENTS, "target_group": "Familier", **fields},
    )  # fmt: skip


def make_offered(
    sub_project: SubProject, by: User | None = None, on: datetime.date = START, **fields: Any
) -> AwardLetter:
    draft = make_draft(sub_project, by, **fields)
    return offer_letter(letter=draft, version=draft.version, by=by or UserFactory(), on=on)


def sign_all(letter: AwardLetter, at: datetime.datetime | None = None) -> AwardLetter:
    """Every partner's representative signs; the last one puts it into force."""
    for signature in letter.signatures.filter(accepted_at=None).select_related("partner__unit"):
        letter = sign(
            signature=signature, by=make_member(Role.PARTNER, signature.partner.unit), at=at or _morning(START)
        )
    return letter


def make_agreed(sub_project: SubProject | None = None, **fields: Any) -> SubProject:
    """A sub-project that runs on a letter all partners have signed, with its first review in six months."""
    sub_project = sub_project or SubProjectFactory(partners=2, **fields)
    sign_all(make_offered(sub_project))
    sub_project.refresh_from_db()
    return sub_project


def _morning(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(9), datetime.UTC)
