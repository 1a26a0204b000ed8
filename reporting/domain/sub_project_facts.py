"""What the report on sub-projects is made of: read for a municipality as of a day, with a number of queries that doesn't grow."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from grants.domain.economy import Economy, economies
from grants.domain.goal_results import GoalResult, goal_results
from grants.domain.outcome import StandingOutcome, standing_outcomes
from grants.models import (
    OVER_STATES,
    RUNNING_STATES,
    AwardGoal,
    AwardLetter,
    ClosingReport,
    GoalKind,
    LedgerEntry,
    LetterState,
    Review,
    Signature,
    SubProject,
    SubProjectPartner,
    SubProjectState,
)
from measures.models import LogEntry, LogFigure
from organisation.models import Municipality
from organisation.periods import HalfYear
from reporting.models import Contribution


@dataclass(frozen=True)
class Standing:
    """A sub-project's state on a day, since when, and why."""

    state: str
    since: datetime.date
    reason: str = ""

    @property
    def label(self) -> str:
        return str(SubProjectState(self.state).label)

    @property
    def is_over(self) -> bool:
        return self.state in OVER_STATES

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING_STATES


@dataclass(frozen=True)
class Told:
    """One sub-project as the report tells of it. `review` is the one that was held in the half-year."""

    row: SubProject
    standing: Standing
    money: Economy
    letter: AwardLetter | None
    offered: AwardLetter | None
    goals: list[GoalResult]
    review: Review | None
    review_before: Review | None
    open_review: Review | None
    entries: list[LogEntry]

    @property
    def id(self) -> str:
        return self.row.public_id

    @property
    def closing_report(self) -> ClosingReport | None:
        found: ClosingReport | None = getattr(self.row, "closing_report", None)
        return found


@dataclass(frozen=True)
class Facts:
    """`told` are the sub-projects of the half-year; `counted` all that have begun, whose results are in the totals."""

    period: HalfYear
    until: datetime.date
    told: list[Told]
    counted: list[SubProject]
    standing: list[StandingOutcome]
    cleared_entries: set[int]
    # (sub-project, half-year) -> the ledger's lines.
    ledger: dict[tuple[int, HalfYear], list[str]] = field(default_factory=dict)
    # Target -> the versions of log entries that count it.
    logged: dict[str, list[str]] = field(default_factory=dict)


def facts_of(municipality: Municipality, period: HalfYear, on: datetime.date) -> Facts:
    """As of the half-year's last day, or of today while it lasts."""
    until = min(period.last_day, on)
    rows = [row for row in _rows(municipality, period, until) if _was_made(row, until)]
    told = [row for row in rows if not (s := standing_on(row, until)).is_over or s.since >= period.first_day]
    counted = [row for row in rows if row.starts_on <= until]
    standing = standing_outcomes(counted, until)
    letters = {row.pk: _letter(row, LetterState.IN_FORCE) for row in told}
    goals = [goal for letter in letters.values() if letter for goal in _result_goals(letter)]
    found: dict[int, list[GoalResult]] = {}
    for result in goal_results(goals, standing, until):
        found.setdefault(result.goal.letter_id, []).append(result)
    money, entries = economies(told, until), _entries(told, period.first_day, until)
    return Facts(
        period,
        until,
        [
            Told(
                row, standing_on(row, until), money[row.pk], letter := letters[row.pk], _offered(row, until),
                found.get(letter.pk, []) if letter else [], *_reviews(row, period, until), entries.get(row.measure_id or 0, []),
            )
            for row in told
        ],
        counted,
        standing,
        _cleared(entries),
        _ledger(told, until),
        _logged(municipality, until),
    )  # fmt: skip


def standing_on(row: SubProject, day: datetime.date) -> Standing:
    """The state a sub-project had on a day. Where nothing is known of its steps, the one it has."""
    steps = sorted(row.state_changes.all(), key=lambda step: (step.on, step.pk))
    until = [step for step in steps if step.on <= day]
    if until:
        return Standing(until[-1].after, until[-1].on, until[-1].reason)
    if steps:
        return Standing(SubProjectState.PLANNED, steps[0].on)
    return Standing(row.state, row.state_since, row.state_reason)


def _rows(municipality: Municipality, period: HalfYear, until: datetime.date) -> QuerySet[SubProject]:
    reviews = Review.objects.defer("evidence").select_related("letter").order_by("number")
    letters = AwardLetter.objects.filter(state__in=(LetterState.IN_FORCE, LetterState.OFFERED)).defer("content")
    goals = AwardGoal.objects.select_related("letter", "log_target__measure").order_by("kind", "number")
    return (
        SubProject.objects.filter(municipality=municipality)
        .select_related("measure", "closing_report")
        .order_by("starts_on", "id")
        .prefetch_related(
            "state_changes",
            "lessons",
            Prefetch("partners", SubProjectPartner.objects.active(until).select_related("unit")),
            Prefetch("letters", letters.order_by("number")),
            Prefetch("letters__goals", goals),
            Prefetch("letters__signatures", Signature.objects.select_related("partner__unit")),
            Prefetch("reviews", reviews),
            "reviews__judgements__goal",
            "reviews__answers",
        )
    )


def _was_made(row: SubProject, until: datetime.date) -> bool:
    made = min((step.on for step in row.state_changes.all()), default=row.starts_on)
    return made <= until


def _letter(row: SubProject, state: str) -> AwardLetter | None:
    return next((letter for letter in row.letters.all() if letter.state == state), None)


def _offered(row: SubProject, until: datetime.date) -> AwardLetter | None:
    """The letter that waited for signatures on a day, also where they have come since."""
    for letter in row.letters.all():
        waited = letter.in_force_on is None or letter.in_force_on > until
        if letter.offered_on and letter.offered_on <= until and waited:
            return letter
    return None


def _result_goals(letter: AwardLetter) -> list[AwardGoal]:
    return [goal for goal in letter.goals.all() if goal.kind == GoalKind.RESULT]


def _reviews(
    row: SubProject, period: HalfYear, until: datetime.date
) -> tuple[Review | None, Review | None, Review | None]:
    """The one held in the half-year (the last, where there were several), the one before, and the one to be held."""
    held = [review for review in row.reviews.all() if review.decision and review.held_on and review.held_on <= until]
    rest = [review for review in row.reviews.all() if review not in held]
    in_period = held[-1] if held and held[-1].held_on and held[-1].held_on >= period.first_day else None
    before = [review for review in held if review is not in_period]
    return in_period, before[-1] if before else None, rest[0] if rest else None


def _entries(told: Iterable[SubProject], first: datetime.date, until: datetime.date) -> dict[int, list[LogEntry]]:
    """The half-year's log of each sub-project's measure, as it stands, oldest first."""
    rows = (
        LogEntry.objects.current()
        .filter(measure__in=[row.measure_id for row in told if row.measure_id], happened_on__range=(first, until))
        .order_by("happened_on", "id")
        .prefetch_related("figures__target")
    )
    found: dict[int, list[LogEntry]] = {}
    for entry in rows:
        found.setdefault(entry.measure_id, []).append(entry)
    return found


def _cleared(entries: dict[int, list[LogEntry]]) -> set[int]:
    """The entries of which a leader has said, when she confirmed them for the plan's report, that they identify nobody."""
    confirmed = Contribution.objects.filter(measure__in=entries, identifies_nobody=True, confirmed_at__isnull=False)
    return {pk for ids in confirmed.values_list("confirmed_entries", flat=True) for pk in ids}


def _ledger(told: Iterable[SubProject], until: datetime.date) -> dict[tuple[int, HalfYear], list[str]]:
    lines = LedgerEntry.objects.filter(sub_project__in=list(told), paid_on__lte=until).order_by("paid_on", "id")
    found: dict[tuple[int, HalfYear], list[str]] = {}
    for owner, day, public_id in lines.values_list("sub_project_id", "paid_on", "public_id"):
        found.setdefault((owner, HalfYear.of(day)), []).append(public_id)
    return found


def _logged(municipality: Municipality, until: datetime.date) -> dict[str, list[str]]:
    figures = LogFigure.objects.filter(
        target__measure__sub_project__municipality=municipality,
        entry__in=LogEntry.objects.current(),
        entry__happened_on__lte=until,
    ).order_by("entry__happened_on", "entry_id")
    found: dict[str, list[str]] = {}
    for target, entry in figures.values_list("target__public_id", "entry__public_id"):
        found.setdefault(target, []).append(entry)
    return found
