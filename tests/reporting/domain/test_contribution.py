"""Contributions: made from the log, confirmed by a leader, shut with the round."""

import datetime
from typing import Any

import pytest

from measures.models import LogEntry, Measure
from organisation.domain.errors import DomainError, StaleWrite
from reporting.domain.contribution import Standing, save_contribution, standings
from reporting.domain.round import close_round
from reporting.models import Contribution, ReportRound
from tests.at_once import while_uncommitted
from tests.factories import (
    ContributionFactory,
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    RoundFactory,
    TargetFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
FIRST, LAST = datetime.date(2025, 1, 1), datetime.date(2025, 6, 30)
DAY = datetime.timedelta(days=1)
AT = datetime.datetime(2025, 7, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def measure() -> Measure:
    return MeasureFactory()


@pytest.fixture
def round(measure: Measure) -> ReportRound:
    return RoundFactory(plan=measure.plan)


def standing_of(round: ReportRound, measure: Measure) -> Standing:
    (standing,) = [row for row in standings(round) if row.measure == measure]
    return standing


def save(round: ReportRound, measure: Measure, **fields: Any) -> Contribution:
    values = {"text": "Det går bra.", "confirm": False, "version": 0, "by": UserFactory(), **fields}
    return save_contribution(round=round, measure=measure, **values)


def test_before_anything_is_saved_the_text_is_the_log_of_the_half_year(round: ReportRound, measure: Measure) -> None:
    LogEntryFactory(measure=measure, happened_on=LAST, text="Sist. ")
    LogEntryFactory(measure=measure, happened_on=FIRST, text="Først.")
    LogEntryFactory(measure=measure, happened_on=FIRST - DAY, text="Før.")
    LogEntryFactory(measure=measure, happened_on=LAST + DAY, text="Etter.")
    LogEntryFactory(measure=MeasureFactory(plan=measure.plan), happened_on=FIRST, text="Et annet tiltak.")
    standing = standing_of(round, measure)
    assert standing.text == "Først.\n\nSist."
    assert not standing.is_confirmed
    assert standing.news == standing.confirmed_entries == []


def test_the_text_follows_corrections_and_withdrawals(round: ReportRound, measure: Measure) -> None:
    entry = LogEntryFactory(measure=measure, happened_on=FIRST, text="Feil.")
    LogEntryFactory(measure=measure, happened_on=FIRST, text="Rett.", corrects=entry)
    gone = LogEntryFactory(measure=measure, happened_on=FIRST, text="Borte.")
    LogEntryFactory(measure=measure, happened_on=FIRST, text="Borte.", corrects=gone, withdrawn=True)
    assert standing_of(round, measure).text == "Rett."


def test_a_saved_text_stands_whatever_is_logged_later(round: ReportRound, measure: Measure) -> None:
    save(round, measure, text="Skrevet om.")
    LogEntryFactory(measure=measure, happened_on=FIRST, text="Ny.")
    assert standing_of(round, measure).text == "Skrevet om."


def test_every_measure_of_the_plan_is_there_from_day_one(round: ReportRound, measure: Measure) -> None:
    second, foreign = MeasureFactory(plan=measure.plan), MeasureFactory()
    found = {row.measure for row in standings(round)}
    assert found == {measure, second}
    assert foreign not in found


def test_confirming_says_who_and_when_and_saving_again_takes_it_back(round: ReportRound, measure: Measure) -> None:
    by = UserFactory()
    draft = save(round, measure)
    assert (draft.confirmed_at, draft.confirmed_by) == (None, None)
    confirmed = save(round, measure, confirm=True, version=draft.version, by=by)
    assert confirmed.confirmed_by == by
    assert standing_of(round, measure).is_confirmed
    save(round, measure, version=confirmed.version)
    assert not standing_of(round, measure).is_confirmed


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_text_is_saved_and_never_confirmed(text: str, round: ReportRound, measure: Measure) -> None:
    with pytest.raises(DomainError) as refusal:
        save(round, measure, text=text, confirm=True)
    assert refusal.value.field == "text"
    assert save(round, measure, text=text).pk


def test_entries_written_after_the_confirmation_are_news(round: ReportRound, measure: Measure) -> None:
    before = LogEntryFactory(measure=measure, happened_on=FIRST)
    confirmed = save(round, measure, confirm=True)
    after = LogEntryFactory(measure=measure, happened_on=FIRST)
    standing = standing_of(round, measure)
    assert (standing.confirmed_entries, standing.news) == ([before], [after])
    save(round, measure, confirm=True, version=confirmed.version)
    standing = standing_of(round, measure)
    assert (standing.confirmed_entries, standing.news) == ([before, after], [])


def test_a_correction_of_a_confirmed_entry_waits_for_a_new_confirmation(round: ReportRound, measure: Measure) -> None:
    entry = LogEntryFactory(measure=measure, happened_on=FIRST)
    save(round, measure, confirm=True)
    correction = LogEntryFactory(measure=measure, happened_on=FIRST, corrects=entry)
    standing = standing_of(round, measure)
    assert (standing.confirmed_entries, standing.news) == ([], [correction])


def test_two_who_write_the_first_text_do_not_overwrite_each_other(round: ReportRound, measure: Measure) -> None:
    first = save(round, measure, text="Den ene.")
    with pytest.raises(StaleWrite) as stale:
        save(round, measure, text="Den andre.")
    assert stale.value.current == first
    assert Contribution.objects.get().text == "Den ene."


def test_a_measure_of_another_plan_is_refused(round: ReportRound) -> None:
    with pytest.raises(DomainError):
        save(round, MeasureFactory())
    assert not Contribution.objects.exists()


def test_a_closed_round_takes_no_contribution(measure: Measure) -> None:
    there = ContributionFactory(round=RoundFactory(plan=measure.plan, closed=True), text="Slik sto det.")
    for changed in (there.measure, measure):
        with pytest.raises(DomainError, match="lukket"):
            save(there.round, changed, version=there.version)
    assert [row.text for row in Contribution.objects.all()] == ["Slik sto det."]


def test_the_number_of_queries_does_not_grow_with_the_plan(
    round: ReportRound, measure: Measure, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        target = TargetFactory(measure=MeasureFactory(plan=measure.plan))
        entry = LogEntryFactory(measure=target.measure, happened_on=FIRST)
        LogFigureFactory(target=target, entry=entry)
        ContributionFactory(round=round, measure=target.measure)
    with django_assert_max_num_queries(5):
        for standing in standings(round):
            assert standing.measure.responsible_unit.name
            assert list(standing.measure.goals.all())
            assert all(figure.target.name for entry in standing.entries for figure in entry.figures.all())


@pytest.mark.django_db(transaction=True)
def test_a_text_that_comes_while_the_round_is_closed_is_refused() -> None:
    measure, by = MeasureFactory(), UserFactory()
    round = RoundFactory(plan=measure.plan)
    _, outcome, waited = while_uncommitted(
        lambda: close_round(round=round, version=1, by=by, on=LAST + DAY, at=AT), lambda: save(round, measure, by=by)
    )
    assert waited
    assert isinstance(outcome, DomainError)
    assert not Contribution.objects.exists()
    assert not LogEntry.objects.exists()
