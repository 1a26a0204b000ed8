"""Participation over half-years: made of what was released and nothing else, and attacked with all half-years together."""

import datetime
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from grants.models import SubProject
from organisation.models import Role, User
from organisation.periods import HalfYear
from reporting.board_forms import Question, asked
from reporting.domain.board import Board, rows_of
from reporting.domain.disclosure import LEAST, Shown
from reporting.domain.participation import Release, ShownSum, by_half_year, sum_of
from reporting.domain.participation_board import build_participation_board, text_of
from tests.factories import SubProjectFactory, UnitFactory, ZoneFactory, make_member
from tests.factories.family_releases import FamilyReleaseFactory, join
from tests.reporting.domain.test_disclosure import Town, row_of

ON = datetime.date(2025, 9, 15)


def question() -> Question:
    return asked(QueryDict(), user=User(), on=ON)


def board_of(sub_project: SubProject) -> Board:
    user = make_member(Role.PROJECT_LEAD, UnitFactory(municipality=sub_project.municipality))
    return build_participation_board(user, sub_project.municipality, question())


def cell(figure: str, value: int | None, on: datetime.date = ON) -> dict[str, Any]:
    shown = Shown.UNDER if value is None else Shown.NUMBER
    return {"figure": figure, "label": figure, "shown": str(shown), "value": value, "on": value and on.isoformat()}


def release(until: datetime.date, **families: int | None) -> Release:
    rows = [{"id": name, "title": name, "figures": [cell("families", value)]} for name, value in families.items()]
    return Release.of(until, {"sub_projects": rows})


def test_a_half_year_is_its_newest_release_and_one_without_has_none() -> None:
    may, june = release(datetime.date(2025, 5, 1), a=7), release(datetime.date(2025, 6, 30), a=12)
    found = by_half_year([june, may])
    assert found == {HalfYear(2025, 1): june}
    assert sum_of(found.get(HalfYear(2025, 2)), ["a"], "families") is None


def test_what_is_not_shown_is_in_no_sum() -> None:
    row = release(ON, a=12, b=None, c=6)
    assert sum_of(row, ["a", "b", "c", "unknown"], "families") == ShownSum(18, 3, 1)
    assert text_of(sum_of(row, ["a", "b", "c"], "families")) == "minst 18"
    assert text_of(sum_of(row, ["a", "c"], "families")) == "18"
    assert text_of(sum_of(row, ["b"], "families")) == "<5"
    several = release(ON, b=None, d=None)
    assert text_of(sum_of(several, ["b", "d"], "families")) == "vises ikke"
    assert text_of(None) == "–"


def test_a_number_that_stands_from_an_earlier_release_says_so_in_the_sum() -> None:
    """It changed by fewer than five, so the sum is not one of the release's day."""
    old, older = datetime.date(2025, 3, 1), datetime.date(2024, 12, 31)
    cells = [cell("families", 12), cell("families", 6, old), cell("families", 9, older), cell("families", None)]
    rows = [{"id": name, "title": name, "figures": [row]} for name, row in zip("abcd", cells, strict=True)]
    row = Release.of(ON, {"sub_projects": rows})
    assert sum_of(row, ["a", "b", "c"], "families") == ShownSum(27, 3, 0, older)
    assert text_of(sum_of(row, ["a", "b"], "families")) == "18 (eldste tall fra 1. mars 2025)"
    assert text_of(sum_of(row, ["b", "d"], "families")) == "minst 6 (eldste tall fra 1. mars 2025)"
    assert text_of(sum_of(row, ["a"], "families")) == "12"


SETS = st.lists(st.sets(st.integers(0, 30), max_size=25), min_size=3, max_size=3)


@settings(max_examples=60, deadline=None)
@given(
    halves=st.lists(SETS, min_size=1, max_size=4), zones=st.lists(st.sets(st.integers(0, 2), min_size=1), max_size=4)
)
def test_nothing_small_can_be_worked_out_of_all_half_years_together(
    halves: list[list[set[int]]], zones: list[set[int]]
) -> None:
    """Whoever has every zone of every half-year has sums of numbers that were shown: no cell that was held back is in any
    of them, none is under five, and one sub-project's number moves by nought or by five or more."""
    town = Town()
    releases: list[Release] = []
    for at, sets in enumerate(halves):
        cells = town.release([row_of(families, sub_project=n)[0] for n, families in enumerate(sets)])
        rows = {(str(key[0]), key[1]): {"shown": str(c.shown), "value": c.standing.value if c.standing else None,
                                               "on": c.standing.on.isoformat() if c.standing else None}
                for key, c in cells.items()}  # fmt: skip
        releases.append(Release(datetime.date(2020 + at, 6, 30), rows))
    before: dict[str, int] = {}
    for row in by_half_year(releases).values():
        visible = {owner: c["value"] for (owner, _figure), c in row.cells.items() if c["shown"] == Shown.NUMBER}
        for zone in zones:
            owners = [str(number) for number in sorted(zone)]
            found = sum_of(row, owners, "families")
            assert found is not None
            parts = [visible[owner] for owner in owners if owner in visible]
            assert found.value == (sum(parts) if parts else None)
            assert found.value is None or found.value >= LEAST
            assert found.hidden == len(owners) - len(parts)
        for owner, value in visible.items():
            assert owner not in before or value == before[owner] or abs(value - before[owner]) >= LEAST
        before |= visible


@pytest.mark.django_db
def test_the_board_does_not_move_when_a_family_comes() -> None:
    """It reads the release, never the vault."""
    sub_project = SubProjectFactory()
    sub_project.zones.add(ZoneFactory(municipality=sub_project.municipality, name="Prøvesonen"))
    figures = [{**cell("families", 12)}, cell("children", None)]
    rows = [{"id": sub_project.public_id, "title": sub_project.title, "figures": figures}]
    FamilyReleaseFactory(municipality=sub_project.municipality, until=ON, content={"sub_projects": rows, "voice": []})
    before = list(rows_of(board_of(sub_project)))
    join(sub_project, 6)
    assert list(rows_of(board_of(sub_project))) == before
    told = str(before)
    assert "15. september 2025" in board_of(sub_project).lead
    assert "Prøvesonen" in told and "'12'" in told and "<5" in told


@pytest.mark.django_db
def test_releases_of_another_municipality_are_not_read() -> None:
    mine, other = SubProjectFactory(), SubProjectFactory()
    rows = [{"id": other.public_id, "title": other.title, "figures": [cell("families", 99)]}]
    FamilyReleaseFactory(municipality=other.municipality, until=ON, content={"sub_projects": rows, "voice": []})
    user = make_member(Role.PROJECT_LEAD, UnitFactory(municipality=mine.municipality))
    for municipality in (mine.municipality, other.municipality):
        board = build_participation_board(user, municipality, question())
        assert "99" not in str(list(rows_of(board)))


@pytest.mark.django_db
def test_the_boards_figures_say_how_old_the_oldest_number_is() -> None:
    sub_project = SubProjectFactory()
    rows = [
        {"id": sub_project.public_id, "title": "", "figures": [cell("families", 12, datetime.date(2025, 3, 1))]},
    ]
    FamilyReleaseFactory(municipality=sub_project.municipality, until=ON, content={"sub_projects": rows, "voice": []})
    figure = board_of(sub_project).figures[0]
    assert (figure.value, figure.note) == ("12", "eldste tall fra 1. mars 2025")
