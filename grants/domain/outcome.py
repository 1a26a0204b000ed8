"""Results that can be counted: recorded with day and source, never overwritten, summed without losing an "at least"."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from grants.domain.spending import hold
from grants.models import AwardGoal, GoalKind, LetterState, Outcome, OutcomeKind, SubProject
from measures.domain.results import results
from measures.models import Target
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, refusing
from organisation.models import User

ALREADY_CORRECTED = _("Tallet er rettet i mellomtiden, så dette ble ikke lagret.")
CORRECTED_ONCE = {"grants_outcome_corrects_id_key": (ALREADY_CORRECTED, None)}
ORDER = {kind: place for place, kind in enumerate(OutcomeKind.values)}


@dataclass(frozen=True)
class StandingOutcome:
    """The newest number of one thing in one sub-project: from `outcome`, or counted in the log (`log_target`)."""

    sub_project_id: int
    kind: str
    value: Decimal
    counted_on: datetime.date
    is_at_least: bool = False
    label: str = ""
    outcome: Outcome | None = None
    log_target: Target | None = None

    @property
    def name(self) -> str:
        return self.label or str(OutcomeKind(self.kind).label)


@dataclass(frozen=True)
class OutcomeTotal:
    """One kind across sub-projects. One "at least" among the parts makes the sum an "at least"."""

    kind: str
    parts: tuple[StandingOutcome, ...]

    @property
    def value(self) -> Decimal:
        return sum((part.value for part in self.parts), Decimal(0))

    @property
    def is_at_least(self) -> bool:
        return any(part.is_at_least for part in self.parts)

    @property
    def name(self) -> str:
        return str(OutcomeKind(self.kind).label)


def record_outcome(
    *,
    sub_project: SubProject,
    kind: str,
    value: Decimal,
    counted_on: datetime.date,
    source: str,
    by: User,
    at: datetime.datetime,
    today: datetime.date,
    label: str = "",
    measured_in: str = "",
    is_at_least: bool = False,
    note: str = "",
) -> Outcome:
    """Record what has been reached in all by a day. One number per thing and day: another one is a correction.

    Sent twice by the same person, it is answered with the number that was made. Only "other" may be from before the
    sub-project's start: what was counted then is what it is held against.
    """
    _check(sub_project, kind, value, counted_on, source, today)
    label, measured_in = _tidy(label), _tidy(measured_in)
    if (kind == OutcomeKind.OTHER) == (not label):
        raise DomainError(_("Skriv hva som telles, når det ikke er noe i lista."), "label")
    if kind in counted_in_log([sub_project]).get(sub_project.pk, {}):
        raise DomainError(_("Dette telles i loggen til tiltaket, og skal ikke registreres her også."), "kind")
    content = {"value": value, "source": source, "measured_in": measured_in, "is_at_least": is_at_least, "note": note}
    with acting(by, "outcome.record"):
        held = hold(sub_project)
        label = _as_called_before(held, label)
        same_day = Outcome.objects.current().filter(sub_project=held, kind=kind, label=label, counted_on=counted_on)
        if made := same_day.filter(written_by=by, **content).first():
            return made
        if same_day.exists():
            raise DomainError(_one_per_day(counted_on), "counted_on")
        return Outcome.objects.create(
            sub_project=held, kind=kind, label=label, counted_on=counted_on, written_by=by, written_at=at, **content
        )


def correct_outcome(
    *,
    outcome: Outcome,
    value: Decimal,
    counted_on: datetime.date,
    source: str,
    by: User,
    at: datetime.datetime,
    today: datetime.date,
    measured_in: str = "",
    is_at_least: bool = False,
    note: str = "",
) -> Outcome:
    """A new version of a number; the earlier ones stay readable. What it counts can't be changed: take it back then."""
    _check(outcome.sub_project, outcome.kind, value, counted_on, source, today)
    content: dict[str, Any] = {
        "value": value, "counted_on": counted_on, "source": source, "measured_in": _tidy(measured_in),
        "is_at_least": is_at_least, "note": note,
    }  # fmt: skip
    with acting(by, "outcome.correct"), refusing(**CORRECTED_ONCE):
        held = hold(outcome.sub_project)
        if made := Outcome.objects.filter(corrects=outcome, written_by=by, withdrawn=False, **content).first():
            return made
        _check_stands(outcome)
        others = Outcome.objects.current().filter(sub_project=held, kind=outcome.kind, label=outcome.label)
        if others.filter(counted_on=counted_on).exclude(pk=outcome.pk).exists():
            raise DomainError(_one_per_day(counted_on), "counted_on")
        return Outcome.objects.create(
            sub_project=held, kind=outcome.kind, label=outcome.label, corrects=outcome, written_by=by, written_at=at,
            **content,
        )  # fmt: skip


def withdraw_outcome(*, outcome: Outcome, by: User, at: datetime.datetime) -> Outcome:
    """Take a number back: a last version that counts nowhere. This is what "angre" does."""
    with acting(by, "outcome.withdraw"), refusing(**CORRECTED_ONCE):
        hold(outcome.sub_project)
        _check_stands(outcome)
        names = ("sub_project", "kind", "label", "measured_in", "value", "is_at_least", "counted_on", "source", "note")
        return Outcome.objects.create(
            corrects=outcome, withdrawn=True, written_by=by, written_at=at,
            **{name: getattr(outcome, name) for name in names},
        )  # fmt: skip


def counted_in_log(sub_projects: Collection[SubProject]) -> dict[int, dict[str, Target]]:
    """By sub-project: the kinds that a result goal of the letter in force counts in the measure's log, and where. One query.

    What is counted there is not recorded a second time. Where two goals count the same kind, the first one's number is it.
    """
    goals = (
        AwardGoal.objects.filter(
            letter__sub_project__in=sub_projects,
            letter__state=LetterState.IN_FORCE,
            kind=GoalKind.RESULT,
            log_target__isnull=False,
        )
        .exclude(outcome_kind__in=("", OutcomeKind.OTHER))
        .select_related("letter", "log_target__measure")
        .order_by("-number", "-pk")
    )
    found: dict[int, dict[str, Target]] = {}
    for goal in goals:
        if goal.log_target is not None:
            found.setdefault(goal.letter.sub_project_id, {})[goal.outcome_kind] = goal.log_target
    return found


def standing_outcomes(sub_projects: Collection[SubProject], until: datetime.date) -> list[StandingOutcome]:
    """The newest standing number of each thing in each sub-project, as of a day. Four queries at the most.

    What is counted in the log is read there; a number recorded by hand stands only until the log has one.
    """
    newest = (
        Outcome.objects.current()
        .filter(sub_project__in=sub_projects, counted_on__lte=until)
        .order_by("sub_project_id", "kind", "label", "-counted_on", "-id")
        .distinct("sub_project_id", "kind", "label")
    )
    found = {
        (row.sub_project_id, row.kind, row.label): StandingOutcome(
            row.sub_project_id, row.kind, row.value, row.counted_on, row.is_at_least, row.label, row
        )
        for row in newest
    }
    logged = counted_in_log(sub_projects)
    counted = _log_values([target for kinds in logged.values() for target in kinds.values()], until)
    for owner, kinds in logged.items():
        for kind, target in kinds.items():
            if (value := counted.get(target.pk)) is not None:
                found[owner, kind, ""] = StandingOutcome(owner, kind, value, until, log_target=target)
    return sorted(found.values(), key=lambda row: (ORDER[row.kind], row.label.casefold(), row.sub_project_id))


def totals(standing: Iterable[StandingOutcome]) -> list[OutcomeTotal]:
    """The sum of each kind. "Other" is not summed: it is never the same thing in two sub-projects."""
    by_kind: dict[str, list[StandingOutcome]] = {}
    for row in standing:
        if row.kind != OutcomeKind.OTHER:
            by_kind.setdefault(row.kind, []).append(row)
    return [OutcomeTotal(kind, tuple(by_kind[kind])) for kind in sorted(by_kind, key=ORDER.__getitem__)]


def _log_values(targets: Collection[Target], until: datetime.date) -> dict[int, Decimal | None]:
    found = results({target.measure for target in targets}, until) if targets else {}
    return {result.target.pk: result.value for rows in found.values() for result in rows}


def _check(
    sub_project: SubProject, kind: str, value: Decimal, counted_on: datetime.date, source: str, today: datetime.date
) -> None:
    if not source.strip():
        raise DomainError(_("Skriv hvor tallet kommer fra."), "source")
    if counted_on > today:
        raise DomainError(_("Datoen ligger fram i tid. Registrer det som er telt."), "counted_on")
    if kind == OutcomeKind.OTHER:
        return
    if counted_on < sub_project.starts_on:
        raise DomainError(
            _("Delprosjektet startet %(day)s. Datoen kan ikke være før.") % {"day": date_format(sub_project.starts_on)},
            "counted_on",
        )
    if value < 0 or value != value.to_integral_value():
        raise DomainError(_("Skriv et helt tall, 0 eller høyere."), "value")


def _check_stands(outcome: Outcome) -> None:
    following = Outcome.objects.filter(corrects=outcome).first()
    if outcome.withdrawn or (following and following.withdrawn):
        raise DomainError(_("Tallet er allerede trukket tilbake."))
    if following:
        raise DomainError(ALREADY_CORRECTED)


def _one_per_day(day: datetime.date) -> Any:
    return _("Det er registrert et annet tall for %(day)s. Rett det, eller velg en annen dato.") % {
        "day": date_format(day)
    }


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _as_called_before(sub_project: SubProject, label: str) -> str:
    """The label as it was written the first time, whatever its case: one thing has one series."""
    if not label:
        return ""
    earlier = Outcome.objects.filter(sub_project=sub_project, label__iexact=label).order_by("id").first()
    return earlier.label if earlier else label
