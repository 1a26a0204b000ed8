"""How measures stood on an earlier day, held against what the lists say today and against plain looking."""

import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from measures.domain.measure import create_measure
from measures.domain.measure_state import change_state
from measures.models import EvaluationCadence, Measure, MeasureState, PlanState
from tests.factories import GoalFactory, LogEntryFactory, MeasureFactory, PlanFactory, UnitFactory, UserFactory

TODAY = datetime.date(2026, 11, 29)
DAYS_FROM = datetime.date(2024, 1, 1)
DAYS = st.dates(DAYS_FROM, TODAY)


def standing(at: datetime.date, is_now: bool = False) -> Any:
    return Measure.objects.with_standing(at, is_now).get()


class Now(TestCase):
    @settings(max_examples=25)
    @given(
        state=st.sampled_from(MeasureState.values), cadence=st.sampled_from(EvaluationCadence.values), since=DAYS,
        entries=st.lists(st.tuples(DAYS, st.booleans()), max_size=4), plan=st.sampled_from(PlanState.values),
    )  # fmt: skip
    def test_today_it_says_what_the_lists_say(
        self, state: str, cadence: str, since: datetime.date, entries: list[Any], plan: str
    ) -> None:
        made = MeasureFactory(
            plan__state=plan, state=state, state_since=since, state_reason="Slik ble det.", evaluation_cadence=cadence,
            evaluation_due_on=since,
        )  # fmt: skip
        for day, is_evaluation in entries:
            LogEntryFactory(measure=made, happened_on=day, is_evaluation=is_evaluation)
        now, listed = standing(TODAY, True), Measure.objects.with_overdue(TODAY).get()
        assert now.logged_then == listed.last_logged_on
        assert now.evaluated_then == listed.last_evaluated_on
        assert now.next_evaluation_then == listed.next_evaluation
        assert now.evaluation_overdue_then == listed.evaluation_overdue
        # Whatever happens later changes nothing of how it stands at the end of a day that lies behind.
        assert standing(TODAY).state_then == now.state_then


class Before(TestCase):
    @settings(max_examples=25)
    @given(entries=st.lists(st.tuples(DAYS, st.booleans(), st.booleans()), max_size=6), month=st.integers(1, 24))
    def test_the_last_days_up_to_a_day_are_those_of_the_log_whether_a_month_ends_or_not(
        self, entries: list[Any], month: int
    ) -> None:
        made = MeasureFactory(state="in_operation", state_since=datetime.date(2023, 1, 1))
        standing_entries = []
        for day, is_evaluation, is_corrected in entries:
            entry = LogEntryFactory(measure=made, happened_on=day, is_evaluation=is_evaluation)
            if is_corrected:  # moved by forty days, into another month
                moved = max(DAYS_FROM, day - datetime.timedelta(days=40))
                LogEntryFactory(measure=made, corrects=entry, thread=entry.thread, happened_on=moved)
            standing_entries.append((moved, False) if is_corrected else (day, is_evaluation))
        first = datetime.date(2024 + month // 12, month % 12 + 1, 1)
        for at in (first - datetime.timedelta(days=1), first, first + datetime.timedelta(days=14)):
            logged = max((day for day, _ in standing_entries if day <= at), default=None)
            evaluated = max((day for day, is_one in standing_entries if is_one and day <= at), default=None)
            assert (standing(at).logged_then, standing(at).evaluated_then) == (logged, evaluated)


@pytest.mark.django_db
def test_it_has_the_state_of_the_last_change_up_to_the_day() -> None:
    plan, by = PlanFactory(starts_on=datetime.date(2024, 1, 1)), UserFactory()
    day = datetime.date(2025, 2, 1)
    made = create_measure(
        plan=plan, goals=[GoalFactory(plan=plan)], title="Leksehjelp", by=by, on=day,
        responsible_unit=UnitFactory(municipality=plan.municipality),
    )  # fmt: skip
    later = datetime.date(2025, 9, 1)
    change_state(measure=made, to="in_progress", reason="", version=made.version, by=by, on=later, today=TODAY)
    assert not Measure.objects.with_standing(day - datetime.timedelta(days=1), False).exists()
    assert standing(day).state_then == standing(later - datetime.timedelta(days=1)).state_then == "planned"
    assert (standing(later).state_then, standing(later).since_then) == ("in_progress", later)


@pytest.mark.django_db
def test_an_evaluation_is_overdue_on_the_days_between_its_deadline_and_itself() -> None:
    made = MeasureFactory(state="in_operation", state_since=datetime.date(2024, 1, 1), evaluation_cadence="yearly")
    LogEntryFactory(measure=made, happened_on=datetime.date(2025, 8, 15), is_evaluation=True)
    days = [datetime.date(2024, 12, 31), datetime.date(2025, 6, 30), datetime.date(2025, 12, 31)]
    assert [standing(day).evaluation_overdue_then for day in days] == [False, True, False]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "logged", "is_quiet"),
    [
        ({"state": "in_operation"}, None, True),
        ({"state": "planned"}, None, True),
        ({"state": "in_operation"}, 91, True),
        ({"state": "in_operation"}, 90, False),
        ({"state": "completed"}, None, False),
        ({"state": "in_operation", "state_since": TODAY - datetime.timedelta(days=89)}, None, False),
        ({"state": "planned", "starts_on": TODAY + datetime.timedelta(days=30)}, None, False),
        ({"state": "in_operation", "plan__state": "draft"}, None, False),
        ({"state": "in_operation", "plan__state": "closed"}, None, False),
    ],
)
def test_a_quiet_measure_is_live_and_has_had_no_entry_for_90_days(
    fields: dict[str, Any], logged: int | None, is_quiet: bool
) -> None:
    made = MeasureFactory(**fields)
    if logged is not None:
        LogEntryFactory(measure=made, happened_on=TODAY - datetime.timedelta(days=logged))
    assert standing(TODAY, True).quiet_then == is_quiet


@pytest.mark.django_db
def test_a_closed_plan_was_followed_up_while_it_lasted() -> None:
    MeasureFactory(state="in_operation", plan__state="closed", plan__ends_on=datetime.date(2025, 12, 31))
    days = [datetime.date(2025, 12, 31), datetime.date(2026, 6, 30)]
    assert [Measure.objects.in_force(day, False).count() for day in days] == [1, 0]
    assert [standing(day).quiet_then for day in days] == [True, False]
