"""Stacked bars: the parts fill the bar, each with room for its number, colour and shape."""

from itertools import pairwise
from typing import Any

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from measures.models import MeasureState
from organisation.charts import stacked
from organisation.charts.palette import NEUTRAL, SHAPES, STATES, TONES
from organisation.charts.stack import NARROWEST
from organisation.charts.words import width_of
from tests.organisation.charts.chart_examples import parts

KEYS = [*STATES, "ukjent"]
COUNTS = st.lists(st.integers(0, 100_000) | st.integers(0, 12), min_size=1, max_size=len(KEYS))


def drawn(rows: list[dict[str, Any]]) -> dict[str, Any]:
    with translation.override("nb"):
        return stacked(id="s", title="Tiltakene etter tilstand", rows=rows)


@given(COUNTS)
def test_the_parts_fill_the_bar_in_order_and_have_room_for_their_numbers(counts: list[int]) -> None:
    row = [{"key": key, "label": key, "count": count} for key, count in zip(KEYS, counts, strict=False)]
    (bar,) = drawn([{"label": "Mål 1", "parts": row}])["rows"]
    drawn_parts = bar["parts"]
    assert [part["key"] for part in drawn_parts] == [key for key, count in zip(KEYS, counts, strict=False) if count]
    if not drawn_parts:
        assert bar["none"] == "ingen"
        return
    edges = [(float(part["x"]), float(part["x"]) + float(part["width"])) for part in drawn_parts]
    assert edges[0][0] == 0 and abs(edges[-1][1] - 100) < 0.05
    assert all(abs(b[0] - a[1] - 0.4) < 0.05 for a, b in pairwise(edges))
    if sum(width_of(part["text"]) for part in drawn_parts) < NARROWEST - 8 * len(drawn_parts):
        for part in drawn_parts:
            assert float(part["width"]) / 100 * NARROWEST >= width_of(part["text"])


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=7))
def test_a_greater_count_is_never_a_narrower_part(counts: list[int]) -> None:
    row = [{"key": key, "label": key, "count": count} for key, count in zip(KEYS, counts, strict=False)]
    (bar,) = drawn([{"label": "", "parts": row}])["rows"]
    widths = sorted(zip(counts, (float(part["width"]) for part in bar["parts"]), strict=True))
    assert all(a[1] <= b[1] + 0.011 for a, b in pairwise(widths))


def test_coordinates_have_points_in_every_language() -> None:
    for language in ("nb", "en"):
        with translation.override(language):
            (bar,) = stacked(id="s", title="Status", rows=[{"parts": parts(1, 0, 2)}])["rows"]
        places = [(part["x"], part["middle"], part["width"]) for part in bar["parts"]]
        assert places == [("0.00", "17.35", "34.70"), ("35.10", "67.55", "64.90")]


def test_a_bar_is_told_in_words_and_has_its_row_in_the_table() -> None:
    chart = drawn([{"label": "Mål 1", "parts": parts(1, 0, 1838)}, {"label": "", "parts": parts(0, 4)}])
    told = "Mål 1: 1\u00a0planlagt og 1\u00a0838\u00a0stoppet. 4\u00a0i ordinær drift."
    assert chart["description"] == told
    assert chart["table"]["head"] == ["", "Planlagt", "Stoppet", "I ordinær drift", "I\u00a0alt"]
    assert chart["table"]["rows"] == [["Mål 1", "1", "1\u00a0838", "0", "1\u00a0839"], ["Alle", "0", "0", "4", "4"]]
    assert [item["text"] for item in chart["legend"]] == ["Planlagt", "Stoppet", "I ordinær drift"]


def test_every_state_of_a_measure_has_a_look_of_its_own() -> None:
    assert set(STATES) == set(MeasureState.values)
    looks = [*STATES.values(), NEUTRAL]
    assert len({shape for _tone, shape in looks}) == len(looks)
    assert all(tone in TONES and shape in SHAPES for tone, shape in looks)


def test_a_label_leads_to_a_place_on_the_page_or_in_the_application_only() -> None:
    urls = [
        "#mal-1",
        "/tiltak/1/",
        "javascript:alert(1)",
        "//example.invalid/",
        "/\\example.invalid",
        "https://example.invalid/",
    ]
    rows = drawn([{"label": "Mål", "url": url, "parts": []} for url in urls])["rows"]
    assert [(row["url"], row["is_on_page"]) for row in rows] == [
        ("#mal-1", True), ("/tiltak/1/", False), ("", False), ("", False), ("", False), ("", False)
    ]  # fmt: skip
