"""What is seen first of grants: what is due, what can be applied for, and measures in their last year."""

import datetime
from typing import Any

import pytest

from grants.domain.grant_overview import application_year, is_due, last_years, openings, year_warning
from grants.models import Grant, GrantScheme, GrantState, ReportState
from tests.factories import (
    FundedMeasureFactory,
    FundingFactory,
    GrantFactory,
    GrantSchemeFactory,
    make_report,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 3, 1)


def days(number: int) -> datetime.date:
    return DAY + datetime.timedelta(days=number)


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({"report_by": days(45)}, True),
        ({"report_by": days(46)}, False),
        ({"report_by": days(-400)}, True),
        ({"report_by": None, "year": DAY.year}, False),
        ({"report_by": None, "year": DAY.year - 1}, True),
        ({"report_by": DAY, "state": GrantState.APPLIED}, False),
        ({"report_by": DAY, "state": GrantState.REPORTED}, False),
        ({"report_by": DAY, "scheme__reported_here": False, "scheme__has_reporting_duty": False}, False),
    ],
)
def test_a_report_is_due_from_forty_five_days_before_until_it_is_sent(fields: dict[str, Any], due: bool) -> None:
    assert is_due(GrantFactory(**fields), DAY) is due


def test_a_report_that_was_sent_back_is_due_whatever_the_day() -> None:
    returned = make_report(state=ReportState.RETURNED, grant__state=GrantState.REPORTED, grant__report_by=None)
    assert is_due(returned.grant, DAY)
    assert not is_due(make_report(state=ReportState.ACCEPTED, grant__state=GrantState.REPORTED).grant, DAY)


def test_a_deadline_in_the_autumn_is_for_next_years_money() -> None:
    assert application_year(datetime.date(2025, 6, 30)) == 2025
    assert application_year(datetime.date(2025, 7, 1)) == 2026


def test_what_can_be_applied_for_is_in_use_open_and_not_asked_for_yet() -> None:
    soon, later, asked, _over, _unused = (
        GrantSchemeFactory(apply_by=day, active=active)
        for day, active in ((days(45), True), (days(46), True), (DAY, True), (days(-1), True), (days(5), False))
    )
    GrantSchemeFactory(apply_by=None)
    # Last year's grant hinders nobody.
    taken = [(asked.pk, 2025), (soon.pk, 2024)]
    found = openings(schemes=GrantScheme.objects.all(), taken=taken, on=DAY)
    assert [(row.scheme, row.year, row.is_soon) for row in found] == [(soon, 2025, True), (later, 2025, False)]


@pytest.mark.parametrize(
    ("years", "year", "most", "text"),
    [
        ([], 2025, 3, ""),
        ([2024, 2025], 2025, 3, ""),
        ([2023, 2024, 2025], 2025, 3, "Tredje og siste år"),
        ([2023, 2024], 2025, 3, "Tredje og siste år"),  # asked for
        ([2022, 2023, 2024, 2025], 2025, 3, "Har fått penger i 4 år. Ordningen gir høyst 3."),
        ([2022, 2023, 2024], 2025, 3, "Har fått penger i 3 år. Ordningen gir høyst 3."),  # asked for
        ([2022, 2023, 2024, 2025], 2023, 3, ""),  # seen from then
        ([2025], 2025, 1, "Første og siste år"),
        (list(range(2015, 2026)), 2025, 11, "År 11, det siste"),
        (list(range(2000, 2026)), 2025, None, ""),
    ],
)
def test_a_measure_is_warned_of_in_its_last_year_and_beyond(
    years: list[int], year: int, most: int | None, text: str
) -> None:
    assert str(year_warning(years, year, most)) == text


def test_measures_in_their_last_year_are_those_with_money_now(django_assert_num_queries: Any) -> None:
    scheme = GrantSchemeFactory(max_years=2)
    now, fresh, old, asked = (FundedMeasureFactory(scheme=scheme, title=title) for title in "abcd")
    for funded, year, state in (
        (now, 2024, GrantState.CLOSED), (now, 2025, GrantState.GRANTED), (fresh, 2025, GrantState.GRANTED),
        (old, 2023, GrantState.CLOSED), (old, 2024, GrantState.CLOSED), (asked, 2024, GrantState.CLOSED),
        (asked, 2025, GrantState.REFUSED), (asked, 2026, GrantState.APPLIED),
    ):  # fmt: skip
        grant = GrantFactory(scheme=scheme, reporting_unit=funded.reporting_unit, year=year, state=state)
        FundingFactory(grant=grant, funded_measure=funded)
    with django_assert_num_queries(1):
        found = last_years(grants=Grant.objects.all(), on=DAY)
    assert [(row.title, row.grant_year, str(row.warning)) for row in found] == [
        ("a", 2025, "Andre og siste år"), ("d", 2026, "Andre og siste år"),
    ]  # fmt: skip
    one = Grant.objects.filter(reporting_unit=now.reporting_unit)
    assert [row.title for row in last_years(grants=one, on=DAY)] == ["a"]
