"""What is confirmed is what was read: the log as it stood before the leader's eyes, nothing more and nothing else."""

import datetime
from typing import Any

import pytest

from measures.domain.log import add_log_entry, correct_log_entry, withdraw_log_entry
from measures.models import LogEntry, Plan, PlanState
from reporting.domain.contribution import LogHasChanged, Standing, save_contribution, standings
from reporting.domain.free_texts import as_they_stand
from reporting.domain.freeze import _Builder
from reporting.models import Contribution, ReportRound
from tests.factories import LogEntryFactory, LogFigureFactory, MeasureFactory, RoundFactory, TargetFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY, TODAY = datetime.date(2025, 3, 1), datetime.date(2025, 7, 20)


@pytest.fixture
def round() -> ReportRound:
    measure = MeasureFactory(state="in_progress", due_on=datetime.date(2025, 1, 31))
    return RoundFactory(plan=measure.plan)


def standing(round: ReportRound) -> Standing:
    return standings(round)[0]


def confirm(round: ReportRound, seen: list[LogEntry] | None = None, text: str = "Teksten") -> Contribution:
    now = standing(round)
    version = now.contribution.version if now.contribution else 0
    ids = [entry.pk for entry in (now.entries if seen is None else seen)]
    return save_contribution(
        round=round, measure=now.measure, text=text, confirm=True, version=version, by=UserFactory(), seen=ids
    )


def log(round: ReportRound, text: str = "Noe nytt") -> LogEntry:
    measure = round.plan.measures.get()
    return add_log_entry(measure=measure, text=text, happened_on=DAY, by=UserFactory(), today=TODAY)


def frozen(round: ReportRound) -> dict[str, Any]:
    round.closed_on = TODAY
    return as_they_stand(_Builder(round).content(), {})


def test_an_entry_that_came_while_the_leader_read_is_not_confirmed(round: ReportRound) -> None:
    first = log(round, "Det hun leste")
    log(round, "Det som kom imens")
    with pytest.raises(LogHasChanged):
        confirm(round, seen=[first])
    assert not Contribution.objects.exists()


def test_an_entry_that_came_later_waits_and_is_left_out(round: ReportRound) -> None:
    log(round, "Det hun leste")
    confirm(round)
    log(round, "Det som kom etterpå")
    now = standing(round)
    assert now.has_changed
    assert [entry.text for entry in now.news] == ["Det som kom etterpå"]
    assert [entry["text"] for entry in frozen(round)["log"]] == ["Det hun leste"]


def test_an_entry_taken_back_after_the_confirmation_is_told(round: ReportRound) -> None:
    entry = log(round)
    confirm(round)
    withdraw_log_entry(entry=entry, by=UserFactory())
    assert standing(round).has_changed
    assert frozen(round)["log"] == []


def test_a_correction_after_the_confirmation_is_told_and_not_published(round: ReportRound) -> None:
    entry = log(round, "Før")
    confirm(round)
    correct_log_entry(entry=entry, text="Etter", happened_on=DAY, kind="activity", by=UserFactory(), today=TODAY)
    assert standing(round).has_changed
    assert frozen(round)["log"] == []
    confirm(round)
    assert not standing(round).has_changed
    assert [row["text"] for row in frozen(round)["log"]] == ["Etter"]


def test_a_moved_entry_is_told(round: ReportRound) -> None:
    entry = log(round)
    confirm(round)
    later = datetime.date(2025, 7, 2)
    correct_log_entry(entry=entry, text="x", happened_on=later, kind="activity", by=UserFactory(), today=TODAY)
    assert standing(round).has_changed


def test_numbers_that_nobody_confirmed_are_not_counted(round: ReportRound) -> None:
    target = TargetFactory(measure=round.plan.measures.get(), value=None)

    def counted(value: int, day: datetime.date = DAY) -> None:
        LogFigureFactory(target=target, entry=LogEntryFactory(measure=target.measure, happened_on=day), value=value)

    def result() -> Any:
        return frozen(round)["goals"][0]["measures"][0]["targets"][0]["result"]["value"]

    counted(100, datetime.date(2024, 11, 1))  # an earlier period's own affair
    counted(7)
    assert result() == 100
    confirm(round)
    assert result() == 107
    counted(1000)
    assert result() == 107


def test_a_draft_confirms_nothing(round: ReportRound) -> None:
    log(round)
    measure = round.plan.measures.get()
    save_contribution(round=round, measure=measure, text="Utkast", confirm=False, version=0, by=UserFactory(), seen=[])
    assert frozen(round)["log"] == []
    assert frozen(round)["goals"][0]["measures"][0]["text"] == ""


def test_what_is_late_stands_in_the_report_of_a_plan_that_was_closed_first(round: ReportRound) -> None:
    Plan.objects.filter(pk=round.plan_id).update(state=PlanState.CLOSED)
    assert [row["due"] for row in frozen(round)["overdue"]] == ["2025-01-31"]
