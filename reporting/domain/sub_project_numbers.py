"""What the dashboards of sub-projects are made of: read for a set of sub-projects with a number of queries that doesn't grow."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from grants.domain.economy import NOUGHT, Economy, economies
from grants.models import AwardGoal, GoalKind, LetterState, Outcome, Review, SubProject
from measures.domain.results import results_of
from measures.models import LogEntry
from organisation.periods import HalfYear
from reporting.domain.sub_project_results import NOT_PEOPLE, counts_people, target_key
from reporting.domain.told_results import Told, told_results, told_text


@dataclass(frozen=True)
class GoalNumber:
    """A result goal and what may be said of how far it has come. `value` None: there is none, or it isn't told."""

    goal: AwardGoal
    value: Decimal | None
    text: str
    told: Told | None = None
    is_at_least: bool = False

    @property
    def is_measured(self) -> bool:
        return self.value is not None

    @property
    def is_reached(self) -> bool:
        target = self.goal.target_value
        return self.value is not None and target is not None and self.value >= target


@dataclass(frozen=True)
class Numbers:
    """One sub-project as its dashboards show it. `held` are its reviews with a decision, oldest first."""

    row: SubProject
    money: Economy
    held: tuple[Review, ...]
    to_hold: Review | None
    goals: tuple[GoalNumber, ...]

    @property
    def reached(self) -> int:
        return sum(goal.is_reached for goal in self.goals)

    @property
    def measured(self) -> int:
        return sum(goal.is_measured for goal in self.goals)

    @property
    def last_held(self) -> Review | None:
        return self.held[-1] if self.held else None


def with_evidence(rows: QuerySet[SubProject], period: HalfYear) -> QuerySet[SubProject]:
    """Adds `entries` and `last_entry`: how many the log of the half-year has, and the day of the newest of all."""
    log = LogEntry.objects.current().filter(measure=OuterRef("measure")).order_by().values("measure")
    in_period = log.filter(happened_on__range=(period.first_day, period.last_day)).annotate(number=Count("pk"))
    return rows.annotate(
        entries=Subquery(in_period.values("number")), last_entry=F("measure__log_summary__last_logged_on")
    )


def numbers_of(rows: Collection[SubProject], until: datetime.date, on: datetime.date) -> list[Numbers]:
    """As of a day (`until`) for results, and as of today (`on`) for money and reviews; seven queries at the most."""
    money = economies(rows, on)
    held: dict[int, list[Review]] = {}
    to_hold: dict[int, Review] = {}
    for review in _reviews(rows):
        if review.decision:
            held.setdefault(review.sub_project_id, []).append(review)
        else:
            to_hold[review.sub_project_id] = review
    goals = goal_numbers(rows, until)
    return [
        Numbers(row, money[row.pk], tuple(held.get(row.pk, ())), to_hold.get(row.pk), tuple(goals.get(row.pk, ())))
        for row in rows
    ]


def _reviews(rows: Collection[SubProject]) -> QuerySet[Review]:
    partners = Q(sub_project__partners__left_on=None)
    return (
        Review.objects.filter(sub_project__in=rows)
        .filter(Q(pk__in=Review.objects.open()) | ~Q(decision=""))
        .annotate(answered=Count("answers", distinct=True))
        .annotate(asked=Count("sub_project__partners", filter=partners, distinct=True))
        .defer("evidence", "summary")
        .order_by("number")
    )


def goal_numbers(
    rows: Collection[SubProject], until: datetime.date, told: Mapping[str, Told] | None = None
) -> dict[int, list[GoalNumber]]:
    """The result goals of each, by sub-project id, with what may be said of them; three queries at the most.

    `told` is what `told_results` says of them, where the caller has it already.
    """
    goals = list(_result_goals(rows, until))
    people = [goal for goal in goals if counts_people(goal)]
    if told is None:
        told = told_results({row.municipality_id for row in rows}, until) if people else {}
    owners = {row.pk: row.public_id for row in rows}
    logged = _logged([goal for goal in goals if not counts_people(goal)], until)
    found: dict[int, list[GoalNumber]] = {}
    for goal in goals:
        owner = goal.letter.sub_project_id
        if counts_people(goal):
            number = _of_people(goal, told, owners[owner])
        else:
            value = logged.get(goal.log_target_id or 0)
            number = _recorded(goal) if value is None else _plain(goal, value)
        found.setdefault(owner, []).append(number)
    return found


def _result_goals(rows: Collection[SubProject], until: datetime.date) -> QuerySet[AwardGoal]:
    """Those of the letters in force. `recorded` is what was recorded last of what counts no people."""
    recorded = Outcome.objects.current().filter(
        sub_project=OuterRef("letter__sub_project"), kind=OuterRef("outcome_kind"), kind__in=NOT_PEOPLE,
        counted_on__lte=until,
    )  # fmt: skip
    newest = recorded.order_by("-counted_on", "-id")
    return (
        AwardGoal.objects.filter(letter__sub_project__in=rows, letter__state=LetterState.IN_FORCE, kind=GoalKind.RESULT)
        .select_related("letter", "log_target")
        .annotate(
            recorded=Subquery(newest.values("value")[:1], output_field=DecimalField(max_digits=12, decimal_places=2))
        )
        .annotate(recorded_floor=Subquery(newest.values("is_at_least")[:1]))
        .order_by("letter__sub_project_id", "number")
        .defer("letter__content")
    )


def _logged(goals: Iterable[AwardGoal], until: datetime.date) -> dict[int, Decimal | None]:
    targets = {goal.log_target.pk: goal.log_target for goal in goals if goal.log_target}
    found = results_of(list(targets.values()), until) if targets else []
    return {row.target.pk: row.value for row in found}


def _recorded(goal: Any) -> GoalNumber:
    return _plain(goal, goal.recorded, is_at_least=bool(goal.recorded_floor))


def _plain(goal: AwardGoal, value: Decimal | None, *, is_at_least: bool = False) -> GoalNumber:
    if value is None:
        return GoalNumber(goal, None, _("ikke målt"))
    text = told_text(value, is_under=False, is_at_least=is_at_least)
    return GoalNumber(goal, value, text, is_at_least=is_at_least)


def _of_people(goal: AwardGoal, told: Mapping[str, Told], owner: str) -> GoalNumber:
    """The newest that was told of it, under the key of the log or that of what was recorded."""
    keys = [target_key(goal), f"outcome:{goal.outcome_kind}:{owner}" if goal.outcome_kind else ""]
    found = sorted((told[key] for key in keys if key in told), key=lambda row: row.on)
    if not found:
        return GoalNumber(goal, None, _("ikke publisert"))
    return GoalNumber(goal, found[-1].value, found[-1].text, found[-1], found[-1].is_at_least)


def forecast_by_half(money: Economy, ends_on: datetime.date) -> dict[HalfYear, Decimal]:
    """What will have been paid in each half-year from today's on: what the forecast still expects, shared by days.

    Of today's half-year what is paid already comes in addition.
    """
    left = money.forecast - money.paid
    first = HalfYear.of(money.on)
    days: dict[HalfYear, int] = {}
    half = first
    while half.first_day <= ends_on and left > 0:
        start, end = max(half.first_day, money.on + datetime.timedelta(days=1)), min(half.last_day, ends_on)
        days[half] = max((end - start).days + 1, 0)
        half = HalfYear.of(half.last_day + datetime.timedelta(days=1))
    if not (total := sum(days.values())):
        return {}
    paid = {row.half: row.paid for row in money.halves}
    shares = {half: (left * count / total).quantize(Decimal("0.01")) for half, count in days.items() if count}
    last = max(shares)
    shares[last] += left - sum(shares.values(), NOUGHT)
    return {half: share + (paid.get(half, NOUGHT) if half == first else NOUGHT) for half, share in shares.items()}
