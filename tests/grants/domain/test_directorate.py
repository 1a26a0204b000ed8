"""The directorate's sums against a plain count of the same rows; who is missing, and what is told of a report."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from grants.domain.directorate import (
    Sums,
    missing,
    overview,
    regions_of,
    to_judge,
    units_of,
    years_of_schemes,
)
from grants.models import Grant, GrantState, MeasureReport, ReportState, YearlyReport
from organisation.separation import Scope, seeing
from tests.factories import (
    GrantFactory,
    GrantSchemeFactory,
    MeasureReportFactory,
    MunicipalityFactory,
    ReportingUnitFactory,
    UserFactory,
    YearlyReportFactory,
    make_report,
)

pytestmark = pytest.mark.django_db
DUE = datetime.date(2010, 3, 1)
AFTER = DUE + datetime.timedelta(days=1)
DIRECTORATE = Scope(published=True)
REGIONS = ("Region Nord", "Region Øst", "")
# A unit's grant of one year: region, amount, the report's state (None: there is none), children in each of its forms.
Fact = tuple[int, str, int, str | None, list[int | None]]
FACTS = st.lists(
    st.tuples(
        st.sampled_from([2008, 2009]), st.sampled_from(REGIONS), st.integers(0, 900_000),
        st.sampled_from([None, *ReportState]), st.lists(st.one_of(st.none(), st.integers(0, 50)), max_size=2),
    ),
    max_size=6,
)  # fmt: skip


def store(facts: list[Fact], scheme: Any) -> None:
    municipality = MunicipalityFactory()
    for year, region, amount, state, forms in facts:
        unit = ReportingUnitFactory(municipality=municipality, region=region)
        grant = GrantFactory(reporting_unit=unit, scheme=scheme, year=year, awarded_nok=amount, report_by=DUE)
        if state is None:
            continue
        report = YearlyReportFactory(grant=grant)
        for children in forms:
            MeasureReportFactory(report=report, children_reached=children)
        sent = YearlyReportFactory.build(grant=grant, state=state)
        YearlyReport.objects.filter(pk=report.pk).update(
            state=state, submitted_at=sent.submitted_at, accepted_at=sent.accepted_at,
            accepted_by=UserFactory() if state == ReportState.ACCEPTED else None,
        )  # fmt: skip


def counted(facts: list[Fact], region: str | None) -> Sums | None:
    """The same, one by one."""
    rows = [fact for fact in facts if region is None or fact[1] == region]
    if not rows:
        return None
    sent = [fact for fact in rows if fact[3] in ("submitted", "accepted")]
    told = [children for fact in sent for children in fact[4] if children is not None]
    return Sums(
        units=len(rows), awarded_nok=Decimal(sum(fact[2] for fact in rows)), sent=len(sent),
        accepted=sum(fact[3] == "accepted" for fact in rows), late=len(rows) - len(sent),
        measures=sum(len(fact[4]) for fact in sent), children=sum(told) if told else None,
    )  # fmt: skip


class OverviewIsACount(TestCase):
    @given(facts=FACTS, region=st.sampled_from([None, *REGIONS[:2]]))
    def test_the_sums_are_those_of_the_rows(self, facts: list[Fact], region: str | None) -> None:
        scheme = GrantSchemeFactory()
        store(facts, scheme)
        now = [fact for fact in facts if fact[0] == 2009]
        found = overview(scheme=scheme, year=2009, region=region, on=AFTER)
        assert found.now == (counted(now, region) or Sums())
        assert found.before == counted([fact for fact in facts if fact[0] == 2008], region)
        assert found.regions == [(name, sums) for name in REGIONS if (sums := counted(now, name))]
        with seeing(DIRECTORATE):  # the database shows her all that is counted
            assert overview(scheme=scheme, year=2009, region=region, on=AFTER) == found


def test_the_sums_are_those_of_the_rows() -> None:
    """By name, for the table of rules; the property above says the rest."""
    scheme = GrantSchemeFactory()
    facts: list[Fact] = [
        (2009, "Region Øst", 400_000, "submitted", [10, None]), (2009, "Region Øst", 300_000, "draft", [99]),
        (2009, "Region Nord", 200_000, "accepted", [5]), (2009, "", 100_000, None, []),
        (2009, "Region Nord", 50_000, "returned", [99]), (2008, "Region Nord", 80_000, "accepted", [7]),
    ]  # fmt: skip
    store(facts, scheme)
    found = overview(scheme=scheme, year=2009, region=None, on=AFTER)
    assert found.now == Sums(5, Decimal(1_050_000), 2, 1, 3, 3, 15)
    assert (found.now.not_sent, found.before) == (3, Sums(1, Decimal(80_000), 1, 1, 0, 1, 7))
    assert [name for name, _sums in found.regions] == ["Region Nord", "Region Øst", ""]


def test_nobody_is_late_on_the_day_itself() -> None:
    grant = GrantFactory(report_by=DUE)
    for on, late in ((DUE, 0), (AFTER, 1)):
        assert overview(scheme=grant.scheme, year=2009, region=None, on=on).now.late == late


def test_what_was_applied_for_refused_or_is_another_schemes_is_not_counted() -> None:
    grant = GrantFactory()
    for state in (GrantState.APPLIED, GrantState.REFUSED):
        GrantFactory(scheme=grant.scheme, state=state)
    GrantFactory()
    assert overview(scheme=grant.scheme, year=2009, region=None, on=DUE).now.units == 1


def test_the_queries_are_two_however_many_units() -> None:
    scheme = GrantSchemeFactory()
    for _ in range(5):
        make_report(measures=2, grant__scheme=scheme, state=ReportState.SUBMITTED)
    with CaptureQueriesContext(connection) as queries:
        overview(scheme=scheme, year=2009, region=None, on=DUE)
    assert len(queries) == 2


def test_the_years_are_those_in_which_something_was_awarded_of_what_is_reported_here() -> None:
    scheme = GrantSchemeFactory()
    for year in (2008, 2009, 2009):
        GrantFactory(scheme=scheme, year=year)
    GrantFactory(scheme=scheme, year=2010, state=GrantState.APPLIED)
    GrantFactory(scheme=GrantSchemeFactory(reported_here=False))
    assert years_of_schemes() == {scheme: [2009, 2008]}


def test_the_regions_are_those_of_the_units_that_were_awarded_something() -> None:
    scheme = GrantSchemeFactory()
    for region in ("Region Øst", "Region Nord", "Region Nord", ""):
        GrantFactory(scheme=scheme, reporting_unit__region=region)
    GrantFactory(scheme=scheme, year=2008, reporting_unit__region="Region Vest")
    GrantFactory(scheme=scheme, state=GrantState.APPLIED, reporting_unit__region="Region Sør")
    assert regions_of(scheme=scheme, year=2009) == ["Region Nord", "Region Øst"]


def test_of_a_report_that_was_never_sent_nothing_is_told() -> None:
    """A draft looks as if there were none: also without the policies of the database."""
    scheme = GrantSchemeFactory()
    none = GrantFactory(scheme=scheme)
    reports = {
        state: make_report(measures=1, grant__scheme=scheme, state=state)
        for state in (ReportState.DRAFT, ReportState.RETURNED, ReportState.SUBMITTED, ReportState.ACCEPTED)
    }
    MeasureReport.objects.exclude(report__state=ReportState.ACCEPTED).update(children_reached=4)
    told = {
        row.pk: (row.sent_state, row.report_id_in_url, row.measures, row.children)
        for row in units_of(scheme=scheme, year=2009)
    }
    draft, returned, submitted, accepted = reports.values()
    assert told == {
        none.pk: ("", None, None, None),
        draft.grant_id: ("", None, None, None),
        returned.grant_id: ("returned", returned.public_id, None, None),
        submitted.grant_id: ("submitted", submitted.public_id, 1, 4),
        accepted.grant_id: ("accepted", accepted.public_id, 1, None),
    }


def test_missing_are_those_awarded_whose_report_does_not_count() -> None:
    scheme = GrantSchemeFactory()
    none = GrantFactory(scheme=scheme)
    GrantFactory(scheme=scheme, state=GrantState.APPLIED)
    elsewhere = GrantFactory(scheme=GrantSchemeFactory(reported_here=False))
    draft, returned, _sent, _accepted = (
        make_report(grant__scheme=scheme, state=state)
        for state in (ReportState.DRAFT, ReportState.RETURNED, ReportState.SUBMITTED, ReportState.ACCEPTED)
    )
    assert set(missing(units_of(scheme=scheme, year=2009))) == {none, draft.grant, returned.grant}
    assert elsewhere not in missing(Grant.objects.all())


def test_what_waits_to_be_judged_stands_in_the_order_it_came() -> None:
    late, early = (make_report(state=ReportState.SUBMITTED) for _ in range(2))
    make_report(state=ReportState.DRAFT), make_report(state=ReportState.RETURNED)
    for report, day in ((late, 20), (early, 10)):
        at = datetime.datetime(2010, 2, day, tzinfo=datetime.UTC)
        YearlyReport.objects.filter(pk=report.pk).update(submitted_at=at)
    assert list(to_judge()) == [early, late]
