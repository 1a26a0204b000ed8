"""Relational capacity: who may be rated when, and means that show services and never persons."""

import datetime
from decimal import Decimal
from statistics import mean
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from grants.domain import relational
from grants.domain.relational import answers_of, change, development, matrix, open_halves, rate, rounded, word
from grants.models import Dimension, RelationalRating, SubProject, SubProjectPartner, SubProjectState
from organisation.domain.errors import DomainError
from organisation.periods import HalfYear
from tests.at_once import at_once
from tests.database import undone
from tests.factories import UserFactory, make_funded
from tests.factories.grants_results import make_partners

pytestmark = pytest.mark.django_db
SPRING, AUTUMN = HalfYear(2025, 1), HalfYear(2025, 2)
IN_SPRING, IN_AUTUMN = datetime.date(2025, 5, 1), datetime.date(2025, 11, 1)
DIMENSIONS = Dimension.values


def running(partners: int = 3, **fields: Any) -> tuple[SubProject, list[SubProjectPartner]]:
    sub_project = make_funded(("2025-1", 1000), ("2025-2", 1000), **fields)
    return sub_project, make_partners(sub_project, partners)


def answer(rater: SubProjectPartner, strengths: Any, **fields: Any) -> None:
    defaults = {"half": SPRING, "on": IN_SPRING, "by": UserFactory()}
    rate(sub_project=rater.sub_project, rater=rater, strengths=strengths, **({} | defaults | fields))


def all_six(partner: SubProjectPartner, strength: int) -> dict[tuple[SubProjectPartner, str], int]:
    return {(partner, dimension): strength for dimension in DIMENSIONS}


def test_a_helper_answers_leaves_blank_and_changes_her_mind() -> None:
    _sub_project, (own, one, other) = running()
    by = UserFactory()
    answer(own, all_six(one, 4) | {(other, "respects"): 2}, by=by)
    assert RelationalRating.objects.count() == 7
    answer(own, {(one, "respects"): 5, (other, "innovates"): 1}, by=by)
    assert answers_of(own, SPRING, by) == {(one.pk, "respects"): 5, (other.pk, "innovates"): 1}
    assert answers_of(own, SPRING, UserFactory()) == {}


def test_what_one_helper_answers_leaves_her_colleagues_answers_alone() -> None:
    sub_project, (own, one, _other) = running()
    for strength in (5, 2, 2):
        answer(own, {(one, "respects"): strength})
    found = matrix(sub_project, SPRING)
    assert found.cells == {(own.pk, one.pk): Decimal(3)}
    assert (found.raters, found.services) == (3, 1)


def test_what_fewer_than_three_have_answered_is_not_shown() -> None:
    sub_project, (own, one, other) = running()
    for strength in (5, 2):
        answer(own, all_six(one, strength))
    found = matrix(sub_project, SPRING)
    assert (found.cells, found.dimensions, found.overall) == ({}, {}, None)
    assert found.too_few == {(own.pk, one.pk)}
    assert (found.raters, found.services) == (2, 1)
    answer(other, all_six(one, 2))
    together = matrix(sub_project, SPRING)
    assert together.cells == {}, "no service has three"
    assert together.overall == Decimal("2.75"), "but three people are behind the mean of the two services"


def test_what_one_has_answered_cannot_be_worked_out_from_the_mean_and_the_rest() -> None:
    sub_project, (own, one, other) = running()
    for _ in range(3):
        answer(own, all_six(one, 4))
    answer(other, all_six(one, 1))
    found = matrix(sub_project, SPRING)
    assert found.cells == {(own.pk, one.pk): Decimal(4)}
    assert found.overall == Decimal(4)
    assert (relational.FEWEST, found.too_few) == (3, {(other.pk, one.pk)})


def test_nobody_rates_her_own_service() -> None:
    _sub_project, (own, *_others) = running()
    with pytest.raises(DomainError, match="sin egen"):
        answer(own, {(own, "respects"): 5})
    assert not RelationalRating.objects.exists()


def test_services_that_have_left_or_belong_elsewhere_are_not_rated_and_rate_nobody() -> None:
    _sub_project, (own, one, gone) = running()
    gone.left_on = IN_SPRING
    gone.save()
    _elsewhere, (foreign, *_others) = running()
    for partner in (gone, foreign):
        with pytest.raises(DomainError, match="ikke med i delprosjektet"):
            answer(own, {(partner, "respects"): 5})
    with pytest.raises(DomainError, match="ikke med i delprosjektet"):
        answer(gone, {(one, "respects"): 5})
    assert not RelationalRating.objects.exists()


def test_what_was_said_of_a_service_stays_when_it_leaves() -> None:
    _sub_project, (own, one, gone) = running()
    by = UserFactory()
    answer(own, {(one, "respects"): 3, (gone, "respects"): 5}, by=by)
    gone.left_on = IN_SPRING
    gone.save()
    answer(own, {(one, "respects"): 4}, by=by)
    assert answers_of(own, SPRING, by) == {(one.pk, "respects"): 4, (gone.pk, "respects"): 5}


@pytest.mark.parametrize(("dimension", "strength"), [("respects", 0), ("respects", 6), ("kindness", 3)])
def test_what_is_not_on_the_scale_is_refused(dimension: str, strength: int) -> None:
    _sub_project, (own, one, _other) = running()
    with pytest.raises(DomainError, match="svak til sterk"):
        answer(own, {(one, dimension): strength})


@pytest.mark.parametrize(
    ("on", "halves"),
    [
        (datetime.date(2025, 1, 1), [SPRING]),  # the autumn before, it had not started
        (datetime.date(2025, 6, 30), [SPRING]),
        (datetime.date(2025, 7, 31), [AUTUMN, SPRING]),
        (datetime.date(2025, 8, 1), [AUTUMN]),
        (datetime.date(2026, 1, 31), [HalfYear(2026, 1), AUTUMN]),
    ],
)
def test_a_half_year_is_rated_while_it_lasts_and_31_days_after(on: datetime.date, halves: list[HalfYear]) -> None:
    sub_project, (own, one, _other) = running()
    assert open_halves(sub_project, on) == halves
    for half in (SPRING, AUTUMN):
        if half in halves:
            answer(own, {(one, "respects"): 3}, half=half, on=on)
        else:
            with pytest.raises(DomainError, match="kan ikke vurderes nå"):
                answer(own, {(one, "respects"): 3}, half=half, on=on)


@pytest.mark.parametrize(
    ("state", "since", "halves"),
    [
        (SubProjectState.PLANNED, datetime.date(2025, 1, 1), []),
        (SubProjectState.STOPPED, datetime.date(2025, 6, 20), [SPRING]),
        (SubProjectState.ENDED, datetime.date(2025, 7, 1), [AUTUMN, SPRING]),
        (SubProjectState.WITH_CONDITIONS, datetime.date(2025, 6, 20), [AUTUMN, SPRING]),
    ],
)
def test_only_half_years_in_which_it_was_under_way(state: str, since: datetime.date, halves: list[HalfYear]) -> None:
    sub_project, _partners = running(state=state, state_since=since, state_reason="av en grunn")
    assert open_halves(sub_project, datetime.date(2025, 7, 31)) == halves


# Which service a helper is of, whom she rates, on what, and how.
RATING = st.tuples(
    st.integers(0, 3), st.integers(0, 1), st.integers(0, 2), st.sampled_from(DIMENSIONS[:2]), st.integers(1, 5)
)
RATINGS = st.lists(RATING, max_size=40, unique_by=lambda row: row[:4])


@given(rows=RATINGS)
def test_means_are_of_services_that_at_least_three_answered_for(rows: list[tuple[int, int, int, str, int]]) -> None:
    with undone():
        sub_project, partners = running(3)
        people = [UserFactory() for _ in range(4)]
        rows = [row for row in rows if row[1] != row[2]]
        for person, rater in {row[:2] for row in rows}:
            mine = {(partners[row[2]], row[3]): row[4] for row in rows if row[:2] == (person, rater)}
            answer(partners[rater], mine, by=people[person])
        found = matrix(sub_project, SPRING)
        said = {row[1:4]: {other[0]: other[4] for other in rows if other[1:4] == row[1:4]} for row in rows}
        pairs = {(partners[row[1]].pk, partners[row[2]].pk) for row in rows}
        shown: dict[tuple[int, int], list[float]] = {}
        for (rater, rated, _dimension), by in said.items():
            if len(by) >= 3:
                shown.setdefault((partners[rater].pk, partners[rated].pk), []).append(mean(by.values()))
        assert {pair: float(cell) for pair, cell in found.cells.items()} == pytest.approx(
            {pair: mean(values) for pair, values in shown.items()}
        )
        assert found.too_few == pairs - found.cells.keys()
        for dimension in DIMENSIONS:
            own = [by for key, by in said.items() if key[2] == dimension]
            small = [by for by in own if len(by) < 3]
            counted = (
                own if len({person for by in small for person in by}) >= 3 else [by for by in own if by not in small]
            )
            assert (dimension in found.dimensions) == bool(counted)
            if counted:
                expected = mean(mean(by.values()) for by in counted)
                assert float(found.dimensions[dimension]) == pytest.approx(expected)
                assert 1 <= found.dimensions[dimension] <= 5
        assert found.raters == len({row[0] for row in rows})
        assert found.services == len({row[1] for row in rows})
        assert (found.overall is None) == (not found.dimensions)


def test_nothing_that_leaves_the_module_names_a_person() -> None:
    sub_project, (own, one, _other) = running()
    answer(own, {(one, "respects"): 5}, by=UserFactory(pk=987654321))
    assert "987654321" not in repr(matrix(sub_project, SPRING)) + repr(development(sub_project))


def test_the_development_is_one_matrix_for_each_half_year_in_order() -> None:
    sub_project, (own, one, _other) = running()
    for _ in range(3):
        answer(own, all_six(one, 4), half=AUTUMN, on=IN_AUTUMN)
        answer(own, all_six(one, 2))
    found = development(sub_project)
    assert [(row.half, row.overall, row.raters) for row in found] == [(SPRING, 2, 3), (AUTUMN, 4, 3)]
    assert found == [matrix(sub_project, SPRING), matrix(sub_project, AUTUMN)]
    assert matrix(sub_project, HalfYear(2024, 2)).overall is None


def test_more_ratings_take_no_more_queries() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            development(sub_project)
        return len(asked)

    sub_project, (own, one, other) = running()
    answer(own, all_six(one, 4))
    few = queries()
    answer(one, all_six(other, 4) | all_six(own, 2), half=AUTUMN, on=IN_AUTUMN)
    assert queries() == few == 1


@given(value=st.decimals(1, 5, places=4))
def test_the_word_is_that_of_the_nearest_step(value: Decimal) -> None:
    assert abs(int(word(value)) - rounded(value)) <= Decimal("0.5")
    assert word(Decimal("2.5")).label == "Middels"
    assert (word(Decimal(1)).label, word(Decimal(5)).label) == ("Svak", "Sterk")


def test_a_change_is_that_of_the_numbers_that_are_shown() -> None:
    assert change(Decimal("3.449"), Decimal("3.05")) == Decimal("0.3")
    assert change(Decimal(3), None) is None
    assert change(None, Decimal(3)) is None


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_is_kept_once() -> None:
    _sub_project, (own, one, _other) = running()
    by = UserFactory()
    assert at_once(*[lambda: answer(own, all_six(one, 4), by=by)] * 2) == [None, None]
    assert RelationalRating.objects.count() == 6


def test_the_grace_is_written_in_the_refusal() -> None:
    _sub_project, (own, one, _other) = running()
    with pytest.raises(DomainError, match=r"1\. halvår 2025 .* 31\. juli 2025"):
        answer(own, {(one, "respects"): 3}, on=IN_AUTUMN)
    assert relational.GRACE.days == 31
