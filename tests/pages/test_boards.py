"""The dashboards: each figure leads to a list with as many rows, whoever asks, and they say nothing of others."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from measures.domain.log import add_log_entry
from measures.domain.measure_state import change_state
from measures.models import Measure, Plan
from organisation.models import Role
from organisation.periods import HalfYear
from tests.factories import (
    GoalFactory,
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    PlanFactory,
    TargetFactory,
    UnitFactory,
)
from tests.pages.world import World, make_world

pytestmark = pytest.mark.django_db
BOARDS = ("overview", "plan-dashboard", "goal-dashboard")
# How many statements a dashboard may take (session, user and unread notices are three of them).
MOST_QUERIES = {"overview": 11, "plan-dashboard": 10, "goal-dashboard": 10}


@pytest.fixture(scope="module")
def today() -> datetime.date:
    return timezone.localdate()


def busy_world(today: datetime.date) -> World:
    """With measures of each kind that a figure counts, in a plan in force, in a draft, and of a foreign municipality."""
    world = make_world(today)
    goal = world.plan.goals.get(number="1")
    below = UnitFactory(municipality=world.municipality, parent=world.unit)
    half = HalfYear.of(today)
    old = half.previous().previous().first_day
    for plan, goals in ((world.plan, [goal, GoalFactory(plan=world.plan, parent=goal)]), (PlanFactory(), None)):
        by = world.users[Role.COORDINATOR]
        units = [world.unit, below] if plan == world.plan else [UnitFactory(municipality=plan.municipality)] * 2
        for number in range(4):
            state = ("in_operation", "in_progress", "completed", "planned")[number]
            made = MeasureFactory(
                plan=plan, goals=goals, responsible_unit=units[number % 2], state=state, state_since=old,
                evaluation_cadence="half_yearly",
            )  # fmt: skip
            target = TargetFactory(measure=made, value=30)
            entry = LogEntryFactory(measure=made, happened_on=old + datetime.timedelta(days=20), written_by=by)
            LogFigureFactory(target=target, entry=entry, value=10 * number)
        if plan == world.plan:
            made = MeasureFactory(plan=plan, goals=goals, responsible_unit=below, state="in_progress", state_since=old)
            made.state_changes.create(after="in_progress", on=old, by=by)
            change_state(measure=made, to="completed", reason="", version=made.version, by=by, on=today, today=today)
            add_log_entry(measure=made, text="Ferdig.", happened_on=today, by=by, today=today)
    MeasureFactory(plan=PlanFactory(municipality=world.municipality, state="draft"), responsible_unit=world.unit)
    return world


def address(world: World, name: str, **query: str) -> str:
    url = reverse(name, kwargs=world.ids.get(name))
    return url + "?" + "&".join(f"{key}={value}" for key, value in query.items())


def rows_behind(client: Any, url: str) -> int:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return len(answer.context["due"]) if "due" in answer.context else answer.context["page_obj"].paginator.count


@pytest.mark.parametrize("name", BOARDS)
def test_each_figure_leads_to_as_many_rows(name: str, today: datetime.date, client_for: Any) -> None:
    world = busy_world(today)
    client = client_for(world.users[Role.COORDINATOR])
    half = HalfYear.of(today)
    unit = world.plan.measures.exclude(responsible_unit=world.unit).first()
    assert unit is not None
    shown: set[Any] = set()
    for query in (
        {},
        {"mot": half.previous().previous().code},
        {"periode": half.previous().code},
        {"enhet": unit.responsible_unit.public_id},
        {"enhet": world.unit.public_id, "periode": half.previous().code},
    ):
        board = client.get(address(world, name, **query)).context["board"]
        for figure in board.figures:
            if isinstance(figure.exact, int):
                assert rows_behind(client, figure.url) == figure.exact, f"{figure.label}: {figure.url}"
                shown.add((figure.label, figure.exact))
        for chart in (chart for section in board.sections for chart in section.charts if chart["kind"] == "stacked"):
            for row in chart["rows"]:
                if "oversikt" not in row["url"]:
                    assert rows_behind(client, row["url"]) == int(row["total"]), row["url"]
    assert {0} != {value for _label, value in shown}
    assert len(shown) > 10, "the figures are the same whatever is asked for"


def test_the_figures_are_what_plain_counting_gives(today: datetime.date, client_for: Any) -> None:
    world = busy_world(today)
    client = client_for(world.users[Role.CASEWORKER])
    found = {row.label: row.exact for row in client.get(reverse("overview")).context["board"].figures}
    here = Measure.objects.filter(plan__municipality=world.municipality, plan__state="adopted")
    measures = list(here.with_overdue(today))
    assert found["Tiltak"] == len(measures) == 9
    assert found["Evaluering forfalt"] == sum(row.evaluation_overdue for row in measures) > 1
    border = today - datetime.timedelta(days=90)
    live = [row for row in measures if row.state in ("planned", "in_progress", "in_operation")]
    quiet = [row for row in live if row.last_logged_on is None or row.last_logged_on < border]
    assert found["Stille i 90 dager"] == len(quiet) > 1
    assert found["Har nådd resultatmålet"] == 1
    assert found[f"Gjennomført siden {HalfYear.of(today).previous().label}"] == 1


@pytest.mark.parametrize("name", BOARDS)
def test_the_number_of_queries_does_not_grow(name: str, today: datetime.date, client_for: Any) -> None:
    world = make_world(today)
    client = client_for(world.users[Role.COORDINATOR])
    few = queries(client, address(world, name))
    goal = world.plan.goals.get(number="1")
    for _ in range(8):
        made = MeasureFactory(
            plan=world.plan, goals=[goal], responsible_unit=UnitFactory(municipality=world.municipality)
        )
        LogFigureFactory(target=TargetFactory(measure=made))
        PlanFactory(municipality=world.municipality)
    many = queries(client, address(world, name))
    assert many == few <= MOST_QUERIES[name]


def queries(client: Any, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_a_goal_shows_its_own_measures_and_those_below_each_once(today: datetime.date, client_for: Any) -> None:
    world = make_world(today)
    goal = GoalFactory(plan=world.plan)
    below, other = GoalFactory(plan=world.plan, parent=goal), GoalFactory(plan=world.plan)
    for goals in ([goal, below], [below], [other]):
        MeasureFactory(plan=world.plan, goals=goals, responsible_unit=world.unit)
    client = client_for(world.users[Role.CASEWORKER])
    board = client.get(reverse("goal-dashboard", args=[goal.public_id])).context["board"]
    assert board.figures[0].exact == 2
    assert [row["total"] for row in board.sections[0].charts[0]["rows"]] == ["2", "2"]


def test_an_empty_plan_says_what_to_do(today: datetime.date, client_for: Any) -> None:
    world = make_world(today)
    plan = PlanFactory(municipality=world.municipality)
    answer = client_for(world.users[Role.CASEWORKER]).get(reverse("plan-dashboard", args=[plan.public_id]))
    board = answer.context["board"]
    assert [row.exact for row in board.figures] == [0, 0, 0, 0, 0]
    assert board.figures[0].change == f"ingen tall fra {HalfYear.of(today).previous().label}"
    assert "Planen har ingen tiltak ennå." in answer.content.decode()


def test_a_foreign_unit_or_nonsense_in_the_address_is_passed_over(today: datetime.date, client_for: Any) -> None:
    world, other = make_world(today), make_world(today, secret="Naboens egen setning")
    client = client_for(world.users[Role.COORDINATOR])
    plain = client.get(reverse("overview")).context["board"].figures
    query = {"enhet": other.unit.public_id, "periode": "1999-7", "mot": "%00", "format": "exe"}
    answer = client.get(address(world, "overview", **query))
    assert answer.context["board"].figures == plain
    assert "Naboens egen setning" not in answer.content.decode()


@pytest.mark.parametrize("query", ["per=9999-1", "per=0000-1", "per=x", "siden=x", "siden=2026-13-01", "resultat=x"])
def test_nonsense_in_a_lists_address_is_passed_over(query: str, today: datetime.date, client_for: Any) -> None:
    world = make_world(today)
    client = client_for(world.users[Role.COORDINATOR])
    every = Measure.objects.filter(plan__municipality=world.municipality).count()
    assert rows_behind(client, f"{reverse('all-measures')}?{query}") == every


@pytest.mark.parametrize("name", BOARDS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_board_and_its_lists_come_as_files(name: str, kind: str, today: datetime.date, client_for: Any) -> None:
    world = make_world(today)
    client = client_for(world.users[Role.COORDINATOR])
    answer = client.get(address(world, name, format=kind))
    assert f".{kind}" in answer["Content-Disposition"]
    if kind == "csv":
        text = answer.getvalue().decode("utf-8-sig")
        assert f";Tiltak;{4 if name == 'overview' else 2};" in text
        assert "Tiltak etter tilstand" in text


def test_the_list_of_all_plans_comes_as_a_file_with_the_same_filters(today: datetime.date, client_for: Any) -> None:
    world = make_world(today)
    client = client_for(world.users[Role.COORDINATOR])
    answer = client.get(f"{reverse('all-measures')}?sok=Et tiltak til&format=csv")
    body = answer.getvalue()
    lines = body.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("Et tiltak til;")


def test_the_list_says_in_words_what_a_figure_asked_for(today: datetime.date, client_for: Any) -> None:
    world = make_world(today)
    client = client_for(world.users[Role.COORDINATOR])
    code = HalfYear.of(today).previous().code
    url = reverse("measure-list", args=[world.plan.public_id])
    text = client.get(f"{url}?per={code}&evaluering=forfalt&resultat=nadd&siden=2020-01-01").content.decode()
    assert "evalueringen er forfalt, resultatmålene er nådd, tilstanden er satt 1. januar 2020 eller senere" in text
    assert "Tabellen viser hvordan tiltakene står nå." in text


def test_reviews_of_a_unit_within_some_days(today: datetime.date, client_for: Any) -> None:
    world = make_world(today)
    client = client_for(world.users[Role.PROJECT_LEAD])
    every = rows_behind(client, reverse("review-list"))
    assert every > 0
    assert rows_behind(client, f"{reverse('review-list')}?innen=4000") == every
    assert rows_behind(client, f"{reverse('review-list')}?enhet={UnitFactory().public_id}") == 0


def test_the_results_that_few_people_stand_behind_are_not_in_the_file(today: datetime.date, client_for: Any) -> None:
    world = make_world(today)
    client = client_for(world.users[Role.COORDINATOR])
    target = world.measure.targets.get()
    assert target.counts_people
    text = client.get(address(world, "plan-dashboard", format="csv")).getvalue().decode("utf-8-sig")
    assert f"{target.name};50;<5" in text.replace("\u00a0", " ")


def test_whose_numbers_they_are_is_said_where_others_are_published(today: datetime.date, client_for: Any) -> None:
    world = make_world(today)
    client = client_for(world.users[Role.COORDINATOR])
    for name in ("plan-dashboard", "goal-dashboard"):
        assert "Tallene er fra loggen slik den er nå." in client.get(address(world, name)).content.decode()


def test_a_plan_that_is_over_is_not_in_the_overview(today: datetime.date, client_for: Any) -> None:
    world = make_world(today)
    Plan.objects.filter(municipality=world.municipality).update(state="closed")
    board = client_for(world.users[Role.CASEWORKER]).get(reverse("overview")).context["board"]
    assert board.figures[0].exact == 0
    assert Decimal(0) in [row.exact for row in board.figures]
