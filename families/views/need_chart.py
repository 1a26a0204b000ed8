"""A need over time, as the family itself has rated it: a small line with a dot for each half-year that was answered."""

from collections.abc import Iterable
from typing import Any

from families.models import HowIsIt, NeedRating
from organisation.periods import HalfYear

LONGEST = 12  # half-years: six years
WIDTH, HEIGHT, LEFT, TOP, BOTTOM, EDGE = 360, 150, 18, 10, 40, 26  # in the chart's own units


def need_chart(ratings: Iterable[NeedRating], now: HalfYear) -> dict[str, Any] | None:
    """From the first rating until `now`, the newest twelve half-years; a half-year without an answer is a gap in the line.

    Coordinates are text: a template would write a Norwegian comma. None where nothing is rated.
    """
    by_half = {HalfYear(rating.year, rating.half): rating for rating in ratings}
    if not by_half:
        return None
    halves = _halves(min(by_half), max(now, *by_half))
    points = [_point(half, index, len(halves), by_half.get(half)) for index, half in enumerate(halves)]
    answered = [point for point in points if point["rating"]]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "points": points,
        "lines": [" ".join(f"{point['x']},{point['y']}" for point in run) for run in _runs(points)],
        "grid": [{"value": value, "y": _y(value), "text_y": f"{float(_y(value)) + 4:.1f}"} for value in HowIsIt.values],
        "answered": answered,
    }


def _halves(first: HalfYear, last: HalfYear) -> list[HalfYear]:
    found = [last]
    while found[0] > first and len(found) < LONGEST:
        found.insert(0, found[0].previous())
    return found


def _point(half: HalfYear, index: int, count: int, rating: NeedRating | None) -> dict[str, Any]:
    step = (WIDTH - LEFT - 2 * EDGE) / max(count - 1, 1)
    return {
        "half": half,
        "rating": rating,
        "x": f"{LEFT + EDGE + index * step:.1f}",
        "y": _y(rating.value) if rating else "",
        # Beside many half-years there is room for every other label, counted from the newest.
        "labelled": count <= 6 or (count - 1 - index) % 2 == 0,
    }


def _runs(points: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Half-years in a row that were answered, two or more: a line is drawn through each."""
    runs: list[list[dict[str, Any]]] = [[]]
    for point in points:
        if point["rating"]:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _y(value: int) -> str:
    return f"{TOP + (5 - value) / 4 * (HEIGHT - TOP - BOTTOM):.1f}"
