"""The drawings of tables: which are drawn, of what, and what they say. How they are drawn: tests/organisation/charts."""

from itertools import pairwise
from typing import Any

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from grants.domain.table_charts import chart_of
from grants.domain.table_shown import text_of
from grants.domain.tables import Row, Table
from organisation.charts.words import width_of
from tests.grants.domain.table_examples import a_table, by_region, over_time, regions_in_rows, shares

AMOUNTS = st.one_of(st.none(), st.integers(0, 10_000_000))


def drawn(table: Table) -> dict[str, Any] | None:
    with translation.override("nb"):
        return chart_of(table, text_of)


def chart(table: Table) -> dict[str, Any]:
    found = drawn(table)
    assert found is not None
    return found


def labels(bar: dict[str, Any]) -> str:
    return " ".join(line["text"] for line in bar["lines"])


def test_only_tables_over_time_and_by_region_are_drawn() -> None:
    assert drawn(shares()) is None
    assert chart(over_time())["kind"] == "lines"
    assert chart(by_region())["kind"] == chart(regions_in_rows())["kind"] == "bars"


def test_nothing_to_compare_is_not_drawn() -> None:
    assert drawn(over_time((456430,))) is None
    assert drawn(over_time((None, None))) is None
    alone = by_region()
    assert drawn(a_table(27, list(alone.columns[:1]), [Row("ja", (50,)), Row("nei", (50,))])) is None


@given(st.lists(AMOUNTS, min_size=2, max_size=24))
def test_every_year_with_a_figure_is_a_point_and_lines_join_neighbours_only(values: list[int | None]) -> None:
    found = drawn(over_time(tuple(values)))
    if not any(value is not None for value in values):
        assert found is None
        return
    assert found is not None
    (panel,) = found["panels"]
    assert len(panel["points"]) == sum(value is not None for value in values)
    joined = sum(len(line.split()) - 1 for line in panel["lines"])
    assert joined == sum(a is not None and b is not None for a, b in pairwise(values))


def test_there_is_a_gap_where_a_year_has_no_figure_or_no_column() -> None:
    (panel,) = chart(over_time((1, None, 3, 4)))["panels"]
    assert [len(line.split()) for line in panel["lines"]] == [2]
    (panel,) = chart(over_time((1, 3, 4), years=(2005, 2008, 2009)))["panels"]
    assert [len(line.split()) for line in panel["lines"]] == [2]


def test_years_far_apart_stand_as_near_as_others_with_a_break_in_the_axis() -> None:
    """2006 to 2009, and then 2025: by the calendar the first four would lie on top of one another."""
    (panel,) = chart(over_time((1, 2, 3, 4, 5), years=(2006, 2007, 2008, 2009, 2025)))["panels"]
    across = [float(name["x"]) for name in panel["names"]]
    assert [labels(name) for name in panel["names"]] == ["2006", "2007", "2008", "2009", "2025"]
    assert {round(b - a) for a, b in pairwise(across)} == {round((across[-1] - across[0]) / 4)}
    assert [float(point["x"]) for point in panel["points"]] == across
    assert [len(line.split()) for line in panel["lines"]] == [4]
    (gap,) = panel["breaks"]
    assert across[3] < float(gap["gap"][1:].split()[0]) < across[4]
    assert not chart(over_time())["panels"][0]["breaks"]


@given(st.integers(2, 40))
def test_labels_have_room(count: int) -> None:
    (panel,) = chart(over_time(tuple(range(1, count + 1))))["panels"]
    across = [float(name["x"]) for name in panel["names"]]
    assert all(b - a > width_of("2009") for a, b in pairwise(across))
    assert across[-1] == float(panel["points"][-1]["x"])  # the newest year always has its label


def test_figures_published_earlier_are_marked() -> None:
    found = chart(over_time())
    assert [item["text"] for item in found["legend"]] == ["publisert tidligere", "regnet ut av årsrapportene"]
    assert [point["is_hollow"] for point in found["panels"][0]["points"]] == [True, True, True, False]
    own = a_table(4, list(over_time().columns), [Row("Gjennomsnitt", (1, 2, 3, 4))])
    assert chart(own)["legend"] == []


def test_large_amounts_are_drawn_in_thousands_and_told_in_full() -> None:
    found = chart(over_time())
    assert found["caption"] == "Tusen kroner, år for år"
    assert [point["text"] for point in found["panels"][0]["points"]] == ["360", "388", "521", "456"]
    assert "2008: 520\u00a0628" in found["description"]
    assert found["table"]["rows"][2] == ["2008", "520\u00a0628"]


def test_bars_compare_the_regions_whichever_way_the_table_is_turned() -> None:
    for table, names in ((by_region(), ["ja", "nei"]), (regions_in_rows(), ["Beløp", "Tiltak"])):
        found = chart(table)
        assert [panel["name"] for panel in found["panels"]] == names
        for panel in found["panels"]:
            assert [labels(bar) for bar in panel["bars"]] == ["Nord", "Sør", "Hele landet"]
            assert [bar["is_whole"] for bar in panel["bars"]] == [False, False, True]


def test_percents_have_one_scale_and_a_bar_is_as_long_as_its_figure() -> None:
    yes, no = chart(by_region())["panels"]
    full = float(no["bars"][1]["width"])  # 90 per cent, the highest of all
    assert [round(float(bar["width"]) / full * 90) for bar in yes["bars"]] == [50, 10, 20]
    assert [round(float(bar["width"]) / full * 90) for bar in no["bars"]] == [50, 90, 0]
    assert [bar["text"] for bar in no["bars"]] == ["50\u00a0%", "90\u00a0%", "–"]
    assert [bar["is_drawn"] for bar in no["bars"]] == [True, True, False]


def test_a_long_name_is_cut_in_the_drawing_and_told_in_full() -> None:
    table, name = regions_in_rows(), "Region med et langt navn som ikke får plass på tre linjer i tegningen"
    panel = chart(a_table(25, list(table.columns), [Row(name, table.rows[0].values), table.rows[1]]))["panels"][0]
    assert labels(panel["bars"][0]).endswith("…")
    assert f"{name}: 200" in panel["told"]
