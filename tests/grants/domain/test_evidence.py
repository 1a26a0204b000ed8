"""What the deciders have before them: from the log, the results, the ledger, the answers and the earlier review."""

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from grants.domain.evidence import evidence
from grants.models import Outcome, PartnerAnswer, Review, SubProject
from tests.database import undone
from tests.factories import (
    LedgerEntryFactory,
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    PartnerAnswerFactory,
    SubProjectFactory,
    TargetFactory,
    UserFactory,
    make_agreed,
)

pytestmark = pytest.mark.django_db
START, UNTIL, AFTER = datetime.date(2025, 1, 1), datetime.date(2025, 7, 1), datetime.date(2025, 7, 2)


def with_measure() -> SubProject:
    sub_project = SubProjectFactory(partners=2)
    sub_project.measure = MeasureFactory(plan__municipality=sub_project.municipality)
    sub_project.save()
    return make_agreed(sub_project)


def shown(sub_project: SubProject, until: datetime.date = UNTIL) -> dict[str, Any]:
    found = evidence(sub_project.reviews.get(decision=""), until)
    assert json.loads(json.dumps(found)) == found, "it can be frozen as it is"
    return found


def outcome(sub_project: SubProject, value: int, **fields: Any) -> Outcome:
    return Outcome.objects.create(
        **{
            "sub_project": sub_project, "kind": "families", "value": value, "counted_on": UNTIL, "source": "Oversikten",
            "written_at": datetime.datetime(2025, 7, 1, tzinfo=datetime.UTC), "written_by": UserFactory(), **fields,
        }
    )  # fmt: skip


def test_the_entries_are_those_of_the_measure_in_the_period_as_they_stand() -> None:
    sub_project = with_measure()
    measure = sub_project.measure
    first = LogEntryFactory(measure=measure, happened_on=START, text="Først")
    LogEntryFactory(measure=measure, happened_on=UNTIL, text="Sist", kind="deviation")
    LogEntryFactory(measure=measure, happened_on=AFTER, text="For sent")
    LogEntryFactory(measure=measure, happened_on=START - datetime.timedelta(days=1), text="For tidlig")
    LogEntryFactory(happened_on=UNTIL, text="Et annet tiltak")
    LogEntryFactory(measure=measure, happened_on=START, text="Rettet", corrects=first, thread=first.thread)
    entries = shown(sub_project)["entries"]
    assert [(row["text"], row["on"]) for row in entries] == [("Rettet", "2025-01-01"), ("Sist", "2025-07-01")]
    assert entries[1]["kind_label"] == "Avvik"
    assert "Prøve Person" not in str(entries)


def test_the_log_says_how_far_a_goal_has_come() -> None:
    sub_project = with_measure()
    target = sub_project.measure.targets.get(name="familier")
    for value in (10, 4):
        entry = LogEntryFactory(measure=sub_project.measure, happened_on=UNTIL)
        LogFigureFactory(target=target, entry=entry, value=value)
    LogFigureFactory(
        target=target, entry=LogEntryFactory(measure=sub_project.measure, happened_on=AFTER), value=Decimal(100)
    )
    outcome(sub_project, 39)
    families, meetings = shown(sub_project)["goals"]
    assert (families["value"], families["target"], families["percent"]) == ("14", "40", 35)
    assert not families["is_at_least"]
    assert (meetings["value"], meetings["percent"]) == (None, None)


def test_an_outcome_says_it_where_the_log_does_not_and_at_least_is_kept() -> None:
    sub_project = make_agreed()
    outcome(sub_project, 10, counted_on=START)
    standing = outcome(sub_project, 20, is_at_least=True)
    outcome(sub_project, 99, counted_on=AFTER)
    goal = shown(sub_project)["goals"][0]
    assert (goal["value"], goal["is_at_least"], goal["percent"]) == ("20", True, 50)
    outcome(sub_project, 20, corrects=standing, withdrawn=True)
    assert shown(sub_project)["goals"][0]["value"] == "10"


@given(st.lists(st.tuples(st.integers(1, 50_000), st.booleans()), max_size=6))
def test_spending_is_summed_for_the_period_and_in_all(payments: list[tuple[int, bool]]) -> None:
    with undone():
        sub_project = make_agreed()
        Review.objects.update(starts_on=datetime.date(2025, 4, 1))
        for amount, in_period in payments:
            day = datetime.date(2025, 5 if in_period else 2, 1)
            LedgerEntryFactory(sub_project=sub_project, amount=amount, paid_on=day)
        spending = shown(sub_project)["spending"]
        assert Decimal(spending["in_all"]) == sum(amount for amount, _ in payments)
        in_period = sum(amount for amount, inside in payments if inside)
        assert Decimal(spending["in_period"]) == in_period
        assert sum(Decimal(row["paid"]) for row in spending["by_use"]) == in_period
        assert spending["awarded"] == "1000000"


def test_answers_are_shown_as_means_and_for_each_partner_and_who_has_not_answered_is_named() -> None:
    sub_project = SubProjectFactory(partners=3)
    make_agreed(sub_project)
    review = sub_project.reviews.get()
    one, two, three = sub_project.partners.all()
    PartnerAnswerFactory(review=review, partner=one, works_together=2, to_change="Oftere møter")
    PartnerAnswerFactory(review=review, partner=two, works_together=3)
    answers = shown(sub_project)["answers"]
    assert [row["mean"] for row in answers["questions"]] == ["2.5", "4.0", "4.0", "4.0"]
    assert [(row["name"], row["answers"], row["to_change"]) for row in answers["partners"]] == [
        (one.unit.name, [2, 4, 4, 4], "Oftere møter"), (two.unit.name, [3, 4, 4, 4], ""),
    ]  # fmt: skip
    assert answers["missing"] == [three.unit.name]
    PartnerAnswer.objects.all().delete()
    assert shown(sub_project)["answers"]["questions"][0]["mean"] is None


def test_the_conditions_of_the_review_before_stand_there() -> None:
    sub_project = make_agreed()
    assert shown(sub_project)["conditions"] is None
    someone = UserFactory()
    Review.objects.update(
        decision="with_conditions", reason="Treg start", conditions="Møt oftere", held_on=START, concluded_by=someone,
        concluded_at=datetime.datetime(2025, 7, 1, tzinfo=datetime.UTC), letter=sub_project.letters.get(), evidence={},
    )  # fmt: skip
    Review.objects.create(sub_project=sub_project, number=2, starts_on=START, due_on=UNTIL)
    assert shown(sub_project)["conditions"] == {"number": 1, "text": "Møt oftere"}


def test_many_entries_take_no_more_queries() -> None:

    sub_project = with_measure()

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            shown(SubProject.objects.get())
        return len(queries)

    def more() -> None:
        for _ in range(4):
            entry = LogEntryFactory(measure=sub_project.measure, happened_on=UNTIL)
            LogFigureFactory(target=TargetFactory(measure=sub_project.measure), entry=entry)
            LedgerEntryFactory(sub_project=sub_project)

    more()
    few = count()
    more()
    assert count() == few
