"""The number of queries of a page doesn't grow with what is on it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organisation.models import Role
from organisation.periods import HalfYear
from reporting.models import PointNote, Resolution
from tests.factories import (
    ContributionFactory,
    GoalFactory,
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    NoticeFactory,
    PlanFactory,
    ReportVersionFactory,
    ResolutionFactory,
    ResolutionPointFactory,
    RoundFactory,
    TargetFactory,
    UnitFactory,
)
from tests.pages.world import World, make_world

pytestmark = pytest.mark.django_db

# Name of the page: who asks, and the most queries it may take. The session is one of them; the user, her roles and unread
# notices another.
PAGES = {
    # Six of them open the families with a next step, log it and read what to do; without families there is one.
    # What the first page of every role takes: test_first_page.py.
    "home": (Role.CASEWORKER, 12),
    "plan-list": (Role.COORDINATOR, 6),
    "plan": (Role.COORDINATOR, 12),
    "measure-list": (Role.COORDINATOR, 12),
    "goal": (Role.COORDINATOR, 12),
    "measure": (Role.COORDINATOR, 12),
    "round-list": (Role.COORDINATOR, 10),
    "round": (Role.COORDINATOR, 12),
    "report-list": (Role.COORDINATOR, 8),
    # One of them asks for the resolutions on it.
    "report": (Role.COORDINATOR, 9),
    "resolution-list": (Role.COORDINATOR, 9),
    "resolution": (Role.COORDINATOR, 11),
    "notice-list": (Role.COORDINATOR, 7),
    "api-measure-list": (Role.COORDINATOR, 10),
    "api-log": (Role.COORDINATOR, 8),
}


def more_of_everything(world: World) -> None:
    """Three times as many measures, entries, goals, plans, rounds and reports."""
    day = HalfYear.of(timezone.localdate()).previous().first_day
    made = Resolution.objects.get(plan=world.plan)
    for number in range(8):
        ResolutionFactory(plan=world.plan)
        point = ResolutionPointFactory(resolution=made, responsible_unit=world.unit)
        PointNote.objects.create(point=point, text="Gjort.", on=day, by=world.users[Role.UNIT_LEADER])
        goal = GoalFactory(plan=world.plan, number=f"x{number}")
        unit = UnitFactory(municipality=world.municipality, parent=world.unit)
        measure = MeasureFactory(plan=world.plan, goals=[goal], responsible_unit=unit, partners=[world.unit])
        for _ in range(3):
            target = TargetFactory(measure=measure)
            entry = LogEntryFactory(measure=measure, happened_on=day)
            LogFigureFactory(target=target, entry=entry)
            LogEntryFactory(measure=world.measure, happened_on=day)
        PlanFactory(municipality=world.municipality)
        NoticeFactory(user=world.users[Role.COORDINATOR])
        ReportVersionFactory(
            report__round__plan=world.plan, report__round__year=2000 + number, report__title=f"Rapport {number}",
            state="published",
        )  # fmt: skip


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CASEWORKER])
def test_the_first_page_takes_the_same_queries_for_many_open_rounds(role: Role, client_for: Any) -> None:
    world = make_world(timezone.localdate())
    client = client_for(world.users[role])
    few = count(client, world, "home")
    for _ in range(4):
        plan = PlanFactory(municipality=world.municipality)
        round = RoundFactory(plan=plan, opened_by=world.users[Role.COORDINATOR])
        for _measure in range(3):
            ContributionFactory(round=round, measure=MeasureFactory(plan=plan))
    assert count(client, world, "home") == few


def test_open_rounds_are_counted_rightly(client_for: Any) -> None:
    world = make_world(timezone.localdate())
    plan = PlanFactory(municipality=world.municipality)
    round = RoundFactory(plan=plan, opened_by=world.users[Role.COORDINATOR])
    now, by = timezone.now(), world.users[Role.UNIT_LEADER]
    ContributionFactory(round=round, measure=MeasureFactory(plan=plan), confirmed_at=now, confirmed_by=by)
    ContributionFactory(round=round, measure=MeasureFactory(plan=plan))
    MeasureFactory(plan=plan)
    rows = client_for(world.users[Role.COORDINATOR]).get(reverse("home")).context["rounds"]
    assert {row["round"].pk: (row["confirmed"], row["total"]) for row in rows} == {
        round.pk: (1, 3),
        world.round.pk: (0, 2),
    }


def count(client: Client, world: World, name: str) -> int:
    url = reverse(name, kwargs=world.ids.get(name))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", list(PAGES))
def test_the_queries_of_a_page_do_not_grow(name: str, client_for: Any) -> None:
    world = make_world(timezone.localdate())
    role, most = PAGES[name]
    client = client_for(world.users[role])
    # One of each first: what is prefetched for none costs nothing.
    entry = LogEntryFactory(measure=world.measure, happened_on=HalfYear.of(timezone.localdate()).previous().first_day)
    LogFigureFactory(target=world.measure.targets.get(), entry=entry)
    few = count(client, world, name)
    more_of_everything(world)
    many = count(client, world, name)
    assert many <= few, f"{few} queries with little on the page, {many} with more"
    assert many <= most


def test_closing_a_round_takes_the_same_queries_for_many_measures(client_for: Any) -> None:
    from reporting.domain.freeze import _Builder

    def freeze(world: World) -> int:
        world.round.closed_on = timezone.localdate()
        with CaptureQueriesContext(connection) as queries:
            _Builder(world.round).content()
        return len(queries)

    world = make_world(timezone.localdate())
    few = freeze(world)
    more_of_everything(world)
    assert freeze(world) == few
