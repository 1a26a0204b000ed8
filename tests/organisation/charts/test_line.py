"""Lines over time: points in order inside the frame, gaps, changes of base, and texts that have room."""

from itertools import pairwise
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from organisation.charts import lines
from organisation.charts.frame import WIDTH
from organisation.charts.line_panel import BETWEEN, RIGHT
from organisation.charts.words import width_of

VALUE = st.none() | st.integers(-(10**12), 10**13) | st.floats(-(10**6), 10**6) | st.integers(0, 100)
BASE = st.sampled_from(["Måned 1–8", "Måned 1–4", ""])
POINT = st.text(max_size=30) | st.integers(1990, 2030).map(str) | st.just("2. halvår 2026")
COLUMNS = st.lists(st.tuples(POINT, VALUE, VALUE, BASE, st.booleans()), min_size=1, max_size=30)


def drawn(values: list[Any], **more: Any) -> dict[str, Any]:
    points = more.pop("points", [str(2000 + at) for at in range(len(values))])
    with translation.override("nb"):
        return lines(id="l", title="Mottakere", points=points, series=[{"label": "Antall", "values": values}], **more)


@given(COLUMNS)
def test_everything_stands_inside_the_frame_and_no_texts_overlap(columns: list[Any]) -> None:
    points, one, other, bases, apart = (list(row) for row in zip(*columns, strict=True))
    series = [{"label": "A", "values": one}, {"label": "B", "values": other}]
    chart = lines(
        id="l", title="T", points=points, series=series, bases=bases, apart=[i for i, yes in enumerate(apart) if yes]
    )
    for panel, values in zip(chart["panels"], (one, other), strict=True):
        assert len(panel["points"]) == sum(value is not None for value in values)
        across = [float(point["x"]) for point in panel["points"]]
        assert across == sorted(set(across)) and all(float(panel["left"]) < x < RIGHT for x in across)
        assert all(0 < float(point["y"]) <= float(panel["bottom"]) for point in panel["points"])
        figures = [(float(p["text_x"]), width_of(p["text"])) for p in panel["points"] if p["text"]]
        names = [(float(n["x"]), max(width_of(line["text"]) for line in n["lines"])) for n in panel["names"]]
        for texts in (figures, names):
            assert all(x - width / 2 >= -0.1 and x + width / 2 <= WIDTH + 0.1 for x, width in texts)
            assert all(b[0] - a[0] >= (a[1] + b[1]) / 2 + BETWEEN - 0.2 for a, b in pairwise(texts))
        assert all(x - width / 2 >= float(panel["left"]) - 4.1 for x, width in figures)  # not on the scale
        assert all(width_of(mark["text"]) <= float(panel["left"]) - 8 for mark in panel["grid"])
        assert all(float(line["y"]) < float(panel["height"]) for name in panel["names"] for line in name["lines"])


@given(COLUMNS)
def test_lines_join_neighbours_with_figures_on_one_base_only(columns: list[Any]) -> None:
    points, values, _other, bases, apart = (list(row) for row in zip(*columns, strict=True))
    (panel,) = drawn(values, points=points, bases=bases, apart=[at for at, yes in enumerate(apart) if yes])["panels"]
    joined = sum(len(line.split()) - 1 for line in panel["lines"])
    assert joined == sum(
        values[at] is not None and values[at + 1] is not None and bases[at] == bases[at + 1] and not apart[at + 1]
        for at in range(len(values) - 1)
    )


def test_a_change_of_base_has_a_sign_that_is_named() -> None:
    chart = drawn([2070, 1458, 1448, 1500], bases=["Måned 1–8", "Måned 1–8", "Måned 1–4", "Måned 1–4"])
    (panel,) = chart["panels"]
    (sign,) = panel["signs"]
    xs = [float(point["x"]) for point in panel["points"]]
    assert xs[1] < float(sign["x"]) < xs[2] and sign["text"] == "a"
    words = "Nytt grunnlag fra 2002: Måned 1–4. Før det: Måned 1–8."
    assert chart["legend"] == [{"mark": "sign", "sign": "a", "text": words}]
    assert words in chart["description"]
    assert chart["table"]["head"][-1] == "Grunnlag" and chart["table"]["rows"][2][-1] == "Måned 1–4"


def test_a_base_changes_where_the_next_figure_is_and_not_in_a_gap() -> None:
    chart = drawn([1, None, 3, 4], bases=["x", "", "x", ""])
    assert [(item["sign"], item["text"]) for item in chart["legend"]] == [
        ("a", "Nytt grunnlag fra 2003: ikke oppgitt. Før det: x.")
    ]


def test_the_same_change_has_the_same_letter_in_every_panel_and_others_have_others() -> None:
    series = [
        {"label": "A", "values": [1, 2, 3]},
        {"label": "B", "values": [1, 2, 3]},
        {"label": "C", "values": [1, 2, 3], "bases": ["x", "x", "y"]},
    ]
    chart = lines(id="l", title="T", points=["1", "2", "3"], series=series, bases=["x", "y", "y"])
    assert [[sign["text"] for sign in panel["signs"]] for panel in chart["panels"]] == [["a"], ["a"], ["b"]]
    assert len(chart["legend"]) == 2


def test_what_is_missing_or_protected_is_said_and_not_drawn() -> None:
    with translation.override("nb"):
        chart = lines(
            id="l", title="T", points=["2008", "2009", "2010"],
            series=[{"label": "A", "values": [None, None, 1838], "texts": ["", "<5", ""]}],
        )  # fmt: skip
    assert chart["description"] == "2008: mangler, 2009: <5, 2010: 1\u00a0838."
    assert len(chart["panels"][0]["points"]) == 1
    empty = drawn([None, None])
    assert empty["panels"][0]["nothing"] == "mangler" and empty["panels"][0]["points"] == []


def test_panels_have_one_scale_and_a_given_one_has_its_steps() -> None:
    series = [{"label": "A", "values": [1, 2]}, {"label": "B", "values": [100, 60]}]
    first, second = lines(id="l", title="T", points=["1", "2"], series=series)["panels"]
    assert first["grid"] == second["grid"]
    (panel,) = drawn([2.5, 4], scale=(1, 5))["panels"]
    assert [mark["text"] for mark in panel["grid"]] == ["1", "2", "3", "4", "5"]


@given(st.integers(1, 40))
def test_the_newest_point_always_has_its_name_and_figure(count: int) -> None:
    (panel,) = drawn(list(range(1, count + 1)))["panels"]
    assert panel["names"][-1]["lines"][0]["text"] == str(2000 + count - 1)
    assert panel["points"][-1]["text"] == str(count)


def test_a_higher_figure_stands_higher() -> None:
    (panel,) = drawn([100, 200, 300])["panels"]
    heights = [float(point["y"]) for point in panel["points"]]
    assert heights == sorted(heights, reverse=True)
    assert panel["grid"][0]["y"] == f"{float(panel['bottom']):.1f}"


def test_a_series_has_a_figure_and_a_base_for_each_point() -> None:
    with pytest.raises(ValueError, match="each point"):
        drawn([1, 2], points=["2008"])
    with pytest.raises(ValueError, match="each point"):
        drawn([1, 2], bases=["x"])
