"""Countable results: recorded once per day, corrected by new versions, summed without losing an "at least"."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from grants.domain.outcome import (
    StandingOutcome,
    correct_outcome,
    counted_in_log,
    record_outcome,
    standing_outcomes,
    totals,
    withdraw_outcome,
)
from grants.models import LetterState, Outcome, OutcomeKind, SubProject
from organisation.domain.errors import DomainError
from tests.at_once import at_once
from tests.database import undone
from tests.factories import LogEntryFactory, LogFigureFactory, TargetFactory, UserFactory, make_funded
from tests.factories.grants_results import OutcomeFactory, count_in_log

pytestmark = pytest.mark.django_db
START, UNTIL, TODAY = datetime.date(2025, 1, 1), datetime.date(2025, 6, 30), datetime.date(2025, 9, 1)
NOW = datetime.datetime(2025, 9, 1, 12, tzinfo=datetime.UTC)
SUMMED = [kind for kind in OutcomeKind.values if kind != OutcomeKind.OTHER]


def running() -> SubProject:
    return make_funded(("2025-1", 1000), ("2025-2", 1000))


def record(sub_project: SubProject, **fields: Any) -> Outcome:
    defaults = {
        "kind": OutcomeKind.FAMILIES, "value": Decimal(10), "counted_on": UNTIL, "source": "telling", "at": NOW,
        "today": TODAY,
    }  # fmt: skip
    return record_outcome(sub_project=sub_project, **({"by": UserFactory()} | defaults | fields))


def correct(outcome: Outcome, **fields: Any) -> Outcome:
    defaults = {"value": outcome.value, "counted_on": outcome.counted_on, "source": outcome.source}
    return correct_outcome(outcome=outcome, **({"by": UserFactory(), "at": NOW, "today": TODAY} | defaults | fields))


def numbers(*sub_projects: SubProject, until: datetime.date = UNTIL) -> dict[tuple[int, str], Decimal]:
    return {(row.sub_project_id, row.label or row.kind): row.value for row in standing_outcomes(sub_projects, until)}


def test_a_number_has_its_day_its_source_and_who_wrote_it() -> None:
    sub_project, by = running(), UserFactory()
    outcome = record(sub_project, by=by, is_at_least=True, note="de som ble lenge")
    assert (outcome.kind, outcome.value, outcome.is_at_least) == ("families", 10, True)
    assert (outcome.counted_on, outcome.source, outcome.written_by) == (UNTIL, "telling", by)
    assert list(Outcome.objects.current()) == [outcome]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"counted_on": TODAY + datetime.timedelta(days=1)}, "counted_on"),
        ({"counted_on": START - datetime.timedelta(days=1)}, "counted_on"),
        ({"source": "  "}, "source"),
        ({"value": Decimal("-1")}, "value"),
        ({"value": Decimal("1.5")}, "value"),
        ({"kind": OutcomeKind.OTHER}, "label"),
        ({"label": "saker"}, "label"),
    ],
)
def test_a_number_that_can_not_be_right_is_refused_at_its_field(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        record(running(), **fields)
    assert refused.value.field == field
    assert not Outcome.objects.exists()


@pytest.mark.parametrize("day", [START, TODAY])
def test_the_first_day_and_today_are_days_to_count_on(day: datetime.date) -> None:
    assert record(running(), counted_on=day).counted_on == day


def test_a_number_of_another_sort_may_be_from_before_the_start_and_below_nought() -> None:
    """Reported cases in the year before are what those of this year are held against."""
    before = START - datetime.timedelta(days=1)
    outcome = record(running(), kind="other", label="endring i tilhørighet", value=Decimal("-2.5"), counted_on=before)
    assert (outcome.value, outcome.name) == (Decimal("-2.5"), "endring i tilhørighet")


def test_the_same_thing_has_one_series_however_its_name_is_written() -> None:
    sub_project = running()
    record(sub_project, kind="other", label="Meldte saker", counted_on=START)
    later = record(sub_project, kind="other", label="  meldte   SAKER ")
    assert later.label == "Meldte saker"
    assert len(standing_outcomes([sub_project], UNTIL)) == 1


def test_another_number_for_the_same_day_is_a_correction() -> None:
    sub_project = running()
    record(sub_project)
    with pytest.raises(DomainError, match=r"30\. juni 2025") as refused:
        record(sub_project, value=Decimal(11))
    assert refused.value.field == "counted_on"
    moved = record(sub_project, value=Decimal(11), counted_on=TODAY)
    with pytest.raises(DomainError, match=r"30\. juni 2025"):
        correct(moved, counted_on=UNTIL)
    assert numbers(sub_project) == {(sub_project.pk, "families"): 10}


def test_a_form_sent_twice_makes_one_number() -> None:
    sub_project, by = running(), UserFactory()
    assert record(sub_project, by=by) == record(sub_project, by=by)
    outcome = Outcome.objects.get()
    assert correct(outcome, value=Decimal(12), by=by) == correct(outcome, value=Decimal(12), by=by)
    assert Outcome.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_record_at_the_same_moment_make_one_number() -> None:
    sub_project, people = running(), [UserFactory(), UserFactory()]
    outcomes = at_once(*(lambda by=by: record(sub_project, by=by) for by in people))
    assert sorted(isinstance(outcome, DomainError) for outcome in outcomes) == [False, True]
    assert Outcome.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_corrections_at_the_same_moment_make_one() -> None:
    outcome = OutcomeFactory()
    people = [UserFactory(), UserFactory()]
    outcomes = at_once(
        *(lambda by=by, value=value: correct(outcome, by=by, value=Decimal(value)) for value, by in enumerate(people))
    )
    assert sorted(isinstance(done, DomainError) for done in outcomes) == [False, True]
    assert Outcome.objects.current().count() == 1


def test_a_correction_is_a_new_version_and_the_old_one_stays() -> None:
    first = OutcomeFactory()
    second = correct(first, value=Decimal(12), is_at_least=True)
    assert list(Outcome.objects.current()) == [second]
    first.refresh_from_db()
    assert (first.value, second.corrects, second.kind) == (10, first, first.kind)
    with pytest.raises(DomainError, match="rettet i mellomtiden"):
        correct(first, value=Decimal(13))


def test_a_number_that_is_taken_back_counts_nowhere_and_can_be_recorded_again() -> None:
    sub_project = running()
    outcome = record(sub_project)
    last = withdraw_outcome(outcome=outcome, by=UserFactory(), at=NOW)
    assert (last.value, last.withdrawn, last.corrects) == (outcome.value, True, outcome)
    assert standing_outcomes([sub_project], UNTIL) == []
    for row in (outcome, last):
        with pytest.raises(DomainError, match="allerede trukket tilbake"):
            withdraw_outcome(outcome=row, by=UserFactory(), at=NOW)
        with pytest.raises(DomainError, match="allerede trukket tilbake"):
            correct(row, value=Decimal(9))
    assert record(sub_project).pk


# A thing, a day within the year, a number, "at least", and what became of it.
FATE = st.none() | st.just("withdrawn") | st.integers(0, 99)
NUMBER = st.tuples(
    st.integers(0, 2), st.sampled_from(OutcomeKind.values), st.integers(0, 243), st.integers(0, 99), st.booleans(), FATE
)
NUMBERS = st.lists(NUMBER, max_size=8, unique_by=lambda row: row[:3])


@given(rows=NUMBERS)
def test_what_stands_is_the_newest_number_that_was_not_taken_back(rows: list[Any]) -> None:
    with undone():
        owners, by = [running() for _ in range(3)], UserFactory()
        expected: dict[tuple[int, str], tuple[datetime.date, int, bool]] = {}
        for owner, kind, days, value, at_least, fate in rows:
            day = START + datetime.timedelta(days=days)
            label = "saker" if kind == "other" else ""
            fields = {"kind": kind, "label": label, "value": Decimal(value), "counted_on": day, "by": by}
            outcome = record(owners[owner], is_at_least=at_least, **fields)
            if fate == "withdrawn":
                withdraw_outcome(outcome=outcome, by=by, at=NOW)
                continue
            if fate is not None:
                value, at_least = fate, not at_least
                correct(outcome, value=Decimal(value), is_at_least=at_least)
            key = (owners[owner].pk, kind)
            if day <= UNTIL and (key not in expected or expected[key][0] < day):
                expected[key] = (day, value, at_least)
        standing = standing_outcomes(owners, UNTIL)
        found = {(row.sub_project_id, row.kind): (row.counted_on, row.value, row.is_at_least) for row in standing}
        assert found == expected
        for total in totals(standing):
            parts = [row for (_owner, kind), row in expected.items() if kind == total.kind]
            assert total.value == sum(value for _day, value, _at_least in parts)
            assert total.is_at_least == any(at_least for _day, _value, at_least in parts)
        assert {total.kind for total in totals(standing)} == {kind for _, kind in expected} - {"other"}


STANDING = st.builds(
    StandingOutcome,
    sub_project_id=st.integers(1, 9),
    kind=st.sampled_from(SUMMED),
    value=st.integers(0, 10**6).map(Decimal),
    counted_on=st.just(UNTIL),
    is_at_least=st.booleans(),
)


@given(rows=st.lists(STANDING))
def test_totals_lose_nothing_and_one_at_least_is_enough(rows: list[StandingOutcome]) -> None:
    found = totals(rows)
    assert sum(total.value for total in found) == sum(row.value for row in rows)
    assert sorted(map(id, rows)) == sorted(id(part) for total in found for part in total.parts)
    assert [total.kind for total in found] == [kind for kind in SUMMED if any(row.kind == kind for row in rows)]
    for total in found:
        assert total.is_at_least == any(row.is_at_least for row in rows if row.kind == total.kind)


def counted(sub_project: SubProject, kind: str = "families") -> Any:
    target = TargetFactory(measure__plan__municipality=sub_project.municipality)
    count_in_log(sub_project, target, kind)
    return target


def log(target: Any, value: int, day: datetime.date = UNTIL) -> None:
    LogFigureFactory(target=target, entry=LogEntryFactory(measure=target.measure, happened_on=day), value=value)


def test_what_is_counted_in_the_log_is_read_there_and_not_recorded_again() -> None:
    sub_project = running()
    target = counted(sub_project)
    log(target, 3)
    log(target, 4)
    log(target, 50, UNTIL + datetime.timedelta(days=1))
    with pytest.raises(DomainError, match="telles i loggen") as refused:
        record(sub_project)
    assert refused.value.field == "kind"
    (row,) = standing_outcomes([sub_project], UNTIL)
    assert (row.value, row.log_target, row.outcome, row.is_at_least) == (7, target, None, False)
    assert record(sub_project, kind="children").pk


def test_a_number_from_before_the_letter_stands_until_the_log_has_one() -> None:
    sub_project = running()
    record(sub_project)
    target = counted(sub_project)
    assert numbers(sub_project) == {(sub_project.pk, "families"): 10}
    log(target, 0)
    assert numbers(sub_project) == {(sub_project.pk, "families"): 0}


def test_only_the_letter_in_force_says_what_is_counted_in_the_log() -> None:
    sub_project = running()
    log(counted(sub_project), 5)
    sub_project.letters.update(state=LetterState.SUPERSEDED)
    assert counted_in_log([sub_project]) == {}
    assert standing_outcomes([sub_project], UNTIL) == []


def test_of_two_goals_that_count_the_same_the_first_is_shown() -> None:
    sub_project = running()
    first, second = (TargetFactory(measure__plan__municipality=sub_project.municipality) for _ in range(2))
    count_in_log(sub_project, second, "families", number=2)
    count_in_log(sub_project, first, "families", number=1)
    log(first, 5)
    log(second, 6)
    assert numbers(sub_project) == {(sub_project.pk, "families"): 5}


def test_many_sub_projects_take_no_more_queries_than_one() -> None:
    def queries(sub_projects: list[SubProject]) -> int:
        with CaptureQueriesContext(connection) as asked:
            standing_outcomes(sub_projects, UNTIL)
        return len(asked)

    def one() -> SubProject:
        sub_project = running()
        record(sub_project, kind="children")
        log(counted(sub_project), 3)
        return sub_project

    few = [one()]
    assert queries(few) == queries([*few, one(), one()]) == 4


def test_the_application_can_not_change_a_number() -> None:
    from django.db import ProgrammingError, transaction

    outcome = OutcomeFactory(written_at=timezone.now())
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Outcome.objects.filter(pk=outcome.pk).update(value=99)
