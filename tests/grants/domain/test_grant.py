"""Grants: applied for once, awarded with an amount, refused with a reason, closed with what was spent."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from grants.domain.grant import (
    apply_for,
    award,
    award_stands,
    carried_otherwise,
    close,
    delete_application,
    mark_reported,
    next_years,
    refuse,
    report_day,
    update_grant,
    years_funded,
)
from grants.domain.grant_state import set_granted_again
from grants.models import Grant, GrantState, ReportState
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry
from tests.factories import (
    FundedMeasureFactory,
    FundingFactory,
    GrantFactory,
    GrantSchemeFactory,
    MunicipalityFactory,
    ReportingUnitFactory,
    UnitFactory,
    UserFactory,
    make_report,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 7, 1)
S = GrantState


def elsewhere(**fields: Any) -> Any:
    """A scheme that has a report, but not here."""
    return GrantSchemeFactory(reported_here=False, **fields)


def asked(**fields: Any) -> Grant:
    arguments = {"reporting_unit": ReportingUnitFactory(), "scheme": elsewhere(), "year": 2025}
    return apply_for(**arguments | {"by": UserFactory(), "on": DAY} | fields)


def test_an_application_is_registered_with_the_day_the_scheme_wants_its_report_by() -> None:
    by = UserFactory()
    row = asked(by=by, scheme=elsewhere(report_by_month=4, report_by_day=15), applied_nok=Decimal("1500.50"))
    assert (row.state, row.state_since, row.applied_nok) == (S.APPLIED, DAY, Decimal("1500.50"))
    assert row.report_by == datetime.date(2026, 4, 15)
    assert AuditEntry.objects.filter(action="grant.apply", actor_id=by.pk).exists()
    assert asked(report_by=datetime.date(2026, 2, 1)).report_by == datetime.date(2026, 2, 1)
    assert asked(scheme=elsewhere(has_reporting_duty=False)).report_by is None
    assert report_day(elsewhere(has_reporting_duty=False), 2025) is None


def test_a_unit_has_one_grant_of_a_scheme_in_a_year() -> None:
    row = asked()
    with pytest.raises(DomainError, match="registrert allerede") as error:
        asked(reporting_unit=row.reporting_unit, scheme=row.scheme)
    assert error.value.field == "year"
    asked(reporting_unit=row.reporting_unit, scheme=row.scheme, year=2026)


def test_anothers_scheme_and_anothers_unit_are_refused() -> None:
    with pytest.raises(DomainError) as scheme:
        asked(scheme=GrantSchemeFactory(municipality=MunicipalityFactory()))
    assert scheme.value.field == "scheme"
    with pytest.raises(DomainError) as unit:
        asked(responsible_unit=UnitFactory())
    assert unit.value.field == "responsible_unit"
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("year", 1989),
        ("year", 2101),
        ("applied_nok", Decimal(-1)),
        ("applied_nok", Decimal("0.001")),
        ("carried_over_nok", Decimal("1e12")),
        ("positions", Decimal(-1)),
        ("positions", Decimal(10_000)),
        ("report_by", datetime.date(2024, 12, 31)),
    ],
)
def test_what_is_no_year_amount_or_day_is_refused_at_its_field(field: str, value: Any) -> None:
    with pytest.raises(DomainError) as error:
        asked(**{field: value})
    assert error.value.field == field


def test_an_award_says_how_much() -> None:
    row = asked()
    for amount in (None, Decimal(-1), Decimal("0.005")):
        with pytest.raises(DomainError) as error:
            award(grant=row, version=row.version, awarded_nok=amount, by=UserFactory(), on=DAY)
        assert error.value.field == "awarded_nok"
    Grant.objects.update(report_by=None)
    given = award(
        grant=row, version=row.version, awarded_nok=Decimal(300_000), carried_over_nok=Decimal(5), by=UserFactory(), on=DAY
    )  # fmt: skip
    assert (given.state, given.awarded_nok, given.carried_over_nok) == (S.GRANTED, 300_000, 5)
    assert given.report_by == datetime.date(2026, 3, 1)
    assert not hasattr(Grant.objects.get(), "report"), "the report goes elsewhere"


def test_an_award_that_is_reported_here_begins_the_years_report_with_its_measures() -> None:
    row = asked(scheme=GrantSchemeFactory())
    funding = FundingFactory(grant=row)
    given = award(grant=row, version=row.version, awarded_nok=Decimal(1), by=UserFactory(), on=DAY)
    assert given.report.is_open
    assert [form.funded_measure for form in given.report.measure_reports.all()] == [funding.funded_measure]


def test_a_refusal_says_why() -> None:
    row = asked()
    with pytest.raises(DomainError) as error:
        refuse(grant=row, version=row.version, reason="  ", by=UserFactory(), on=DAY)
    assert error.value.field == "reason"
    refused = refuse(grant=row, version=row.version, reason=" For mange søkere ", by=UserFactory(), on=DAY)
    assert (refused.state, refused.state_reason) == (S.REFUSED, "For mange søkere")


def test_which_grant_it_is_changes_only_until_money_is_shared_out_or_comes() -> None:
    row, by = asked(), UserFactory()
    row = update_grant(grant=row, version=row.version, year=2024, by=by)
    FundingFactory(grant=row)
    for grant in (row, GrantFactory(scheme=elsewhere())):
        with pytest.raises(DomainError) as error:
            update_grant(grant=grant, version=grant.version, year=2023, by=by)
        assert error.value.field == "year"


def test_amounts_stand_when_a_grant_is_closed_and_an_award_needs_awarding() -> None:
    by = UserFactory()
    row = GrantFactory(state=S.CLOSED)
    with pytest.raises(DomainError) as error:
        update_grant(grant=row, version=row.version, spent_nok=Decimal(7), by=by)
    assert error.value.field == "spent_nok"
    assert update_grant(grant=row, version=row.version, note="Arkivert", by=by).note == "Arkivert"
    row = asked()
    with pytest.raises(DomainError) as error:
        update_grant(grant=row, version=row.version, awarded_nok=Decimal(7), by=by)
    assert error.value.field == "awarded_nok"
    row = GrantFactory(scheme=elsewhere())
    with pytest.raises(DomainError) as error:
        update_grant(grant=row, version=row.version, awarded_nok=None, by=by)
    assert error.value.field == "awarded_nok"


def test_what_is_reported_here_is_not_said_to_be_reported_elsewhere() -> None:
    row = GrantFactory()
    with pytest.raises(DomainError, match="fylles ut og sendes i Povertyplan"):
        mark_reported(grant=row, version=row.version, by=UserFactory(), on=DAY)
    other = GrantFactory(scheme=elsewhere())
    assert mark_reported(grant=other, version=other.version, by=UserFactory(), on=DAY).state == S.REPORTED


def test_a_grant_is_reported_before_it_is_closed_and_closed_with_what_was_spent() -> None:
    by = UserFactory()
    row = GrantFactory(scheme=elsewhere())
    with pytest.raises(DomainError, match="må rapporteres"):
        close(grant=row, version=row.version, spent_nok=Decimal(1), by=by, on=DAY)
    row = mark_reported(grant=row, version=row.version, by=by, on=DAY)
    for amount in (None, Decimal(-1)):
        with pytest.raises(DomainError) as error:
            close(grant=row, version=row.version, spent_nok=amount, by=by, on=DAY)
        assert error.value.field == "spent_nok"
    closed = close(grant=row, version=row.version, spent_nok=Decimal(390_000), by=by, on=DAY)
    assert (closed.state, closed.spent_nok) == (S.CLOSED, 390_000)


def _two_years(**later: Any) -> tuple[Grant, Grant]:
    row = GrantFactory(year=2025, scheme=elsewhere(), state=S.REPORTED, awarded_nok=Decimal(100), carried_over_nok=20)
    return row, GrantFactory(
        year=2026, scheme=row.scheme, reporting_unit=row.reporting_unit, **{"state": S.APPLIED} | later
    )  # fmt: skip


@pytest.mark.parametrize(
    ("spent", "carry_over", "later", "carried"),
    [
        (90, True, {}, 30),
        (90, False, {}, None),
        (120, True, {}, None),
        (130, True, {}, None),
        (90, True, {"carried_over_nok": 5}, 5),
        (90, True, {"carried_over_nok": 0}, 0),
        (90, True, {"state": S.CLOSED}, None),
        (90, True, {"state": S.REFUSED}, None),
    ],
)
def test_what_is_left_goes_to_next_years_grant_if_that_says_nothing_of_it(
    spent: int, carry_over: bool, later: dict[str, Any], carried: int | None
) -> None:
    row, following = _two_years(**later)
    assert next_years(row) == (following if carried == 30 or (not later) else None)
    close(
        grant=row, version=row.version, spent_nok=Decimal(spent), carry_over=carry_over, by=UserFactory(), on=DAY
    )  # fmt: skip
    following.refresh_from_db()
    assert following.carried_over_nok == carried


def test_the_years_of_a_measure_are_those_it_got_money() -> None:
    funded, none = FundedMeasureFactory(), FundedMeasureFactory()
    states = {2022: S.CLOSED, 2023: S.REPORTED, 2024: S.REFUSED, 2025: S.GRANTED, 2026: S.APPLIED}
    for year, state in reversed(states.items()):
        grant = GrantFactory(year=year, state=state, scheme=funded.scheme, reporting_unit=funded.reporting_unit)
        FundingFactory(grant=grant, funded_measure=funded)
    assert years_funded([funded, none]) == {funded.pk: [2022, 2023, 2025], none.pk: []}


def test_the_day_to_report_by_follows_scheme_and_year_unless_another_was_said() -> None:
    by, row = UserFactory(), asked(scheme=elsewhere(report_by_month=4, report_by_day=15))
    row = update_grant(grant=row, version=row.version, year=2027, report_by=row.report_by, by=by)
    assert row.report_by == datetime.date(2028, 4, 15)
    row = update_grant(grant=row, version=row.version, scheme=elsewhere(has_reporting_duty=False), by=by)
    assert row.report_by is None
    row = update_grant(grant=row, version=row.version, scheme=elsewhere(), by=by)
    assert row.report_by == datetime.date(2028, 3, 1)
    said = datetime.date(2028, 2, 1)
    row = update_grant(grant=row, version=row.version, year=2026, report_by=said, by=by)
    assert row.report_by == said
    assert update_grant(grant=row, version=row.version, year=2025, by=by).report_by == said


def test_a_refusal_that_was_appealed_is_awarded() -> None:
    row = asked(scheme=GrantSchemeFactory())
    row = refuse(grant=row, version=row.version, reason="For mange", by=UserFactory(), on=DAY)
    given = award(grant=row, version=row.version, awarded_nok=Decimal(5), by=UserFactory(), on=DAY)
    assert (given.state, given.state_reason, given.awarded_nok) == (S.GRANTED, "", 5)
    assert given.report.is_open


def _closed_again(row: Grant, spent: int, on_the_way: Any = None) -> Grant:
    """Closed with 90 spent and the rest carried over, sent back and closed once more."""
    by = UserFactory()
    row = close(grant=row, version=row.version, spent_nok=Decimal(90), carry_over=True, by=by, on=DAY)
    if on_the_way:
        on_the_way()
    set_granted_again(grant=row, by=None, on=DAY)
    row.refresh_from_db()
    row = mark_reported(grant=row, version=row.version, by=by, on=DAY)
    return close(grant=row, version=row.version, spent_nok=Decimal(spent), carry_over=True, by=by, on=DAY)


@pytest.mark.parametrize(("spent", "carried"), [(100, 20), (80, 40), (90, 30), (120, None), (130, None)])
def test_a_grant_that_is_closed_again_puts_right_what_it_carried_over(spent: int, carried: int | None) -> None:
    row, following = _two_years()
    row = _closed_again(row, spent)
    following.refresh_from_db()
    assert following.carried_over_nok == carried
    assert carried_otherwise(row) is None


def test_what_somebody_wrote_of_the_carry_over_stands_and_is_told_of() -> None:
    row, following = _two_years()
    row = _closed_again(row, 100, lambda: Grant.objects.filter(pk=following.pk).update(carried_over_nok=7))
    following.refresh_from_db()
    assert following.carried_over_nok == 7
    assert carried_otherwise(row) == following
    Grant.objects.filter(pk=following.pk).update(state=S.REFUSED)
    assert carried_otherwise(row) is None


@pytest.mark.parametrize("state", ReportState.values)
def test_what_was_awarded_stands_while_the_directorate_has_the_report(state: str) -> None:
    report, by = make_report(state=state), UserFactory()
    row = report.grant
    stands = state in (ReportState.SUBMITTED, ReportState.ACCEPTED)
    assert award_stands(row) == stands
    if not stands:
        assert update_grant(grant=row, version=row.version, awarded_nok=Decimal(7), by=by).awarded_nok == 7
        return
    with pytest.raises(DomainError, match="Årsrapporten er sendt inn") as error:
        update_grant(grant=row, version=row.version, awarded_nok=Decimal(7), by=by)
    assert error.value.field == "awarded_nok"
    same = update_grant(grant=row, version=row.version, awarded_nok=row.awarded_nok, spent_nok=Decimal(3), by=by)
    assert same.spent_nok == 3


@pytest.mark.parametrize("state", GrantState.values)
def test_only_an_application_that_nothing_rests_on_is_deleted(state: str) -> None:
    row, by = GrantFactory(state=state), UserFactory()
    shared = FundingFactory(grant__state=state).grant
    with pytest.raises(DomainError, match="kan slettes"):
        delete_application(grant=shared, version=shared.version, by=by)
    if state == S.APPLIED:
        delete_application(grant=row, version=row.version, by=by)
        assert list(Grant.objects.all()) == [shared]
        assert AuditEntry.objects.filter(action="grant.delete", actor_id=by.pk, operation="DELETE").exists()
    else:
        with pytest.raises(DomainError, match="kan slettes"):
            delete_application(grant=row, version=row.version, by=by)
        assert Grant.objects.filter(pk=row.pk).exists()
