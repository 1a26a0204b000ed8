"""The calendar of rounds: when they open by themselves, and that they do. Reminders: round_reminders.py.

A job looks every hour. What it finds is worked out of days and of the rounds that are there, so it may run late, twice, or
twice at once: a plan has one round for each half-year, and whoever opens it tells the units in the same transaction.
"""

import datetime
import logging
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy

from measures.models import Plan, PlanState
from organisation.domain.errors import DomainError, StaleWrite
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import Municipality, User
from organisation.periods import HalfYear
from reporting.domain.opening_days import opening_now
from reporting.domain.round import open_round
from reporting.domain.round_reminders import tell_of_opening
from reporting.models import ReportRound, ReportSchedule

logger = logging.getLogger(__name__)

LEAST_TIME = 7  # days that the units get, however late a round was opened
NO_SUCH_DAY = gettext_lazy("Velg en dag som finnes i måneden hvert år.")
DAYS = {
    "first_round_opens_on_a_day": (NO_SUCH_DAY, "first_day"),
    "second_round_opens_on_a_day": (NO_SUCH_DAY, "second_day"),
    "rounds_open_on_two_days": (gettext_lazy("De to rundene kan ikke åpne samme dag."), "second_day"),
}


def schedule_of(municipality: Municipality) -> ReportSchedule:
    """The municipality's calendar. Until somebody saves one, it is as the product has it, with the version 0."""
    return ReportSchedule.objects.filter(municipality=municipality).first() or ReportSchedule(
        municipality=municipality, version=0
    )


def save_schedule(*, municipality: Municipality, version: int, by: User, **fields: Any) -> ReportSchedule:
    """Change the calendar. `version` is 0 where there was none when the user read it. Rounds that are open stay as they are."""
    with acting(by, "report_schedule.save"), refusing(**DAYS):
        existing = ReportSchedule.objects.filter(municipality=municipality).first()
        if existing is None:
            return _first(municipality, fields)
        row = locked(existing, version)
        apply(row, fields)
        row.save()
    return row


def _first(municipality: Municipality, fields: dict[str, Any]) -> ReportSchedule:
    try:
        with transaction.atomic():
            return ReportSchedule.objects.create(municipality=municipality, **fields)
    except IntegrityError:
        existing = ReportSchedule.objects.filter(municipality=municipality).first()
        if existing is None:
            raise
        raise StaleWrite(existing) from None  # somebody saved a first one in the same moment


def plans_to_report(half: HalfYear, on: datetime.date) -> Q:
    """The plans that are adopted, have begun by a day and within the half-year, and had not ended before it."""
    begun = Q(starts_on=None) | Q(starts_on__lte=min(on, half.last_day))
    return Q(state=PlanState.ADOPTED) & begun & (Q(ends_on=None) | Q(ends_on__gte=half.first_day))


def open_due_rounds(*, on: datetime.date) -> list[ReportRound]:
    """The job: open what the calendars say, each round by itself, so that one that fails holds up no other."""
    opened = []
    for half, opens, plan, days in _due(on):
        try:
            opened.append(_open(half, opens, plan, days, on))
        except DomainError:
            continue  # somebody else has opened it meanwhile
        except Exception:
            logger.exception("The round of plan %s for %s could not be opened", plan.pk, half.code)
    return opened


def _open(half: HalfYear, opens: datetime.date, plan: Plan, days: int, on: datetime.date) -> ReportRound:
    """The round, and whom it asks told of it, or neither."""
    deadline = max(opens + datetime.timedelta(days=days), on + datetime.timedelta(days=LEAST_TIME))
    with acting(None, "round.open_by_calendar"):
        round = open_round(plan=plan, period=half, deadline=deadline, by=None, on=on)
        tell_of_opening(round=round, on=on)
    return round


def _due(on: datetime.date) -> list[tuple[HalfYear, datetime.date, Plan, int]]:
    """The rounds that are missing; three queries, and one more for each half-year that is opening anywhere."""
    own = {row.municipality_id: row for row in ReportSchedule.objects.all()}
    usual = ReportSchedule()
    halves = {half for row in (*own.values(), usual) if row.opens_rounds for half, _day in opening_now(row, on)}
    found = []
    for half in sorted(halves):
        # By a subquery: Django would ask about year and half of any two rounds, not of the same one.
        asked = ReportRound.objects.filter(year=half.year, half=half.half).values("plan")
        plans = Plan.objects.filter(plans_to_report(half, on)).exclude(pk__in=asked)
        for plan in plans.select_related("municipality").order_by("pk"):
            schedule = own.get(plan.municipality_id, usual)
            opens = dict(opening_now(schedule, on)).get(half) if schedule.opens_rounds else None
            if opens is not None:
                found.append((half, opens, plan, schedule.deadline_days))
    return found
