"""The eight cadences: the SQL against the same rules written out in Python, over plans and logs of every kind."""

import datetime
from calendar import monthrange
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.models import EvaluationCadence, Measure, MeasureState, PlanState
from tests.database import undone
from tests.factories import LogEntryFactory, MeasureFactory, PlanFactory, UserFactory

pytestmark = pytest.mark.django_db
# Mostly a few days at the rules' edges, so that two of them often meet: same day, a year apart, around New Year.
EDGES = [
    datetime.date(*day)
    for day in (
        (2023, 12, 31),
        (2024, 2, 29),
        (2024, 6, 30),
        (2024, 7, 1),
        (2024, 12, 30),
        (2024, 12, 31),
        (2025, 1, 1),
    )
]
EDGES += [day.replace(year=day.year + 1, day=min(day.day, 28) if day.month == 2 else day.day) for day in EDGES]
DAYS = st.sampled_from(EDGES) | st.dates(datetime.date(2020, 1, 1), datetime.date(2028, 12, 31))
MAYBE = st.none() | DAYS
AT_WORK = ("in_progress", "in_operation")
LIVE = (*AT_WORK, "planned")


@dataclass(frozen=True)
class Logged:
    """An entry, and what became of it: it stands, was moved by a correction to another day, or was withdrawn."""

    day: datetime.date
    evaluates: bool
    fate: str
    corrected_day: datetime.date
    corrected_evaluates: bool

    def as_it_stands(self) -> tuple[datetime.date, bool] | None:
        if self.fate == "withdrawn":
            return None
        return (
            (self.corrected_day, self.corrected_evaluates) if self.fate == "corrected" else (self.day, self.evaluates)
        )


@dataclass(frozen=True)
class Case:
    plan_state: str
    plan_days: tuple[datetime.date | None, datetime.date | None, datetime.date | None]
    revised_from: datetime.date | None
    starts_on: datetime.date | None
    state: str
    state_since: datetime.date
    cadence: str
    evaluation_due_on: datetime.date
    due_on: datetime.date | None
    log: list[Logged]
    on: datetime.date


def _in_order(
    starts: datetime.date | None, ends: datetime.date | None, adopted: datetime.date | None
) -> tuple[datetime.date | None, datetime.date | None, datetime.date | None]:
    return (ends, starts, adopted) if starts and ends and ends < starts else (starts, ends, adopted)


CASES = st.builds(
    Case,
    plan_state=st.sampled_from([PlanState.DRAFT, PlanState.ADOPTED, PlanState.ADOPTED, PlanState.CLOSED]),
    plan_days=st.tuples(MAYBE, MAYBE, MAYBE).map(lambda days: _in_order(*days)),
    revised_from=MAYBE,
    starts_on=MAYBE,
    state=st.sampled_from(MeasureState.values),
    state_since=DAYS,
    cadence=st.sampled_from(["", *EvaluationCadence.values]),
    evaluation_due_on=DAYS,
    due_on=MAYBE,
    log=st.lists(
        st.builds(
            Logged, DAYS, st.booleans(), st.sampled_from(["stands", "corrected", "withdrawn"]), DAYS, st.booleans()
        ),
        max_size=4,
    ),
    on=DAYS,
)


def later(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the last of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def end_of_next_half_year(day: datetime.date) -> datetime.date:
    return datetime.date(day.year, 12, 31) if day.month <= 6 else datetime.date(day.year + 1, 6, 30)


def expected_next(case: Case) -> datetime.date | None:
    plan_start, plan_end, adopted = case.plan_days
    standing = [row for row in (logged.as_it_stands() for logged in case.log) if row]
    logged = max((day for day, _ in standing), default=None)
    evaluated = max((day for day, evaluates in standing if evaluates), default=None)
    start = max((day for day in (case.starts_on, plan_start or adopted) if day), default=None)
    if case.cadence in ("half_yearly", "yearly", "every_third_year"):
        months = {"half_yearly": 6, "yearly": 12, "every_third_year": 36}[case.cadence]
        since = evaluated or start
        return later(since, months) if since and case.state in AT_WORK else None
    if case.cadence == "continuous":
        since = logged or start
        return end_of_next_half_year(since) if since and case.state in AT_WORK else None
    if case.cadence == "by_date":
        return case.evaluation_due_on if case.state in LIVE and not evaluated else None
    if case.cadence == "on_completion":
        done = evaluated and evaluated >= case.state_since
        return case.state_since if case.state == "completed" and not done else None
    revision = plan_end or case.revised_from
    if case.cadence == "at_plan_revision" and revision and case.state in LIVE:
        return None if evaluated and evaluated >= later(revision, -12) else revision
    return None


def stored(case: Case) -> Measure:
    starts, ends, adopted = case.plan_days
    plan = PlanFactory(
        state=case.plan_state, starts_on=starts, ends_on=ends, adopted_on=adopted, adopted_as_printed="en gang"
    )
    if case.revised_from:
        PlanFactory(revises=plan, starts_on=case.revised_from, ends_on=None)
    measure = MeasureFactory(
        plan=plan,
        starts_on=case.starts_on,
        state=case.state,
        state_since=case.state_since,
        state_reason="fordi",
        evaluation_cadence=case.cadence,
        evaluation_due_on=case.evaluation_due_on,
        due_on=case.due_on,
    )
    by = UserFactory()
    for row in case.log:
        entry = LogEntryFactory(measure=measure, happened_on=row.day, is_evaluation=row.evaluates, written_by=by)
        if row.fate == "stands":
            continue
        LogEntryFactory(
            measure=measure,
            corrects=entry,
            withdrawn=row.fate == "withdrawn",
            happened_on=row.corrected_day,
            is_evaluation=row.corrected_evaluates,
            written_by=by,
        )
    return measure


@settings(max_examples=150)
@given(case=CASES)
def test_next_evaluation_and_overdue_agree_with_the_rules_written_out(case: Case) -> None:
    with undone():
        row = Measure.objects.with_overdue(case.on).get(pk=stored(case).pk)

    due = expected_next(case)
    adopted = case.plan_state == PlanState.ADOPTED
    late_evaluation = adopted and due is not None and due < case.on
    late = adopted and case.due_on is not None and case.due_on < case.on and case.state in ("planned", "in_progress")
    assert row.next_evaluation == due
    assert (row.evaluation_overdue, row.deadline_overdue) == (late_evaluation, late)
    assert row.is_overdue == (late_evaluation or late)


@pytest.mark.parametrize("cadence", EvaluationCadence.values)
@settings(max_examples=20)
@given(case=CASES)
def test_each_cadence_by_itself(cadence: str, case: Case) -> None:
    """The same again with the cadence and a state that makes it count held fast, so that none is met by chance only."""
    state = "completed" if cadence == "on_completion" else "in_progress"
    case = Case(**{**vars(case), "cadence": cadence, "state": state})
    with undone():
        assert Measure.objects.with_next_evaluation().get(pk=stored(case).pk).next_evaluation == expected_next(case)


def test_overdue_lists_the_overdue_and_no_others() -> None:
    plan = PlanFactory()
    late = MeasureFactory(plan=plan, due_on=datetime.date(2025, 3, 31))
    MeasureFactory(plan=plan, due_on=datetime.date(2025, 4, 1))
    MeasureFactory(plan=plan)
    assert list(Measure.objects.overdue(datetime.date(2025, 4, 1))) == [late]


def edge(cadence: str, evaluated_on: datetime.date | None, **measure: object) -> Measure:
    """A measure of a plan to the end of 2027, evaluated on one day."""
    row = MeasureFactory(evaluation_cadence=cadence, **measure)
    if evaluated_on:
        LogEntryFactory(measure=row, happened_on=evaluated_on, is_evaluation=True)
    return row


@pytest.mark.parametrize(("day", "due"), [(14, True), (15, False)])
def test_an_evaluation_on_the_day_of_completion_counts_and_one_before_does_not(day: int, due: bool) -> None:
    completed = datetime.date(2025, 1, 15)
    row = edge("on_completion", datetime.date(2025, 1, day), state="completed", state_since=completed)
    assert Measure.objects.with_next_evaluation().get(pk=row.pk).next_evaluation == (completed if due else None)


@pytest.mark.parametrize(("day", "due"), [(30, True), (31, False)])
def test_an_evaluation_in_the_plans_last_year_counts_for_its_revision(day: int, due: bool) -> None:
    row = edge("at_plan_revision", datetime.date(2026, 12, day))
    expected = datetime.date(2027, 12, 31) if due else None
    assert Measure.objects.with_next_evaluation().get(pk=row.pk).next_evaluation == expected


def test_what_is_due_today_is_not_overdue_before_tomorrow() -> None:
    day = datetime.date(2025, 1, 15)
    row = edge("by_date", None, evaluation_due_on=day)
    assert not Measure.objects.overdue(day).filter(pk=row.pk).exists()
    assert Measure.objects.overdue(day + datetime.timedelta(days=1)).filter(pk=row.pk).exists()
