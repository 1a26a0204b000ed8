"""The answers as they stand: one's own where there is one, else what is known, and what happens to both in a report's life."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.domain.known_answers import Known
from grants.domain.known_measures import budget_class_of
from grants.domain.questions import AMOUNT, MEASURE_QUESTIONS, NUMBER, ONE, SEVERAL, UNIT_QUESTIONS, Question
from grants.domain.report_answers import checked, prefilled_share, read_answers, same
from grants.domain.report_problems import to_be_explained
from grants.models import FundedMeasure, Funding, Grant, MeasureReport, YearlyReport
from grants.models.answers import BudgetClass
from tests.database import undone
from tests.factories import LogEntryFactory, LogFigureFactory, TargetFactory
from tests.grants.report_example import (
    MEASURE,
    UNIT,
    begun,
    filled_in,
    give_back,
    last_years,
    save_measure,
    save_unit,
    sent,
    submit,
)

pytestmark = pytest.mark.django_db
WHY = "Det har sin grunn."


def answer(question: Question) -> st.SearchStrategy[Any]:
    """Any answer that the question takes, also none. The numbers are small, so that many meet what is known."""
    codes = [code for code, label in question.choices]
    if question.kind == ONE:
        return st.sampled_from(["", *codes])
    if question.kind == SEVERAL:
        return st.lists(st.sampled_from(codes), unique=True)
    if question.kind == NUMBER:
        return st.none() | st.integers(0, 3)
    if question.kind == AMOUNT:
        return st.none() | st.sampled_from([Decimal(value) for value in (0, 9_000, 100_000, 400_000, 500_000)])
    return st.sampled_from(["", "Tekst", "To\r\nlinjer "])


def some(questions: dict[str, Question]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: answer(question) for name, question in questions.items()})


def values(report: YearlyReport) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """All answers as they stand."""
    answers = read_answers(YearlyReport.objects.get(pk=report.pk))
    return (
        {name: row.value for name, row in answers.unit.items()},
        [{name: row.value for name, row in form.answers.items()} for form in answers.measures],
    )


def with_much_known() -> YearlyReport:
    """A report whose log, profile and last year answer a good part of it."""
    report = begun()
    funded = FundedMeasure.objects.get(measure_reports__report=report)
    target = TargetFactory(measure__plan__municipality=report.grant.reporting_unit.municipality)
    LogFigureFactory(
        target=target, value=Decimal(3),
        entry=LogEntryFactory(measure=target.measure, happened_on=datetime.date(2009, 5, 1), is_evaluation=True),
    )  # fmt: skip
    FundedMeasure.objects.filter(pk=funded.pk).update(
        measure=target.measure, children_target=target, goal_category="holiday", recruited_by=["nav", "school"]
    )
    last_years(report.grant, funded, decided_by="alone", user_influence="some", form={"targeting": "all"})
    return report


def explained(report: YearlyReport) -> YearlyReport:
    """Answer what is still open, and explain whatever asks for it."""
    unit, (measure,) = values(report)
    form = report.measure_reports.get()
    save_measure(
        form, dict.fromkeys(MEASURE_QUESTIONS, WHY),
        **{name: value for name, value in MEASURE.items() if not MEASURE_QUESTIONS[name].is_answered(measure[name])},
    )  # fmt: skip
    more = {name: value for name, value in UNIT.items() if not UNIT_QUESTIONS[name].is_answered(unit[name])}
    if "none" in unit["cooperated_with"]:
        more["cooperated_with"] = ["none"]
    return save_unit(report, dict.fromkeys(UNIT_QUESTIONS, WHY), reason_not_reached="time", **more)


@given(some(UNIT_QUESTIONS), some(MEASURE_QUESTIONS))
def test_sent_and_returned_and_sent_again_it_says_the_same(unit: dict[str, Any], measure: dict[str, Any]) -> None:
    with undone():
        report = with_much_known()
        save_measure(report.measure_reports.get(), **measure)
        save_unit(report, **unit)
        report = explained(report)
        before, own = values(report), read_answers(report)
        after_sending = values(submit(report))
        if before[0]["goals_reached"] == "all":
            before[0]["reason_not_reached"] = ""
        assert after_sending == before
        assert values(give_back(report)) == before
        again = read_answers(YearlyReport.objects.get(pk=report.pk))
        assert {name for name, row in again.unit.items() if row.is_own} == {
            name for name, row in own.unit.items() if row.is_own and row.is_answered
        }, "what was typed is still one's own, and what was known is not"
        assert values(submit(report)) == before


@given(some(UNIT_QUESTIONS), some(MEASURE_QUESTIONS))
def test_what_is_saved_is_what_stands_and_saving_it_again_changes_nothing(
    unit: dict[str, Any], measure: dict[str, Any]
) -> None:
    with undone():
        report = with_much_known()
        known = read_answers(report)
        form = save_measure(report.measure_reports.get(), **measure)
        report = save_unit(report, **unit)
        standing, (of_measure,) = values(report)
        for questions, given_answers, now, start in (
            (UNIT_QUESTIONS, unit, standing, known.unit),
            (MEASURE_QUESTIONS, measure, of_measure, known.measures[0].answers),
        ):
            for name, value in given_answers.items():
                expected = checked(questions[name], value)
                if name in ("budget_class", "reason_not_reached"):
                    continue  # they follow another answer; tests of their own
                assert same(
                    questions[name], now[name], expected if questions[name].is_answered(expected) else start[name].value
                )
        save_measure(form, **of_measure)
        save_unit(report, **{name: value for name, value in standing.items() if name != "reason_not_reached"})
        assert values(report) == (standing, [of_measure])


def test_an_answer_that_is_known_goes_on_following_what_is_known() -> None:
    report = begun()
    save_unit(report, amount_received_nok=Decimal("400000.00"))
    assert YearlyReport.objects.get(pk=report.pk).amount_received_nok is None
    Grant.objects.filter(pk=report.grant_id).update(awarded_nok=450_000)
    assert values(report)[0]["amount_received_nok"] == 450_000
    save_unit(report, amount_received_nok=Decimal(440_000))
    Grant.objects.filter(pk=report.grant_id).update(awarded_nok=460_000)
    assert values(report)[0]["amount_received_nok"] == 440_000
    save_unit(report, amount_received_nok=None)
    assert values(report)[0]["amount_received_nok"] == 460_000, "cleared, it follows again"


def test_after_a_return_what_came_from_the_log_follows_the_log_again() -> None:
    report = give_back(submit(explained(with_much_known())))
    form = report.measure_reports.get()
    assert (form.children_reached, "children_reached" in form.sources) == (3, True)
    target = FundedMeasure.objects.get(measure_reports=form).children_target
    figure = LogFigureFactory(
        target=target, value=Decimal(4),
        entry=LogEntryFactory(measure=target.measure, happened_on=datetime.date(2009, 8, 1)),
    )  # fmt: skip
    assert values(report)[1][0]["children_reached"] == 7
    save_measure(form, children_reached=7, targeting="all")
    assert values(report)[1][0]["children_reached"] == 7
    report = give_back(submit(report))
    assert MeasureReport.objects.get(pk=form.pk).sources["children_reached"] == "Loggen på tiltaket, 2 føringer i 2009"
    # No longer known: what was sent stands with its source until somebody says otherwise.
    FundedMeasure.objects.filter(measure_reports=form).update(children_target=None)
    now = read_answers(report).measures[0].answers["children_reached"]
    assert (now.value, now.is_own, now.source) == (7, False, "Loggen på tiltaket, 2 føringer i 2009")
    save_measure(form, children_reached=7)
    assert not read_answers(report).measures[0].answers["children_reached"].is_own
    save_measure(form, children_reached=8)
    assert read_answers(report).measures[0].answers["children_reached"].is_own
    assert figure.target_id == target.pk


def test_an_override_says_what_is_known_beside_it() -> None:
    report = save_unit(begun(), amount_received_nok=Decimal(1), general_feedback="Fritt")
    now = read_answers(report).unit["amount_received_nok"]
    assert now.known is not None
    assert (now.value, now.known.value, now.known.source, now.source) == (1, 400_000, "Tilskuddet", "")
    assert now.differs


def test_a_description_is_worded_as_one_likes() -> None:
    report = filled_in()
    FundedMeasure.objects.filter(measure_reports__report=report).update(description="Som det står.")
    save_measure(report.measure_reports.get(), description="Med egne ord.")
    now = read_answers(report).measures[0].answers["description"]
    assert (now.value, now.is_own, now.differs) == ("Med egne ord.", True, False)


def test_last_years_answer_is_changed_without_a_reason() -> None:
    report = filled_in()
    last_years(report.grant, FundedMeasure.objects.get(measure_reports__report=report), form={"targeting": "all"},
        decided_by="other", user_influence="none")  # fmt: skip
    now = read_answers(report)
    assert now.unit["decided_by"].known == Known("other", "Rapporten for 2008", binds=False)
    for answer_now in (now.unit["decided_by"], now.measures[0].answers["targeting"]):
        assert answer_now.is_own and not answer_now.differs
    assert not to_be_explained(report, now)


@pytest.mark.parametrize(
    ("budget", "size"),
    [
        (0, BudgetClass.SMALL), (10_000, BudgetClass.SMALL), (Decimal("10000.01"), BudgetClass.MEDIUM),
        (100_000, BudgetClass.MEDIUM), (Decimal("100000.01"), BudgetClass.LARGE),
    ],
)  # fmt: skip
def test_the_size_follows_from_the_budget(budget: Any, size: str) -> None:
    assert budget_class_of(Decimal(budget)) == size
    report = begun()
    form = save_measure(report.measure_reports.get(), budget_nok=budget, budget_class="small")
    assert values(report)[1][0]["budget_class"] == size
    Funding.objects.filter(grant=report.grant).update(budget_nok=None)
    save_measure(form, budget_nok=None, budget_class="large")
    assert values(report)[1][0]["budget_class"] == "large", "where there is no budget it is asked for"


def test_how_much_is_answered_before_anybody_types() -> None:
    report = begun()
    questions = len(UNIT_QUESTIONS) + len(MEASURE_QUESTIONS)
    assert prefilled_share(report) == (4, questions)  # measures, amount, budget and its size
    assert prefilled_share(with_much_known())[0] == 15
    save_unit(report, amount_received_nok=Decimal(1), decided_by="alone")
    assert prefilled_share(report) == (4, questions), "what is typed changes nothing of what is known"


def test_what_was_sent_is_not_compared_with_anything() -> None:
    report = sent()
    assert all(answer.known is None for answer in read_answers(report).unit.values())
