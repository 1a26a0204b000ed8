"""The number of queries of the pages of yearly reports doesn't grow with reports, measures or steps."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grants.models import MeasureReport, ReportRemark, ReportState, ReportStep, YearlyReport
from tests.factories import FundedMeasureFactory, FundingFactory, GrantFactory, MeasureFactory, make_report
from tests.factories.measures import LogEntryFactory, LogFigureFactory, TargetFactory
from tests.pages.report_place import YEAR, ReportPlace, make_place

pytestmark = pytest.mark.django_db

AT = datetime.datetime(YEAR + 1, 2, 1, tzinfo=datetime.UTC)
# Name of the page: who asks, in which state, and the most queries it may take (session and user are two of them).
PAGES = {
    "yearly-report-list": ("project_lead", ReportState.DRAFT, 12),
    "yearly-report": ("project_lead", ReportState.RETURNED, 27),
    "yearly-report-unit": ("project_lead", ReportState.RETURNED, 26),
    "yearly-report-measure": ("project_lead", ReportState.RETURNED, 26),
    "yearly-report-submit": ("project_lead", ReportState.RETURNED, 26),
    "yearly-report-accept": ("analyst", ReportState.SUBMITTED, 8),
    # The whole report stands beside the remarks: what is in it, and last year's.
    "yearly-report-return": ("analyst", ReportState.SUBMITTED, 12),
}


def one_more_of_everything(place: ReportPlace, number: int) -> None:
    """A measure with a log, a remark and a form of last year; another report; another municipality's that was sent."""
    measure = MeasureFactory(plan__municipality=place.municipality)
    target = TargetFactory(measure=measure)
    LogFigureFactory(target=target, entry=LogEntryFactory(measure=measure, happened_on=datetime.date(YEAR, 5, 5)))
    funded = FundedMeasureFactory(
        reporting_unit=place.reporting_unit, scheme=place.scheme, measure=measure, children_target=target
    )
    FundingFactory(grant=place.grant, funded_measure=funded)
    form = MeasureReport.objects.create(
        report=place.report, funded_measure=funded, title=funded.title, number=number + 2
    )
    step = ReportStep.objects.create(
        report=place.report, before="submitted", after="returned", at=AT, by=place.analyst, comment="Se over."
    )
    for row in (None, place.form, form):
        ReportRemark.objects.create(step=step, measure_report=row, text="Hva er telt?")
    last, _made = YearlyReport.objects.get_or_create(
        grant=place.reporting_unit.grants.filter(year=YEAR - 1).first()
        or GrantFactory(reporting_unit=place.reporting_unit, scheme=place.scheme, year=YEAR - 1)
    )
    MeasureReport.objects.create(report=last, funded_measure=funded, title=funded.title)
    make_report(grant=GrantFactory(reporting_unit=place.reporting_unit, scheme=place.scheme, year=YEAR - 2 - number))
    other = make_place()
    other.set_state(ReportState.SUBMITTED)


@pytest.mark.parametrize("name", list(PAGES))
def test_the_queries_of_a_page_do_not_grow(name: str, client_for: Any) -> None:
    place = make_place()
    who, state, most = PAGES[name]
    client = client_for(getattr(place, who))
    arguments = {"yearly-report-list": [], "yearly-report-measure": [place.report.public_id, place.form.public_id]}
    url = reverse(name, args=arguments.get(name, [place.report.public_id]))
    assert_constant(client, url, place, state, most)


@pytest.mark.parametrize(("name", "most"), [("yearly-report-list", 12), ("yearly-report", 14)])
def test_nor_do_those_that_the_directorate_reads(name: str, most: int, client_for: Any) -> None:
    place = make_place()
    url = reverse(name, args=[] if name == "yearly-report-list" else [place.report.public_id])
    assert_constant(client_for(place.analyst), url, place, ReportState.SUBMITTED, most)


def assert_constant(client: Any, url: str, place: ReportPlace, state: str, most: int) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    one_more_of_everything(place, 0)
    place.set_state(state)
    few = count()
    for number in range(1, 5):
        one_more_of_everything(place, number)
    many = count()
    assert many <= few, f"{few} queries with little on the page, {many} with more"
    assert many <= most
