"""Reminders of rounds and of the reports that no round opens: who is told when a round opens, before its deadline and after.

Each reminder has a key of what it is about and its stage, so that it is made once however often the job looks. A deadline
that is moved is another deadline, and reminded of anew.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from grants.models import AWARDED_STATES, RUNNING_STATES, Grant, SubProject
from measures.models import Measure
from organisation.domain.notices import notify
from organisation.models import Membership, Notice, Role, User
from organisation.periods import HalfYear
from reporting.domain.opening_days import opening_now
from reporting.models import Contribution, Report, ReportKind, ReportRound, ReportSchedule

OPENED, DEADLINE, LATE = "round_opened", "round_deadline", "round_late"
TIMES_LATE = 4  # reminders after the deadline: the coordinator has to talk to whoever still hasn't answered
YEARLY_OPENS = (1, 15)  # month and day on which the report on last year's grants is reminded of
YEARLY_DAYS = 60  # for so long, where nobody has begun it

# As a table, in which a test finds what is told (organisation/notice_kinds.py).
KINDS = {kind: kind for kind in (OPENED, DEADLINE, LATE)}
TEXTS = {
    OPENED: (
        _("Runden for {period} er åpnet ({plan}). Du har {count} tiltak å bekrefte innen {day}."),
        _("Kalenderen har åpnet runden for {period} ({plan}). Enhetene har frist {day}."),
    ),
    DEADLINE: (
        _("Du har {count} tiltak å bekrefte i runden for {period} ({plan}). Fristen er {day}."),
        _("{count} av {total} tiltak er ikke bekreftet i runden for {period} ({plan}). Fristen er {day}."),
    ),
    LATE: (
        _("Du har {count} tiltak å bekrefte i runden for {period} ({plan}). Fristen var {day}."),
        _("{count} av {total} tiltak er ikke bekreftet i runden for {period} ({plan}). Fristen var {day}."),
    ),
}


@dataclass(frozen=True)
class Waiting:
    """What is not confirmed in a round: whose leaders are told of how many measures, and what the coordinators are told."""

    leaders: dict[User, int]
    coordinators: list[User]
    missing: int
    total: int


def tell_of_opening(*, round: ReportRound, on: datetime.date) -> list[Notice]:
    """The leaders of the units that are to report, and the coordinator, who didn't open it herself."""
    return _tell(round, waiting_in(rounds=[round], on=on)[round.pk], OPENED, "opened")


def remind_of_rounds(*, on: datetime.date) -> list[Notice]:
    """The job: before the deadline, and after it a few times, whoever has measures that are not confirmed."""
    schedules = {row.municipality_id: row for row in ReportSchedule.objects.all()}
    rows = ReportRound.objects.open().select_related("plan").order_by("pk")
    stages = [
        (round, stage)
        for round in rows
        if (stage := stage_of(round, schedules.get(round.plan.municipality_id) or ReportSchedule(), on))
    ]
    waiting = waiting_in(rounds=[round for round, _stage in stages], on=on)
    made: list[Notice] = []
    for round, (kind, key) in stages:
        if waiting[round.pk].missing:
            made += _tell(round, waiting[round.pk], kind, key)
    return made


def stage_of(round: ReportRound, schedule: ReportSchedule, on: datetime.date) -> tuple[str, str] | None:
    """Which reminder is due on a day, as its kind and its key within the round; None where none is."""
    if not schedule.reminds or round.opened_on >= on:
        return None  # on the day it opens, that is what they are told
    late = (on - round.deadline).days
    if -schedule.days_before <= late <= 0:
        return DEADLINE, f"before-{round.deadline}"
    times = late // schedule.days_after
    return (LATE, f"late-{round.deadline}-{times}") if late > 0 and 1 <= times <= TIMES_LATE else None


def waiting_in(*, rounds: Iterable[ReportRound], on: datetime.date) -> dict[int, Waiting]:
    """What is not confirmed in each of the rounds, by its primary key, and who is to be told. Three queries."""
    rounds = list(rounds)
    measures: dict[int, list[tuple[int, str]]] = defaultdict(list)
    plans = {round.plan_id for round in rounds}
    for plan, measure, path in Measure.objects.filter(plan__in=plans).values_list(
        "plan_id", "pk", "responsible_unit__path"
    ):
        measures[plan].append((measure, path))
    confirmed = set(
        Contribution.objects.filter(round__in=rounds, confirmed_at__isnull=False).values_list("round_id", "measure_id")
    )
    seats = _seats({round.plan.municipality_id for round in rounds}, on)
    found = {}
    for round in rounds:
        paths = [path for measure, path in measures[round.plan_id] if (round.pk, measure) not in confirmed]
        here = seats[round.plan.municipality_id]
        found[round.pk] = Waiting(
            leaders=_leading(paths, [seat for seat in here if seat.role == Role.UNIT_LEADER]),
            coordinators=list({seat.user: None for seat in here if seat.role == Role.COORDINATOR}),
            missing=len(paths), total=len(measures[round.plan_id]),
        )  # fmt: skip
    return found


def remind_of_other_reports(*, on: datetime.date) -> list[Notice]:
    """The job: the sub-projects' half-year and the year's grants have no round, and no draft is made by itself.

    The coordinator is told that it is time, once for each report that nobody has begun.
    """
    return [*_of_sub_projects(on), *_of_grants(on)]


def _of_sub_projects(on: datetime.date) -> list[Notice]:
    """When the rounds of a half-year open, in municipalities with sub-projects that run."""
    schedules = {row.municipality_id: row for row in ReportSchedule.objects.all()}
    rows = SubProject.objects.filter(state__in=RUNNING_STATES).order_by().values_list("municipality_id", flat=True)
    opening = {pk: opening_now(schedules.get(pk) or ReportSchedule(), on) for pk in set(rows)}
    done = _reported(ReportKind.SUB_PROJECTS)
    text = _("Det er tid for halvårsstatus for delprosjektene, {period}. Lag et utkast under Rapporter.")
    due = {
        (pk, half.year, half.half): (f"sub-projects-{half.code}", format_lazy(text, period=_label(half)))
        for pk, halves in opening.items()
        for half, _day in halves
        if (schedules.get(pk) or ReportSchedule()).reminds and (pk, half.year, half.half) not in done
    }
    return _tell_coordinators({key[0]: told for key, told in due.items()}, on)


def _of_grants(on: datetime.date) -> list[Notice]:
    """In January, in municipalities that had grants the year before."""
    opens = datetime.date(on.year, *YEARLY_OPENS)
    if not opens <= on <= opens + datetime.timedelta(days=YEARLY_DAYS):
        return []
    year = on.year - 1
    silent = set(ReportSchedule.objects.filter(reminds=False).values_list("municipality_id", flat=True))
    silent |= {pk for pk, reported, _half in _reported(ReportKind.YEARLY_GRANTS) if reported == year}
    rows = Grant.objects.filter(state__in=AWARDED_STATES, year=year)
    had = set(rows.order_by().values_list(F("reporting_unit__municipality_id"), flat=True))
    text = format_lazy(
        _("Det er tid for årsrapporten om tilskudd til formannskapet, {year}. Lag et utkast under Rapporter."),
        year=year,
    )
    return _tell_coordinators({pk: (f"yearly-grants-{year}", text) for pk in had - silent}, on)


def _reported(kind: str) -> set[tuple[int, int, int | None]]:
    return set(Report.objects.filter(kind=kind).values_list("municipality_id", "year", "half"))


def _tell_coordinators(told: dict[int, tuple[str, Any]], on: datetime.date) -> list[Notice]:
    seats = _seats(set(told), on)
    made: list[Notice] = []
    for municipality, (key, text) in sorted(told.items(), key=lambda pair: pair[0]):
        made += notify(
            users=[seat.user for seat in seats[municipality] if seat.role == Role.COORDINATOR], kind=OPENED,
            key=f"report-{key}-{municipality}", text=text, url_path=reverse("report-list"),
        )  # fmt: skip
    return made


def _seats(municipalities: Collection[int], on: datetime.date) -> dict[int | None, list[Membership]]:
    """The leaders' and coordinators' roles of a day, by municipality."""
    roles = Membership.objects.active(on).filter(role__in=(Role.UNIT_LEADER, Role.COORDINATOR), user__is_active=True)
    found: dict[int | None, list[Membership]] = defaultdict(list)
    for seat in roles.filter(unit__municipality__in=municipalities).select_related("user", "unit").order_by("pk"):
        found[seat.unit.municipality_id].append(seat)
    return found


def _leading(paths: list[str], seats: list[Membership]) -> dict[User, int]:
    """Each leader with how many of the units' measures are hers: those of her unit and of the units under it."""
    led: dict[User, set[str]] = defaultdict(set)
    for seat in seats:
        led[seat.user].add(seat.unit.path)
    counts = {user: sum(path.startswith(tuple(own)) for path in paths) for user, own in led.items()}
    return {user: count for user, count in counts.items() if count}


def _tell(round: ReportRound, waiting: Waiting, kind: str, stage: str) -> list[Notice]:
    """One sentence for the leaders with as many measures each, one for the coordinators."""
    to_leaders, to_coordinators = TEXTS[kind]
    key, url = f"round-{round.public_id}-{stage}", reverse("round", args=[round.public_id])
    by_count: dict[int, list[User]] = defaultdict(list)
    for user, count in waiting.leaders.items():
        by_count[count].append(user)
    made: list[Notice] = []
    for count, users in sorted(by_count.items()):
        made += notify(
            users=users, kind=KINDS[kind], key=key, text=_about(round, to_leaders, count=count), url_path=url
        )
    text = _about(round, to_coordinators, count=waiting.missing, total=waiting.total)
    return made + notify(users=waiting.coordinators, kind=KINDS[kind], key=f"{key}-all", text=text, url_path=url)


def _about(round: ReportRound, text: Any, **words: Any) -> Any:
    """Put together when it is read, in the reader's own language."""
    return format_lazy(
        text, period=_label(round.period), plan=round.plan.name, day=lazy(date_format, str)(round.deadline), **words
    )


def _label(half: HalfYear) -> Any:
    return lazy(lambda: half.label, str)()
