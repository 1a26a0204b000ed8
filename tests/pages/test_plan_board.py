"""What the dashboards of plan and municipality got from their sub-projects, and the way from one dashboard to the others."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from grants.models import Review, SubProject
from measures.models import Plan
from organisation.models import Role
from tests.factories import GoalFactory, MeasureFactory, PlanFactory, SubProjectFactory, UnitFactory, make_member
from tests.factories.grants_sub_projects import make_agreed

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    return PlanFactory(state="adopted")


def sub_project_in(plan: Plan, title: str) -> SubProject:
    """One that has a review to hold, and is a measure of the plan."""
    made = make_agreed(municipality=plan.municipality, title=title)
    made.measure = MeasureFactory(plan=plan)
    made.save()
    return made


def board_of(client: Client, plan: Plan, **query: str) -> Any:
    return client.get(reverse("plan-dashboard", args=[plan.public_id]), query).context["board"]


def section_of(board: Any, key: str) -> Any:
    return next((section for section in board.sections if section.key == key), None)


def test_the_next_reviews_stand_on_the_plans_board_each_with_its_day_and_its_way(plan: Plan, client_for: Any) -> None:
    client = client_for(make_member(Role.COORDINATOR, UnitFactory(municipality=plan.municipality)))
    assert section_of(board_of(client, plan), "stoppunkter") is None, "a plan without sub-projects has none"
    today = timezone.localdate()
    for title, days in (("Senere", 400), ("Snart", 30), ("For sent", -3)):
        row = sub_project_in(plan, title).reviews.get()
        Review.objects.filter(pk=row.pk).update(due_on=today + datetime.timedelta(days=days))
    board = board_of(client, plan)
    found = section_of(board, "stoppunkter")
    assert [row[0] for row in found.table.rows] == ["For sent", "Snart", "Senere"]
    assert found.table.rows[0][2] == f"{date_format(today - datetime.timedelta(days=3))}, over fristen"
    assert all(client.get(link).status_code == 200 for link in found.table.links)
    assert len(client.get(found.url).context["due"]) == 3
    (figure,) = [row for row in board.figures if row.label.startswith("Stoppunkt")]
    assert figure.exact == len(client.get(figure.url).context["due"]) == 2


def test_a_plan_whose_sub_projects_have_no_review_says_where_they_come_from(plan: Plan, client_for: Any) -> None:
    client = client_for(make_member(Role.COORDINATOR, UnitFactory(municipality=plan.municipality)))
    SubProjectFactory(municipality=plan.municipality, measure=MeasureFactory(plan=plan))
    page = client.get(reverse("plan-dashboard", args=[plan.public_id])).content.decode()
    assert "Ingen stoppunkter skal holdes nå. De lages av seg selv" in page


def test_the_queries_do_not_grow_with_sub_projects(plan: Plan, client_for: Any) -> None:
    client = client_for(make_member(Role.COORDINATOR, UnitFactory(municipality=plan.municipality)))

    def queries(number: int) -> int:
        for _ in range(number):
            sub_project_in(plan, f"Prøve {SubProject.objects.count()}")
        with CaptureQueriesContext(connection) as asked:
            assert section_of(board_of(client, plan), "stoppunkter").table.rows
        return len(asked)

    assert queries(1) == queries(10) <= 11
    assert len(section_of(board_of(client, plan), "stoppunkter").table.rows) == 8


def test_reviews_of_another_plan_or_municipality_are_not_there(plan: Plan, client_for: Any) -> None:
    client = client_for(make_member(Role.COORDINATOR, UnitFactory(municipality=plan.municipality)))
    sub_project_in(plan, "Vår egen")
    sub_project_in(PlanFactory(municipality=plan.municipality), "Annen plan")
    foreign = sub_project_in(PlanFactory(), "Fremmed kommune")
    found = section_of(board_of(client, plan), "stoppunkter")
    assert [row[0] for row in found.table.rows] == ["Vår egen"]
    assert foreign.measure is not None
    listed = client.get(reverse("review-list"), {"plan": foreign.measure.plan.public_id})
    assert list(listed.context["due"]) == []
    outside = UnitFactory(municipality=plan.municipality)
    MeasureFactory(plan=plan, responsible_unit=outside)
    narrowed = board_of(client, plan, enhet=outside.public_id)
    assert section_of(narrowed, "stoppunkter").table.rows == []


def test_reviews_are_not_told_of_a_half_year_that_is_over(plan: Plan, client_for: Any) -> None:
    client = client_for(make_member(Role.COORDINATOR, UnitFactory(municipality=plan.municipality)))
    sub_project_in(plan, "Vår egen")
    page = client.get(reverse("plan-dashboard", args=[plan.public_id]))
    before = page.context["question"].compared.code
    board = board_of(client, plan, periode=before)
    assert section_of(board, "stoppunkter") is None
    assert not [row for row in board.figures if row.label.startswith("Stoppunkt")]


def test_goals_stand_in_their_tree_whatever_their_order_and_the_board_says_why_rows_are_no_sum(
    plan: Plan, client_for: Any
) -> None:
    client = client_for(make_member(Role.CASEWORKER, UnitFactory(municipality=plan.municipality)))
    first = GoalFactory(plan=plan, number="1", title="Bolig", position=1)
    second = GoalFactory(plan=plan, number="2", title="Arbeid", position=2)
    MeasureFactory(plan=plan, goals=[first, second])
    section = section_of(board_of(client, plan), "status")
    assert section.note == "Tallene i radene kan ikke legges sammen: Et tiltak kan høre til flere mål."
    below = GoalFactory(plan=plan, parent=first, number="1 a", title="Leie", position=9)
    MeasureFactory(plan=plan, goals=[below])
    board = board_of(client, plan)
    rows = section_of(board, "status").charts[0]["rows"]
    name = first.label[:1].lower() + first.label[1:]
    assert [(row["label"], row["total"], row["under"]) for row in rows] == [
        ("1 Bolig", "2", ""),
        ("1 a Leie", "1", f"under {name}"),
        ("2 Arbeid", "1", ""),
    ]
    assert board.figures[0].exact == 2, "the rows add up to four"
    page = client.get(reverse("plan-dashboard", args=[plan.public_id])).content.decode()
    assert "et mål teller også tiltakene i målene under seg." in page


@pytest.mark.parametrize(
    ("role", "lacking"),
    [(Role.COORDINATOR, set()), (Role.CASEWORKER, {"participation-dashboard"})],
)
def test_a_board_leads_to_every_other_one_may_see(role: Role, lacking: set[str], plan: Plan, client_for: Any) -> None:
    MeasureFactory(plan=plan)
    client = client_for(make_member(role, UnitFactory(municipality=plan.municipality)))
    names = {"overview", "sub-projects-dashboard", "participation-dashboard", "investment"} - lacking
    for here in names - {"investment"}:
        section = section_of(client.get(reverse(here)).context["board"], "more")
        urls = {link.url for link in section.context["links"]}
        expected = {reverse(name) for name in names - {here}}
        if here == "overview":
            expected.add(reverse("plan-dashboard", args=[plan.public_id]))
        assert urls == expected, here
        assert all(client.get(url).status_code == 200 for url in urls)


def test_participation_without_numbers_says_what_to_do(plan: Plan, client_for: Any) -> None:
    unit = UnitFactory(municipality=plan.municipality)
    for role, name in ((Role.PROJECT_LEAD, "family-release-new"), (Role.STEERING_GROUP, "family-release-list")):
        client = client_for(make_member(role, unit))
        answer = client.get(reverse("participation-dashboard"))
        board = answer.context["board"]
        first = board.sections[0]
        assert list(board.figures) == []
        assert first.url == reverse(name) and first.empty.startswith("Ingen har laget tall fra familiene")
        assert client.get(first.url).status_code == 200


def test_a_single_crumb_is_not_shown(plan: Plan, client_for: Any) -> None:
    client = client_for(make_member(Role.COORDINATOR, UnitFactory(municipality=plan.municipality)))
    assert "ds-breadcrumbs" not in client.get(reverse("overview")).content.decode()
    assert "ds-breadcrumbs" in client.get(reverse("plan-dashboard", args=[plan.public_id])).content.decode()
