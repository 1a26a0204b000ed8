"""The account of a social investment: what follows from its assumptions."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reporting.domain.investment import Estimate, Saving, Terms, account, annuity, sensitivity
from reporting.models import Payer

D = Decimal
PERCENT = st.integers(0, 100).map(D)
AMOUNTS = st.integers(0, 500_000).map(D)
SAVINGS = st.lists(
    st.builds(Saving, st.text("abc", min_size=1), st.sampled_from(Payer.values), AMOUNTS.map(Estimate)), max_size=5
)
TERMS = st.builds(
    Terms,
    cost=st.integers(0, 50_000_000).map(D),
    persons=st.integers(5, 500).map(D),
    share=PERCENT.map(Estimate),
    years=st.integers(1, 40).map(lambda years: Estimate(D(years))),
    discount=st.integers(0, 20).map(lambda rate: Estimate(D(rate))),
    savings=SAVINGS.map(tuple),
)
ROUNDING = D(3)  # each payer's sum is in whole kroner


def terms(cost: int = 100_000, **more: object) -> Terms:
    """Ten persons, half succeed, 10 000 a year for the municipality and 5 000 for the state, four years."""
    savings = (Saving("Hjelp", "municipality", Estimate(D(10_000))), Saving("Trygd", "state", Estimate(D(5_000))))
    found = Terms(D(cost), D(10), Estimate(D(50)), Estimate(D(4)), Estimate(D(0)), savings)
    return replace(found, **more)  # type: ignore[arg-type]


def test_an_example_that_can_be_worked_out_by_hand() -> None:
    found = account(terms())
    assert found.by_payer == {"municipality": 200_000, "state": 100_000}
    assert (found.total, found.net) == (300_000, 200_000)
    assert found.break_even is not None and round(found.break_even, 4) == D("16.6667")
    assert (found.net_of("municipality"), found.net_of("county")) == (100_000, -100_000)


def test_later_years_count_less() -> None:
    assert annuity(3, D(0)) == 3
    assert round(annuity(2, D(10)), 6) == D("1.735537")
    assert account(terms(discount=Estimate(D(4)))).total < account(terms()).total


def test_without_a_saving_no_share_makes_up_for_the_cost() -> None:
    found = account(terms(savings=()))
    assert (found.break_even, found.total, found.net) == (None, 0, -100_000)


@given(TERMS)
def test_what_each_saves_is_what_is_saved(row: Terms) -> None:
    found = account(row)
    assert sum(found.by_payer.values()) == found.total == found.net + found.cost
    assert all(amount >= 0 for amount in found.by_payer.values())


@given(TERMS)
def test_where_it_breaks_even_the_net_is_nought(row: Terms) -> None:
    found = account(row)
    if found.break_even is not None:
        there = account(replace(row, share=Estimate(found.break_even)))
        assert abs(there.net) <= ROUNDING
    else:
        assert found.total == 0


@given(TERMS, st.sampled_from(["persons", "share", "years", "savings"]))
def test_more_of_what_saves_never_saves_less(row: Terms, what: str) -> None:
    more = {
        "persons": row.persons + 7,
        "share": Estimate(row.share.value + 5),
        "years": Estimate(row.years.value + 1),
        "savings": (*row.savings, Saving("Mer", "county", Estimate(D(1000)))),
    }[what]
    assert account(replace(row, **{what: more})).total >= account(row).total  # type: ignore[arg-type]


@given(TERMS)
def test_a_higher_rate_and_a_higher_cost_never_leave_more(row: Terms) -> None:
    found = account(row)
    assert account(replace(row, discount=Estimate(row.discount.value + 3))).net <= found.net
    assert account(replace(row, cost=row.cost + 1000)).net < found.net


@given(TERMS)
def test_the_net_lies_between_what_low_and_high_give(row: Terms) -> None:
    found = account(row)
    swings = sensitivity(row)
    assert len(swings) == 5 + len(row.savings)
    assert [swing.width for swing in swings] == sorted((swing.width for swing in swings), reverse=True)
    for swing in swings:
        low, high = sorted((swing.net_low, swing.net_high))
        assert low - ROUNDING <= found.net <= high + ROUNDING, swing


def test_a_range_that_is_stated_is_used_and_a_fourth_where_none_is() -> None:
    row = terms(share=Estimate(D(50), D(40), D(90)))
    found = {swing.what: (swing.low, swing.high) for swing in sensitivity(row)}
    assert found["share"] == (40, 90)
    assert found["years"] == (3, 5)
    assert found["cost"] == (75_000, 125_000)
    assert found[0] == (7_500, 12_500)


def test_no_share_is_over_a_hundred_and_no_effect_lasts_less_than_a_year() -> None:
    row = terms(share=Estimate(D(90)), years=Estimate(D(1)))
    found = {swing.what: (swing.low, swing.high) for swing in sensitivity(row)}
    assert found["share"] == (D("67.50"), 100)
    assert found["years"] == (1, 1)
