"""Target against result: inside the frame, and in words where there is nothing to draw."""

from typing import Any

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from organisation.charts import targets

FIGURE = st.none() | st.integers(-5, 1000) | st.floats(0, 1e9) | st.decimals(0, 1000, places=2)


def drawn(**row: Any) -> dict[str, Any]:
    with translation.override("nb"):
        return targets(id="t", title="Resultat mot mål", rows=[{"label": "Deltakere", **row}])["rows"][0]


@given(FIGURE, FIGURE)
def test_bars_end_inside_the_frame_and_are_cut_where_they_would_not(target: Any, result: Any) -> None:
    row = drawn(target=target, result=result)
    assert (row["target_at"] == "") == (target is None)
    assert (row["width"] == "") == (target is None or result is None)
    if row["width"]:
        width = float(row["width"])
        assert 0 <= width <= 100
        assert row["is_cut"] == (target > 0 and result > target * 5 / 4 and width == 100)
        if target > 0 and result >= 0:
            assert (width >= float(row["target_at"])) == (result >= target) or abs(result / target - 1) < 0.001


def test_a_result_under_at_and_over_its_target() -> None:
    assert [drawn(target=50, result=result)["width"] for result in (0, 25, 50, 60, 5000)] == [
        "0.00", "40.00", "80.00", "96.00", "100.00"
    ]  # fmt: skip
    with translation.override("nb"):
        chart = targets(id="t", title="Mål", rows=[{"label": "A", "target": 10, "result": 1838}])
    assert chart["rows"][0]["is_cut"] and "kortet av" in chart["legend"][-1]["text"]


def test_what_is_missing_or_protected_is_said_and_not_drawn() -> None:
    assert drawn(target=10, result=None, result_text="<5")["told"] == "Deltakere: resultat <5, mål 10."
    assert drawn(target=None, result=1838)["told"] == "Deltakere: resultat 1\u00a0838, mål mangler."
    nothing = drawn(target=None, result=None)
    assert (nothing["target_at"], nothing["width"], nothing["is_cut"]) == ("", "", False)
