"""What is known of one measure's form, question by question, and where it comes from."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.domain.known_answers import Known, known_of_report
from grants.domain.known_measures import LONGEST_DESCRIPTION
from grants.domain.yearly_report import add_form
from grants.models import FundedMeasure, Funding, GrantState, SubProject, YearlyReport
from measures.models import Measure, Target
from tests.database import undone
from tests.factories import (
    FundingFactory,
    GrantFactory,
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    SubProjectFactory,
    TargetFactory,
    UserFactory,
)
from tests.factories.grants_results import OutcomeFactory
from tests.grants.report_example import begun, last_years

pytestmark = pytest.mark.django_db
LOG = "Loggen på tiltaket, {} i 2009"


def link(report: YearlyReport, **fields: Any) -> FundedMeasure:
    """Say more of the report's one measure."""
    funded = FundedMeasure.objects.get(measure_reports__report=report)
    FundedMeasure.objects.filter(pk=funded.pk).update(**fields)
    return FundedMeasure.objects.get(pk=funded.pk)


def in_plan(report: YearlyReport, **fields: Any) -> Measure:
    measure: Measure = MeasureFactory(plan__municipality=report.grant.reporting_unit.municipality, **fields)
    link(report, measure=measure)
    return measure


def in_sub_project(report: YearlyReport, **fields: Any) -> SubProject:
    sub_project: SubProject = SubProjectFactory(municipality=report.grant.reporting_unit.municipality, **fields)
    link(report, sub_project=sub_project)
    return sub_project


def counted(report: YearlyReport, **fields: Any) -> Target:
    target: Target = TargetFactory(measure=in_plan(report), **fields)
    link(report, children_target=target)
    return target


def log(target: Target, day: datetime.date, value: Any = 1) -> None:
    LogFigureFactory(
        target=target, value=Decimal(value), entry=LogEntryFactory(measure=target.measure, happened_on=day)
    )


def known(report: YearlyReport) -> dict[str, Known]:
    (of_form,) = known_of_report(YearlyReport.objects.get(pk=report.pk)).measures.values()
    return of_form


def said(report: YearlyReport, question: str) -> tuple[Any, str] | None:
    answer = known(report).get(question)
    return (answer.value, answer.source) if answer else None


def test_what_is_said_of_the_measure_once_goes_before_last_years_form() -> None:
    report = begun()
    funded = link(report, goal_category="jobs", recruited_by=["nav"])
    last_years(report.grant, funded, form={"goal_category": "holiday", "targeting": "all", "children_reached": 9})
    own, last = "Det som står om tilskuddstiltaket", "Rapporten for 2008"
    found = known(report)
    assert {name: (row.value, row.source) for name, row in found.items() if name not in ("budget_nok", "budget_class")} == {
        "goal_category": ("jobs", own), "recruited_by": (["nav"], own), "targeting": ("all", last),
    }  # fmt: skip


def test_a_form_that_came_without_a_measure_knows_last_years_of_the_same_name() -> None:
    report = begun()
    form = report.measure_reports.get()
    report.measure_reports.update(funded_measure=None)
    last_years(report.grant, form={"title": form.title.upper(), "goal_category": "holiday"})
    assert said(report, "goal_category") == ("holiday", "Rapporten for 2008")
    assert said(report, "budget_nok") is None


def test_the_budget_is_the_measures_share_of_the_grant() -> None:
    report = begun()
    assert said(report, "budget_nok") == (100_000, "Det tiltaket har fått av tilskuddet")
    assert said(report, "budget_class") == ("medium", "Regnet ut av budsjettet")
    Funding.objects.update(budget_nok=None)
    assert (said(report, "budget_nok"), said(report, "budget_class")) == (None, None)


@given(
    st.lists(
        st.tuples(st.dates(datetime.date(2008, 12, 1), datetime.date(2010, 1, 31)), st.integers(0, 99)), max_size=8
    ),
    st.sampled_from(Target.Counting.values),
)
def test_children_are_counted_in_the_log_of_the_year(figures: list[tuple[datetime.date, int]], counting: str) -> None:
    with undone():
        report = begun()
        target = counted(report, counting=counting)
        for day, value in figures:
            log(target, day, value)
        of_year = [(day, value) for day, value in figures if day.year == 2009]
        if not of_year:
            assert said(report, "children_reached") is None
            return
        last = max(day for day, value in of_year)
        numbers = [value for day, value in of_year]
        latest = [value for day, value in of_year if day == last][-1]
        times = "1 føring" if len(numbers) == 1 else f"{len(numbers)} føringer"
        expected = sum(numbers) if counting == "sum" else latest
        assert said(report, "children_reached") == (expected, LOG.format(times))


def test_what_was_corrected_or_taken_back_does_not_count() -> None:
    report = begun()
    target = counted(report)
    day = datetime.date(2009, 5, 1)
    entry = LogEntryFactory(measure=target.measure, happened_on=day)
    LogFigureFactory(target=target, entry=entry, value=Decimal(10))
    assert said(report, "children_reached") == (10, LOG.format("1 føring"))
    LogEntryFactory(measure=target.measure, happened_on=day, corrects=entry, withdrawn=True)
    assert said(report, "children_reached") is None


@pytest.mark.parametrize("value", ["1.5", "-1"])
def test_what_is_no_number_of_children_is_not_taken_for_one(value: str) -> None:
    report = begun()
    log(counted(report), datetime.date(2009, 5, 1), value)
    assert said(report, "children_reached") is None


def test_without_a_count_in_the_log_the_sub_projects_results_are_taken_when_the_year_ended() -> None:
    report = begun()
    sub_project = in_sub_project(report, starts_on=datetime.date(2008, 1, 1))
    for day, value in (
        (datetime.date(2009, 6, 1), 20),
        (datetime.date(2009, 11, 1), 35),
        (datetime.date(2010, 1, 1), 50),
    ):
        OutcomeFactory(sub_project=sub_project, kind="children", value=Decimal(value), counted_on=day)
    OutcomeFactory(sub_project=sub_project, kind="families", value=Decimal(7), counted_on=datetime.date(2009, 6, 1))
    assert said(report, "children_reached") == (35, "Delprosjektets resultater per 1. november 2009")
    log(counted(report), datetime.date(2009, 5, 1), 3)
    assert said(report, "children_reached") == (3, LOG.format("1 føring"))


def test_a_sub_projects_children_are_counted_in_the_first_form_that_is_linked_to_it() -> None:
    report = begun()
    sub_project = in_sub_project(report)
    OutcomeFactory(sub_project=sub_project, kind="children", value=Decimal(20), counted_on=datetime.date(2009, 6, 1))
    again = FundingFactory(grant=report.grant).funded_measure
    FundedMeasure.objects.filter(pk=again.pk).update(sub_project=sub_project)
    add_form(report=report, funded_measure=again, by=UserFactory())
    of_forms = known_of_report(YearlyReport.objects.get(pk=report.pk)).measures
    counted = [of_forms[form.pk].get("children_reached") for form in report.measure_reports.all()]
    assert [known and known.value for known in counted] == [20, None]


@pytest.mark.parametrize(
    ("linked", "fields", "expected"),
    [
        ("sub_project", {"state": "in_line"}, "yes"),
        ("sub_project", {"state": "stopped", "state_reason": "Nok"}, "no"),
        ("sub_project", {"state": "ended", "state_since": datetime.date(2009, 12, 31)}, "no"),
        ("sub_project", {"state": "ended", "state_since": datetime.date(2010, 1, 1)}, None),
        ("sub_project", {"state": "running"}, None),
        ("measure", {"state": "completed"}, "no"),
        ("measure", {"state": "stopped", "state_reason": "Nok"}, "no"),
        ("measure", {"state": "not_feasible", "state_reason": "Nok"}, "no"),
        ("measure", {"state": "overtaken", "state_reason": "Nok"}, "no"),
        ("measure", {"state": "in_progress", "ends_on": datetime.date(2010, 1, 1)}, "yes"),
        ("measure", {"state": "in_progress", "ends_on": datetime.date(2009, 12, 31)}, None),
        ("measure", {"state": "in_progress"}, None),
    ],
)
def test_whether_it_goes_on_is_known_from_what_became_of_it(
    linked: str, fields: dict[str, Any], expected: str | None
) -> None:
    report = begun()
    make = in_plan if linked == "measure" else in_sub_project
    make(report, **fields)
    answer = known(report).get("continue_next_year")
    assert (answer.value if answer else None) == expected


def test_money_next_year_says_that_it_goes_on_whatever_its_state() -> None:
    report = begun()
    in_plan(report, state="completed")
    assert said(report, "continue_next_year") == ("no", "Tilstanden til tiltaket i planen")
    grant = GrantFactory(
        reporting_unit=report.grant.reporting_unit, scheme=report.grant.scheme, year=2010, state=GrantState.APPLIED
    )
    FundingFactory(grant=grant, funded_measure=report.measure_reports.get().funded_measure)
    assert said(report, "continue_next_year") == ("no", "Tilstanden til tiltaket i planen"), "only applied for"
    type(grant).objects.filter(pk=grant.pk).update(state=GrantState.GRANTED, awarded_nok=1)
    assert said(report, "continue_next_year") == ("yes", "Tilskuddet for 2010")


def test_the_description_is_the_measures_own_or_what_was_logged_in_the_year() -> None:
    report = begun()
    measure = MeasureFactory(plan__municipality=report.grant.reporting_unit.municipality)
    in_sub_project(report, measure=measure)
    for day, text in ((datetime.date(2009, 8, 2), "Avslutning."), (datetime.date(2009, 3, 1), "Start\n i mars.")):
        LogEntryFactory(measure=measure, happened_on=day, text=text)
    for day in (datetime.date(2008, 12, 31), datetime.date(2010, 1, 1)):
        LogEntryFactory(measure=measure, happened_on=day, text="Et annet år.")
    expected = "1. mars 2009: Start i mars.\n2. august 2009: Avslutning."
    assert said(report, "description") == (expected, LOG.format("2 føringer"))
    link(report, description=" Ferie for barn. ")
    assert said(report, "description") == ("Ferie for barn.", "Det som står om tilskuddstiltaket")


@pytest.mark.parametrize(
    ("kind", "told"), [("activity", True), ("result", True), ("deviation", False), ("decision", False)]
)
def test_only_what_was_done_and_what_came_of_it_is_told(kind: str, told: bool) -> None:
    report = begun()
    LogEntryFactory(measure=in_plan(report), happened_on=datetime.date(2009, 5, 1), text="Et ord.", kind=kind)
    expected = ("1. mai 2009: Et ord.", LOG.format("1 føring")) if told else None
    assert said(report, "description") == expected


def test_the_description_has_the_entries_as_they_stand() -> None:
    report = begun()
    entry = LogEntryFactory(measure=in_plan(report), happened_on=datetime.date(2009, 5, 1), text="Feil.")
    LogEntryFactory(measure=entry.measure, happened_on=entry.happened_on, corrects=entry, text="Riktig.")
    assert said(report, "description") == ("1. mai 2009: Riktig.", LOG.format("1 føring"))


@given(st.lists(st.integers(1, 1500), min_size=1, max_size=6))
def test_a_long_log_is_cut_at_whole_entries_and_the_newest_are_kept(lengths: list[int]) -> None:
    with undone():
        report = begun()
        measure = in_plan(report)
        for number, length in enumerate(lengths):
            LogEntryFactory(measure=measure, happened_on=datetime.date(2009, 1, 1 + number), text="x" * length)
        text, _source = said(report, "description") or ("", "")
        lines = [f"{1 + number}. januar 2009: {'x' * length}" for number, length in enumerate(lengths)]
        kept = text.split("\n")
        assert len(text) <= LONGEST_DESCRIPTION
        assert kept == lines[-len(kept) :]
        assert len(kept) == len(lines) or len("\n".join(lines[-len(kept) - 1 :])) > LONGEST_DESCRIPTION


def test_an_entry_that_is_too_long_by_itself_is_cut() -> None:
    report = begun()
    LogEntryFactory(measure=in_plan(report), happened_on=datetime.date(2009, 5, 1), text="x" * 9000)
    text, _source = said(report, "description") or ("", "")
    assert len(text) == LONGEST_DESCRIPTION and text.endswith("x…")
