"""Rounds: who has reported, contributions, summaries, closing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from measures.models import Goal, Measure, Plan, PlanState
from measures.permissions import can_edit_plan
from measures.views.plan import crumbs_of as plan_crumbs
from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import CASE_ROLES, Role
from organisation.paging import numbered
from organisation.spreadsheets import asked_file
from organisation.views.form_page import Crumbs, form_page, posted, posted_version
from reporting.domain.contribution import LogHasChanged, Standing, save_contribution, standings
from reporting.domain.round import close_round, open_round, update_round, write_goal_summary
from reporting.forms import ContributionForm, GoalSummaryForm, RoundEditForm, RoundForm, reportable_periods
from reporting.models import GoalSummary, Report, ReportRound
from reporting.permissions import can_confirm, can_edit_round

COLUMNS = (
    gettext_lazy("Halvår"), gettext_lazy("Tilstand"), gettext_lazy("Frist"), gettext_lazy("Bekreftet"),
    gettext_lazy("Arkivsaksnummer"),
)  # fmt: skip
STANDING_COLUMNS = (
    gettext_lazy("Tiltak"), gettext_lazy("Mål"), gettext_lazy("Ansvarlig"), gettext_lazy("Bidrag"),
    gettext_lazy("Loggføringer"),
)  # fmt: skip


def crumbs_of(round: ReportRound) -> Crumbs:
    return [
        *plan_crumbs(round.plan),
        (_("Runder"), reverse("round-list", args=[round.plan.public_id])),
        (round.period.label, reverse("round", args=[round.public_id])),
    ]


def _found(request: SignedInRequest, public_id: str) -> ReportRound:
    rows = ReportRound.objects.visible_to(request.user)
    rows = rows.select_related("plan__municipality", "opened_by", "closed_by", "report")
    return get_object_or_404(rows, public_id=public_id)


def _editable(request: SignedInRequest, public_id: str) -> ReportRound:
    round = _found(request, public_id)
    if not can_edit_round(request.user, round):
        raise PermissionDenied
    return round


@access(roles(*CASE_ROLES))
@require_GET
def round_list(request: SignedInRequest, public_id: str) -> HttpResponseBase:
    plan = get_object_or_404(Plan.objects.visible_to(request.user), public_id=public_id)
    rounds = (
        ReportRound.objects.visible_to(request.user)
        .filter(plan=plan)
        .annotate(confirmed=Count("contributions", filter=Q(contributions__confirmed_at__isnull=False)))
        .order_by("-year", "-half")
    )
    if file := asked_file(request, "runder", COLUMNS, rounds, _cells):
        return file
    page = numbered(request, rounds)
    reports = Report.objects.visible_to(request.user).filter(round__in=page.object_list)
    by_round = {row.round_id: row for row in reports}
    context = {
        "plan": plan,
        "page_obj": page,
        "rows": [(row, by_round.get(row.pk)) for row in page],
        "measure_count": plan.measures.count(),
        "crumbs": [*plan_crumbs(plan), (_("Runder"), None)],
        "can_open": plan.state == PlanState.ADOPTED and can_edit_plan(request.user, plan),
    }
    return render(request, "reporting/round_list.html", context)


def _cells(row: Any) -> list[Any]:
    return [row.period.label, row.get_state_display(), row.deadline, row.confirmed, row.case_number]


@access(roles(Role.COORDINATOR))
def round_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.visible_to(request.user), public_id=public_id)
    if not can_edit_plan(request.user, plan):
        raise PermissionDenied
    today = timezone.localdate()
    taken = {row.period.code for row in plan.rounds.all()}
    periods = reportable_periods(today, plan.starts_on, taken)
    form = RoundForm(posted(request), periods=periods, initial={"proposed_decision": plan.proposed_decision})
    return form_page(
        request, form, action=lambda data: open_round(plan=plan, by=request.user, on=today, **data),
        done=lambda row: reverse("round", args=[row.public_id]), title=_("Åpne runde"),
        crumbs=[*plan_crumbs(plan), (_("Runder"), reverse("round-list", args=[plan.public_id]))],
        cancel_url=reverse("round-list", args=[plan.public_id]), button=_("Åpne runden"),
        lead=_("Enhetene blir bedt om å bekrefte hva de har gjort med hvert tiltak. Tekstene er fylt ut fra loggen."),
        message=_("Runden er åpen. Her ser du hvem som ikke har svart."),
    )  # fmt: skip


@access(roles(*CASE_ROLES))
@require_GET
def round_detail(request: SignedInRequest, public_id: str) -> HttpResponseBase:
    """Who has not reported, from day one; goal by goal with what has been said."""
    round = _found(request, public_id)
    rows = standings(round)
    if file := asked_file(request, "bidrag", STANDING_COLUMNS, rows, _standing_cells):
        return file
    confirmable = set(Measure.objects.changeable_by(request.user).filter(plan=round.plan).values_list("pk", flat=True))
    all_waiting = [row for row in rows if not row.is_confirmed]
    units = {row.measure.responsible_unit.public_id: row.measure.responsible_unit for row in all_waiting}
    unit = units.get(request.GET.get("enhet", ""))  # one that has confirmed all narrows nothing
    waiting = [row for row in all_waiting if unit is None or row.measure.responsible_unit_id == unit.pk]
    summaries = {row.goal_id: row for row in round.goal_summaries.all()}
    context = {
        "round": round,
        "plan": round.plan,
        "crumbs": [*crumbs_of(round)[:-1], (round.period.label, None)],
        "waiting": waiting,
        "unit": unit,
        "confirmed_count": len(rows) - len(all_waiting),
        "total": len(rows),
        "mine": [row for row in waiting if row.measure.pk in confirmable],
        "groups": _by_goal(round.plan, rows, summaries),
        "confirmable": confirmable,
        "can_edit": can_edit_round(request.user, round),
        "can_close": round.is_open and round.period.last_day < timezone.localdate(),
        # Whoever works in the municipality sees its reports.
        "report": getattr(round, "report", None),
    }
    return render(request, "reporting/round.html", context)


def _standing_cells(row: Standing) -> list[Any]:
    if row.has_changed:
        state = _("Loggen er endret")
    elif row.is_confirmed:
        state = _("Bekreftet")
    else:
        state = _("Utkast") if row.contribution else _("Venter")
    goals = ", ".join(goal.label for goal in row.measure.goals.all())
    return [row.measure.title, goals, row.measure.responsible_unit.name, state, len(row.entries)]


def _by_goal(plan: Plan, rows: list[Any], summaries: dict[int, GoalSummary]) -> list[dict[str, Any]]:
    """The goals in order, each with its summary and its measures' standing."""
    return [
        {
            "goal": goal,
            "summary": summaries.get(goal.pk),
            "rows": [row for row in rows if goal.pk in {g.pk for g in row.measure.goals.all()}],
        }
        for goal in plan.goals.all()
    ]


@access(roles(Role.COORDINATOR))
def round_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    round = _editable(request, public_id)
    names = ("deadline", "case_number", "proposed_decision", "summary", "version")
    form = RoundEditForm(posted(request), initial={name: getattr(round, name) for name in names})
    url = reverse("round", args=[round.public_id])
    return form_page(
        request, form, action=lambda data: update_round(round=round, by=request.user, **data), done=lambda _row: url,
        title=_("Sammendrag og saksopplysninger"), crumbs=crumbs_of(round), cancel_url=url, message=_("Runden er lagret."),
    )  # fmt: skip


@access(roles(*CASE_ROLES))
def contribution(request: SignedInRequest, public_id: str, measure_id: str) -> HttpResponse:
    """One measure in a round: the log of the period beside the text that goes into the report."""
    round = _found(request, public_id)
    rows = Measure.objects.visible_to(request.user).filter(plan=round.plan).select_related("responsible_unit")
    measure = get_object_or_404(rows, public_id=measure_id)
    may_confirm = round.is_open and can_confirm(request.user, measure)
    if request.method == "POST" and not may_confirm:
        if round.is_open:
            raise PermissionDenied
        messages.error(request, _("Runden er lukket. Teksten kan ikke endres lenger."))
        return redirect("round", round.public_id)
    standing = standings(round, [measure])[0]
    version = standing.contribution.version if standing.contribution else 0
    initial = {"text": standing.text, "version": version, "seen": standing.seen}
    form = ContributionForm(posted(request), initial=initial)
    confirm = request.POST.get("action") != "draft"

    def save(data: dict[str, Any]) -> Any:
        try:
            return save_contribution(round=round, measure=measure, confirm=confirm, by=request.user, **data)
        except LogHasChanged:
            # The page shows the log as it stands now; pressing again says that it has been read.
            form.resend("seen", standing.seen)
            raise

    url = reverse("round", args=[round.public_id])
    back = reverse("home") if request.POST.get("from") == "home" else url
    return form_page(
        request, form, action=save, done=lambda _row: _next_to_confirm(request, round) or back, title=measure.title,
        crumbs=crumbs_of(round), cancel_url=url, template="reporting/contribution.html", standing=standing, round=round,
        measure=measure, may_confirm=may_confirm, message=_("Bidraget er bekreftet.") if confirm else _("Utkastet er lagret."),
    )  # fmt: skip


def _next_to_confirm(request: SignedInRequest, round: ReportRound) -> str | None:
    """A leader with several measures goes straight on to the next one, when she asks for it."""
    if request.POST.get("action") != "confirm-next":
        return None
    mine = Measure.objects.led_by(request.user).filter(plan=round.plan).order_by("position", "id")
    waiting = mine.exclude(contributions__in=round.contributions.filter(confirmed_at__isnull=False)).first()
    return reverse("contribution", args=[round.public_id, waiting.public_id]) if waiting else None


@access(roles(Role.COORDINATOR))
def goal_summary(request: SignedInRequest, public_id: str, goal_id: str) -> HttpResponse:
    round = _editable(request, public_id)
    goal = get_object_or_404(Goal.objects.visible_to(request.user).filter(plan=round.plan), public_id=goal_id)
    summary = GoalSummary.objects.filter(round=round, goal=goal).first()
    initial = {"text": summary.text, "version": summary.version} if summary else {"version": 0}
    form = GoalSummaryForm(posted(request), initial=initial)
    measures = list(goal.measures.select_related("responsible_unit"))
    url = reverse("round", args=[round.public_id])

    def save(data: dict[str, Any]) -> GoalSummary:
        return write_goal_summary(
            round=round, goal=goal, text=data["text"], version=data["version"] or 0, by=request.user
        )

    return form_page(
        request, form, action=save, done=lambda _row: url, title=str(goal), crumbs=crumbs_of(round), cancel_url=url,
        template="reporting/goal_summary.html", standings=standings(round, measures), message=_("Sammendraget er lagret."),
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def round_close(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Say what closing means and what is missing, then do it."""
    round = _editable(request, public_id)
    if request.method == "POST":
        try:
            draft = close_round(
                round=round,
                version=posted_version(request),
                by=request.user,
                on=timezone.localdate(),
                at=timezone.now(),
            )
            return redirect("report", draft.report.public_id)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("round", round.public_id)
    rows = standings(round)
    context = {
        "round": round,
        "can_close": round.is_open and round.period.last_day < timezone.localdate(),
        "title": _("Lukk runden"),
        "crumbs": [*crumbs_of(round), (_("Lukk runden"), None)],
        "waiting": [row for row in rows if not row.is_confirmed],
        "changed": [row for row in rows if row.has_changed],
        "goals_without_summary": round.plan.goals.exclude(summaries__in=round.goal_summaries.exclude(text="")),
    }
    return render(request, "reporting/round_close.html", context)
