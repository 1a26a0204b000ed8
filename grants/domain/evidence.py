"""What the deciders have before them at a review: all of it is in the system already, nothing is typed again.

JSON with text and plain forms only: shown live until the review is concluded, and then frozen as it was.
"""

import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import override

from grants.domain.economy import economy
from grants.domain.goal_results import GoalResult, goal_results
from grants.domain.outcome import standing_outcomes
from grants.models import (
    AwardGoal,
    AwardLetter,
    GoalKind,
    LedgerEntry,
    LetterState,
    PartnerAnswer,
    Review,
    SubProject,
)
from measures.models import LogEntry

SCHEMA = 1
Json = dict[str, Any]


def evidence(review: Review, until: datetime.date) -> Json:
    """Goals with what is counted, the period's entries, spending, answers and earlier conditions, as of a day."""
    sub_project = review.sub_project
    letter = letter_of(review)
    with override("nb"):
        return {
            "schema": SCHEMA,
            "from": review.starts_on.isoformat(),
            "until": until.isoformat(),
            "letter": letter.number if letter else None,
            "goals": _goals(sub_project, letter, until) if letter else [],
            "entries": _entries(sub_project, review.starts_on, until),
            "spending": _spending(sub_project, review.starts_on, until),
            "answers": _answers(review, until),
            "conditions": _earlier_conditions(review),
        }


def letter_of(review: Review) -> AwardLetter | None:
    """The letter whose goals are judged: the one it was concluded on, or while it is open the one in force."""
    if review.letter:
        return review.letter
    return AwardLetter.objects.filter(sub_project=review.sub_project_id, state=LetterState.IN_FORCE).first()


def _goals(sub_project: SubProject, letter: AwardLetter, until: datetime.date) -> list[Json]:
    goals = AwardGoal.objects.filter(letter=letter, kind=GoalKind.RESULT).select_related(
        "letter", "log_target__measure"
    )
    return [_goal(row) for row in goal_results(list(goals), standing_outcomes([sub_project], until), until)]


def _goal(row: GoalResult) -> Json:
    """What was recorded as "at least" is kept as such."""
    goal = row.goal
    return {
        "id": goal.public_id,
        "number": goal.number,
        "about": str(goal.get_about_display()),
        "text": goal.text,
        "indicator": goal.indicator,
        "target": _plain(goal.target_value),
        "due_on": goal.due_on.isoformat() if goal.due_on else "",
        "value": _plain(row.value),
        "is_at_least": row.is_at_least,
        "percent": row.percent,
    }


def _entries(sub_project: SubProject, first: datetime.date, until: datetime.date) -> list[Json]:
    """The log of the measure in the period, as it stands, oldest first. Who wrote it is not part of the evidence."""
    if sub_project.measure_id is None:
        return []
    rows = (
        LogEntry.objects.current()
        .filter(measure=sub_project.measure_id, happened_on__range=(first, until))
        .order_by("happened_on", "id")
        .prefetch_related("figures__target")
    )
    return [
        {
            "thread": row.thread,
            "on": row.happened_on.isoformat(),
            "kind": row.kind,
            "kind_label": str(row.get_kind_display()),
            "text": row.text,
            "figures": [{"name": figure.target.name, "value": _plain(figure.value)} for figure in row.figures.all()],
        }
        for row in rows
    ]


def _spending(sub_project: SubProject, first: datetime.date, until: datetime.date) -> Json:
    money = economy(sub_project, until)
    paid = LedgerEntry.objects.filter(sub_project=sub_project, paid_on__lte=until)
    in_period = paid.filter(paid_on__gte=first)
    by_use = in_period.order_by().values("use").annotate(total=Sum("amount")).order_by("use")
    labels = dict(LedgerEntry._meta.get_field("use").flatchoices)
    return {
        "awarded": _plain(money.awarded),
        "in_period": _plain(in_period.total()),
        "in_all": _plain(paid.total()),
        "by_use": [{"label": str(labels[row["use"]]), "paid": _plain(row["total"])} for row in by_use],
    }


def _answers(review: Review, until: datetime.date) -> Json:
    """The mean of each question, and what each partner said; whoever has not answered is named too."""
    answers = list(PartnerAnswer.objects.filter(review=review).select_related("partner__unit"))
    answered = {answer.partner_id for answer in answers}
    active = review.sub_project.partners.active(until).select_related("unit")
    return {
        "questions": [
            {"text": str(text), "mean": _mean([getattr(answer, name) for answer in answers])}
            for name, text in PartnerAnswer.QUESTIONS.items()
        ],
        "partners": [
            {
                "name": answer.partner.unit.name,
                "answers": [getattr(answer, name) for name in PartnerAnswer.QUESTIONS],
                "went_well": answer.went_well,
                "to_change": answer.to_change,
            }
            for answer in answers
        ],
        "missing": [partner.unit.name for partner in active if partner.pk not in answered],
    }


def _earlier_conditions(review: Review) -> Json | None:
    """The conditions of the review before this one, when it went on with some."""
    rows = Review.objects.filter(sub_project=review.sub_project_id, number__lt=review.number).exclude(decision="")
    last = rows.order_by("-number").first()
    if last is None or not last.conditions:
        return None
    return {"number": last.number, "text": last.conditions}


def _mean(values: list[int]) -> str | None:
    """To one decimal, halves up; None where nobody has answered."""
    if not values:
        return None
    return str((Decimal(sum(values)) / len(values)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"
