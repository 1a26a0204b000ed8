"""Grant-funded measures: what they are tied to, and each year's share of the money."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from grants.domain.funded_measure import (
    AnswersWouldGoError,
    counted_in,
    create_funded_measure,
    fund,
    unfund,
    update_funded_measure,
    update_funding,
)
from grants.models import FundedMeasure, Funding, GrantState, ReportState
from organisation.domain.errors import DomainError
from tests.factories import (
    FundedMeasureFactory,
    FundingFactory,
    GrantFactory,
    GrantSchemeFactory,
    MeasureFactory,
    MeasureReportFactory,
    MunicipalityFactory,
    PlanFactory,
    ReportingUnitFactory,
    SubProjectFactory,
    TargetFactory,
    UserFactory,
    make_report,
)
from tests.factories.grants_received import SENT_AT

pytestmark = pytest.mark.django_db


def test_a_measure_of_the_money_has_a_name_of_its_own_in_unit_and_scheme() -> None:
    by, unit, scheme = UserFactory(), ReportingUnitFactory(), GrantSchemeFactory()
    made = create_funded_measure(
        reporting_unit=unit, scheme=scheme, title=" Ferieklubben ", by=by, targeting="all", recruited_by=["nav"]
    )
    assert (made.title, made.targeting, made.recruited_by) == ("Ferieklubben", "all", ["nav"])
    for title in ("Ferieklubben", " "):
        with pytest.raises(DomainError) as error:
            create_funded_measure(reporting_unit=unit, scheme=scheme, title=title, by=by)
        assert error.value.field == "title"
    create_funded_measure(reporting_unit=ReportingUnitFactory(), scheme=scheme, title="Ferieklubben", by=by)


def test_it_is_tied_to_what_is_the_municipalitys_own() -> None:
    unit, by = ReportingUnitFactory(), UserFactory()
    foreign = {
        "measure": MeasureFactory(), "sub_project": SubProjectFactory(),
        "scheme": GrantSchemeFactory(municipality=MunicipalityFactory()),
    }  # fmt: skip
    for field, row in foreign.items():
        arguments = {"scheme": GrantSchemeFactory(), field: row}
        with pytest.raises(DomainError) as error:
            create_funded_measure(reporting_unit=unit, title="Tiltak", by=by, **arguments)
        assert error.value.field == field
    assert not FundedMeasure.objects.exists()


def test_children_are_counted_by_a_number_of_the_log_that_is_its_own() -> None:
    by, unit = UserFactory(), ReportingUnitFactory()
    measure = MeasureFactory(plan=PlanFactory(municipality=unit.municipality))
    target = TargetFactory(measure=measure)
    funded = FundedMeasureFactory(reporting_unit=unit)
    with pytest.raises(DomainError) as error:
        update_funded_measure(funded_measure=funded, version=funded.version, children_target=target, by=by)
    assert error.value.field == "children_target"
    assert counted_in(funded) is None
    sub_project = SubProjectFactory(municipality=unit.municipality, measure=measure)
    funded = update_funded_measure(
        funded_measure=funded, version=funded.version, sub_project=sub_project, children_target=target, by=by
    )
    assert (funded.children_target, counted_in(funded)) == (target, measure.pk)


def test_a_measure_gets_money_of_a_grant_once_and_of_its_own_scheme_and_unit() -> None:
    by, grant = UserFactory(), GrantFactory()
    funded = FundedMeasureFactory(reporting_unit=grant.reporting_unit, scheme=grant.scheme)
    funding = fund(grant=grant, funded_measure=funded, budget_nok=Decimal(1000), by=by)
    assert funding.budget_nok == 1000
    for row in (
        funded,
        FundedMeasureFactory(reporting_unit=grant.reporting_unit),
        FundedMeasureFactory(scheme=grant.scheme),
    ):
        with pytest.raises(DomainError) as error:
            fund(grant=grant, funded_measure=row, budget_nok=None, by=by)
        assert error.value.field == "funded_measure"
    other = FundedMeasureFactory(reporting_unit=grant.reporting_unit, scheme=grant.scheme)
    for amount in (Decimal(-1), Decimal("0.001")):
        with pytest.raises(DomainError) as error:
            fund(grant=grant, funded_measure=other, budget_nok=amount, by=by)
        assert error.value.field == "budget_nok"
        with pytest.raises(DomainError):
            update_funding(funding=funding, version=funding.version, budget_nok=amount, by=by)
    assert update_funding(funding=funding, version=funding.version, budget_nok=None, by=by).budget_nok is None
    unfund(funding=funding, by=by)
    assert not Funding.objects.exists() and FundedMeasure.objects.filter(pk=funded.pk).exists()


def test_the_form_in_an_open_report_comes_and_goes_with_the_money() -> None:
    report, by = make_report(), UserFactory()
    grant = report.grant
    funded = FundedMeasureFactory(reporting_unit=grant.reporting_unit, scheme=grant.scheme)
    funding = fund(grant=grant, funded_measure=funded, budget_nok=None, by=by)
    assert report.measure_reports.get().funded_measure == funded
    unfund(funding=funding, by=by)
    assert not report.measure_reports.exists()


@pytest.mark.parametrize("state", [GrantState.REFUSED, GrantState.REPORTED, GrantState.CLOSED])
def test_money_is_not_shared_out_anew_when_it_is_reported_on_or_never_came(state: str) -> None:
    by, funding = UserFactory(), FundingFactory()
    grant = funding.grant
    type(grant).objects.update(state=state)
    other = FundedMeasureFactory(reporting_unit=grant.reporting_unit, scheme=grant.scheme)
    for write in (
        lambda: fund(grant=grant, funded_measure=other, budget_nok=None, by=by),
        lambda: update_funding(funding=funding, version=funding.version, budget_nok=Decimal(1), by=by),
        lambda: unfund(funding=funding, by=by),
    ):
        with pytest.raises(DomainError, match="kan ikke endres"):
            write()
    assert Funding.objects.get() == funding


def test_no_two_measures_of_a_units_grants_of_a_scheme_count_the_same_children() -> None:
    by, unit, scheme = UserFactory(), ReportingUnitFactory(), GrantSchemeFactory()
    target = TargetFactory(measure=MeasureFactory(plan=PlanFactory(municipality=unit.municipality)))
    tied: dict[str, Any] = {"measure": target.measure, "children_target": target, "by": by}
    first = create_funded_measure(reporting_unit=unit, scheme=scheme, title="Første", **tied)
    with pytest.raises(DomainError, match="teller de samme barna") as error:
        create_funded_measure(reporting_unit=unit, scheme=scheme, title="Andre", **tied)
    assert error.value.field == "children_target"
    other = create_funded_measure(reporting_unit=unit, scheme=scheme, title="Andre", by=by)
    with pytest.raises(DomainError) as error:
        update_funded_measure(funded_measure=other, version=other.version, **tied)
    assert error.value.field == "children_target"
    with pytest.raises(IntegrityError, match="children_counted_once"), transaction.atomic():
        FundedMeasure.objects.filter(pk=other.pk).update(children_target=target)
    assert update_funded_measure(funded_measure=first, version=first.version, description="Ny", **tied).pk == first.pk
    create_funded_measure(reporting_unit=unit, scheme=GrantSchemeFactory(), title="Annen ordning", **tied)


@pytest.mark.parametrize(
    ("answers", "is_asked"),
    [
        ({}, False),
        ({"description": "Skrevet"}, True),
        ({"children_reached": 0}, True),
        ({"explanations": {"children_reached": "Flere enn i fjor"}}, True),
        ({"children_reached": 40, "sources": {"children_reached": "Tall fra loggen"}}, False),
    ],
)
def test_answers_go_with_a_measure_only_if_that_is_said(answers: dict[str, Any], is_asked: bool) -> None:
    report, by = make_report(), UserFactory()
    funding = FundingFactory(grant=report.grant)
    form = MeasureReportFactory(report=report, funded_measure=funding.funded_measure, **answers)
    if is_asked:
        with pytest.raises(AnswersWouldGoError, match="blir slettet"):
            unfund(funding=funding, by=by)
        assert report.measure_reports.get() == form and Funding.objects.exists()
    unfund(funding=funding, by=by, with_answers=is_asked)
    assert not report.measure_reports.exists() and not Funding.objects.exists()


@pytest.mark.parametrize("state", ReportState.values)
def test_a_form_of_an_open_report_is_called_what_its_measure_is_called(state: str) -> None:
    report, by = make_report(), UserFactory()
    funding = FundingFactory(grant=report.grant)
    funded = funding.funded_measure
    form = MeasureReportFactory(report=report, funded_measure=funded, title=funded.title)
    other = MeasureReportFactory(report=report, title="Opptatt")
    sent = {"submitted_at": SENT_AT, "submitted_by": by} if state != ReportState.DRAFT else {}
    accepted = {"accepted_at": SENT_AT, "accepted_by": by} if state == ReportState.ACCEPTED else {}
    type(report).objects.filter(pk=report.pk).update(state=state, **sent, **accepted)
    is_open = state in (ReportState.DRAFT, ReportState.RETURNED)
    if is_open:
        with pytest.raises(DomainError) as error:
            update_funded_measure(funded_measure=funded, version=funded.version, title="Opptatt", by=by)
        assert error.value.field == "title"
    update_funded_measure(funded_measure=funded, version=funded.version, title="Nytt navn", by=by)
    form.refresh_from_db()
    other.refresh_from_db()
    assert (form.title, other.title) == ("Nytt navn" if is_open else funded.title, "Opptatt")
