"""The figures above the list of tables."""

import pytest

from grants.domain.table_overview import overview
from grants.domain.tables import make_table
from grants.models import ReportState
from tests.factories import GrantSchemeFactory, MeasureReportFactory, ReportingUnitFactory, make_report
from tests.grants.domain.table_examples import REGIONS, some_reports

pytestmark = pytest.mark.django_db


def test_figures_agree_with_the_tables_they_lead_to() -> None:
    scheme, _by = some_reports()
    for region in ("", REGIONS[0]):
        found = overview(scheme=scheme, year=2009, region=region)
        amounts, measures = (make_table(n, scheme=scheme, year=2009, region=region) for n in (1, 12))
        assert amounts.total is not None
        assert (found.units, found.amount) == (len(amounts.rows), amounts.total.values[0])
        assert found.measures == (measures.n or 0) + measures.missing
        reports = make_table(2, scheme=scheme, year=2009, region=region)
        assert found.reports == (reports.n or 0) + reports.missing > 0


def test_only_reports_that_were_sent_are_counted(django_assert_num_queries) -> None:
    scheme = GrantSchemeFactory()
    sent = make_report(grant__scheme=scheme, state=ReportState.SUBMITTED)
    MeasureReportFactory(report=sent, targeting="all", children_reached=40)
    MeasureReportFactory(report=sent)
    draft = make_report(grant__scheme=scheme)
    MeasureReportFactory(report=draft, targeting="all", children_reached=7)
    with django_assert_num_queries(2):
        found = overview(scheme=scheme, year=2009)
    assert (found.units, found.reports, found.measures, found.children) == (2, 1, 2, 40)


def test_children_are_told_of_as_table_34_tells_of_them() -> None:
    scheme = GrantSchemeFactory()
    unit = {"grant__scheme": scheme, "state": ReportState.SUBMITTED}
    north = make_report(**unit, grant__reporting_unit=ReportingUnitFactory(region="Nord"))
    south = make_report(**unit, grant__reporting_unit=ReportingUnitFactory(region="Sør"))
    MeasureReportFactory(report=north, targeting="all", children_reached=40)
    MeasureReportFactory(report=south, targeting="all", children_reached=2)
    found = {region: overview(scheme=scheme, year=2009, region=region).children for region in ("", "Nord", "Sør")}
    assert found["Sør"] is None and None in (found[""], found["Nord"]), "what is left over is as telling"
    for region, children in found.items():
        total = make_table(34, scheme=scheme, year=2009, region=region).total
        assert total is not None and (0 in total.withheld) == (children is None)
    # Forms that table 34 leaves out: whoever subtracts would find them.
    MeasureReportFactory(report=south, targeting="all", children_reached=60)
    MeasureReportFactory(report=south, targeting="", children_reached=3)
    assert overview(scheme=scheme, year=2009, region="").children == 102


def test_a_year_without_anything_is_all_noughts() -> None:
    found = overview(scheme=GrantSchemeFactory(), year=2009)
    assert (found.units, found.amount, found.reports, found.measures, found.children) == (0, 0, 0, 0, 0)
