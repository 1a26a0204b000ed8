"""The life of a measure: exactly the pairs of the table, each step with day, person and reason."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.domain.measure_state import TRANSITIONS, change_state
from measures.models import Measure, MeasureState, PlanState, StateChange
from organisation.domain.errors import DomainError
from tests.database import undone
from tests.factories import MeasureFactory, UserFactory

pytestmark = pytest.mark.django_db
SINCE = datetime.date(2024, 1, 1)
TODAY = datetime.date(2025, 3, 1)
S = MeasureState
# Written out here once more, so that nobody widens the table by mistake.
ALLOWED = {
    *((S.PLANNED, to) for to in (S.IN_PROGRESS, S.IN_OPERATION, S.COMPLETED, S.NOT_FEASIBLE, S.OVERTAKEN, S.STOPPED)),
    *((S.IN_PROGRESS, to) for to in (S.IN_OPERATION, S.COMPLETED, S.NOT_FEASIBLE, S.OVERTAKEN, S.STOPPED)),
    *((S.IN_OPERATION, to) for to in (S.IN_PROGRESS, S.COMPLETED, S.OVERTAKEN, S.STOPPED)),
    *((S.COMPLETED, to) for to in (S.IN_PROGRESS, S.IN_OPERATION)),
    *((S.NOT_FEASIBLE, to) for to in (S.PLANNED, S.IN_PROGRESS)),
    (S.OVERTAKEN, S.PLANNED),
    *((S.STOPPED, to) for to in (S.PLANNED, S.IN_PROGRESS)),
}
NEED_A_REASON = {
    pair
    for pair in ALLOWED
    if pair[1] in (S.NOT_FEASIBLE, S.OVERTAKEN, S.STOPPED)
    or pair[0] in (S.COMPLETED, S.NOT_FEASIBLE, S.OVERTAKEN, S.STOPPED)
}


def measure_in(state: str) -> Measure:
    return MeasureFactory(state=state, state_since=SINCE, state_reason="slik ble det")


def change(measure: Measure, to: str, reason: str = "fordi", on: datetime.date = TODAY) -> Measure:
    return change_state(
        measure=measure, to=to, reason=reason, version=measure.version, by=UserFactory(), on=on, today=TODAY
    )


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("after", list(S))
def test_exactly_the_pairs_of_the_table_are_allowed(before: MeasureState, after: MeasureState) -> None:
    measure = measure_in(before)
    if (before, after) in ALLOWED:
        assert change(measure, after).state == after
    else:
        with pytest.raises(DomainError) as refusal:
            change(measure, after)
        assert refusal.value.field == "to"
        assert not measure.state_changes.exists()
    measure.refresh_from_db()
    assert measure.state == (after if (before, after) in ALLOWED else before)


def test_every_state_has_a_way_out() -> None:
    assert set(TRANSITIONS) == set(S) == {before for before, _ in ALLOWED}


@given(steps=st.lists(st.tuples(st.sampled_from(list(S)), st.integers(0, 60)), max_size=8))
def test_a_life_is_readable_step_by_step(steps: list[tuple[MeasureState, int]]) -> None:
    """However a measure is moved: its state is the last step, each step begins where the one before ended."""
    with undone():
        measure, day = measure_in(S.PLANNED), SINCE
        taken = []
        for to, days in steps:
            if (measure.state, to) not in ALLOWED:
                continue
            day += datetime.timedelta(days=days)
            taken.append((measure.state, to, day))
            measure = change(measure, to, on=day)
        changes = list(measure.state_changes.order_by("id"))
        assert [(row.before, row.after, row.on) for row in changes] == taken
        assert (measure.state, measure.state_since) == (taken[-1][1:] if taken else (S.PLANNED, SINCE))


def test_a_change_leaves_day_person_and_reason() -> None:
    measure, by = measure_in(S.PLANNED), UserFactory()
    day = datetime.date(2025, 2, 14)
    measure = change_state(measure=measure, to=S.STOPPED, reason="Ingen midler.", version=1, by=by, on=day, today=TODAY)
    assert (measure.state_since, measure.state_by, measure.state_reason) == (day, by, "Ingen midler.")
    row = StateChange.objects.get(measure=measure)
    assert (row.on, row.by, row.reason) == (day, by, "Ingen midler.")


@pytest.mark.parametrize(("before", "after"), sorted(ALLOWED))
@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_reason_is_asked_for_where_it_must_be(before: str, after: str, reason: str) -> None:
    measure = measure_in(before)
    if (before, after) in NEED_A_REASON:
        with pytest.raises(DomainError) as refusal:
            change(measure, after, reason=reason)
        assert refusal.value.field == "reason"
    else:
        assert change(measure, after, reason=reason).state == after


@pytest.mark.parametrize("day", [datetime.date(2025, 3, 2), datetime.date(2023, 12, 31)], ids=["future", "too early"])
def test_a_day_in_the_future_or_before_the_last_change_is_refused(day: datetime.date) -> None:
    with pytest.raises(DomainError) as refusal:
        change(measure_in(S.PLANNED), S.IN_PROGRESS, on=day)
    assert refusal.value.field == "on"


@pytest.mark.parametrize("day", [SINCE, TODAY], ids=["same day as the last change", "today"])
def test_the_first_and_the_last_possible_day_are_taken(day: datetime.date) -> None:
    assert change(measure_in(S.PLANNED), S.IN_PROGRESS, on=day).state_since == day


def test_a_state_that_does_not_exist_is_refused() -> None:
    with pytest.raises(DomainError):
        change(measure_in(S.PLANNED), "avlyst")


def test_a_measure_of_a_closed_plan_stays_as_it_is() -> None:
    measure = MeasureFactory(plan__state=PlanState.CLOSED)
    with pytest.raises(DomainError):
        change(measure, S.IN_PROGRESS)
    measure.refresh_from_db()
    assert measure.state == S.PLANNED
