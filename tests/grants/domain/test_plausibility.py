"""What asks for a reason: jumps from last year, and numbers that don't go together."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.domain.plausibility import FLOORS, is_jump, jumps
from grants.models import Grant, ReportState, YearlyReport
from organisation.separation import Scope, seeing
from tests.factories import FundedMeasureFactory, MeasureReportFactory
from tests.factories.grants_received import YearlyReportFactory
from tests.grants.report_example import filled_in, last_years, problems, save_measure, save_unit, sent

pytestmark = pytest.mark.django_db
NUMBERS = st.none() | st.integers(0, 5000) | st.decimals(0, 10**7, places=2)
FLOOR = st.sampled_from(sorted(FLOORS.values()))


def asked(report: YearlyReport) -> set[tuple[bool, str]]:
    """On the unit's own form or not, and the question."""
    return {(jump.form is None, jump.question) for jump in jumps(YearlyReport.objects.get(pk=report.pk))}


@given(NUMBERS, NUMBERS, FLOOR)
def test_a_jump_is_one_in_both_directions(one: Any, other: Any, floor: Decimal) -> None:
    assert is_jump(one, other, floor) == is_jump(other, one, floor)


@given(NUMBERS, FLOOR)
def test_nothing_jumps_from_itself_and_nothing_from_nothing(number: Any, floor: Decimal) -> None:
    assert not is_jump(number, number, floor)
    assert not is_jump(number, None, floor)


@pytest.mark.parametrize(
    ("before", "now", "floor", "jumped"),
    [
        (30, 61, 20, True),
        (30, 60, 20, False),  # double is not more than double
        (61, 30, 20, True),
        (60, 30, 20, False),
        (0, 21, 20, True),
        (5, 25, 20, False),  # many times as much, and still small
        (5, 26, 20, True),
        (1000, 1900, 20, False),
    ],
)
def test_a_jump_is_more_than_double_or_less_than_half_and_large(
    before: int, now: int, floor: int, jumped: bool
) -> None:
    assert is_jump(before, now, Decimal(floor)) == jumped


@pytest.mark.parametrize(
    ("last", "question"),
    [
        ({"form": {"children_reached": 100}}, (False, "children_reached")),
        ({"form": {"budget_nok": Decimal(20_000)}}, (False, "budget_nok")),
        ({"amount_received_nok": Decimal(150_000)}, (True, "amount_received_nok")),
        ({"active_measures": 5}, (True, "active_measures")),
    ],
)
def test_a_number_that_jumps_from_last_year_asks_for_a_reason(last: dict[str, Any], question: tuple[bool, str]) -> None:
    report = filled_in()
    form = report.measure_reports.get()
    last_years(report.grant, form.funded_measure, **last)
    assert asked(report) == {question}
    (problem,) = problems(report)
    assert problem.asks_why and "I rapporten for 2008 var tallet" in str(problem.text)
    if question[0]:
        save_unit(report, {question[1]: "Vi fikk mer."})
    else:
        save_measure(form, {question[1]: "Vi fikk mer."})
    report.refresh_from_db()
    assert problems(report) == []


def test_a_measure_is_held_against_itself_by_its_title_where_it_came_from_a_file() -> None:
    report = filled_in()
    form = report.measure_reports.get()
    last = last_years(report.grant, None, form={"title": form.title.upper(), "children_reached": 100})
    assert asked(report) == {(False, "children_reached")}
    other = FundedMeasureFactory(reporting_unit=report.grant.reporting_unit, scheme=report.grant.scheme)
    last.measure_reports.update(funded_measure=other)
    assert asked(report) == set(), "another measure that was called the same"


def test_last_years_report_counts_when_it_was_sent_by_the_same_unit_for_the_same_scheme() -> None:
    report = filled_in()
    last = last_years(report.grant, amount_received_nok=Decimal(100_000))
    assert asked(report) == {(True, "amount_received_nok")}
    for field, value in (("state", ReportState.DRAFT), ("state", ReportState.RETURNED)):
        sent_at = None if value == ReportState.DRAFT else last.submitted_at
        YearlyReport.objects.filter(pk=last.pk).update(**{field: value, "submitted_at": sent_at})
        assert asked(report) == set()
    YearlyReport.objects.filter(pk=last.pk).update(state=ReportState.SUBMITTED, submitted_at=last.submitted_at)
    Grant.objects.filter(pk=last.grant_id).update(year=report.grant.year - 2)
    assert asked(report) == set()
    YearlyReportFactory(
        grant__scheme=report.grant.scheme, grant__year=report.grant.year - 1, state=ReportState.SUBMITTED,
        amount_received_nok=Decimal(100_000),
    )  # fmt: skip
    assert asked(report) == set(), "another unit's"


@pytest.mark.parametrize(
    ("answers", "asks"),
    [
        ({"children_reached": 1500}, False),
        ({"children_reached": 1501}, True),
        ({"children_reached": 1}, False),
        ({"children_reached": 0}, True),
        ({"children_reached": 0, "primary_target_group": "staff"}, False),
    ],
)
def test_so_many_children_or_none_asks_for_a_reason(answers: dict[str, Any], asks: bool) -> None:
    report = filled_in()
    save_measure(report.measure_reports.get(), **answers)
    assert asked(report) == ({(False, "children_reached")} if asks else set())


def test_the_most_that_was_reached_is_said_of_its_year() -> None:
    report = filled_in()
    save_measure(report.measure_reports.get(), children_reached=1501)
    (jump,) = jumps(YearlyReport.objects.get(pk=report.pk))
    assert "det meste noen rapporterte for 2009" in str(jump.text)


def test_more_money_than_there_was_and_more_measures_than_there_are_ask_for_a_reason() -> None:
    report = filled_in()
    save_measure(report.measure_reports.get(), budget_nok=Decimal(400_000))
    assert asked(report) == set()
    MeasureReportFactory(report=report, budget_nok=Decimal(1))
    assert asked(report) == {(True, "amount_received_nok"), (True, "active_measures")}
    Grant.objects.filter(pk=report.grant_id).update(carried_over_nok=1)
    save_unit(report, active_measures=2)
    assert asked(report) == set()


def test_the_directorate_sees_what_jumps_in_what_was_sent() -> None:
    report = sent()
    last_years(report.grant, report.measure_reports.get().funded_measure, form={"children_reached": 400})
    with seeing(Scope(published=True)):
        assert asked(report) == {(False, "children_reached")}
