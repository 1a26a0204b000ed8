"""The drawings of tables: where points and bars stand, and what they say."""

from decimal import Decimal
from itertools import pairwise

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from grants.domain.table_charts import BAR_LEFT, BAR_RIGHT, BOTTOM, LEFT, RIGHT, TOP, chart_of, nice_top
from grants.domain.table_shown import text_of
from grants.domain.tables import Row, Table
from tests.grants.domain.table_examples import a_table, by_region, over_time, regions_in_rows, shares

WIDEST_LABEL = 36  # "1 234" and "2009" in 13 pixels
AMOUNTS = st.one_of(st.none(), st.integers(0, 10_000_000))


def drawn(table: Table):
    with translation.override("nb"):
        return chart_of(table, text_of)


def test_only_tables_over_time_and_by_region_are_drawn() -> None:
    assert drawn(shares()) is None
    assert drawn(over_time())["kind"] == "lines"
    assert drawn(by_region())["kind"] == drawn(regions_in_rows())["kind"] == "bars"


def test_nothing_to_compare_is_not_drawn() -> None:
    assert drawn(over_time((456430,))) is None
    assert drawn(over_time((None, None))) is None
    alone = by_region()
    assert drawn(a_table(27, list(alone.columns[:1]), [Row("ja", (50,)), Row("nei", (50,))])) is None


@given(st.decimals(0, 10_000_000, places=1))
def test_the_scale_ends_on_a_round_number_that_is_not_under_the_highest(highest: Decimal) -> None:
    top = nice_top(highest)
    assert top >= highest
    assert top.normalize().as_tuple().digits in {(1,), (2,), (4,), (6,), (8,)}
    assert highest == 0 or top <= 2 * highest or top <= 1


@given(st.lists(AMOUNTS, min_size=2, max_size=24))
def test_points_stand_inside_the_frame_in_order_and_lines_join_neighbours_only(values: list[int | None]) -> None:
    chart = drawn(over_time(tuple(values)))
    if not any(value is not None for value in values):
        assert chart is None
        return
    (panel,) = chart["panels"]
    points = panel["points"]
    assert len(points) == sum(value is not None for value in values)
    across = [float(point["x"]) for point in points]
    assert across == sorted(across) and all(LEFT < x < RIGHT for x in across)
    assert all(TOP <= float(point["y"]) <= BOTTOM for point in points)
    assert 0 < sum(1 for point in points if point["text"]) <= 7 or values[-1] is None
    joined = sum(len(line.split()) - 1 for line in panel["lines"])
    assert joined == sum(a is not None and b is not None for a, b in pairwise(values))


def test_there_is_a_gap_where_a_year_has_no_figure_or_no_column() -> None:
    (panel,) = drawn(over_time((1, None, 3, 4)))["panels"]
    assert [len(line.split()) for line in panel["lines"]] == [2]
    (panel,) = drawn(over_time((1, 3, 4), years=(2005, 2008, 2009)))["panels"]
    assert [len(line.split()) for line in panel["lines"]] == [2]


def test_years_far_apart_stand_as_near_as_others_with_a_break_in_the_axis() -> None:
    """2006 to 2009, and then 2025: by the calendar the first four would lie on top of one another."""
    (panel,) = drawn(over_time((1, 2, 3, 4, 5), years=(2006, 2007, 2008, 2009, 2025)))["panels"]
    across = [float(year["x"]) for year in panel["years"]]
    assert [year["text"] for year in panel["years"]] == ["2006", "2007", "2008", "2009", "2025"]
    assert {round(b - a) for a, b in pairwise(across)} == {round((across[-1] - across[0]) / 4)}
    assert [float(point["x"]) for point in panel["points"]] == across
    assert [len(line.split()) for line in panel["lines"]] == [4]
    (gap,) = panel["breaks"]
    assert across[3] < float(gap["gap"][1:].split()[0]) < across[4]
    assert not drawn(over_time())["panels"][0]["breaks"]


@given(st.integers(2, 40))
def test_labels_have_room(count: int) -> None:
    (panel,) = drawn(over_time(tuple(range(1, count + 1))))["panels"]
    for texts in (panel["years"], [point for point in panel["points"] if point["text"]]):
        across = [float(text["x"]) for text in texts]
        assert all(b - a >= WIDEST_LABEL for a, b in pairwise(across))
        assert across[-1] == float(panel["points"][-1]["x"])  # the newest year always has its label


def test_a_higher_figure_stands_higher() -> None:
    (panel,) = drawn(over_time((100, 200, 300)))["panels"]
    assert [float(point["y"]) for point in panel["points"]] == sorted(
        (float(point["y"]) for point in panel["points"]), reverse=True
    )
    assert float(panel["grid"][0]["y"]) == BOTTOM


def test_figures_published_earlier_are_marked() -> None:
    chart = drawn(over_time())
    assert chart["published"]
    assert [point["published"] for point in chart["panels"][0]["points"]] == [True, True, True, False]


def test_large_amounts_are_drawn_in_thousands_and_told_in_full() -> None:
    chart = drawn(over_time())
    assert chart["caption"] == "Tusen kroner, år for år"
    (panel,) = chart["panels"]
    assert [point["text"] for point in panel["points"]] == ["360", "388", "521", "456"]
    assert "2008: 520\u00a0628" in panel["description"]


def test_bars_compare_the_regions_whichever_way_the_table_is_turned() -> None:
    for chart, labels in ((drawn(by_region()), ["ja", "nei"]), (drawn(regions_in_rows()), ["Beløp", "Tiltak"])):
        assert [panel["label"] for panel in chart["panels"]] == labels
        for panel in chart["panels"]:
            assert [bar["region"] for bar in panel["bars"]] == ["Nord", "Sør", "Hele landet"]
            assert [bar["is_whole"] for bar in panel["bars"]] == [False, False, True]


def test_percents_have_one_scale_and_a_bar_is_as_long_as_its_figure() -> None:
    yes, no = drawn(by_region())["panels"]
    full = BAR_RIGHT - BAR_LEFT
    assert [round(float(bar["width"]) / full * 90) for bar in yes["bars"]] == [50, 10, 20]
    assert [round(float(bar["width"]) / full * 90) for bar in no["bars"]] == [50, 90, 0]
    assert [bar["text"] for bar in no["bars"]] == ["50\u00a0%", "90\u00a0%", "–"]


def test_coordinates_are_written_for_machines() -> None:
    """A comma would make two numbers of one."""
    (panel,) = drawn(over_time())["panels"]
    assert all("," not in point[key] for point in panel["points"] for key in ("x", "y", "above"))
    assert all(
        "," not in bar[key] for bar in drawn(by_region())["panels"][0]["bars"] for key in ("y", "width", "value_x")
    )


def test_a_long_name_is_cut_in_the_drawing_and_told_in_full() -> None:
    table = regions_in_rows()
    long = Row("Region med et langt navn", table.rows[0].values)
    panel = drawn(a_table(25, list(table.columns), [long, table.rows[1]]))["panels"][0]
    assert panel["bars"][0]["region"].endswith("…") and len(panel["bars"][0]["region"]) <= 17
    assert "Region med et langt navn: 200" in panel["description"]
