"""Reviews: made by themselves, concluded by people, once, with everything that was known beside the decision."""

import datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.domain import review as reviews
from grants.domain.review import (
    add_months,
    answer_questionnaire,
    conclude_review,
    result_goals,
    save_review,
    schedule_review,
    standing_judgements,
    unjudged_goals,
)
from grants.domain.review_reminders import remind_of_reviews
from grants.domain.spending import propose_payment
from grants.models import (
    ClosingReport,
    Decision,
    PartnerAnswer,
    Review,
    SubProject,
    SubProjectState,
    Verdict,
)
from organisation.domain.errors import DomainError, StaleWrite
from organisation.models import Notice, Role
from tests.at_once import at_once
from tests.factories import (
    PaymentProposalFactory,
    SubProjectFactory,
    SubProjectPartnerFactory,
    UnitFactory,
    UserFactory,
    make_agreed,
    make_member,
    make_offered,
    sign_all,
)

pytestmark = pytest.mark.django_db
START, DUE = datetime.date(2025, 1, 1), datetime.date(2025, 7, 1)
NOW = datetime.datetime(2025, 7, 1, 12, tzinfo=datetime.UTC)
GOOD = {"works_together": 5, "listens": 4, "anchored": 3, "reaches_goals": 2, "went_well": "Vi møtes."}


def judged(review: Review, verdict: str = Verdict.PARTLY) -> Review:
    goals = result_goals(review.sub_project.letters.get(state="in_force"))
    return save_review(
        review=review, judgements={goal: (verdict, "") for goal in goals}, summary="En god samtale.",
        version=review.version, by=UserFactory(),
    )  # fmt: skip


def conclude(review: Review, decision: str, **fields: Any) -> Review:
    return conclude_review(
        **{
            "review": review, "decision": decision, "reason": "Slik vurderer vi det.", "held_on": DUE,
            "conditions": "Møt hver måned.", "version": review.version, "by": UserFactory(), "on": DUE, "at": NOW,
            **fields,
        }
    )  # fmt: skip


@pytest.fixture
def review() -> Review:
    return judged(make_agreed().reviews.get())


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)), st.integers(0, 60))
def test_months_are_counted_by_the_calendar(day: datetime.date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + datetime.timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("ends_on", "due_on"),
    [(datetime.date(2026, 12, 31), DUE), (datetime.date(2025, 4, 30), datetime.date(2025, 4, 30))],
)
def test_the_first_review_is_due_six_months_after_the_start_and_no_later_than_the_end(
    ends_on: datetime.date, due_on: datetime.date
) -> None:
    made = schedule_review(sub_project=SubProjectFactory(ends_on=ends_on), by=UserFactory())
    assert made is not None
    assert (made.number, made.starts_on, made.due_on) == (1, START, due_on)
    assert schedule_review(sub_project=made.sub_project, by=UserFactory()) is None, "one waits already"


def test_a_draft_of_the_judgements_is_kept_and_changed(review: Review) -> None:
    goals = result_goals(review.sub_project.letters.get())
    assert set(review.judgements.values_list("verdict", flat=True)) == {"partly"}
    save_review(
        review=review, judgements={goals[0]: ("reached", "Endelig"), goals[1]: ("", "")}, summary="Ny tekst",
        version=review.version, by=UserFactory(),
    )  # fmt: skip
    assert [(row.goal, row.verdict, row.comment) for row in review.judgements.all()] == [
        (goals[0], "reached", "Endelig")
    ]
    review.refresh_from_db()
    assert review.summary == "Ny tekst"


def test_the_goals_of_another_letter_are_not_judged(review: Review) -> None:
    other = result_goals(make_agreed().letters.get())[0]
    with pytest.raises(DomainError, match="tildelingsbrevet"):
        save_review(review=review, judgements={other: ("reached", "")}, summary="", version=2, by=UserFactory())
    own = result_goals(review.sub_project.letters.get())[0]
    with pytest.raises(DomainError, match="nådd"):
        save_review(review=review, judgements={own: ("kanskje", "")}, summary="", version=2, by=UserFactory())


def test_going_on_gives_the_next_review_in_six_months(review: Review) -> None:
    review = conclude(review, Decision.CONTINUE)
    following = Review.objects.get(number=2)
    assert (following.starts_on, following.due_on) == (datetime.date(2025, 7, 2), datetime.date(2026, 1, 1))
    review.sub_project.refresh_from_db()
    assert review.sub_project.state == SubProjectState.RUNNING
    assert review.sub_project.state_changes.count() == 1, "it began to run; to go on is no step"
    assert (review.conditions, review.letter) == ("", review.sub_project.letters.get())


def test_conditions_are_kept_and_the_next_review_lifts_them(review: Review) -> None:
    review = conclude(review, Decision.WITH_CONDITIONS)
    sub_project = SubProject.objects.get()
    assert (sub_project.state, review.conditions) == (SubProjectState.WITH_CONDITIONS, "Møt hver måned.")
    later, at = datetime.date(2026, 1, 1), datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)
    conclude(judged(Review.objects.get(number=2)), Decision.CONTINUE, held_on=later, on=later, at=at)
    sub_project.refresh_from_db()
    assert sub_project.state == SubProjectState.RUNNING


def test_leadership_and_partners_are_told_of_a_stop_at_once(review: Review) -> None:
    sub_project = review.sub_project
    leader = make_member(Role.PROJECT_LEAD, UnitFactory(municipality=sub_project.municipality))
    outsider = make_member(Role.PROJECT_LEAD)
    partners = {make_member(Role.PARTNER, partner.unit) for partner in sub_project.partners.select_related("unit")}
    conclude(review, Decision.STOP)
    told = Notice.objects.filter(kind="stopped")
    assert {leader} | partners <= {notice.user for notice in told}
    assert outsider not in {notice.user for notice in told}
    assert all("Det kan ikke betales ut mer." in notice.text for notice in told)


def test_a_stop_refuses_every_later_payment_and_begins_the_closing_report(review: Review) -> None:
    proposal = PaymentProposalFactory(sub_project=review.sub_project)
    conclude(review, Decision.STOP)
    sub_project = SubProject.objects.get()
    assert (sub_project.state, sub_project.state_reason) == (SubProjectState.STOPPED, "Slik vurderer vi det.")
    proposal.refresh_from_db()
    assert proposal.state == "refused"
    with pytest.raises(DomainError, match="stoppet ved et stoppunkt"):
        propose_payment(
            sub_project=sub_project, amount=1000, mode="individual_needs", use="residents", purpose="Sykkel",
            pay_on=DUE, voucher="1", by=UserFactory(), at=NOW,
        )  # fmt: skip
    assert ClosingReport.objects.get().due_on == datetime.date(2025, 8, 30)
    assert Review.objects.count() == 1, "there is no next one"


def test_after_the_end_there_is_no_next_review(review: Review) -> None:
    end = datetime.datetime(2026, 12, 31, 12, tzinfo=datetime.UTC)
    conclude(review, Decision.CONTINUE, held_on=end.date(), on=end.date(), at=end)
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"decision": ""}, "decision"),
        ({"decision": "perhaps"}, "decision"),
        ({"reason": " "}, "reason"),
        ({"decision": Decision.WITH_CONDITIONS, "conditions": " "}, "conditions"),
        ({"held_on": DUE + datetime.timedelta(days=1)}, "held_on"),
        ({"held_on": START - datetime.timedelta(days=1)}, "held_on"),
    ],
)
def test_a_decision_says_what_why_and_when(review: Review, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refusal:
        conclude(**{"review": review, "decision": Decision.CONTINUE, **fields})
    assert refusal.value.field == field
    review.refresh_from_db()
    assert (review.decision, review.evidence) == ("", None)


def test_every_result_goal_is_judged_before_the_decision() -> None:
    with pytest.raises(DomainError, match=r"Flere familier får hjelp\.; Vi møtes ofte\."):
        conclude(make_agreed().reviews.get(), Decision.CONTINUE)


def test_judgements_follow_the_letter_that_holds(review: Review) -> None:
    old = result_goals(review.sub_project.letters.get())
    assert {row.goal for row in standing_judgements(review)} == set(old)
    assert unjudged_goals(review) == []
    new = sign_all(make_offered(review.sub_project, change_reason="Nye mål."))
    goals = result_goals(new)
    assert standing_judgements(review) == []
    assert unjudged_goals(review) == goals, "as many are judged as there are goals, but not these"
    with pytest.raises(DomainError, match="Vurder alle resultatmålene"):
        conclude(review, Decision.CONTINUE)
    review.refresh_from_db()
    review = conclude(judged(review), Decision.CONTINUE)
    assert {row.goal for row in review.judgements.all()} == set(goals), "what was said of the old goals is gone"
    review.refresh_from_db()
    sign_all(make_offered(review.sub_project, change_reason="Enda en."))
    assert {row.goal for row in standing_judgements(review)} == set(goals), "it was concluded on that letter"


def test_what_was_known_is_frozen_beside_the_decision(review: Review) -> None:
    concluded = conclude(review, Decision.CONTINUE)
    assert concluded.evidence["until"] == "2025-07-01"
    assert [goal["indicator"] for goal in concluded.evidence["goals"]] == ["familier", "møter"]


def test_a_concluded_review_stands(review: Review) -> None:
    conclude(review, Decision.CONTINUE)
    review.refresh_from_db()
    partner = review.sub_project.partners.first()
    for action in (
        partial(conclude, review, Decision.STOP),
        partial(judged, review),
        partial(
            answer_questionnaire, review=review, partner=partner, answers=GOOD, version=0, by=UserFactory(), at=NOW
        ),
    ):
        with pytest.raises(DomainError, match="avgjort"):
            action()


def test_what_does_not_run_is_not_reviewed(review: Review) -> None:
    SubProject.objects.update(state=SubProjectState.ENDED)
    with pytest.raises(DomainError, match="ikke i gang"):
        conclude(review, Decision.STOP)


def test_no_decision_is_made_or_suggested_by_the_program() -> None:
    """However badly it goes, nothing but `conclude_review` writes a decision, and it takes it from people."""
    review = judged(make_agreed().reviews.get(), Verdict.NOT_REACHED)
    remind_of_reviews(on=DUE + datetime.timedelta(days=400))
    review.refresh_from_db()
    assert review.decision == ""
    source = open(reviews.__file__, encoding="utf-8").read()  # noqa: SIM115
    assert source.count('"decision": decision') == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_conclude_at_once_make_one_decision() -> None:
    review = judged(make_agreed().reviews.get())
    one, other = UserFactory(), UserFactory()
    outcomes = at_once(
        partial(conclude, review, Decision.STOP, by=one), partial(conclude, review, Decision.CONTINUE, by=other)
    )
    assert sum(isinstance(outcome, Review) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, StaleWrite) for outcome in outcomes) == 1
    review.refresh_from_db()
    stopped = SubProject.objects.get().state == SubProjectState.STOPPED
    assert stopped == (review.decision == Decision.STOP)
    assert Review.objects.count() == (1 if stopped else 2)


def answer(review: Review, version: int = 0, **changes: Any) -> PartnerAnswer:
    partner = changes.pop("partner", None) or review.sub_project.partners.first()
    return answer_questionnaire(
        review=review, partner=partner, answers={**GOOD, **changes}, version=version, by=UserFactory(), at=NOW
    )


def test_a_partner_answers_and_may_change_it_until_the_review_is_concluded(review: Review) -> None:
    first = answer(review)
    assert (first.works_together, first.went_well, first.to_change) == (5, "Vi møtes.", "")
    changed = answer(review, version=first.version, works_together=1)
    assert (changed.pk, changed.works_together, changed.version) == (first.pk, 1, 2)
    with pytest.raises(StaleWrite):
        answer(review, version=1)
    with pytest.raises(StaleWrite):
        answer(review, version=0)


@pytest.mark.parametrize("value", [0, 6, None, "3"])
def test_answers_are_on_the_scale(review: Review, value: Any) -> None:
    with pytest.raises(DomainError, match="1 til 5"):
        answer(review, listens=value)


def test_those_who_left_or_take_part_elsewhere_do_not_answer(review: Review) -> None:
    gone = SubProjectPartnerFactory(sub_project=review.sub_project, left_on=START)
    for partner in (gone, SubProjectPartnerFactory()):
        with pytest.raises(DomainError, match="ikke med"):
            answer(review, partner=partner)


def told(kind: str = "review") -> list[tuple[Any, str]]:
    return sorted((row.user_id, row.key.split("-", 2)[2]) for row in Notice.objects.filter(kind=kind))


def test_leadership_is_reminded_before_on_the_day_and_every_week_after() -> None:
    sub_project = make_agreed()
    root = UnitFactory(municipality=sub_project.municipality)
    leader = make_member(Role.COORDINATOR, root)
    make_member(Role.CASEWORKER, root)
    make_member(Role.COORDINATOR)
    seen = []
    for days in (-31, -30, -29, 0, 3, 7, 13, 14, 20):
        for _again in range(2):
            remind_of_reviews(on=DUE + datetime.timedelta(days=days))
        seen.append((days, [key for user, key in told() if user == leader.pk]))
    assert {user for user, key in told() if "answer" not in key} == {leader.pk}
    assert seen == [
        (-31, []),
        (-30, ["before"]),
        (-29, ["before"]),
        (0, ["before", "due"]),
        (3, ["before", "due"]),
        (7, ["before", "due", "late-1"]),
        (13, ["before", "due", "late-1"]),
        (14, ["before", "due", "late-1", "late-2"]),
        (20, ["before", "due", "late-1", "late-2"]),
    ]


def test_partners_who_have_not_answered_are_reminded_twice() -> None:
    review = make_agreed().reviews.get()
    Notice.objects.all().delete()
    done, waiting = review.sub_project.partners.all()
    answered = make_member(Role.PARTNER, done.unit)
    asked = make_member(Role.UNIT_LEADER, waiting.unit)
    answer(review, partner=done)
    for days in (30, 30, 12, 7, 1, 0):
        remind_of_reviews(on=DUE - datetime.timedelta(days=days))
    mine = [key for user, key in told() if user == asked.pk]
    assert mine == [f"answer-{waiting.pk}-30", f"answer-{waiting.pk}-7"]
    assert answered.pk not in {user for user, _key in told()}


def test_nobody_is_reminded_of_a_review_that_will_not_be_held() -> None:
    sub_project = make_agreed()
    make_member(Role.COORDINATOR, UnitFactory(municipality=sub_project.municipality))
    SubProject.objects.update(state=SubProjectState.ENDED)
    assert remind_of_reviews(on=DUE) == []
