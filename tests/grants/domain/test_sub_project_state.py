"""The life of a sub-project: exactly the pairs of the table, each step with day, person and reason."""

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.domain.sub_project_state import TRANSITIONS, change_state, end_sub_project
from grants.models import (
    AwardLetter,
    ClosingReport,
    Decision,
    LetterState,
    PaymentProposal,
    ProposalState,
    Review,
    SubProject,
    SubProjectState,
)
from organisation.domain.errors import DomainError
from tests.database import undone
from tests.factories import (
    PaymentProposalFactory,
    RecurringPaymentFactory,
    SubProjectFactory,
    UserFactory,
    make_agreed,
    make_funded,
)

pytestmark = pytest.mark.django_db
SINCE, TODAY = datetime.date(2025, 1, 1), datetime.date(2025, 9, 1)
NOW = datetime.datetime(2025, 9, 1, 12, tzinfo=datetime.UTC)
S = SubProjectState
# Written out here once more, so that nobody widens the table by mistake.
ALLOWED = {
    (S.PLANNED, S.RUNNING),
    (S.PLANNED, S.ENDED),
    (S.RUNNING, S.WITH_CONDITIONS),
    (S.RUNNING, S.STOPPED),
    (S.RUNNING, S.ENDED),
    (S.RUNNING, S.IN_LINE),
    (S.WITH_CONDITIONS, S.RUNNING),
    (S.WITH_CONDITIONS, S.STOPPED),
    (S.WITH_CONDITIONS, S.ENDED),
    (S.WITH_CONDITIONS, S.IN_LINE),
    (S.ENDED, S.IN_LINE),
}
NEED_A_REASON = {pair for pair in ALLOWED if pair[1] == S.STOPPED} | {(S.PLANNED, S.ENDED)}


def with_basis(state: str) -> SubProject:
    """With a letter in force and a review that ended in a stop, so that the table alone decides."""
    sub_project = SubProjectFactory(state=state, state_since=SINCE, state_reason="slik ble det")
    someone = UserFactory()
    letter = AwardLetter.objects.create(
        sub_project=sub_project, number=1, state=LetterState.IN_FORCE, offered_on=SINCE, offered_by=someone,
        in_force_on=SINCE, content={},
    )  # fmt: skip
    Review.objects.create(
        sub_project=sub_project, number=1, starts_on=SINCE, due_on=TODAY, letter=letter, held_on=TODAY,
        decision=Decision.STOP, reason="fordi", concluded_at=NOW, concluded_by=someone, evidence={},
    )  # fmt: skip
    return sub_project


def change(sub_project: SubProject, to: str, reason: str = "fordi", on: datetime.date = TODAY) -> SubProject:
    return change_state(sub_project=sub_project, to=to, reason=reason, by=UserFactory(), on=on, at=NOW)


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("after", list(S))
def test_exactly_the_pairs_of_the_table_are_allowed(before: S, after: S) -> None:
    sub_project = with_basis(before)
    if (before, after) in ALLOWED:
        assert change(sub_project, after).state == after
    else:
        with pytest.raises(DomainError) as refusal:
            change(sub_project, after)
        assert refusal.value.field == "to"
        assert not sub_project.state_changes.exists()
    sub_project.refresh_from_db()
    assert sub_project.state == (after if (before, after) in ALLOWED else before)


def test_what_is_stopped_or_in_the_line_stays_so() -> None:
    assert set(TRANSITIONS) == set(S)
    assert [state for state in S if not TRANSITIONS[state]] == [S.STOPPED, S.IN_LINE]


@pytest.mark.parametrize("pair", sorted(ALLOWED))
def test_a_stop_and_the_end_of_what_never_began_need_a_reason(pair: tuple[S, S]) -> None:
    sub_project = with_basis(pair[0])
    if pair in NEED_A_REASON:
        with pytest.raises(DomainError) as refusal:
            change(sub_project, pair[1], reason="  ")
        assert refusal.value.field == "reason"
    else:
        assert change(sub_project, pair[1], reason="").state == pair[1]


@given(steps=st.lists(st.tuples(st.sampled_from(list(S)), st.integers(0, 40)), max_size=8))
def test_a_life_is_readable_step_by_step(steps: list[tuple[S, int]]) -> None:
    with undone():
        sub_project, day = with_basis(S.PLANNED), SINCE
        taken: list[Any] = []
        for to, days in steps:
            day = min(day + datetime.timedelta(days=days), TODAY)
            if (sub_project.state, to) in ALLOWED:
                taken.append((sub_project.state, to, day))
                sub_project = change(sub_project, to, on=day)
        changes = list(sub_project.state_changes.order_by("id"))
        assert [(row.before, row.after, row.on) for row in changes] == taken
        assert (sub_project.state, sub_project.state_since) == (taken[-1][1:] if taken else (S.PLANNED, SINCE))


@pytest.mark.parametrize("day", [TODAY + datetime.timedelta(days=1), SINCE - datetime.timedelta(days=1)])
def test_a_day_ahead_or_before_the_last_change_is_refused(day: datetime.date) -> None:
    with pytest.raises(DomainError) as refusal:
        change(with_basis(S.RUNNING), S.ENDED, on=day)
    assert refusal.value.field == "on"


def test_nothing_runs_before_a_letter_is_in_force() -> None:
    with pytest.raises(DomainError, match="tildelingsbrevet"):
        change(SubProjectFactory(), S.RUNNING)


def test_nothing_is_stopped_without_a_review() -> None:
    with pytest.raises(DomainError, match="stoppunkt"):
        change(make_agreed(), S.STOPPED)


def test_leadership_ends_it_but_does_not_stop_it() -> None:
    sub_project = with_basis(S.RUNNING)
    ways: dict[str, Any] = {"version": sub_project.version, "by": UserFactory(), "on": TODAY, "at": NOW}
    with pytest.raises(DomainError):
        end_sub_project(sub_project=sub_project, to=S.STOPPED, reason="fordi", **ways)
    assert end_sub_project(sub_project=sub_project, to=S.IN_LINE, reason="", **ways).state == S.IN_LINE


@pytest.mark.parametrize("to", [S.STOPPED, S.ENDED, S.IN_LINE])
def test_when_it_is_over_nothing_waits_or_recurs_and_the_closing_report_is_begun(to: S) -> None:
    sub_project = with_basis(S.RUNNING)
    proposal = PaymentProposalFactory(sub_project=sub_project)
    recurring = RecurringPaymentFactory(sub_project=sub_project)
    change(sub_project, to)
    proposal.refresh_from_db()
    recurring.refresh_from_db()
    assert (proposal.state, proposal.decision_reason) == (ProposalState.REFUSED, "fordi")
    assert recurring.ended_on == TODAY
    assert ClosingReport.objects.get(sub_project=sub_project).started_on == TODAY


def test_what_never_ran_has_nothing_to_close() -> None:
    sub_project = with_basis(S.PLANNED)
    change(sub_project, S.ENDED)
    assert not ClosingReport.objects.exists()


def test_ended_and_then_carried_on_keeps_the_report_that_was_begun() -> None:
    sub_project = change(with_basis(S.RUNNING), S.ENDED)
    report = ClosingReport.objects.get()
    change(sub_project, S.IN_LINE)
    assert ClosingReport.objects.get() == report


def test_going_on_leaves_payments_alone() -> None:
    sub_project = make_funded(("2025-1", 500_000))
    PaymentProposalFactory(sub_project=sub_project)
    change(sub_project, S.WITH_CONDITIONS)
    assert PaymentProposal.objects.get().state == ProposalState.PROPOSED
