"""Rows of grants received: schemes, reporting units, grants, funded measures, yearly reports."""

import datetime
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from grants.models import (
    FundedMeasure,
    Funding,
    Grant,
    GrantScheme,
    GrantState,
    MeasureReport,
    ReportingUnit,
    ReportState,
    YearlyReport,
)
from tests.factories.organisation import MunicipalityFactory, UserFactory

SENT_AT = datetime.datetime(2010, 2, 1, 12, tzinfo=datetime.UTC)


class GrantSchemeFactory(DjangoModelFactory):
    """National, and reported here; with a `municipality` it is that one's own."""

    class Meta:
        model = GrantScheme

    municipality = None
    name = factory.Sequence(lambda n: f"Prøveordningen {n}")
    funder = "Prøvedirektoratet"
    max_years = 3
    reported_here = factory.LazyAttribute(lambda row: row.municipality is None)


def _town(row: Any, number: int) -> str:
    name: str = row.factory_parent.name
    return name.removesuffix(" kommune") if name.endswith(" kommune") else f"Prøvevik {number}"


class ReportingUnitFactory(DjangoModelFactory):
    """ "Alta kommune" is of the municipality Alta."""

    class Meta:
        model = ReportingUnit

    municipality = factory.SubFactory(MunicipalityFactory, name=factory.LazyAttributeSequence(_town))
    name = factory.Sequence(lambda n: f"Prøvekommunen {n}")
    region = "Region Prøve"


class GrantFactory(DjangoModelFactory):
    """Granted, for 2009, without a report."""

    class Meta:
        model = Grant

    reporting_unit = factory.SubFactory(ReportingUnitFactory)
    scheme = factory.SubFactory(GrantSchemeFactory)
    year = 2009
    state = GrantState.GRANTED
    state_since = datetime.date(2009, 3, 1)
    awarded_nok = factory.LazyAttribute(
        lambda row: None if row.state in (GrantState.APPLIED, GrantState.REFUSED) else Decimal(400_000)
    )
    report_by = datetime.date(2010, 3, 1)


class FundedMeasureFactory(DjangoModelFactory):
    class Meta:
        model = FundedMeasure

    reporting_unit = factory.SubFactory(ReportingUnitFactory)
    scheme = factory.SubFactory(GrantSchemeFactory)
    title = factory.Sequence(lambda n: f"Tilskuddstiltak {n}")


class FundingFactory(DjangoModelFactory):
    """A measure with money of a grant, both of the same unit and scheme."""

    class Meta:
        model = Funding

    grant = factory.SubFactory(GrantFactory)
    funded_measure = factory.LazyAttribute(
        lambda row: FundedMeasureFactory(reporting_unit=row.grant.reporting_unit, scheme=row.grant.scheme)
    )
    budget_nok = Decimal(100_000)


class YearlyReportFactory(DjangoModelFactory):
    """A draft without answers; with state=SUBMITTED or ACCEPTED it says who and when."""

    class Meta:
        model = YearlyReport

    grant = factory.SubFactory(GrantFactory)
    state = ReportState.DRAFT
    submitted_at = factory.LazyAttribute(lambda row: None if row.state == ReportState.DRAFT else SENT_AT)
    submitted_by = factory.LazyAttribute(lambda row: None if row.state == ReportState.DRAFT else UserFactory())
    accepted_at = factory.LazyAttribute(lambda row: SENT_AT if row.state == ReportState.ACCEPTED else None)
    accepted_by = factory.LazyAttribute(lambda row: UserFactory() if row.state == ReportState.ACCEPTED else None)


class MeasureReportFactory(DjangoModelFactory):
    """One measure's form in a report; accepted reports take none any more."""

    class Meta:
        model = MeasureReport

    report = factory.SubFactory(YearlyReportFactory)
    number = factory.Sequence(lambda n: n % 30_000 + 1)
    title = factory.Sequence(lambda n: f"Tiltak i rapporten {n}")


def make_report(year: int = 2009, measures: int = 0, **fields: Any) -> YearlyReport:
    """A report of a grant of its own, with so many empty forms; `grant__scheme=...` and `state=...` as usual."""
    state = fields.pop("state", ReportState.DRAFT)
    report: YearlyReport = YearlyReportFactory(grant__year=year, **fields)
    for _ in range(measures):
        MeasureReportFactory(report=report)
    if state != ReportState.DRAFT:
        extra = {"submitted_at": SENT_AT, "submitted_by": UserFactory()}
        if state == ReportState.ACCEPTED:
            extra |= {"accepted_at": SENT_AT, "accepted_by": UserFactory()}
        YearlyReport.objects.filter(pk=report.pk).update(state=state, **extra)
        report.refresh_from_db()
    return report
