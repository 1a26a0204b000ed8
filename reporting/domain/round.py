"""Rounds: opened by the coordinator, filled by the units, closed once. Closing freezes and begins the report."""

import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from measures.domain.plan import close_period, lock_plan
from measures.models import Goal, Plan, PlanState
from organisation.domain.errors import DomainError, StaleWrite
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import User
from organisation.periods import HalfYear
from reporting.domain.freeze import report_title
from reporting.domain.report import make_report
from reporting.models import GoalSummary, ReportKind, ReportRound, ReportVersion, RoundState

ALREADY_OPENED = {"round_unique": (gettext_lazy("Planen har allerede en runde for dette halvåret."), "period")}


def open_round(
    *,
    plan: Plan,
    period: HalfYear,
    deadline: datetime.date,
    by: User | None,
    on: datetime.date,
    case_number: str = "",
    proposed_decision: str = "",
) -> ReportRound:
    """Ask the units of an adopted plan to report on a half-year that has begun, by a deadline after it began.

    `by` is None where the calendar opens it (domain/schedule.py).
    """
    if plan.state != PlanState.ADOPTED:
        raise DomainError(_("Du kan bare åpne runder for planer som er vedtatt."))
    if period.first_day > on:
        raise DomainError(_("Halvåret har ikke begynt."), "period")
    if deadline < on:
        raise DomainError(_("Fristen kan ikke ligge tilbake i tid. Velg i dag eller en senere dag."), "deadline")
    with acting(by, "round.open"), refusing(**ALREADY_OPENED):
        return ReportRound.objects.create(
            plan=plan, year=period.year, half=period.half, deadline=deadline, opened_on=on, opened_by=by,
            case_number=case_number, proposed_decision=proposed_decision or plan.proposed_decision,
        )  # fmt: skip


def update_round(*, round: ReportRound, version: int, by: User, **fields: object) -> ReportRound:
    """Change deadline, case number, proposed decision or summary of an open round."""
    with acting(by, "round.update"):
        round = _open(locked(round, version))
        apply(round, fields)
        round.save()
    return round


def write_goal_summary(*, round: ReportRound, goal: Goal, text: str, version: int, by: User) -> GoalSummary:
    """The coordinator's summary of a goal. `version` is 0 where there was none when the user read it."""
    if goal.plan_id != round.plan_id:
        raise DomainError(_("Målet hører til en annen plan."))
    with acting(by, "round.goal_summary"):
        _open(ReportRound.objects.select_for_update(no_key=True).get(pk=round.pk))
        summary = GoalSummary.objects.filter(round=round, goal=goal).first()
        if summary is None:
            return GoalSummary.objects.create(round=round, goal=goal, text=text)
        if version != summary.version:
            raise StaleWrite(summary)
        summary = locked(summary, version)
        summary.text = text
        summary.save()
    return summary


def close_round(
    *, round: ReportRound, version: int, by: User, on: datetime.date, at: datetime.datetime
) -> ReportVersion:
    """Freeze the half-year's figures and texts, shut its days for logging, and begin the report. Can't be undone."""
    if round.period.last_day >= on:
        raise DomainError(
            _("Halvåret varer til %(day)s. Runden kan lukkes dagen etter.")
            % {"day": date_format(round.period.last_day)}
        )
    with acting(by, "round.close"):
        lock_plan(round.plan)
        round = _open(locked(round, version))
        round.state, round.closed_on, round.closed_by = RoundState.CLOSED, on, by
        round.save()
        close_period(plan=round.plan, first_day=round.period.first_day, last_day=round.period.last_day, by=by)
        draft = make_report(
            municipality=round.plan.municipality, kind=ReportKind.PLAN_HALF_YEAR, round=round, year=round.year,
            half=round.half, title=report_title(round), case_number=round.case_number, by=by, at=at, on=on,
        )  # fmt: skip
    return draft


def _open(round: ReportRound) -> ReportRound:
    if not round.is_open:
        raise DomainError(_("Runden er lukket. Tallene og tekstene er frosset og kan ikke endres."))
    return round
