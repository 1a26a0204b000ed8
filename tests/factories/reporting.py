import datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from organisation.models import Document, DocumentJob, JobState, Role
from reporting.domain.free_texts import as_they_stand
from reporting.domain.report import DOCUMENT_KIND
from reporting.models import (
    OUT_STATES,
    Contribution,
    GoalSummary,
    PointState,
    Report,
    ReportKind,
    ReportRound,
    ReportVersion,
    Resolution,
    ResolutionPoint,
    RoundState,
    VersionState,
)
from tests.factories.measures import GoalFactory, MeasureFactory, PlanFactory
from tests.factories.organisation import DocumentFactory, DocumentJobFactory, UnitFactory, UserFactory, make_member

NOW = datetime.datetime(2025, 8, 15, 12, tzinfo=datetime.UTC)


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


class ReportFactory(DjangoModelFactory):
    """A report on a closed round, without a version."""

    class Meta:
        model = Report

    kind = ReportKind.PLAN_HALF_YEAR
    round = factory.SubFactory(RoundFactory, closed=True)
    municipality = factory.LazyAttribute(lambda row: row.round.plan.municipality)
    year = factory.LazyAttribute(lambda row: row.round.year)
    half = factory.LazyAttribute(lambda row: row.round.half)
    title = "Statusrapport 1. halvår 2025"


class ReportVersionFactory(DjangoModelFactory):
    """A draft; with `state` one that has come so far, its PDF made (or not: job=None)."""

    class Meta:
        model = ReportVersion

    class Params:
        fixed = factory.LazyAttribute(lambda row: row.state != VersionState.DRAFT)
        judged = factory.LazyAttribute(lambda row: row.state not in (VersionState.DRAFT, VersionState.IN_REVIEW))
        out = factory.LazyAttribute(lambda row: row.state in OUT_STATES)

    report = factory.SubFactory(ReportFactory)
    state = VersionState.DRAFT
    figures = factory.LazyFunction(lambda: {"schema": 2, "kind": "plan_half_year"})
    figures_sha256 = "0" * 64
    made_at = NOW
    made_by = factory.SubFactory(UserFactory)
    content = factory.LazyAttribute(lambda row: as_they_stand(row.figures, {}) if row.fixed else None)
    content_sha256 = factory.LazyAttribute(lambda row: "1" * 64 if row.fixed else "")
    sent_at = factory.LazyAttribute(lambda row: NOW if row.fixed else None)
    sent_by = factory.LazyAttribute(lambda row: row.made_by if row.fixed else None)
    approved_at = factory.LazyAttribute(lambda row: NOW if row.judged else None)
    approved_by = factory.LazyAttribute(lambda row: UserFactory() if row.judged else None)
    published_at = factory.LazyAttribute(lambda row: NOW if row.out else None)
    published_by = factory.LazyAttribute(lambda row: row.made_by if row.out else None)
    withdrawn_at = factory.LazyAttribute(lambda row: NOW if row.state == VersionState.WITHDRAWN else None)
    withdrawn_by = factory.LazyAttribute(lambda row: row.made_by if row.state == VersionState.WITHDRAWN else None)
    withdrawn_reason = factory.LazyAttribute(lambda row: "Feil tall." if row.state == VersionState.WITHDRAWN else "")
    document = factory.LazyAttribute(lambda row: _made_document(row.report) if row.fixed else None)


class ResolutionFactory(DjangoModelFactory):
    """On a plan, apart from any report, with no points."""

    class Meta:
        model = Resolution

    plan = factory.SubFactory(PlanFactory)
    municipality = factory.LazyAttribute(lambda row: row.plan.municipality)
    decided_on = datetime.date(2025, 9, 2)
    text = "Formannskapet tar rapporten til orientering og ber om mer."
    registered_by = factory.SubFactory(UserFactory)


class ResolutionPointFactory(DjangoModelFactory):
    """An open point; with `closed_on` and `closed_by` a closed one."""

    class Meta:
        model = ResolutionPoint

    resolution = factory.SubFactory(ResolutionFactory)
    number = factory.Sequence(lambda n: n % 32000 + 100)
    text = "Se på fristene."
    state = factory.LazyAttribute(lambda row: PointState.CLOSED if row.closed_on else PointState.OPEN)
    closed_on = None
    closing_text = factory.LazyAttribute(lambda row: "Gjort." if row.closed_on else "")


def _made_document(report: Report) -> Document:
    document = DocumentFactory(
        kind=DOCUMENT_KIND, title=report.title, municipality=report.municipality, file="documents/x/1.pdf"
    )
    job = DocumentJobFactory(document=document)
    DocumentJob.objects.filter(pk=job.pk).update(state=JobState.DONE, percent=100, finished_at=timezone.now())
    return Document.objects.get(pk=document.pk)
