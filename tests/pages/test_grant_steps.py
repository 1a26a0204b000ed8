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


def test_amounts_stand_in_their_fields_as_they_are_read_and_are_taken_again(unit: Any, leader: Client) -> None:
    scheme = GrantSchemeFactory(reported_here=False)
    row = GrantFactory(
        reporting_unit=unit, scheme=scheme, awarded_nok=Decimal("100000.00"), spent_nok=Decimal("1234.50"),
        positions=Decimal("2.00"),
    )  # fmt: skip
    address = reverse("grant-edit", args=[row.public_id])
    for language in ("nb", "en"):
        leader.cookies["django_language"] = language
        form = leader.get(address, headers={"accept-language": language}).context["form"]
        shown = {name: form[name].value() for name in form.fields if form[name].value() is not None}
        assert shown["positions"] == "2"
        if language == "nb":
            assert shown["awarded_nok"].split() == ["100", "000"] and shown["spent_nok"].split() == ["1", "234,50"]
        data = {name: str(value) for name, value in shown.items()}
        answer = leader.post(address, data, headers={"accept-language": language})
        assert answer.status_code == 302, answer.context["form"].errors
        row.refresh_from_db()
        assert (row.awarded_nok, row.spent_nok) == (Decimal(100_000), Decimal("1234.50"))


def test_what_is_missing_is_said_in_words(unit: Any, leader: Client) -> None:
    GrantFactory(reporting_unit=unit)
    new = leader.post(reverse("grant-new"), {"year": "2025", "on": "2025-01-01"})
    assert "Velg en ordning." in page(new)
    row = GrantFactory(reporting_unit=unit, state=GrantState.REPORTED, scheme=GrantSchemeFactory(reported_here=False))
    answer = page(leader.post(reverse("grant-close", args=[row.public_id]), {"version": row.version, "spent_nok": ""}))
    assert "Skriv hvor mye som er brukt, 0 om ingenting." in answer and "kan beløpene ikke endres" in answer


def test_it_is_said_how_much_more_is_shared_out_than_came(unit: Any, leader: Client) -> None:
    row = GrantFactory(reporting_unit=unit, awarded_nok=Decimal(100_000))
    funding = FundingFactory(grant=row, budget_nok=Decimal(150_000))
    address = reverse("grant", args=[row.public_id])
    assert "50 000 kroner mer enn dere har fått" in page(leader.get(address))
    Funding.objects.filter(pk=funding.pk).update(budget_nok=Decimal(100_000))
    assert "mer enn dere har fått" not in page(leader.get(address))


def test_a_new_measure_is_asked_what_it_is_first_and_what_it_gets_last(unit: Any, leader: Client) -> None:
    row = GrantFactory(reporting_unit=unit)
    names = list(leader.get(reverse("funding-new", args=[row.public_id])).context["form"].fields)
    assert names[:3] == ["title", "measure", "sub_project"] and names[-1] == "budget_nok"


def test_how_it_went_is_told_to_ones_own(unit: Any, client_for: Any) -> None:
    user = make_member(Role.COORDINATOR, UnitFactory(municipality=unit.municipality))
    client, scheme = client_for(user), GrantSchemeFactory(name="Ordningen")
    row = GrantFactory(reporting_unit=unit, scheme=scheme, state=GrantState.APPLIED)
    data = {"version": row.version, "awarded_nok": "5", "on": "2025-02-03"}
    client.post(reverse("grant-award", args=[row.public_id]), data)
    address = reverse("grant", args=[row.public_id])
    told = page(client.get(address)).split("Slik har det gått")[1]
    assert "Innvilget" in told and f"registrert av {user.name}" in told
    assert "Slik har det gått" not in page(client_for(make_member(Role.ANALYST)).get(address))
