"""Reviews (stoppunkt): made by themselves every six months, prepared and concluded by people, never by the program."""

import calendar
import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from grants.domain.evidence import evidence, letter_of
from grants.domain.spending import hold
from grants.domain.sub_project_state import change_state
from grants.models import (
    AwardGoal,
    AwardLetter,
    Decision,
    GoalJudgement,
    GoalKind,
    PartnerAnswer,
    Review,
    SubProject,
    SubProjectPartner,
    SubProjectState,
    Verdict,
)
from organisation.domain.errors import DomainError, StaleWrite
from organisation.domain.writing import acting, apply, locked
from organisation.models import User

MONTHS_BETWEEN = 6
CONCLUDED = _("Stoppunktet er avgjort. Det kan ikke endres lenger.")
STATE_AFTER = {
    Decision.CONTINUE: SubProjectState.RUNNING,
    Decision.WITH_CONDITIONS: SubProjectState.WITH_CONDITIONS,
    Decision.STOP: SubProjectState.STOPPED,
}
Judgements = Mapping[AwardGoal, tuple[str, str]]


def schedule_review(*, sub_project: SubProject, by: User) -> Review | None:
    """The next review: six months after the start, or after the last one was held, but no later than the end.

    None when there is one already, or when nothing is left of the period.
    """
    earlier = Review.objects.filter(sub_project=sub_project)
    last = earlier.order_by("-number").first()
    if last and last.is_open:
        return None
    held_on = last.held_on if last else None
    starts_on = held_on + datetime.timedelta(days=1) if held_on else sub_project.starts_on
    due_on = min(add_months(held_on or sub_project.starts_on, MONTHS_BETWEEN), sub_project.ends_on)
    if due_on < starts_on:
        return None
    number = (earlier.aggregate(last=Max("number"))["last"] or 0) + 1
    with acting(by, "review.schedule"):
        return Review.objects.create(sub_project=sub_project, number=number, starts_on=starts_on, due_on=due_on)


def follow_period(*, sub_project: SubProject, by: User) -> None:
    """When the period is cut, an open review is due no later than the new end; never before its own first day."""
    open_review = Review.objects.open().filter(sub_project=sub_project).first()
    if open_review is None:
        return
    with acting(by, "review.follow_period"):
        review = locked(open_review, None)
        due_on = max(min(review.due_on, sub_project.ends_on), review.starts_on)
        if review.is_open and due_on != review.due_on:
            review.due_on = due_on
            review.save()


def save_review(*, review: Review, judgements: Judgements, summary: str, version: int, by: User) -> Review:
    """Keep what is said of each result goal, and of the talk, as a draft."""
    with acting(by, "review.save"):
        hold(review.sub_project)
        review = locked(review, version)
        _check_is_open(review)
        _write_judgements(review, judgements)
        review.summary = summary
        review.save()
    return review


def answer_questionnaire(
    *,
    review: Review,
    partner: SubProjectPartner,
    answers: Mapping[str, Any],
    version: int,
    by: User,
    at: datetime.datetime,
) -> PartnerAnswer:
    """A partner's answers (each question 1-5, two texts), until the review is concluded. `version` 0: none had been given."""
    fields = {name: answers[name] for name in PartnerAnswer.QUESTIONS}
    if any(value not in range(1, 6) for value in fields.values()):
        raise DomainError(_("Velg et tall fra 1 til 5 på alle spørsmålene."))
    fields |= {name: answers.get(name, "") for name in ("went_well", "to_change")}
    with acting(by, "review.answer"):
        hold(review.sub_project)  # nobody makes the row between the look and the save
        _check_is_open(Review.objects.get(pk=review.pk))
        if partner.sub_project_id != review.sub_project_id or not _takes_part(partner, at):
            raise DomainError(_("Partneren er ikke med i delprosjektet nå."))
        answer = PartnerAnswer.objects.filter(review=review, partner=partner).first()
        if answer is None:
            answer = PartnerAnswer(review=review, partner=partner)
        elif version != answer.version:
            raise StaleWrite(answer)
        else:
            answer = locked(answer, version)
        apply(answer, {**fields, "answered_at": at, "answered_by": by})
        answer.save()
    return answer


def conclude_review(
    *,
    review: Review,
    decision: str,
    reason: str,
    held_on: datetime.date,
    version: int,
    by: User,
    on: datetime.date,
    at: datetime.datetime,
    conditions: str = "",
) -> Review:
    """Decide what follows, with everything that was known frozen beside the decision. It can't be undone.

    To go on gives a new review in six months. A stop refuses every later payment at once and begins the closing report.
    """
    with acting(by, "review.conclude"):
        sub_project = hold(review.sub_project)
        review = locked(review, version)
        _check_is_open(review)
        _check_decision(decision, reason, conditions)
        _check_held_on(review, held_on, on)
        letter = letter_of(review)
        if letter is None or not sub_project.takes_payments:
            raise DomainError(_("Delprosjektet er ikke i gang, så det er ikke noe å avgjøre."))
        _check_all_judged(review)
        review.judgements.exclude(goal__letter=letter).delete()  # of goals that no longer hold
        review.sub_project, review.letter = sub_project, letter
        review.evidence = evidence(review, held_on)
        apply(review, {"decision": decision, "reason": reason, "held_on": held_on})
        review.conditions = conditions if decision == Decision.WITH_CONDITIONS else ""
        apply(review, {"concluded_at": at, "concluded_by": by})
        review.save()
        after = STATE_AFTER[Decision(decision)]
        if after != sub_project.state:
            sub_project = change_state(sub_project=sub_project, to=after, reason=reason, by=by, on=on, at=at)
        if not sub_project.is_over:
            schedule_review(sub_project=sub_project, by=by)
    return review


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months on, or the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def result_goals(letter: AwardLetter) -> list[AwardGoal]:
    return list(AwardGoal.objects.filter(letter=letter, kind=GoalKind.RESULT).order_by("number"))


def standing_judgements(review: Review) -> list[GoalJudgement]:
    """What is said of the goals that hold; not of those of an earlier letter."""
    letter = letter_of(review)
    rows = GoalJudgement.objects.filter(review=review, goal__letter=letter).select_related("goal")
    return list(rows) if letter else []


def unjudged_goals(review: Review) -> list[AwardGoal]:
    """The result goals that nothing is said of yet."""
    letter = letter_of(review)
    judged = {row.goal_id for row in standing_judgements(review)}
    return [goal for goal in result_goals(letter) if goal.pk not in judged] if letter else []


def _write_judgements(review: Review, judgements: Judgements) -> None:
    letter = letter_of(review)
    known = {goal.pk for goal in result_goals(letter)} if letter else set()
    for goal, (verdict, comment) in judgements.items():
        if goal.pk not in known:
            raise DomainError(_("Målet står ikke i tildelingsbrevet som gjelder."))
        if verdict and verdict not in Verdict.values:
            raise DomainError(_("Velg om målet er nådd, delvis nådd eller ikke nådd."))
        row = GoalJudgement.objects.filter(review=review, goal=goal)
        if not verdict:
            row.delete()
        elif not row.exclude(verdict=verdict, comment=comment).exists() and row.exists():
            continue
        else:
            GoalJudgement.objects.update_or_create(
                review=review, goal=goal, defaults={"verdict": verdict, "comment": comment}
            )


def _check_is_open(review: Review) -> None:
    if not review.is_open:
        raise DomainError(CONCLUDED)


def _check_decision(decision: str, reason: str, conditions: str) -> None:
    if decision not in Decision.values:
        raise DomainError(_("Velg hva som skal skje med delprosjektet."), "decision")
    if not reason.strip():
        raise DomainError(_("Skriv en begrunnelse."), "reason")
    if decision == Decision.WITH_CONDITIONS and not conditions.strip():
        raise DomainError(_("Skriv vilkårene."), "conditions")


def _check_held_on(review: Review, held_on: datetime.date, on: datetime.date) -> None:
    if held_on > on:
        raise DomainError(_("Datoen ligger fram i tid."), "held_on")
    if held_on < review.starts_on:
        raise DomainError(
            _("Stoppunktet gjelder tiden fra %(day)s. Velg den dagen eller en senere dag.")
            % {"day": date_format(review.starts_on)},
            "held_on",
        )


def _check_all_judged(review: Review) -> None:
    missing = unjudged_goals(review)
    if missing:
        raise DomainError(
            _("Vurder alle resultatmålene først. Dette mangler: %(goals)s.")
            % {"goals": "; ".join(goal.text for goal in missing)}
        )


def _takes_part(partner: SubProjectPartner, at: datetime.datetime) -> bool:
    day = at.astimezone(timezone.get_current_timezone()).date()
    return SubProjectPartner.objects.active(day).filter(pk=partner.pk).exists()
