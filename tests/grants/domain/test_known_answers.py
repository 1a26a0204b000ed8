"""What is known of the report as a whole: read in a fixed number of queries, by what the municipality sees, and nothing else."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from grants.domain import yearly_report
from grants.domain.known_answers import known_of_report
from grants.domain.report_answers import read_answers
from grants.models import Grant, YearlyReport
from measures.models import LogKind
from organisation.models import UnitKind
from organisation.separation import of_municipalities, seeing
from tests.factories import (
    FundedMeasureFactory,
    FundingFactory,
    GrantFactory,
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    PlanFactory,
    SubProjectFactory,
    TargetFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.grants_results import OutcomeFactory
from tests.grants.report_example import begun, last_years, problems

pytestmark = pytest.mark.django_db
DAY = datetime.date(2009, 5, 1)


def with_measures(count: int) -> YearlyReport:
    """A report whose measures are each in a plan and a sub-project, with a log, partners, outcomes and last year's form."""
    grant: Grant = GrantFactory()
    municipality = grant.reporting_unit.municipality
    plan = PlanFactory(municipality=municipality)
    for _number in range(count):
        partner = UnitFactory(municipality=municipality, kind=UnitKind.VOLUNTARY)
        measure = MeasureFactory(plan=plan, partners=[partner])
        target = TargetFactory(measure=measure)
        sub_project = SubProjectFactory(municipality=municipality, partners=2)
        LogFigureFactory(target=target, entry=LogEntryFactory(measure=measure, happened_on=DAY))
        OutcomeFactory(sub_project=sub_project, kind="children", counted_on=DAY)
        funded = FundedMeasureFactory(
            reporting_unit=grant.reporting_unit, scheme=grant.scheme, measure=measure, sub_project=sub_project,
            children_target=target,
        )  # fmt: skip
        FundingFactory(grant=grant, funded_measure=funded)
    last_years(grant)
    return yearly_report.begin_report(grant=grant, by=UserFactory())


def queries_for(count: int) -> int:
    report = YearlyReport.objects.get(pk=with_measures(count).pk)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        known = known_of_report(report)
    assert len(known.measures) == count
    return len(queries)


def test_the_queries_are_as_many_for_one_measure_as_for_six() -> None:
    few = queries_for(1)
    assert queries_for(6) == few <= 24


def test_saving_and_reading_take_as_many_queries_for_one_measure_as_for_six() -> None:
    counts = []
    for number in (1, 6):
        report = YearlyReport.objects.get(pk=with_measures(number).pk)
        with CaptureQueriesContext(connection) as queries:
            problems(report)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_one_log_entry_answers_for_the_plan_and_for_the_report() -> None:
    """Logged once on the measure: the children are counted, the description is there, and it has been followed up."""
    report = begun()
    target = TargetFactory(measure__plan__municipality=report.grant.reporting_unit.municipality, value=Decimal(40))
    funded = report.measure_reports.get().funded_measure
    assert funded is not None
    type(funded).objects.filter(pk=funded.pk).update(measure=target.measure, children_target=target)
    before = read_answers(report)
    LogFigureFactory(
        target=target, value=Decimal(42),
        entry=LogEntryFactory(
            measure=target.measure, happened_on=DAY, text="42 barn var med på ferie.", is_evaluation=True,
            kind=LogKind.RESULT,
        ),
    )  # fmt: skip
    after = read_answers(YearlyReport.objects.get(pk=report.pk))
    was, now = before.measures[0].answers, after.measures[0].answers
    assert {name for name in now if was[name].value != now[name].value} == {"children_reached", "description"}
    assert {name: row.value for name, row in after.unit.items() if before.unit[name].value != row.value} == {
        "follows_up_measures": "all", "goals_reached": "all", "reached_expected_number": "as_expected",
    }  # fmt: skip


def test_values_are_the_same_in_every_language_and_sources_are_not() -> None:
    report = with_measures(1)
    bokmal = known_of_report(report)
    with override("en"):
        english = known_of_report(report)
    forms = zip(bokmal.measures.values(), english.measures.values(), strict=True)
    for mine, theirs in ((bokmal.unit, english.unit), *forms):
        assert {name: known.value for name, known in mine.items()} == {name: row.value for name, row in theirs.items()}
    assert all(known.source for known in bokmal.unit.values())


def test_it_is_the_same_under_what_the_municipality_is_shown() -> None:
    report = with_measures(2)
    everything = known_of_report(report)
    with seeing(of_municipalities({report.grant.reporting_unit.municipality_id})):
        assert known_of_report(YearlyReport.objects.get(pk=report.pk)) == everything


def test_a_report_whose_grant_and_measures_say_nothing_knows_nothing() -> None:
    report = yearly_report.begin_report(grant=GrantFactory(), by=UserFactory())
    known = known_of_report(report)
    assert (set(known.unit), dict(known.measures)) == ({"amount_received_nok"}, {})
