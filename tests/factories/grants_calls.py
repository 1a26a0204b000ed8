"""Calls, applications and juries. Days lie around `TODAY_AT`, which tests of the domain take as now."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from grants.models import (
    SENT_STATES,
    Application,
    ApplicationPartner,
    ApplicationState,
    BudgetLine,
    Call,
    CallState,
    Criterion,
    JuryMember,
    Score,
    ScoreSheet,
    SpendingUse,
)
from organisation.models import Role, Unit, UnitKind
from tests.factories.organisation import MembershipFactory, MunicipalityFactory, UnitFactory, UserFactory

TODAY_AT = datetime.datetime(2026, 5, 4, 10, 0, tzinfo=datetime.UTC)


class CallFactory(DjangoModelFactory):
    """An open call with two criteria: min. three partners, 500 000 kroner for 4 half-years, two places."""

    class Meta:
        model = Call
        skip_postgeneration_save = True

    municipality = factory.SubFactory(MunicipalityFactory)
    title = factory.Sequence(lambda n: f"Prøveutlysning {n}")
    text = "Søk om midler til å arbeide sammen."
    opens_at = TODAY_AT - datetime.timedelta(days=14)
    closes_at = TODAY_AT + datetime.timedelta(days=14)
    places = 2
    amount_per_half_year = Decimal(500_000)
    terms = "Alle deltar i følgeforskningen."
    state = CallState.OPEN

    @factory.post_generation
    def criteria(call: Any, create: bool, extracted: Sequence[tuple[str, int]] | None, **kwargs: Any) -> None:
        rows = [("Samarbeid", 1), ("Nytenkning", 1)] if extracted is None else extracted
        for number, (text, weight) in enumerate(rows, 1):
            Criterion.objects.create(call=call, number=number, text=text, weight=weight)


class ApplicationFactory(DjangoModelFactory):
    """A draft that breaks no rule; `state="submitted"` sends it."""

    class Meta:
        model = Application
        skip_postgeneration_save = True

    call = factory.SubFactory(CallFactory)
    title = factory.Sequence(lambda n: f"Prøvesøknad {n}")
    responsible_unit = factory.LazyAttribute(lambda row: UnitFactory(municipality=row.call.municipality))
    target_group = "Barnefamilier"
    text = "Vi vil gjøre mer sammen."
    accepts_terms = True
    written_by = factory.SubFactory(UserFactory)
    submitted_at = factory.LazyAttribute(lambda row: TODAY_AT if row.state in SENT_STATES else None)
    submitted_by = factory.LazyAttribute(lambda row: row.written_by if row.state in SENT_STATES else None)
    state = ApplicationState.DRAFT

    @factory.post_generation
    def partners(row: Any, create: bool, extracted: Sequence[Unit | str] | None, **kwargs: Any) -> None:
        """Units, or names of voluntary organisations that are none of the municipality's units."""
        names = (f"Frivilligsentralen {row.pk}", f"Idrettslaget {row.pk}")
        for partner in names if extracted is None else extracted:
            unit = partner if isinstance(partner, Unit) else None
            ApplicationPartner.objects.create(
                application=row, unit=unit, name=str(partner), kind=unit.kind if unit else UnitKind.VOLUNTARY
            )

    @factory.post_generation
    def budget(row: Any, create: bool, extracted: Sequence[tuple[str, str, int]] | None, **kwargs: Any) -> None:
        lines = [("Vinterklær", SpendingUse.RESIDENTS, 100_000)] if extracted is None else extracted
        for text, use, amount in lines:
            BudgetLine.objects.create(application=row, text=text, use=use, amount=amount)


class JuryMemberFactory(DjangoModelFactory):
    """A juror of the call's municipality, in a unit of her own."""

    class Meta:
        model = JuryMember
        skip_postgeneration_save = True

    call = factory.SubFactory(CallFactory)
    number = factory.LazyAttribute(lambda row: row.call.jury.count() + 1)
    group = 1
    user = factory.LazyAttribute(lambda row: _juror(row.call))

    @factory.post_generation
    def connected_units(row: Any, create: bool, extracted: Sequence[Unit] | None, **kwargs: Any) -> None:
        row.connected_units.set(extracted or ())


def _juror(call: Call) -> Any:
    unit = UnitFactory(municipality=call.municipality, kind=UnitKind.VOLUNTARY)
    return MembershipFactory(role=Role.JUROR, unit=unit).user


def make_sheet(
    member: JuryMember, application: Application, *points: int | None, delivered: bool = True, comment: str = ""
) -> ScoreSheet:
    """A sheet with points on the call's criteria in order; None is "can't judge it"."""
    sheet = ScoreSheet.objects.create(
        member=member, application=application, comment=comment, delivered_at=TODAY_AT if delivered else None
    )
    for criterion, value in zip(application.call.criteria.all(), points, strict=True):
        Score.objects.create(sheet=sheet, criterion=criterion, points=value)
    return sheet


def make_judged_call(sheets: int = 3, applications: int = 3, **fields: Any) -> Call:
    """A closed call with a jury that has delivered everything: the first application is best."""
    call = CallFactory(state=CallState.CLOSED, closes_at=TODAY_AT - datetime.timedelta(days=1), **fields)
    rows = [ApplicationFactory(call=call, state=ApplicationState.SUBMITTED) for _ in range(applications)]
    members = [JuryMemberFactory(call=call, age=17 + 10 * n, background=f"Bakgrunn {n}") for n in range(sheets)]
    for position, row in enumerate(rows):
        for member in members:
            make_sheet(member, row, max(5 - position, 1), max(5 - position, 1))
    return call
