"""Pages of a grant that ask or tell something on the way: answers that would go, another carry-over, days that say nothing."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from grants.models import Funding, Grant, GrantState
from organisation.models import Role
from tests.factories import (
    FundingFactory,
    GrantFactory,
    GrantSchemeFactory,
    MeasureReportFactory,
    ReportingUnitFactory,
    UnitFactory,
    make_member,
    make_report,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Any:
    return ReportingUnitFactory(name="Fjordvik kommune")


@pytest.fixture
def leader(unit: Any, client_for: Any) -> Client:
    client: Client = client_for(make_member(Role.COORDINATOR, UnitFactory(municipality=unit.municipality)))
    return client


def page(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def test_answers_are_asked_for_before_they_go_with_a_measure(unit: Any, leader: Client) -> None:
    report = make_report(grant__reporting_unit=unit)
    funding = FundingFactory(grant=report.grant)
    MeasureReportFactory(report=report, funded_measure=funding.funded_measure, description="Skrevet")
    address = reverse("funding-remove", args=[report.grant.public_id, funding.funded_measure.public_id])
    asked = leader.post(address)
    assert asked.status_code == 200 and "Fjern tiltaket og slett svarene" in page(asked)
    assert Funding.objects.exists() and report.measure_reports.exists()
    assert leader.post(address, {"svar": "slett"}).status_code == 302
    assert not Funding.objects.exists() and not report.measure_reports.exists()


def test_another_carry_over_is_told_of_when_a_grant_is_closed(unit: Any, leader: Client) -> None:
    scheme = GrantSchemeFactory(reported_here=False)
    common = {"reporting_unit": unit, "scheme": scheme}
    row = GrantFactory(year=2024, state=GrantState.REPORTED, awarded_nok=Decimal(100), **common)
    GrantFactory(year=2025, carried_over_nok=Decimal(7), **common)
    data = {"version": row.version, "spent_nok": "90"}
    answer = leader.post(reverse("grant-close", args=[row.public_id]), data, follow=True)
    assert "Tilskuddet for 2025 sier at 7 kroner er overført" in page(answer)


def test_an_amount_that_was_reported_on_is_no_field(unit: Any, leader: Client) -> None:
    report = make_report(state="submitted", grant__reporting_unit=unit, grant__state=GrantState.REPORTED)
    form = leader.get(reverse("grant-edit", args=[report.grant.public_id])).context["form"]
    assert "awarded_nok" not in form.fields and "spent_nok" in form.fields


@pytest.mark.parametrize("state", GrantState.values)
def test_only_what_was_awarded_has_a_day_to_report_by(unit: Any, leader: Client, state: str) -> None:
    row: Grant = GrantFactory(reporting_unit=unit, state=state, report_by=datetime.date(2010, 3, 17))
    shown = page(leader.get(reverse("grant-list"))), page(leader.get(reverse("grant", args=[row.public_id])))
    assert ('data-label="Rapportfrist"' in shown[0], "<dt>Rapportfrist</dt>" in shown[1]) == (row.is_awarded,) * 2


def test_an_application_is_deleted_after_one_has_said_so(unit: Any, leader: Client, client_for: Any) -> None:
    row = GrantFactory(reporting_unit=unit, state=GrantState.APPLIED)
    address = reverse("grant-delete", args=[row.public_id])
    assert address in page(leader.get(reverse("grant", args=[row.public_id])))
    assert "blir borte" in page(leader.get(address)) and Grant.objects.exists()
    reader = client_for(make_member(Role.CASEWORKER, UnitFactory(municipality=unit.municipality)))
    assert reader.post(address, {"version": row.version}).status_code == 403
    assert leader.post(address, {"version": row.version + 1}).status_code == 422
    assert Grant.objects.exists()
    answer = leader.post(address, {"version": row.version}, follow=True)
    assert "Søknaden er slettet." in page(answer) and not Grant.objects.exists()


def test_an_application_that_something_rests_on_is_not_deleted(unit: Any, leader: Client) -> None:
    row = FundingFactory(grant__reporting_unit=unit, grant__state=GrantState.APPLIED).grant
    address = reverse("grant-delete", args=[row.public_id])
    assert address not in page(leader.get(reverse("grant", args=[row.public_id])))
    assert "kan slettes" in page(leader.post(address, {"version": row.version}, follow=True))
    assert Grant.objects.exists()
