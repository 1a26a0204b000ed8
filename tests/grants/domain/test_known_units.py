"""What is known of the unit's own form, question by question, and where it comes from."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from grants.domain.known_answers import known_of_report
from grants.domain.yearly_report import add_form
from grants.models import FundedMeasure, ReportState, Review, YearlyReport
from measures.models import Measure
from organisation.models import UnitKind
from tests.factories import (
    FundedMeasureFactory,
    FundingFactory,
    GrantFactory,
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    SubProjectFactory,
    SubProjectPartnerFactory,
    TargetFactory,
    UnitFactory,
    UserFactory,
    make_agreed,
)
from tests.grants.report_example import AT, begun, last_years

pytestmark = pytest.mark.django_db
DAY, OTHER_YEAR = datetime.date(2009, 5, 1), datetime.date(2010, 1, 1)


def said(report: YearlyReport, question: str) -> tuple[Any, str] | None:
    answer = known_of_report(YearlyReport.objects.get(pk=report.pk)).unit.get(question)
    return (answer.value, answer.source) if answer else None


def value(report: YearlyReport, question: str) -> Any:
    answer = said(report, question)
    return answer[0] if answer else None


def one_more(report: YearlyReport, **fields: Any) -> FundedMeasure:
    """One more measure in the report, linked as the fields say."""
    grant = report.grant
    funded: FundedMeasure = FundedMeasureFactory(reporting_unit=grant.reporting_unit, scheme=grant.scheme, **fields)
    FundingFactory(grant=grant, funded_measure=funded)
    add_form(report=report, funded_measure=funded, by=UserFactory())
    return funded


def linked(report: YearlyReport, **fields: Any) -> Measure:
    """The report's first measure is this one of the plan."""
    measure: Measure = MeasureFactory(plan__municipality=report.grant.reporting_unit.municipality, **fields)
    FundedMeasure.objects.filter(measure_reports__report=report, measure_reports__number=1).update(measure=measure)
    return measure


def reviewed(report: YearlyReport, *verdicts: str, held_on: datetime.date = DAY) -> Review:
    """A sub-project of the report's first measure, whose review has been held."""
    sub_project = make_agreed(SubProjectFactory(municipality=report.grant.reporting_unit.municipality, partners=2))
    FundedMeasure.objects.filter(measure_reports__report=report, measure_reports__number=1).update(
        sub_project=sub_project
    )
    review = sub_project.reviews.get()
    letter = sub_project.letters.get(state="in_force")
    for goal, verdict in zip(letter.goals.filter(kind="result"), verdicts, strict=False):
        review.judgements.create(goal=goal, verdict=verdict)
    Review.objects.filter(pk=review.pk).update(
        decision="continue", held_on=held_on, concluded_at=AT, concluded_by=UserFactory(), reason="Går bra.",
        letter=letter, evidence={},
    )  # fmt: skip
    return review


def log(measure: Measure, number: int, *, of: int | None, day: datetime.date = DAY) -> None:
    target = TargetFactory(measure=measure, value=None if of is None else Decimal(of))
    LogFigureFactory(target=target, value=Decimal(number), entry=LogEntryFactory(measure=measure, happened_on=day))


def test_money_and_measures_are_the_grants() -> None:
    report = begun()
    assert said(report, "amount_received_nok") == (400_000, "Tilskuddet")
    assert said(report, "active_measures") == (1, "Tiltakene som har fått av tilskuddet")
    one_more(report)
    assert value(report, "active_measures") == 2


def test_last_years_answers_stand_until_somebody_says_otherwise() -> None:
    report = begun()
    answers = {
        "decided_by": "alone", "user_influence": "some", "feedback_system": "none", "reached_target_groups": "mostly",
    }  # fmt: skip
    last = last_years(report.grant, **answers, goals_reached="not_all", anchored_in_plan="none")
    for question, answer in answers.items():
        assert said(report, question) == (answer, "Rapporten for 2008")
    assert (value(report, "goals_reached"), value(report, "anchored_in_plan")) == (None, None), "new every year"
    YearlyReport.objects.filter(pk=last.pk).update(state=ReportState.RETURNED)
    assert value(report, "decided_by") is None


def test_partners_are_those_of_the_plan_and_of_the_sub_projects_by_their_kind() -> None:
    report = begun()
    municipality = report.grant.reporting_unit.municipality
    assert value(report, "cooperated_with") is None
    measure = linked(report, partners=[UnitFactory(municipality=municipality, kind=UnitKind.VOLUNTARY)])
    assert said(report, "cooperated_with") == (
        ["voluntary"], "Partnerne til tiltakene i planen og til delprosjektene",
    )  # fmt: skip
    sub_project = SubProjectFactory(municipality=municipality)
    FundedMeasure.objects.filter(measure=measure).update(sub_project=sub_project)
    for kind, left_on in (
        (UnitKind.BUSINESS, datetime.date(2009, 2, 1)), (UnitKind.STATE, datetime.date(2008, 12, 31)),
    ):  # fmt: skip
        unit = UnitFactory(municipality=municipality, kind=kind)
        SubProjectPartnerFactory(sub_project=sub_project, unit=unit, left_on=left_on)
    assert value(report, "cooperated_with") == ["voluntary", "other"], "who left before the year took no part in it"


def test_another_unit_that_answers_for_the_measure_is_a_partner_and_ones_own_is_not() -> None:
    report = begun()
    measure = linked(report)
    assert value(report, "cooperated_with") is None, "who we are is not known"
    reporting_unit = report.grant.reporting_unit
    reporting_unit.unit = measure.responsible_unit
    reporting_unit.save()
    assert value(report, "cooperated_with") is None
    reporting_unit.unit = UnitFactory(municipality=reporting_unit.municipality)
    reporting_unit.save()
    assert value(report, "cooperated_with") == ["same_municipality"]
    report.grant.responsible_unit = measure.responsible_unit
    report.grant.save()
    assert value(report, "cooperated_with") is None, "it holds the grant"


def test_measures_are_followed_up_where_they_were_evaluated_or_reviewed_in_the_year() -> None:
    report = begun()
    assert value(report, "follows_up_measures") is None
    measure = linked(report)
    assert value(report, "follows_up_measures") == "none"
    LogEntryFactory(measure=measure, happened_on=DAY)
    LogEntryFactory(measure=measure, happened_on=OTHER_YEAR, is_evaluation=True)
    assert value(report, "follows_up_measures") == "none"
    LogEntryFactory(measure=measure, happened_on=DAY, is_evaluation=True)
    assert said(report, "follows_up_measures") == ("all", "Evalueringer og stoppunkter i 2009: 1 av 1 tiltak")
    other = MeasureFactory(plan=measure.plan)
    one_more(report, measure=other)
    assert value(report, "follows_up_measures") == "some"
    one_more(report)
    assert value(report, "follows_up_measures") is None, "one is not linked to anything"


@pytest.mark.parametrize(("held_on", "expected"), [(DAY, "all"), (OTHER_YEAR, "none")])
def test_a_review_that_was_held_in_the_year_is_follow_up(held_on: datetime.date, expected: str) -> None:
    report = begun()
    reviewed(report, held_on=held_on)
    assert value(report, "follows_up_measures") == expected


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([], None),
        ([(10, None)], None),
        ([(50, 50)], "all"),
        ([(49, 50)], "not_all"),
        ([(60, 50), (1, 2)], "not_all"),
        ([(60, 50), (2, 2)], "all"),
    ],
)
def test_goals_are_reached_when_the_log_has_counted_so_many(
    targets: list[tuple[int, int | None]], expected: str | None
) -> None:
    report = begun()
    measure = linked(report)
    TargetFactory(measure=measure, value=Decimal(5))  # of which nothing has been counted
    for number, of in targets:
        log(measure, number, of=of)
        log(measure, 1000, of=of, day=OTHER_YEAR)
    assert value(report, "goals_reached") == expected


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [((), None), (("reached", "reached"), "all"), (("reached", "partly"), "not_all"), (("not_reached",), "not_all")],
)
def test_goals_are_reached_as_they_were_judged_at_the_review(verdicts: tuple[str, ...], expected: str | None) -> None:
    report = begun()
    reviewed(report, *verdicts)
    assert value(report, "goals_reached") == expected
    Review.objects.update(held_on=OTHER_YEAR)
    assert value(report, "goals_reached") is None


def test_that_all_goals_were_reached_is_not_said_of_measures_of_which_nothing_is_known() -> None:
    report = begun()
    measure = linked(report)
    log(measure, 50, of=50)
    assert said(report, "goals_reached") == ("all", "Måltall og stoppunkter per 31. desember 2009: 1 av 1 mål nådd")
    other = one_more(report)
    assert value(report, "goals_reached") is None
    other.measure = MeasureFactory(plan=measure.plan)
    other.save()
    log(other.measure, 1, of=2)
    assert value(report, "goals_reached") == "not_all"


@pytest.mark.parametrize(
    ("reached", "expected"),
    [(89, "fewer"), (90, "as_expected"), (100, "as_expected"), (110, "as_expected"), (111, "more"), (0, "fewer")],
)
def test_the_number_one_expected_is_met_within_a_tenth(reached: int, expected: str) -> None:
    report = begun()
    measure = linked(report)
    assert value(report, "reached_expected_number") is None
    target = TargetFactory(measure=measure, value=Decimal(100))
    FundedMeasure.objects.filter(measure=measure).update(children_target=target)
    for number, day in ((reached, DAY), (1000, OTHER_YEAR)):
        LogFigureFactory(target=target, value=Decimal(number), entry=LogEntryFactory(measure=measure, happened_on=day))
    source = f"Loggen på 1 av 1 tiltak: {reached} nådd, 100 ventet"
    assert said(report, "reached_expected_number") == (expected, source)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ({"state": "draft", "adopted_on": None}, "discussed"),
        ({"state": "adopted", "adopted_on": datetime.date(2009, 12, 31)}, "adopted"),
        ({"state": "adopted", "adopted_on": datetime.date(2010, 1, 1)}, "discussed"),
        ({"state": "adopted", "adopted_on": None, "adopted_as_printed": "høsten 2008"}, "adopted"),
        ({"state": "closed", "adopted_on": datetime.date(2008, 1, 1)}, "adopted"),
    ],
)
def test_measures_stand_in_a_plan_that_had_been_adopted_when_the_year_ended(
    plan: dict[str, Any], expected: str
) -> None:
    report = begun()
    assert value(report, "anchored_in_plan") is None
    measure = linked(report, **{f"plan__{name}": field for name, field in plan.items()})
    by_name = f"Planen tiltakene står i: {measure.plan.title}"
    source = by_name if expected == "adopted" else "Tiltakene står i en plan som ikke var vedtatt"
    assert said(report, "anchored_in_plan") == (expected, source), "a draft's title is not told"


def test_earlier_measures_are_ordinary_when_they_are_in_operation_or_in_the_line() -> None:
    report = begun()
    grant, municipality = report.grant, report.grant.reporting_unit.municipality
    before = GrantFactory(reporting_unit=grant.reporting_unit, scheme=grant.scheme, year=2007)
    since = {"state_since": datetime.date(2009, 12, 31)}

    def earlier(**link: Any) -> FundedMeasure:
        funded: FundedMeasure = FundedMeasureFactory(reporting_unit=grant.reporting_unit, scheme=grant.scheme, **link)
        FundingFactory(grant=before, funded_measure=funded)
        return funded

    def in_operation(**fields: Any) -> Measure:
        measure: Measure = MeasureFactory(plan__municipality=municipality, state="in_operation", **fields)
        return measure

    earlier(measure=MeasureFactory(plan__municipality=municipality, state="completed"))
    earlier(measure=in_operation(state_since=OTHER_YEAR))
    still = earlier(measure=in_operation(**since))
    FundingFactory(grant=grant, funded_measure=still)  # it lives on the grant
    assert value(report, "earlier_measures_now_ordinary") is None
    first = earlier(measure=in_operation(**since))
    assert said(report, "earlier_measures_now_ordinary") == (
        "few", f"Tidligere tilskuddstiltak i ordinær drift: {first.title}",
    )  # fmt: skip
    earlier(sub_project=SubProjectFactory(municipality=municipality, state="in_line", **since))
    assert value(report, "earlier_measures_now_ordinary") == "several"


def test_what_only_people_can_say_is_not_known() -> None:
    report = begun()
    last_years(report.grant, reason_not_reached="time", general_feedback="Bra.")
    assert (said(report, "reason_not_reached"), said(report, "general_feedback")) == (None, None)
