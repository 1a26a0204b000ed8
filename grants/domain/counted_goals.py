"""Where the result goals of a letter are counted: in the log of the sub-project's measure."""

import re

from grants.models import AwardGoal, AwardLetter, GoalKind
from measures.domain.measure import set_target, update_target
from measures.models import LogEntry, LogFigure, Measure, PlanState, Target
from organisation.domain.writing import acting
from organisation.models import User

# What an indicator counts when it is no persons: "felles møter", "kurs", "avtaler", "boliger".
NO_PEOPLE = re.compile(
    r"(\w+ )?(møter|samlinger|kurs|avtaler|boliger|kvelder|turer|vedtak|planer|rutiner|kroner|prosent|timer|dager|tiltak|tilbud)",
    re.IGNORECASE,
)


def count_in_log(*, letter: AwardLetter, measure: Measure | None, by: User) -> None:
    """Give each result goal a target on the measure, so that whoever logs can fill in the number.

    A target that has the indicator's name already is used, with the letter's number. A closed plan takes no more.
    """
    with acting(by, "award_letter.count_in_log"):
        goals = list(AwardGoal.objects.filter(letter=letter, kind=GoalKind.RESULT))
        if measure is None or measure.plan.state == PlanState.CLOSED:
            AwardGoal.objects.filter(letter=letter).update(log_target=None)
            return
        known = {target.name.casefold(): target for target in measure.targets.all()}
        for goal in goals:
            goal.log_target = _target(measure, known.get(goal.indicator.casefold()), goal, by)
            goal.save()


def has_counted(letter: AwardLetter) -> bool:
    """Whether the log says anything about the letter's goals already."""
    entries = LogEntry.objects.current()
    return LogFigure.objects.filter(target__in=letter.goals.values("log_target"), entry__in=entries).exists()


def _target(measure: Measure, known: Target | None, goal: AwardGoal, by: User) -> Target:
    if known is None:
        return set_target(
            measure=measure, name=goal.indicator, value=goal.target_value, counts_people=_counts_people(goal), by=by
        )
    if known.value == goal.target_value:
        return known
    return update_target(
        target=known, name=known.name, value=goal.target_value, counting=known.counting,
        counts_people=known.counts_people, version=known.version, by=by,
    )  # fmt: skip


def _counts_people(goal: AwardGoal) -> bool:
    """What residents or families get is counted in persons, unless the letter's words say that it is things or events.

    In doubt it counts people: reports protect it, and whoever keeps the measure can say otherwise.
    """
    return not NO_PEOPLE.fullmatch(goal.indicator.strip())
