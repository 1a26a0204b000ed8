"""Rounds: opened once for a half-year that has begun, closed once when it is over."""

import datetime
from typing import Any

import pytest
from django.utils import translation

from measures.domain.log import add_log_entry
from measures.models import Plan, PlanState
from organisation.domain.errors import DomainError, StaleWrite
from organisation.periods import HalfYear
from reporting.domain.round import close_round, open_round, update_round, write_goal_summary
from reporting.models import GoalSummary, Report, ReportRound, ReportVersion, RoundState
from tests.at_once import at_once, while_uncommitted
from tests.factories import (
    GoalFactory,
    GoalSummaryFactory,
    MeasureFactory,
    PlanFactory,
    RoundFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PERIOD = HalfYear(2025, 1)
FIRST, LAST = datetime.date(2025, 1, 1), datetime.date(2025, 6, 30)
AFTER = datetime.date(2025, 7, 1)
AT = datetime.datetime(2025, 7, 1, 12, tzinfo=datetime.UTC)


def opened(plan: Plan, **fields: Any) -> ReportRound:
    values = {"period": PERIOD, "deadline": LAST, "on": FIRST, "by": UserFactory(), **fields}
    return open_round(plan=plan, **values)


def closed(round: ReportRound, on: datetime.date = AFTER) -> ReportVersion:
    return close_round(round=round, version=round.version, by=UserFactory(), on=on, at=AT)


def test_a_round_is_opened_with_who_and_when() -> None:
    plan, by = PlanFactory(proposed_decision="Tas til orientering."), UserFactory()
    round = opened(plan, by=by, case_number="11/26497")
    assert (round.period, round.state, round.opened_on, round.opened_by) == (PERIOD, RoundState.OPEN, FIRST, by)
    assert (round.case_number, round.proposed_decision) == ("11/26497", "Tas til orientering.")
    assert opened(plan, period=HalfYear(2024, 2), proposed_decision="Noe annet.").proposed_decision == "Noe annet."


def test_a_plan_has_one_round_for_a_half_year() -> None:
    plan = PlanFactory()
    opened(plan)
    with pytest.raises(DomainError) as refusal:
        opened(plan)
    assert refusal.value.field == "period"
    assert opened(PlanFactory()).pk


@pytest.mark.parametrize("state", [PlanState.DRAFT, PlanState.CLOSED])
def test_only_an_adopted_plan_is_reported_on(state: PlanState) -> None:
    with pytest.raises(DomainError):
        opened(PlanFactory(state=state))
    assert not ReportRound.objects.exists()


def test_a_half_year_that_has_not_begun_is_refused() -> None:
    with pytest.raises(DomainError) as refusal:
        opened(PlanFactory(), on=FIRST - datetime.timedelta(days=1))
    assert refusal.value.field == "period"


def test_a_deadline_that_has_passed_is_refused_and_today_is_taken() -> None:
    plan = PlanFactory()
    with pytest.raises(DomainError) as refusal:
        opened(plan, deadline=FIRST, on=FIRST + datetime.timedelta(days=1))
    assert refusal.value.field == "deadline"
    assert opened(plan, deadline=FIRST).deadline == FIRST


def test_an_open_round_is_changed_and_a_closed_one_is_not() -> None:
    round = RoundFactory()
    round = update_round(round=round, version=1, by=UserFactory(), summary="Det går framover.")
    assert ReportRound.objects.get().summary == "Det går framover."
    done = RoundFactory(closed=True)
    with pytest.raises(DomainError, match="lukket"):
        update_round(round=done, version=1, by=UserFactory(), summary="Etterpå.")
    done.refresh_from_db()
    assert done.summary == ""


def test_a_goal_is_summed_up_and_the_words_changed() -> None:
    round, by = RoundFactory(), UserFactory()
    goal = GoalFactory(plan=round.plan)
    summary = write_goal_summary(round=round, goal=goal, text="Først", version=0, by=by)
    write_goal_summary(round=round, goal=goal, text="Så", version=summary.version, by=by)
    assert [row.text for row in GoalSummary.objects.all()] == ["Så"]


def test_two_first_summaries_of_a_goal_do_not_overwrite_each_other() -> None:
    there = GoalSummaryFactory(text="Den som kom først")
    with pytest.raises(StaleWrite) as stale:
        write_goal_summary(round=there.round, goal=there.goal, text="Den andre", version=0, by=UserFactory())
    assert stale.value.current == there
    there.refresh_from_db()
    assert there.text == "Den som kom først"


def test_a_goal_of_another_plan_is_not_summed_up() -> None:
    with pytest.raises(DomainError):
        write_goal_summary(round=RoundFactory(), goal=GoalFactory(), text="Nei", version=0, by=UserFactory())
    assert not GoalSummary.objects.exists()


def test_a_closed_round_takes_no_summary() -> None:
    round = RoundFactory(closed=True)
    with pytest.raises(DomainError, match="lukket"):
        write_goal_summary(round=round, goal=GoalFactory(plan=round.plan), text="Nei", version=0, by=UserFactory())


@pytest.mark.parametrize("day", [FIRST, LAST])
def test_a_half_year_that_is_not_over_is_not_closed(day: datetime.date) -> None:
    round = RoundFactory()
    with pytest.raises(DomainError, match=r"30\. juni 2025"):
        closed(round, on=day)
    round.refresh_from_db()
    assert round.is_open
    assert not round.plan.closed_periods.exists()


def test_closing_freezes_shuts_the_days_and_begins_one_report() -> None:
    measure, by = MeasureFactory(), UserFactory()
    round = RoundFactory(plan=measure.plan)
    draft = close_round(round=round, version=1, by=by, on=AFTER, at=AT)
    round.refresh_from_db()
    assert (round.state, round.closed_on, round.closed_by) == (RoundState.CLOSED, AFTER, by)
    assert draft.report.round == round
    assert draft.report.title == f"Statusrapport 1. halvår 2025: {round.plan.name}"
    assert (draft.state, draft.number, draft.made_by, draft.document) == ("draft", 1, by, None)
    for day, is_open in ((FIRST, False), (LAST, False), (AFTER, True)):
        values: dict[str, Any] = {"text": "Etterpå", "happened_on": day, "by": by, "today": AFTER}
        if is_open:
            add_log_entry(measure=measure, **values)
        else:
            with pytest.raises(DomainError):
                add_log_entry(measure=measure, **values)


def test_a_round_is_closed_once() -> None:
    round = RoundFactory()
    closed(round)
    round.refresh_from_db()
    with pytest.raises(DomainError, match="lukket"):
        closed(round)
    assert Report.objects.count() == ReportVersion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_at_once_one_wins_and_there_is_one_report() -> None:
    round = RoundFactory()
    outcomes = at_once(lambda: closed(round), lambda: closed(round))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ReportVersion", "StaleWrite"]
    assert Report.objects.count() == ReportVersion.objects.count() == round.plan.closed_periods.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_at_once_one_wins() -> None:
    plan = PlanFactory()
    outcomes = at_once(lambda: opened(plan), lambda: opened(plan))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DomainError", "ReportRound"]


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_comes_while_the_round_is_closed_is_refused_not_lost() -> None:
    """Either an entry is in the frozen copy, or its writer is told that it isn't."""
    measure, by = MeasureFactory(), UserFactory()
    round = RoundFactory(plan=measure.plan)
    _, outcome, waited = while_uncommitted(
        lambda: closed(round),
        lambda: add_log_entry(measure=measure, text="For sent", happened_on=LAST, by=by, today=AFTER),
    )
    assert waited
    assert isinstance(outcome, DomainError)
    assert not measure.log_entries.exists()


def test_a_report_is_in_norwegian_whatever_the_language_of_the_one_who_closes() -> None:
    round = RoundFactory(year=2025, half=1, plan__title="Prøveplan")
    with translation.override("en"):
        draft = close_round(round=round, version=round.version, by=round.opened_by, on=datetime.date(2025, 8, 1), at=AT)
    assert draft.report.title == "Statusrapport 1. halvår 2025: Prøveplan"
    assert draft.figures["period"]["label"] == "1. halvår 2025"
