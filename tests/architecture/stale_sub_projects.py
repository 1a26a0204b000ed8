"""Cases for test_stale_writes.py: sub-projects, letters, reviews, closing reports."""

import datetime
from typing import Any

from grants.domain import award_letter, closing, review, sub_project, sub_project_state
from grants.domain.review import result_goals, save_review
from grants.models import PartnerRole
from organisation.models import Versioned
from tests.factories import (
    ClosingReportFactory,
    GoalFactory,
    MeasureFactory,
    PartnerAnswerFactory,
    SubProjectFactory,
    UserFactory,
    make_agreed,
    make_draft,
)

DAY = datetime.date(2025, 7, 1)
NOW = datetime.datetime(2025, 7, 1, 12, tzinfo=datetime.UTC)
Case = tuple[Versioned, dict[str, Any]]


def a_sub_project() -> Case:
    row = SubProjectFactory(partners=2)
    return row, {"sub_project": row, "title": "Nytt navn"}


def a_partner() -> Case:
    row = SubProjectFactory(partners=2).partners.get(role=PartnerRole.PARTNER)
    return row, {"partner": row, "role": PartnerRole.REFERENCE, "left_on": None}


def one_to_link() -> Case:
    row = SubProjectFactory(partners=2)
    return row, {"sub_project": row, "measure": MeasureFactory(plan__municipality=row.municipality)}


def one_to_make_a_measure_of() -> Case:
    row = SubProjectFactory(partners=2)
    goal = GoalFactory(plan__municipality=row.municipality)
    return row, {"sub_project": row, "plan": goal.plan, "goals": [goal], "on": DAY}


def one_to_move() -> Case:
    row = make_agreed()
    return row, {"sub_project": row, "to": "ended", "reason": "", "on": DAY, "at": NOW}


def a_draft() -> Case:
    row = make_draft(SubProjectFactory(partners=2))
    return row, {"letter": row}


def a_draft_to_offer() -> Case:
    row, arguments = a_draft()
    return row, {**arguments, "on": DAY}


def a_review() -> Case:
    row = make_agreed().reviews.get()
    return row, {"review": row, "judgements": {}, "summary": "Ny tekst"}


def a_review_to_conclude() -> Case:
    row, arguments = a_review()
    goals = result_goals(row.sub_project.letters.get())
    judgements = {goal: ("reached", "") for goal in goals}
    row = save_review(**{**arguments, "judgements": judgements}, version=row.version, by=UserFactory())
    return row, {"review": row, "decision": "continue", "reason": "Bra", "held_on": DAY, "on": DAY, "at": NOW}


def an_answer() -> Case:
    row = PartnerAnswerFactory()
    answers = {"works_together": 1, "listens": 1, "anchored": 1, "reaches_goals": 1}
    return row, {"review": row.review, "partner": row.partner, "answers": answers, "at": NOW}


def a_closing_report() -> Case:
    row = ClosingReportFactory()
    texts = dict.fromkeys(("achieved", "learnt", "carried_on", "remaining"), "Ny tekst")
    return row, {"report": row, **texts, "submit": False, "at": NOW}


CASES = {
    sub_project.update_sub_project: a_sub_project,
    sub_project.update_partner: a_partner,
    sub_project.link_measure: one_to_link,
    sub_project.create_measure_for: one_to_make_a_measure_of,
    sub_project_state.change_state: one_to_move,
    sub_project_state.end_sub_project: one_to_move,
    award_letter.update_letter: a_draft,
    award_letter.offer_letter: a_draft_to_offer,
    award_letter.withdraw_letter: a_draft,
    review.save_review: a_review,
    review.answer_questionnaire: an_answer,
    review.conclude_review: a_review_to_conclude,
    closing.save_closing_report: a_closing_report,
}
