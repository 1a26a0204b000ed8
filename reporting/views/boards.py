"""The dashboards of municipality, plan and goal. Each asks for its figures once, and shows them as a `Board`."""

import datetime
from collections import Counter
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from grants.models import SubProject
from measures.models import Goal, Measure, Plan
from measures.models.measure import MeasureQuerySet
from measures.views.plan import crumbs_of
from organisation.access import SignedInRequest, access, roles
from organisation.amounts import format_kroner
from organisation.charts import norwegian
from organisation.charts.words import lower_first
from organisation.models import CASE_ROLES, Unit
from reporting.board_forms import Question, asked
from reporting.domain.board import Board, Figure, Section
from reporting.domain.board_links import Link, other_boards
from reporting.domain.board_measures import (
    Bar,
    MeasureLinks,
    log_section,
    measure_figures,
    money_section,
    over_time_section,
    results_section,
    status_section,
)
from reporting.domain.board_money import AHEAD, SubProjectSums, sub_projects_of, sums_of
from reporting.domain.board_reviews import reviews_section, upcoming_reviews
from reporting.domain.board_standings import (
    Moment,
    Standing,
    entries_by_month,
    moment,
    moments,
    present,
    standings,
    target_lines,
)
from reporting.views.board import board_page

SHOWN = 6  # half-years


class _Measures:
    """What every one of the three dashboards has: the figures of its measures, each asked for once."""

    def __init__(
        self, rows: MeasureQuerySet, question: Question, on: datetime.date, url: str, only_in_force: bool, **query: str
    ) -> None:
        self.rows = rows.of_unit(question.unit) if question.unit else rows
        self.only_in_force = only_in_force
        self.at, self.compared = moment(question.period, on), moment(question.compared, on)
        if question.unit:
            query["enhet"] = question.unit.public_id
        if only_in_force:
            query["vedtatt"] = "ja"
        self.links = MeasureLinks(url, query, self.at)
        over_time = moments(question.period, on, SHOWN)
        asked_for = over_time if self.compared in over_time else [self.compared, *over_time]
        self.standings = standings(scope=self.scope, at=asked_for, since=self.compared.at)
        self.over_time = {row: self.standings[row] for row in over_time}
        self.results = target_lines(scope=self.scope, at=self.at, compared=self.compared)

    def scope(self, at: Moment) -> MeasureQuerySet:
        return self.rows.in_force(at.at, at.is_now) if self.only_in_force else self.rows

    @property
    def now(self) -> Standing:
        return self.standings[self.at]

    def figures(self) -> list[Figure]:
        then = self.standings[self.compared]
        return measure_figures(now=self.now, then=then, compared=self.compared, results=self.results, links=self.links)

    def sections(self) -> list[Section]:
        return [
            over_time_section(standings=self.over_time, links=self.links),
            self._results(),
            log_section(months=entries_by_month(scope=self.scope, at=self.at)),
        ]

    def _results(self) -> Section:
        section = results_section(results=self.results, links=self.links)
        lead = _(
            "Tallene er fra loggen slik den er nå. Publiserte tall, som i oversikten over delprosjektene, er fra dagen som står "
            "ved dem, og kan være andre."
        )
        return replace(section, lead=lead) if section.has_content else section


def _units(rows: MeasureQuerySet) -> tuple[Unit, ...]:
    """The units that answer for measures or take part in them: what a dashboard can be narrowed to."""
    ids = rows.order_by().values("pk")
    return tuple(Unit.objects.filter(Q(measures__in=ids) | Q(partner_measures__in=ids)).distinct())


@access(roles(*CASE_ROLES))
@require_GET
def overview(request: SignedInRequest) -> HttpResponseBase:
    """The municipality: the measures of the plans in force, and its sub-projects."""
    on = timezone.localdate()
    rows = Measure.objects.visible_to(request.user)
    question = asked(request.GET, user=request.user, on=on, units=_units(rows))
    found = _Measures(rows, question, on, reverse("all-measures"), only_in_force=True)
    sums = sums_of(sub_projects_of(request.user, question.unit), on)
    by_plan = sorted(found.now.plans.items(), key=lambda item: item[0][1].casefold())
    plans = [Bar(name, reverse("plan-dashboard", args=[plan]), states) for (plan, name), states in by_plan]
    status = status_section(
        title=_("Status per plan"), rows=plans, head=_("Plan"),
        empty=_("Ingen plan gjelder ennå. Legg inn en plan og merk den som vedtatt."),
    )  # fmt: skip
    url = _with_unit(reverse("sub-project-list"), question.unit)
    money = money_section(money=sums.money, around=question.period, url=url)
    others = [Link(_("Planen: %(plan)s") % {"plan": row.label}, row.url) for row in plans]
    more = other_boards(user=request.user, here="overview", plans=others)
    sections = [status, *found.sections(), money, more]
    board = Board(
        title=_("Oversikt"), lead=_("Planer som gjelder, og delprosjektene."),
        figures=[*found.figures(), *_sub_project_figures(sums, found, question.unit)], sections=sections,
    )  # fmt: skip
    return board_page(request, board, question=question, crumbs=[], name="oversikt")


def _sub_project_figures(sums: SubProjectSums, found: _Measures, unit: Unit | None) -> list[Figure]:
    """Reviews are told of the days to come only. Money is that of the half-year."""
    at, compared = found.at, found.compared
    url = _with_unit(reverse("sub-project-list"), unit)
    paid, before = sums.paid_in(at.period), sums.paid_in(compared.period)
    words = {"amount": format_kroner(before), "period": compared.period.label}
    money = Figure(
        _("Utbetalt i halvåret, kr"), format_kroner(paid), url, exact=paid,
        change=_("%(amount)s i %(period)s") % words,
    )  # fmt: skip
    if not at.is_now:
        return [money]
    return [_reviews_figure(sums.reviews, _with_unit(reverse("review-list"), unit, innen=str(AHEAD))), money]


def _reviews_figure(number: int, url: str) -> Figure:
    label = ngettext("Stoppunkt innen %(days)s dager", "Stoppunkter innen %(days)s dager", number) % {"days": AHEAD}
    return Figure(label, norwegian(number), url, exact=number)


def _with_unit(url: str, unit: Unit | None, **query: str) -> str:
    parts = [f"{name}={value}" for name, value in query.items()]
    parts += [f"enhet={unit.public_id}"] if unit else []
    return f"{url}?{'&'.join(parts)}" if parts else url


@access(roles(*CASE_ROLES))
@require_GET
def plan_dashboard(request: SignedInRequest, public_id: str) -> HttpResponseBase:
    sub_projects = SubProject.objects.visible_to(request.user).filter(measure__plan=OuterRef("pk"))
    plans = Plan.objects.visible_to(request.user).annotate(has_sub_projects=Exists(sub_projects))
    plan: Any = get_object_or_404(plans, public_id=public_id)
    on = timezone.localdate()
    rows = Measure.objects.filter(plan=plan)
    question = asked(request.GET, user=request.user, on=on, units=_units(rows))
    url = reverse("measure-list", args=[plan.public_id])
    found = _Measures(rows, question, on, url, only_in_force=False)
    goals = list(plan.goals.all())
    status = status_section(
        title=_("Status per mål"), rows=_by_goal(found, goals), head=_("Mål"),
        empty=_("Planen har ingen tiltak ennå. Legg dem under målene på planens side."), note=_no_sum(goals),
    )  # fmt: skip
    figures, sections = found.figures(), [status, *found.sections()]
    if plan.has_sub_projects and found.at.is_now:
        reviews = upcoming_reviews(user=request.user, plan=plan, unit=question.unit)
        soon = sum(row.due_on <= on + datetime.timedelta(days=AHEAD) for row in reviews)
        listed = reverse("review-list")
        figures.append(_reviews_figure(soon, _with_unit(listed, question.unit, innen=str(AHEAD), plan=plan.public_id)))
        url = _with_unit(listed, question.unit, plan=plan.public_id)
        sections.insert(1, reviews_section(reviews=reviews, on=on, url=url))
    board = Board(_("Oversikt over planen"), figures, sections, lead=plan.name)
    return board_page(request, board, question=question, crumbs=crumbs_of(plan), name="oversikt-plan")


@access(roles(*CASE_ROLES))
@require_GET
def goal_dashboard(request: SignedInRequest, public_id: str) -> HttpResponseBase:
    """A goal with those below it; each measure once."""
    goals = Goal.objects.visible_to(request.user).select_related("plan", "parent").prefetch_related("children")
    goal = get_object_or_404(goals, public_id=public_id)
    on = timezone.localdate()
    rows = Measure.objects.filter(plan=goal.plan_id).of_goal(goal)
    question = asked(request.GET, user=request.user, on=on, units=_units(rows))
    url = reverse("measure-list", args=[goal.plan.public_id])
    found = _Measures(rows, question, on, url, only_in_force=False, mal=goal.public_id)
    branch = [goal, *goal.children.all()]
    status = status_section(
        title=_("Status for målet og målene under"), rows=_by_goal(found, branch), head=_("Mål"),
        empty=_("Målet har ingen tiltak ennå. Legg dem til fra planens side."), note=_no_sum(branch),
    )  # fmt: skip
    board = Board(_("Oversikt over målet"), found.figures(), [status, *found.sections()], lead=str(goal))
    crumbs = [*crumbs_of(goal.plan), (goal.label, reverse("goal", args=[goal.public_id]))]
    return board_page(request, board, question=question, crumbs=crumbs, name="oversikt-maal")


def _no_sum(goals: list[Goal]) -> str:
    if any(goal.parent_id for goal in goals):
        return _(
            "Tallene i radene kan ikke legges sammen: Et tiltak kan høre til flere mål, og et mål teller også tiltakene i "
            "målene under seg."
        )
    return _("Tallene i radene kan ikke legges sammen: Et tiltak kan høre til flere mål.")


def _in_tree(goals: list[Goal]) -> list[tuple[Goal, str]]:
    """Each goal and then those below it, with what they are below in words."""
    found: list[tuple[Goal, str]] = []
    known = {goal.pk for goal in goals}
    for goal in goals:
        if goal.parent_id in known:
            continue
        name = lower_first(goal.label) if goal.number else f"«{goal.title}»"
        found.append((goal, ""))
        found += [(row, _("under %(goal)s") % {"goal": name}) for row in goals if row.parent_id == goal.pk]
    return found


def _by_goal(found: _Measures, goals: list[Goal]) -> list[Bar]:
    """Each goal with its measures and those of the goals below it, each once. One statement."""
    at = found.at
    rows: Any = present(found.scope, at).values_list("pk", "state" if at.is_now else "state_then", "goals")
    parents = {goal.pk: goal.parent_id for goal in goals}
    states: dict[int, dict[int, str]] = {}
    for measure, state, goal in rows:
        for place in (goal, parents.get(goal)):
            if place is not None:
                states.setdefault(place, {})[measure] = state
    return [
        Bar(str(goal), found.links.to(mal=goal.public_id), Counter(states.get(goal.pk, {}).values()), under)
        for goal, under in _in_tree(goals)
    ]
