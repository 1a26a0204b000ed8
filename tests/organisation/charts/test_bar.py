"""Bars stand in their frame, are as long as their figures, and have their texts beside them."""

from itertools import pairwise
from typing import Any

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from organisation.charts import bars, together
from organisation.charts.frame import WIDTH
from organisation.charts.words import width_of

VALUE = st.none() | st.integers(-(10**15), 10**15) | st.floats(-(10**9), 10**9) | st.integers(0, 100)
ROWS = st.lists(st.fixed_dictionaries({"label": st.text(max_size=60), "value": VALUE}), max_size=14)


def drawn(rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    with translation.override("nb"):
        return bars(id="b", title="Tiltak", rows=rows, **more)


@given(ROWS, st.sampled_from(["", "%", "kroner"]))
def test_bars_and_texts_stay_inside_the_frame(rows: list[dict[str, Any]], unit: str) -> None:
    for panel in drawn(rows, unit=unit)["panels"]:
        inside(panel)


def inside(panel: dict[str, Any]) -> None:
    left, height = float(panel["left"]), float(panel["height"])
    for bar in panel["bars"]:
        x, y, width = (float(bar[key]) for key in ("x", "y", "width"))
        assert left - 0.2 <= x <= x + width <= WIDTH
        assert 0 <= y <= y + float(panel["bar"]) <= height
        assert float(bar["text_x"]) >= x + width  # beside the bar, not over it
        assert float(bar["text_x"]) + width_of(bar["text"]) <= WIDTH
        assert all(width_of(line["text"]) <= left - 7.9 for line in bar["lines"])
        assert all(0 <= float(line["y"]) <= height for line in bar["lines"])
    assert all(float(a["y"]) < float(b["y"]) for a, b in pairwise(panel["bars"]))
    below = [float(line["y"]) for bar in panel["bars"] for line in bar["lines"]]
    assert all(b - a >= 13 for a, b in pairwise(below))  # no line of a label lies on another


@given(st.lists(st.integers(0, 10_000), min_size=2))
def test_a_bar_is_as_long_as_its_figure(values: list[int]) -> None:
    panels = drawn([{"label": "A", "value": value} for value in values])["panels"]
    widths = [float(bar["width"]) for panel in panels for bar in panel["bars"]]
    unit = max(widths) / (max(values) or 1)
    assert all(abs(width - value * unit) <= 0.11 for width, value in zip(widths, values, strict=True))


@given(st.lists(st.fixed_dictionaries({"label": st.text(max_size=90), "value": VALUE}), min_size=15, max_size=150))
def test_many_rows_stand_in_panels_that_have_room_on_a_sheet_and_one_scale(rows: list[dict[str, Any]]) -> None:
    chart = drawn(rows)
    panels = chart["panels"]
    heights = [float(panel["height"]) for panel in panels]
    assert max(heights) <= 560 and (len(panels) == 1 or min(heights) > 0)
    assert len(panels) <= sum(heights) // 250 + 1, "no more of them than needed"
    assert sum(len(panel["bars"]) for panel in panels) == len(rows) == len(chart["table"]["rows"])
    for key in ("left", "nought"):
        assert len({panel[key] for panel in panels}) == 1
    bars = [bar for panel in panels for bar in panel["bars"] if bar["is_drawn"]]
    known = [float(row["value"]) for row in rows if row["value"] is not None]
    span = max([0.0, *known]) - min([0.0, *known]) or 1.0
    room = max((float(bar["width"]) for bar in bars), default=0) / (max(map(abs, known), default=0) / span or 1)
    for bar, value in zip(bars, known, strict=True):
        assert abs(float(bar["width"]) - abs(value) / span * room) <= 0.3
    titles = [panel["title"] for panel in panels]
    assert len(set(titles)) == len(titles) and all(title.startswith("Tiltak") for title in titles)


def test_charts_that_stand_together_name_each_of_their_parts() -> None:
    rows = [{"label": f"Tiltak {number}", "value": number} for number in range(30)]
    given = drawn(rows), bars(id="c", title="Brukt", rows=rows)
    names = [panel["name"] for panel in together(id="begge", title="Kroner", charts=given)["panels"]]
    assert len(names) == 4 and len(set(names)) == 4
    assert names[0].startswith("Tiltak") and names[-1].startswith("Brukt")


def test_what_is_missing_or_protected_is_said_and_not_drawn() -> None:
    chart = drawn([{"label": "Nord", "value": None}, {"label": "Sør", "value": None, "text": "<5"}])
    assert [bar["is_drawn"] for bar in chart["panels"][0]["bars"]] == [False, False]
    assert chart["description"] == "Nord: mangler, Sør: <5."
    assert chart["table"]["rows"] == [["Nord", "mangler"], ["Sør", "<5"]]


def test_a_long_name_is_cut_in_the_drawing_and_told_in_full() -> None:
    name = "Region med et langt navn som ikke får plass på tre linjer i tegningen"
    chart = drawn([{"label": name, "value": 1838}])
    (bar,) = chart["panels"][0]["bars"]
    assert len(bar["lines"]) == 3 and bar["lines"][-1]["text"].endswith("…")
    assert f"{name}: 1\u00a0838" in chart["description"] and chart["table"]["rows"][0][0] == name


def test_a_long_unit_is_said_once_and_stands_in_the_table() -> None:
    chart = drawn([{"label": "Nord", "value": 1838}], unit="kroner")
    assert chart["caption"] == "Tiltak, kroner"
    assert chart["panels"][0]["bars"][0]["text"] == "1\u00a0838"
    assert chart["table"]["rows"] == [["Nord", "1\u00a0838\u00a0kroner"]]


def test_negative_figures_go_to_the_left_of_nought() -> None:
    (panel,) = drawn([{"label": "A", "value": -50}, {"label": "B", "value": 100}])["panels"]
    down, up = panel["bars"]
    assert float(down["x"]) + float(down["width"]) == float(up["x"]) == float(panel["nought"])


def test_charts_beside_each_other_have_one_scale_however_long_their_figures() -> None:
    yes = [{"label": "Nord", "value": 50}, {"label": "Sør", "value": 5}]
    no = [{"label": "Nord", "value": 50}, {"label": "Region Sør", "value": 100}]
    charts = [bars(id="a", title="T", rows=rows, beside=[*yes, *no], top=100, unit="%") for rows in (yes, no)]
    first, second = (chart["panels"][0] for chart in charts)
    assert first["bars"][0]["width"] == second["bars"][0]["width"]
    assert first["left"] == second["left"]


def test_charts_together_have_a_panel_and_a_column_each() -> None:
    yes = bars(id="a", title="ja", rows=[{"label": "Nord", "value": 50}, {"label": "Sør", "value": 10}], top=90)
    no = bars(id="a", title="nei", rows=[{"label": "Nord", "value": 50}, {"label": "Sør", "value": 90}], top=90)
    chart = together(id="begge", title="Prosent i hver region", charts=[yes, no])
    assert [(panel["id"], panel["name"]) for panel in chart["panels"]] == [("begge-1", "ja"), ("begge-2", "nei")]
    assert chart["table"] == {"head": ["", "ja", "nei"], "rows": [["Nord", "50", "50"], ["Sør", "10", "90"]]}
    assert chart["description"] == "ja. Nord: 50, Sør: 10. nei. Nord: 50, Sør: 90."
