"""Which reports stand on whose first page."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grants.domain.grant_overview import is_due
from grants.domain.waiting import waiting_for
from grants.domain.waiting_grants import grants_waiting
from grants.domain.waiting_line import MOST
from grants.models import Grant, GrantState, ReportState
from organisation.models import Role, Unit, User
from tests.factories import (
    GrantFactory,
    GrantSchemeFactory,
    ReportingUnitFactory,
    UnitFactory,
    YearlyReportFactory,
    make_member,
    make_report,
)

pytestmark = pytest.mark.django_db
DUE = datetime.date(2026, 3, 1)
TODAY = datetime.date(2026, 2, 1)


@pytest.fixture
def unit() -> Unit:
    row: Unit = UnitFactory()
    return row


@pytest.fixture
def grant(unit: Unit) -> Grant:
    reporting_unit = ReportingUnitFactory(municipality=unit.municipality, unit=unit, name="Fjordkommunen")
    row: Grant = GrantFactory(
        reporting_unit=reporting_unit, scheme=GrantSchemeFactory(name="Barnetilskuddet"), year=2025, report_by=DUE
    )
    return row


def texts(user: User, on: datetime.date = TODAY) -> list[str]:
    return [f"{row.title}: {row.asked}" for row in grants_waiting(user, on)]


SEND = "Fjordkommunen 2025: Send årsrapporten"
BACK = "Fjordkommunen 2025: Rett årsrapporten, som ble sendt tilbake"


def test_a_report_waits_for_those_who_may_write_it(grant: Grant, unit: Unit) -> None:
    report = YearlyReportFactory(grant=grant)
    for role in (Role.COORDINATOR, Role.PROJECT_LEAD, Role.UNIT_LEADER):
        (line,) = waiting_for(make_member(role, unit), TODAY)
        assert (f"{line.title}: {line.asked}", line.due_on, line.is_late) == (SEND, DUE, False)
        assert (line.url, line.about) == (reverse("yearly-report", args=[report.public_id]), "Barnetilskuddet")
        assert texts(make_member(role)) == []
    aside = UnitFactory(municipality=unit.municipality)
    for role, place in ((Role.CASEWORKER, unit), (Role.UNIT_LEADER, aside), (Role.ANALYST, None)):
        assert texts(make_member(role, place)) == []
    late = waiting_for(make_member(Role.COORDINATOR, unit), DUE + datetime.timedelta(days=1))
    assert late[0].is_late


def test_a_report_waits_from_forty_five_days_before_its_deadline(grant: Grant, unit: Unit) -> None:
    user = make_member(Role.COORDINATOR, unit)
    for day, waits in ((45, True), (46, False), (-400, True)):
        on = DUE - datetime.timedelta(days=day)
        assert (texts(user, on), is_due(grant, on)) == ([SEND] if waits else [], waits)
    Grant.objects.filter(pk=grant.pk).update(report_by=None)
    grant.refresh_from_db()
    for on, waits in ((TODAY, True), (datetime.date(2025, 12, 31), False)):
        assert (texts(user, on), is_due(grant, on)) == ([SEND] if waits else [], waits)


def test_what_is_sent_or_has_no_duty_does_not_wait(grant: Grant, unit: Unit) -> None:
    user = make_member(Role.COORDINATOR, unit)
    YearlyReportFactory(grant=grant, state=ReportState.SUBMITTED)
    assert texts(user) == []
    scheme = GrantSchemeFactory(has_reporting_duty=False, reported_here=False)
    GrantFactory(reporting_unit=grant.reporting_unit, scheme=scheme, year=2025)
    GrantFactory(reporting_unit=grant.reporting_unit, year=2025, state=GrantState.APPLIED)
    assert texts(user) == []


def test_a_report_that_was_sent_back_waits_and_is_told_once(grant: Grant, unit: Unit) -> None:
    report = YearlyReportFactory(grant=grant, state=ReportState.RETURNED)
    (line,) = grants_waiting(make_member(Role.UNIT_LEADER, unit), TODAY)
    assert (f"{line.title}: {line.asked}", line.url) == (BACK, reverse("yearly-report", args=[report.public_id]))
    assert texts(make_member(Role.UNIT_LEADER)) == []


def test_the_directorate_is_told_how_many_wait_to_be_judged(grant: Grant) -> None:
    analyst = make_member(Role.ANALYST)
    make_report(state=ReportState.DRAFT), make_report(state=ReportState.RETURNED)
    assert texts(analyst) == []
    make_report(state=ReportState.SUBMITTED)
    assert texts(analyst) == ["1 årsrapport: Venter på godkjenning"]
    make_report(state=ReportState.SUBMITTED)
    (line,) = grants_waiting(analyst, TODAY)
    assert (line.title, line.url) == ("2 årsrapporter", reverse("directorate"))


def test_the_lines_and_the_queries_are_bounded(grant: Grant, unit: Unit) -> None:
    user = make_member(Role.COORDINATOR, unit)
    assert user.current_memberships  # read once per request, and not by this

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            list(grants_waiting(user, TODAY))
        return len(queries)

    assert count() == 1
    for _ in range(MOST + 1):
        reporting_unit = ReportingUnitFactory(municipality=unit.municipality)
        GrantFactory(reporting_unit=reporting_unit, year=2025, report_by=DUE)
        make_report(grant__reporting_unit=reporting_unit, state=ReportState.RETURNED, grant__state=GrantState.REPORTED)
    found = list(grants_waiting(user, TODAY))
    assert len(found) == 2 * MOST
    assert count() == 1
