"""Dashboards of sub-projects: what is counted, what the forecast says, and that no live count of people is shown."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from grants.domain.economy import Economy, HalfYearSpending
from grants.models import SubProject
from organisation.models import Role, User
from organisation.periods import HalfYear
from reporting.board_forms import Question, asked
from reporting.domain.board import Board, rows_of
from reporting.domain.sub_project_numbers import forecast_by_half, numbers_of, with_evidence
from reporting.domain.sub_projects_board import build_sub_project_board, build_sub_projects_board
from tests.factories import (
    LedgerEntryFactory,
    LogEntryFactory,
    LogFigureFactory,
    TargetFactory,
    UnitFactory,
    make_funded,
    make_member,
)
from tests.factories.grants_results import OutcomeFactory, count_in_log
from tests.factories.grants_sub_projects import make_agreed
from tests.factories.reporting import ReportVersionFactory

ON = datetime.date(2025, 9, 15)


def question(code: str = "2025-2", **more: str) -> Question:
    query = QueryDict(mutable=True)
    query.update({"periode": code, **more})
    return asked(query, user=User(), on=ON)


def leader_of(sub_project: SubProject) -> User:
    return make_member(Role.PROJECT_LEAD, UnitFactory(municipality=sub_project.municipality))


def board_of(sub_project: SubProject, **more: str) -> Board:
    return build_sub_projects_board(leader_of(sub_project), question(**more), ON)


def figures(board: Board) -> dict[str, str]:
    return {figure.label: figure.value for figure in board.figures}


def words_of(board: Board) -> str:
    told = [chart["description"] for section in board.sections for chart in section.charts]
    return "\n".join([*(str(row) for row in rows_of(board)), *told])


def publish(sub_project: SubProject, key: str, **cell: Any) -> None:
    """A report that is out and has told of one count."""
    row = {"key": key, "shown": "number", "value": None, "on": None, **cell}
    ReportVersionFactory(
        report__round__plan__municipality=sub_project.municipality, state="published",
        content={"counts": [row], "counted_on": "2025-06-30"},
    )  # fmt: skip


@pytest.mark.django_db
def test_where_none_is_running_the_page_says_so_and_leads_to_the_others() -> None:
    running = make_funded(("2025-1", 500_000), ("2025-2", 400_000))
    assert "none-running" not in [section.key for section in board_of(running).sections]
    SubProject.objects.filter(pk=running.pk).update(state="planned")
    first = board_of(running).sections[0]
    assert (first.key, first.context) == ("none-running", {"over": 0, "planned": 1})
    page = render_to_string(first.template, {"section": first})
    assert "1 er planlagt" in page and reverse("sub-project-list") in page and reverse("call-list") in page
    nobodys = build_sub_projects_board(make_member(Role.PROJECT_LEAD, UnitFactory()), question(), ON).sections[0]
    page = render_to_string(nobodys.template, {"section": nobodys})
    assert "ingen delprosjekter ennå" in page and reverse("sub-project-list") not in page


@pytest.mark.django_db
def test_money_of_the_half_year_is_held_against_the_one_before() -> None:
    sub_project = make_funded(("2025-1", 500_000), ("2025-2", 400_000))
    LedgerEntryFactory(sub_project=sub_project, amount=60_000, paid_on=datetime.date(2025, 3, 1))
    LedgerEntryFactory(sub_project=sub_project, amount=90_000, paid_on=datetime.date(2025, 8, 1))
    board = board_of(sub_project)
    by_label = {figure.label: figure for figure in board.figures}
    assert by_label["kroner tildelt i 2. halvår 2025"].exact == 400_000
    assert by_label["kroner brukt i 2. halvår 2025"].exact == 90_000
    assert "30" in by_label["kroner brukt i 2. halvår 2025"].change
    assert by_label["i gang"].url.endswith("?tilstand=running")


@pytest.mark.django_db
def test_another_municipalitys_sub_projects_are_in_no_number() -> None:
    mine = make_funded(("2025-2", 1000), title="Min prøve")
    LedgerEntryFactory(sub_project=make_funded(("2025-2", 77_000), title="Fremmed prøve"), amount=7_700, paid_on=ON)
    board = board_of(mine)
    assert "Fremmed" not in words_of(board) and "77" not in words_of(board)
    assert figures(board)["i gang"] == "1"


@pytest.mark.django_db
def test_a_review_that_is_late_is_marked_and_counted_among_the_upcoming() -> None:
    sub_project = make_agreed()
    board = board_of(sub_project)
    coming = next(figure for figure in board.figures if "60 dagene" in figure.label)
    due_on = sub_project.reviews.get().due_on
    assert (coming.value, coming.is_late) == ("1", due_on < ON)
    assert "over fristen" in words_of(board)


@pytest.mark.django_db
def test_no_live_count_of_people_is_shown() -> None:
    """Three families in the log, four recorded: nothing of it stands on the boards until a report has told it."""
    sub_project = make_funded(("2025-1", 1000))
    target = TargetFactory(measure__plan__municipality=sub_project.municipality, value=Decimal(40), name="familier")
    count_in_log(sub_project, target, "families")
    LogFigureFactory(target=target, value=Decimal(43), entry=LogEntryFactory(measure=target.measure, happened_on=ON))
    OutcomeFactory(sub_project=sub_project, kind="families", value=Decimal(47))
    row = with_evidence(SubProject.objects.filter(pk=sub_project.pk), HalfYear(2025, 2)).get()
    own = build_sub_project_board(row, question(), ON)
    for board in (board_of(sub_project), own):
        assert "ikke publisert" in words_of(board)
        assert "43" not in words_of(board) and "47" not in words_of(board)
    publish(sub_project, f"target:{target.public_id}", value=41)
    told = words_of(board_of(sub_project))
    assert "41 per 30. juni 2025 (publisert)" in told and "43" not in told
    assert figures(board_of(sub_project))["resultatmål nådd"] == "1 av 1"


@pytest.mark.django_db
def test_what_is_held_back_stands_as_that_and_is_not_reached() -> None:
    sub_project = make_funded(("2025-1", 1000))
    target = TargetFactory(measure__plan__municipality=sub_project.municipality, value=Decimal(2), name="familier")
    count_in_log(sub_project, target, "families")
    publish(sub_project, f"target:{target.public_id}", shown="under")
    board = board_of(sub_project)
    assert "<5" in words_of(board)
    assert figures(board)["resultatmål nådd"] == "0 av 1"


@pytest.mark.django_db
def test_what_counts_no_people_is_shown_as_the_log_has_it() -> None:
    sub_project = make_funded(("2025-1", 1000))
    target = TargetFactory(
        measure__plan__municipality=sub_project.municipality, value=Decimal(10), name="møter", counts_people=False
    )
    count_in_log(sub_project, target, "")
    LogFigureFactory(target=target, value=Decimal(3), entry=LogEntryFactory(measure=target.measure, happened_on=ON))
    (numbers,) = numbers_of([sub_project], ON, ON)
    assert [(goal.value, goal.text) for goal in numbers.goals] == [(3, "3")]


@pytest.mark.django_db
def test_at_least_so_many_is_said_of_what_counts_no_people_too() -> None:
    sub_project = make_agreed()
    target = TargetFactory(measure__plan__municipality=sub_project.municipality, name="møter", counts_people=False)
    count_in_log(sub_project, target, "events", number=9)
    OutcomeFactory(sub_project=sub_project, kind="events", value=Decimal(12), is_at_least=True, counted_on=ON)
    (numbers,) = numbers_of([sub_project], ON, ON)
    assert "minst 12" in [goal.text for goal in numbers.goals]


@pytest.mark.django_db
def test_the_queries_do_not_grow_with_sub_projects() -> None:
    first = make_agreed()
    user = leader_of(first)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            build_sub_projects_board(user, question(), ON)
        return len(queries)

    target = TargetFactory(measure__plan__municipality=first.municipality, counts_people=False)
    LogFigureFactory(target=target, entry=LogEntryFactory(measure=target.measure, happened_on=ON))
    count_in_log(first, target, "", number=9)
    count()  # asks for the user's roles too
    few = count()
    for _ in range(6):
        other = make_agreed(municipality=first.municipality)
        LedgerEntryFactory(sub_project=other)
        count_in_log(other, TargetFactory(measure=target.measure, counts_people=False), "", number=9)
    assert count() == few <= 9


def money(paid: int, forecast: int, on: datetime.date) -> Economy:
    half = HalfYear.of(on)
    return Economy(on, Decimal(paid), Decimal(forecast), (HalfYearSpending(half, Decimal(0), Decimal(paid), True),))


@given(
    paid=st.integers(0, 10**6), more=st.integers(0, 10**6), on=st.dates(datetime.date(2024, 1, 1), datetime.date(2026, 12, 31)),
    days=st.integers(1, 900),
)  # fmt: skip
def test_the_forecast_shared_on_half_years_is_the_forecast(paid: int, more: int, on: datetime.date, days: int) -> None:
    shared = forecast_by_half(money(paid, paid + more, on), on + datetime.timedelta(days=days))
    assert sum(shared.values()) == (paid + more if HalfYear.of(on) in shared else more if shared else 0)
    assert all(amount >= 0 for amount in shared.values())
    assert list(shared) == sorted(shared)


def test_nothing_more_is_forecast_where_nothing_is_expected() -> None:
    assert forecast_by_half(money(1000, 1000, ON), ON + datetime.timedelta(days=300)) == {}
