"""The tables by examples: those that were published, rounding, what is left out, mergers, regions and years."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import chain, repeat
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from grants.domain.published_figures import set_published
from grants.domain.tables import (
    SPECS,
    THEN,
    TODAY,
    all_tables,
    make_table,
    years_with_answers,
    years_with_grants,
)
from grants.models import GrantScheme, GrantState, ReportState
from organisation.separation import NOBODY, Scope, seeing
from tests.factories import GrantSchemeFactory, UserFactory
from tests.grants.table_answers import OPTIONS, Received, Unit, store

pytestmark = pytest.mark.django_db
DIRECTORATE = Scope(published=True)
# As the report on 2009 has them: count and percent of each option, in its order.
PUBLISHED: dict[int, tuple[str, list[tuple[int, int]]]] = {
    7: ("cooperated_with", [(43, 78), (5, 9), (24, 44), (22, 40), (3, 5)]),
    9: ("targeting", [(112, 67), (56, 33)]),
    12: ("goal_category", [(30, 17), (20, 11), (20, 11), (18, 10), (9, 5), (14, 8), (20, 11), (45, 26)]),
    29: ("follows_up_measures", [(18, 36), (19, 38), (13, 26)]),
}
EARLIER = {
    3: {2006: [2.6], 2007: [3.0], 2008: [3.2]},
    4: {2006: [359839], 2007: [387692], 2008: [520628]},
    5: {2006: [37, 20, 43], 2007: [32, 22, 46], 2008: [32, 15, 54]},
    8: {2006: [83, 14, 51, 46, 3], 2007: [77, 9, 35, 42, 7], 2008: [93, 10, 54, 54, 5]},
}
DECISIONS = list(OPTIONS["decided_by"])


@pytest.fixture
def scheme() -> GrantScheme:
    made: GrantScheme = GrantSchemeFactory()
    return made


def units(count: int) -> list[Unit]:
    return [Unit(f"Prøvekommunen {n}") for n in range(count)]


def stored(scheme: GrantScheme, received: list[Received], made: list[Unit] | None = None) -> None:
    made = made or units(1 + max(one.unit for one in received))
    store(scheme, GrantSchemeFactory(), made, received)


def answered(scheme: GrantScheme, question: str, counts: list[int]) -> None:
    """Reports of a unit each, so many of each option."""
    values = chain.from_iterable(repeat(code, count) for code, count in zip(OPTIONS[question], counts, strict=False))
    stored(scheme, [Received(unit, answers={question: value}) for unit, value in enumerate(values)])


def of_measures(scheme: GrantScheme, forms: list[dict[str, Any]]) -> None:
    stored(scheme, [Received(0, measures=forms)])


def values(number: int, scheme: GrantScheme, **rest: Any) -> dict[str, dict[str, Any]]:
    made = make_table(number, scheme=scheme, **{"year": 2009, **rest}).as_json()
    return {row["label"]: row["values"] for row in made["rows"]}


def column(number: int, scheme: GrantScheme, key: str, **rest: Any) -> list[Any]:
    return [row[key] for row in values(number, scheme, **rest).values()]


def cooperation() -> Iterator[list[str]]:
    """55 units, of which as many as were published cooperated with each, whatever else they did."""
    counts = [count for count, _percent in PUBLISHED[7][1]]
    for unit in range(55):
        chosen = [
            code for code, count, first in zip(OPTIONS["cooperated_with"], counts, (0, 0, 28, 0, 52), strict=True)
            if first <= unit < first + count
        ]  # fmt: skip
        yield chosen


@pytest.mark.parametrize("number", [9, 12, 29])
def test_the_published_tables_come_out_to_the_digit(number: int, scheme: GrantScheme) -> None:
    question, published = PUBLISHED[number]
    counts = [count for count, _percent in published]
    if number == 29:
        answered(scheme, question, counts)
    else:
        codes = chain.from_iterable(repeat(*pair) for pair in zip(OPTIONS[question], counts, strict=True))
        of_measures(scheme, [{question: code} for code in codes] + [{}] * (180 - sum(counts)))
    table = make_table(number, scheme=scheme, year=2009)
    assert [row.values for row in table.rows] == published
    assert table.n == sum(counts) and table.total is not None and table.total.values == (sum(counts), 100)
    assert table.missing == (0 if number == 29 else 180 - sum(counts))


def test_the_published_table_of_several_answers_comes_out_to_the_digit(scheme: GrantScheme) -> None:
    stored(scheme, [Received(unit, answers={"cooperated_with": chosen}) for unit, chosen in enumerate(cooperation())])
    table = make_table(7, scheme=scheme, year=2009)
    assert [row.values for row in table.rows] == PUBLISHED[7][1]
    assert table.n == 55
    assert sum(row.values[1] or 0 for row in table.rows) > 100
    assert table.total is not None and table.total.values == (55, None)


def test_what_was_published_earlier_stands_beside_what_is_counted(scheme: GrantScheme) -> None:
    for number, years in EARLIER.items():
        codes = list(SPECS[number].options) or [""]
        for year, figures in years.items():
            values = {code: Decimal(str(figure)) for code, figure in zip(codes, figures, strict=True)}
            set_published(scheme=scheme, table=number, year=year, values=values, by=UserFactory())
    stored(
        scheme,
        [Received(n, answers={"decided_by": DECISIONS[0], "active_measures": 3 + n}) for n in range(2)],
    )
    table = make_table(5, scheme=scheme, year=2009)
    assert [column.key for column in table.columns] == ["2006", "2007", "2008", "2009"]
    assert [row.values for row in table.rows] == [(37, 32, 32, 100), (20, 22, 15, 0), (43, 46, 54, 0)]
    assert table.published_years == (2006, 2007, 2008)
    assert [column.base for column in table.columns] == [None, None, None, 2]
    assert table.total is not None and table.total.values == (100, 100, 100, 100)  # 2008's parts add up to 101
    assert make_table(3, scheme=scheme, year=2009).as_json()["rows"] == [
        {"label": "Gjennomsnitt", "values": {"2006": 2.6, "2007": 3, "2008": 3.2, "2009": 3.5}}
    ]
    assert column(4, scheme, "2008") == [520628] and column(8, scheme, "2007") == EARLIER[8][2007]
    # What is counted here goes before what was published.
    set_published(scheme=scheme, table=3, year=2009, values={"": Decimal(9)}, by=UserFactory())
    assert column(3, scheme, "2009") == [3.5]


def test_published_figures_are_the_whole_countrys(scheme: GrantScheme) -> None:
    set_published(scheme=scheme, table=4, year=2008, values={"": Decimal(520628)}, by=UserFactory())
    stored(scheme, [Received(0)])
    assert values(4, scheme, region="Region Nord") == {"Gjennomsnitt": {"2009": 400_000}}
    assert values(4, scheme) == {"Gjennomsnitt": {"2008": 520628, "2009": 400_000}}
    assert make_table(4, scheme=scheme, year=2008).n is None


def test_half_a_percent_goes_up_and_the_total_is_100(scheme: GrantScheme) -> None:
    answered(scheme, "decided_by", [1, 3, 4])  # 12.5, 37.5, 50
    table = make_table(5, scheme=scheme, year=2009)
    assert [row.values for row in table.rows] == [(13,), (38,), (50,)]
    assert table.total is not None and table.total.values == (100,)


def test_three_equal_parts_are_33_each(scheme: GrantScheme) -> None:
    answered(scheme, "decided_by", [1, 1, 1])
    assert column(5, scheme, "2009") == [33, 33, 33]


def test_means_are_exact_and_half_goes_away_from_zero(scheme: GrantScheme) -> None:
    forms = [{"goal_category": "jobs", "budget_nok": Decimal(amount)} for amount in ("0.50", "2.50")]
    of_measures(scheme, [*forms, {"goal_category": "other", "budget_nok": Decimal("4.50")}])
    assert values(21, scheme)["jobbtilbud for unge"] == {"gjennomsnitt": 2, "n": 2}
    assert values(21, scheme)["annet"] == {"gjennomsnitt": 5, "n": 1}
    total = make_table(21, scheme=scheme, year=2009).total
    assert total is not None and total.values == (3, 3)  # 2.5


def test_a_mean_of_measures_has_one_decimal(scheme: GrantScheme) -> None:
    stored(scheme, [Received(n, answers={"active_measures": number}) for n, number in enumerate([3, 3, 3, 4])])
    assert column(3, scheme, "2009") == [3.3]  # 3.25


def test_whoever_left_it_open_leaves_the_base(scheme: GrantScheme) -> None:
    of_measures(
        scheme,
        [
            {"targeting": "some", "immigrant_background_primary": "yes"}, {"targeting": "all"},
            {"immigrant_background_primary": "no"}, {},
        ],
    )  # fmt: skip
    targeting = make_table(9, scheme=scheme, year=2009)
    assert (targeting.n, targeting.missing) == (2, 2)
    crossed = make_table(16, scheme=scheme, year=2009)
    assert (crossed.n, crossed.missing) == (1, 3)  # both must be answered
    assert [column.base for column in crossed.columns] == [1, 0]
    assert values(16, scheme)["åpent for alle"] == {"ja": 0, "nei": None}


def test_options_nobody_chose_are_rows(scheme: GrantScheme) -> None:
    answered(scheme, "decided_by", [0, 1])
    assert list(values(5, scheme)) == list(OPTIONS["decided_by"].values())


def test_the_table_of_goals_over_years_leaves_annet_out_of_its_base(scheme: GrantScheme) -> None:
    of_measures(scheme, [{"goal_category": code} for code in ("jobs", "equipment", "other", "other")] + [{}])
    table = make_table(13, scheme=scheme, year=2009)
    assert "annet" not in [row.label for row in table.rows]
    assert values(13, scheme)["jobbtilbud for unge"] == {"2009": 50}
    assert (table.n, table.missing) == (2, 1)
    assert values(12, scheme)["annet"] == {"antall": 2, "prosent": 50}


def test_only_reports_that_were_sent_and_not_sent_back_count(scheme: GrantScheme) -> None:
    stored(
        scheme,
        [Received(n, report=state, answers={"decided_by": "alone"}) for n, state in enumerate([None, *ReportState])],
    )
    assert make_table(5, scheme=scheme, year=2009).n == 2


def test_the_amount_is_what_was_received_and_else_what_was_awarded(scheme: GrantScheme) -> None:
    told = {"amount_received_nok": Decimal("100.50")}
    stored(
        scheme,
        [
            Received(0, answers=told), Received(1, answers=told, report=ReportState.DRAFT), Received(2),
            Received(3, report=None), Received(4, state=GrantState.REFUSED, awarded=None, report=None),
        ],
        [Unit(name) for name in ("Ås", "Østre", "Bø", "Ærø", "Avslått")],
    )  # fmt: skip
    table = make_table(1, scheme=scheme, year=2009)
    assert [(row.label, *row.values) for row in table.rows] == [
        ("Bø", 400_000), ("Ærø", 400_000), ("Østre", 400_000), ("Ås", 101),
    ]  # fmt: skip
    assert table.n == 4 and table.total is not None
    assert table.total.values == (1_200_101,)


def test_merged_units_are_counted_as_they_were_or_as_one(scheme: GrantScheme) -> None:
    made = [Unit("Nye", "Region Vest"), Unit("Gamle A", "Region Sør", 0), Unit("Gamle B", "Region Sør", 0)]
    stored(
        scheme,
        [
            Received(1, awarded=Decimal(100), answers={"active_measures": 2, "decided_by": "alone"}),
            Received(2, awarded=Decimal(300), answers={"active_measures": 3, "decided_by": "other"}),
        ],
        made,
    )
    then, today = ({"scheme": scheme, "division": division} for division in (THEN, TODAY))
    assert values(1, **then) == {"Gamle A": {"beløp": 100}, "Gamle B": {"beløp": 300}}
    assert values(1, **today) == {"Nye": {"beløp": 400}}
    assert list(values(2, **then)) == ["2", "3"] and values(2, **today) == {"5": {"antall": 1, "prosent": 100}}
    assert column(3, key="2009", **then) == [2.5] and column(3, key="2009", **today) == [5]
    assert column(4, key="2009", **then) == [200] and column(4, key="2009", **today) == [400]
    assert values(25, **then) == {"Region Sør": {"beløp": 200, "tiltak": 2.5, "antall": 2}}
    assert values(25, **today) == {"Region Vest": {"beløp": 400, "tiltak": 5, "antall": 1}}
    # What they answered in words stays each one's own.
    assert [make_table(5, year=2009, **which).n for which in (then, today)] == [2, 2]
    assert list(values(40, **today)) == ["Region Vest"]
    # Tables over years are comparable unless something else is asked for; others show what was.
    assert column(3, scheme, "2009") == [5] and len(values(1, scheme)) == 2


def test_regions_stand_in_norwegian_order_with_the_whole_country_last(scheme: GrantScheme) -> None:
    made = [Unit(f"Prøve {n}", region) for n, region in enumerate(["Øst", "", "Ås", "Nord", "Ærfugl"])]
    forms = [{"aims_parents_into_work": "yes"}, {"aims_parents_into_work": "no"}]
    stored(scheme, [Received(n, measures=forms, answers={"anchored_in_plan": "none"}) for n in range(5)], made)
    order = ["Nord", "Ærfugl", "Øst", "Ås", "Uten region"]
    table = make_table(28, scheme=scheme, year=2009)
    assert [column.key for column in table.columns] == [*order, "Hele landet"]
    assert [column.base for column in table.columns] == [2, 2, 2, 2, 2, 10]
    assert list(values(40, scheme)) == order
    total = make_table(40, scheme=scheme, year=2009).total
    assert total is not None and (total.label, total.base) == ("Hele landet", 5)
    one = make_table(28, scheme=scheme, year=2009, region="Øst")
    assert [column.key for column in one.columns] == ["Øst"]
    assert make_table(39, scheme=scheme, year=2009, region="Øst").n == 1


def test_a_table_across_says_what_each_row_is_of(scheme: GrantScheme) -> None:
    answers = [("jobs", "yes"), ("jobs", "no"), ("jobs", "no"), ("other", "unknown"), ("other", ""), ("", "yes")]
    of_measures(scheme, [{"goal_category": goal, "continue_next_year": then} for goal, then in answers])
    assert values(31, scheme)["jobbtilbud for unge"] == {"ja": 33, "nei": 67, "vet ikke": 0, "n": 3}
    assert values(31, scheme)["utstyr/skolebøker"] == {"ja": None, "nei": None, "vet ikke": None, "n": 0}
    table = make_table(31, scheme=scheme, year=2009)
    assert table.total is not None and table.total.values == (25, 50, 25, 4)
    assert (table.n, table.missing) == (4, 2)


def test_nothing_answered_gives_empty_tables(scheme: GrantScheme) -> None:
    tables = all_tables(scheme=scheme, year=2009)
    assert [table.number for table in tables] == list(range(1, 42))
    assert all(table.is_empty and not table.n and not table.missing for table in tables)
    percents = [
        row.values[place]
        for table in tables for row in [*table.rows, *filter(None, [table.total])]
        for place, column in enumerate(table.columns) if column.figure in ("percent", "mean")
    ]  # fmt: skip
    assert percents and set(percents) == {None}


def test_tables_are_in_bokmal_whoever_reads(scheme: GrantScheme) -> None:
    answered(scheme, "decided_by", [1])
    with override("en"):
        assert list(values(5, scheme)) == list(OPTIONS["decided_by"].values())


def test_a_table_is_one_query_or_two_however_much_there_is(scheme: GrantScheme) -> None:
    def queries() -> dict[int, int]:
        found = {}
        for number in SPECS:
            with CaptureQueriesContext(connection) as captured:
                make_table(number, scheme=scheme, year=2009)
            found[number] = len(captured)
        return found

    before = queries()
    stored(scheme, [Received(n, year, measures=[{"targeting": "some"}]) for n in range(9) for year in (2007, 2009)])
    # The second: what was published earlier, or how the regions' counts of children hang together.
    two = {number for number in SPECS if SPECS[number].is_over_time} | {34}
    assert queries() == before == {number: 2 if number in two else 1 for number in SPECS}


def test_the_directorate_counts_what_is_sent_and_nobody_counts_nothing(scheme: GrantScheme) -> None:
    stored(
        scheme,
        [
            Received(0, answers={"decided_by": "alone"}, measures=[{"targeting": "some"}]),
            Received(1, answers={"decided_by": "other"}, measures=[{"targeting": "all"}], report=ReportState.DRAFT),
        ],
    )
    with seeing(DIRECTORATE):
        seen = all_tables(scheme=scheme, year=2009)
    assert [table.as_json() for table in seen] == [table.as_json() for table in all_tables(scheme=scheme, year=2009)]
    assert seen[8].n == 1
    with seeing(NOBODY):
        assert all(table.is_empty for table in all_tables(scheme=scheme, year=2009))


def test_the_years_there_are_tables_of(scheme: GrantScheme) -> None:
    stored(
        scheme,
        [
            Received(0, 2007), Received(0, 2009), Received(1, 2009), Received(0, 2010, report=None),
            Received(0, 2011, state=GrantState.REFUSED, awarded=None, report=None), Received(1, 2012, elsewhere=True),
        ],
    )  # fmt: skip
    assert years_with_answers(scheme) == [2009, 2007]
    assert years_with_grants(scheme) == [2010, 2009, 2007]
