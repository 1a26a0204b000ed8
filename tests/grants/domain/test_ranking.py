"""The ranking itself, without a database. The example and how it was worked out: tests/grants/jury_example.py."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.domain.ranking import Ballot, Result, as_decimal, cut, rank
from tests.grants import jury_example as example

NAMES = {number: name for number, name in enumerate(example.POINTS)}
CRITERIA = {10: 2, 11: 1, 12: 1}


def ballots_of_example() -> list[Ballot]:
    return [
        Ballot(member, number, {10 + i: p for i, p in enumerate(example.points_of(text)) if p is not None})
        for number, name in NAMES.items()
        for member, text in example.POINTS[name].items()
    ]


def rank_example(**changes: Any) -> dict[str, Result]:
    conflict = (example.CONFLICT[0], list(NAMES.values()).index(example.CONFLICT[1]))
    arguments = {
        "applications": NAMES, "criteria": CRITERIA, "members": example.GROUPS, "ballots": ballots_of_example(),
        "excluded": [example.EXCLUDED], "conflicts": [conflict],
    } | changes  # fmt: skip
    return {NAMES[row.application]: row for row in rank(**arguments)}


def test_the_ranking_agrees_with_the_example_computed_by_hand() -> None:
    results = rank_example()
    assert list(results) == ["P", "Q", "S", "T"]
    assert {name: row.total for name, row in results.items()} == example.TOTALS
    assert {name: row.rank for name, row in results.items()} == example.RANKS
    assert {name: list(row.means.values()) for name, row in results.items()} == example.MEANS
    assert results["P"].groups == example.GROUPS_ON_P
    assert {name: (row.sheets, row.judges, row.needed) for name, row in results.items()} == {
        "P": (5, 5, 3), "Q": (5, 5, 3), "S": (4, 4, 3), "T": (5, 5, 3),
    }  # fmt: skip


def test_the_tie_at_the_last_place_is_shown_as_one() -> None:
    results = rank_example().values()
    assert cut(results, 1) == ([0], [])
    assert cut(results, 2) == ([0], [1, 2])
    assert cut(results, 3) == ([0, 1, 2], [])
    assert cut(results, 4) == ([0, 1, 2, 3], [])
    assert cut(results, 9) == ([0, 1, 2, 3], [])


def test_whoever_is_excluded_would_have_changed_the_example() -> None:
    assert {name: row.rank for name, row in rank_example(excluded=[]).items()} != example.RANKS
    assert rank_example(conflicts=[])["S"].total != example.TOTALS["S"]


def test_an_application_that_nobody_judged_has_no_rank() -> None:
    (row,) = rank(applications=[1], criteria={1: 1}, members={1: 1}, ballots=[])
    assert (row.rank, row.total, row.has_quorum) == (None, None, False)
    assert cut([row], 3) == ([], [])


@pytest.mark.parametrize(
    ("quorum", "judges", "needed"), [(None, 1, 1), (None, 2, 2), (None, 3, 2), (None, 21, 11), (5, 21, 5), (None, 0, 1)]
)
def test_a_quorum_is_more_than_half_of_those_who_may_judge_unless_the_call_says_otherwise(
    quorum: int | None, judges: int, needed: int
) -> None:
    (row,) = rank(applications=[1], criteria={1: 1}, members=dict.fromkeys(range(judges), 1), ballots=[], quorum=quorum)
    assert (row.judges, row.needed) == (judges, needed)


@pytest.mark.parametrize(
    ("value", "text"),
    [((87, 20), "4,350"), ((1, 3), "0,333"), ((2, 3), "0,667"), ((9999, 2000), "5,000"), ((1, 2000), "0,001")],
)
def test_a_decimal_is_rounded_half_up(value: tuple[int, int], text: str) -> None:
    assert as_decimal(Fraction(*value)) == text


# --- Properties -------------------------------------------------------------------------------------------

MEMBERS, APPLICATIONS, KEYS = range(1, 7), range(1, 6), range(1, 5)
points = st.dictionaries(st.sampled_from(KEYS), st.integers(1, 5), min_size=1)
sheets = st.dictionaries(st.tuples(st.sampled_from(MEMBERS), st.sampled_from(APPLICATIONS)), points)
weights = st.fixed_dictionaries({key: st.integers(1, 4) for key in KEYS})
pairs = st.sets(st.tuples(st.sampled_from(MEMBERS), st.sampled_from(APPLICATIONS)), max_size=4)
excluded = st.sets(st.sampled_from(MEMBERS), max_size=2)
groups = st.fixed_dictionaries({member: st.integers(1, 3) for member in MEMBERS})


def ranked(given_sheets: Any, **changes: Any) -> list[Result]:
    arguments = {"applications": APPLICATIONS, "members": dict.fromkeys(MEMBERS, 1)} | changes
    return rank(ballots=[Ballot(*pair, points=value) for pair, value in given_sheets.items()], **arguments)


@given(sheets, weights, pairs, excluded, groups, st.randoms(use_true_random=False))
def test_the_order_of_what_comes_in_says_nothing(
    given_sheets: Any, criteria: Any, torn: Any, barred: Any, by_group: Any, random: Any
) -> None:
    def mixed(rows: Any) -> list[Any]:
        rows = list(rows)
        random.shuffle(rows)
        return rows

    fixed = {"conflicts": torn, "excluded": barred}
    assert ranked(given_sheets, criteria=criteria, members=by_group, **fixed) == ranked(
        dict(mixed(given_sheets.items())), criteria=dict(mixed(criteria.items())), members=dict(mixed(by_group.items())),
        applications=mixed(APPLICATIONS), **fixed,
    )  # fmt: skip


@given(sheets, weights, pairs, excluded, points)
def test_what_does_not_count_changes_nothing(
    given_sheets: Any, criteria: Any, torn: Any, barred: Any, other: Any
) -> None:
    """Whatever points an excluded member, or a member with a conflict of interest, gives."""
    before = ranked(given_sheets, criteria=criteria, conflicts=torn, excluded=barred)
    more = {pair: other for pair in torn} | {(member, row): other for member in barred for row in APPLICATIONS}
    assert ranked({**given_sheets, **more}, criteria=criteria, conflicts=torn, excluded=barred) == before


@given(sheets, weights)
def test_totals_and_means_stay_on_the_scale_and_ranks_follow_the_totals(given_sheets: Any, criteria: Any) -> None:
    results = ranked(given_sheets, criteria=criteria)
    with_total = [row for row in results if row.total is not None]
    for row in with_total:
        assert 1 <= row.total <= 5
        assert all(1 <= mean <= 5 for mean in row.means.values())
        assert min(row.means.values()) <= row.total <= max(row.means.values())
        assert row.rank == 1 + sum(other.total > row.total for other in with_total)
    assert [row.total for row in with_total] == sorted((row.total for row in with_total), reverse=True)
    assert [row.rank for row in results if row.total is None] == [None] * (len(results) - len(with_total))


@given(sheets, weights, st.integers(2, 5))
def test_only_the_weights_relation_matters(given_sheets: Any, criteria: Any, factor: int) -> None:
    scaled = {key: weight * factor for key, weight in criteria.items()}
    assert ranked(given_sheets, criteria=criteria) == ranked(given_sheets, criteria=scaled)


@given(sheets, weights, st.integers(1, 7))
def test_the_cut_never_gives_more_than_there_are_places_and_never_parts_a_tie(
    given_sheets: Any, criteria: Any, places: int
) -> None:
    results = ranked(given_sheets, criteria=criteria)
    ranks = {row.application: row.rank for row in results}
    inside, tied = cut(results, places)
    assert len(inside) <= places
    assert len({ranks[row] for row in tied}) <= 1
    if tied:
        assert len(inside) < places < len(inside) + len(tied)
    outside = [row for row in ranks if ranks[row] is not None and row not in inside and row not in tied]
    assert all(ranks[better] < ranks[worse] for better in [*inside, *tied] for worse in outside)
    assert len(inside) + len(tied) >= min(places, sum(row is not None for row in ranks.values()))
