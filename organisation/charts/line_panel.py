"""One series over time, drawn: where its points and their names stand, and where its line is broken."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from organisation.charts.frame import WIDTH
from organisation.charts.words import ELLIPSIS, shortened, width_of, wrapped

# In units of the drawing: the scale to the left, the points' names below, room for a figure above the highest point.
RIGHT, TOP, PLOT = 346, 26, 130
LEFT_LEAST, LEFT_MOST = 40, 150
EDGE = 18  # from the frame to the first and the last point
ABOVE = 9  # a figure over its point
SIGNS = 20  # more room above, where a change of base has its sign
LINE = 16
BETWEEN = 5  # the least room between two texts
NAMES_MOST = 84  # as wide as the name of a point becomes


class LinePanel:
    """One series, drawn."""

    def __init__(
        self, points: Sequence[str], row: Mapping[str, Any], marks: Sequence[Decimal], mark_texts: Sequence[str],
        changes: Mapping[int, str], apart: Collection[int], hollow: Collection[int],
    ) -> None:  # fmt: skip
        self.values: list[Decimal | None] = row["values"]
        self.figures: list[str] = row["drawn"]
        self.marks, self.changes, self.apart, self.hollow = marks, changes, apart, hollow
        self.mark_texts = [shortened(text, LEFT_MOST) for text in mark_texts]
        self.left = max(LEFT_LEAST, 12 + max(width_of(text) for text in self.mark_texts))
        self.top = TOP + (SIGNS if changes else 0)
        self.bottom = self.top + PLOT
        count = len(points)
        self.step = (RIGHT - self.left - 2 * EDGE) / (count - 1) if count > 1 else 0.0
        self.xs = [self._x(at) for at in range(count)]
        self.names = self._names(points)

    def as_dict(self) -> dict[str, Any]:
        drawn = [at for at, value in enumerate(self.values) if value is not None]
        figures = [[shortened(text, WIDTH - self.left)] if at in drawn else [] for at, text in enumerate(self.figures)]
        shown = self._labels(figures, self.left - 4)
        names = self._labels(self.names, 0)
        deepest = max((len(name) for name in self.names), default=1)
        return {
            "height": self.bottom + 20 + LINE * (deepest - 1) + 6,
            "left": f"{self.left:.1f}",
            "right": str(RIGHT),
            "bottom": str(self.bottom),
            "grid": [
                {"y": f"{self._y(mark):.1f}", "text_y": f"{self._y(mark) + 4:.1f}", "text": text}
                for mark, text in zip(self.marks, self.mark_texts, strict=True)
            ],
            "lines": [" ".join(f"{self.xs[at]:.1f},{self._height(at):.1f}" for at in run) for run in self._runs()],
            "points": [self._point(at, shown) for at in drawn],
            "breaks": [self._break(at) for at in self.apart if 0 < at < len(self.xs)],
            "signs": [self._sign(at, sign) for at, sign in self.changes.items()],
            "names": [{"x": f"{x:.1f}", "lines": self._below(self.names[at])} for at, x in names.items()],
            "nothing": "" if drawn else _("mangler"),
            "middle": f"{(self.left + RIGHT) / 2:.1f}",
            "half": f"{self.top + PLOT / 4:.1f}",
        }  # fmt: skip

    def _names(self, points: Sequence[str]) -> list[list[str]]:
        """As narrow as one beside the other where all fit so; else wider ones, of which some are left out."""
        names = [wrapped(point, self.step - BETWEEN) for point in points] if self.step > BETWEEN else []
        if names and not any(line.endswith(ELLIPSIS) for name in names for line in name):
            return names
        return [wrapped(point, NAMES_MOST) for point in points]

    def _below(self, lines: Sequence[str]) -> list[dict[str, str]]:
        return [{"text": line, "y": str(self.bottom + 20 + LINE * row)} for row, line in enumerate(lines)]

    def _point(self, at: int, shown: Mapping[int, float]) -> dict[str, Any]:
        y = self._height(at)
        return {
            "x": f"{self.xs[at]:.1f}",
            "y": f"{y:.1f}",
            "is_hollow": at in self.hollow,
            "text": shortened(self.figures[at], WIDTH - self.left) if at in shown else "",
            "text_x": f"{shown.get(at, 0):.1f}",
            "above": f"{y - ABOVE:.1f}",
        }

    def _labels(self, texts: Sequence[Sequence[str]], leftmost: float) -> dict[int, float]:
        """The texts that have room beside each other, and their middles: every one, or every second ..., from the newest."""
        widths = [max((width_of(line) for line in lines), default=0.0) for lines in texts]
        middles = [
            min(max(x, leftmost + width / 2), WIDTH - width / 2) for x, width in zip(self.xs, widths, strict=True)
        ]
        there = [at for at, lines in enumerate(texts) if lines]
        chosen = there[-1:]
        for every in range(1, len(texts)):
            some = [at for at in there if (len(texts) - 1 - at) % every == 0]
            if some and all(
                middles[b] - middles[a] >= (widths[a] + widths[b]) / 2 + BETWEEN for a, b in pairwise(some)
            ):
                chosen = some
                break
        return {at: middles[at] for at in chosen}

    def _runs(self) -> list[list[int]]:
        """Points that follow each other on one base. A line over a gap would tell of figures that are not there."""
        runs: list[list[int]] = []
        for at, value in enumerate(self.values):
            if value is None:
                continue
            if runs and runs[-1][-1] == at - 1 and at not in self.changes and at not in self.apart:
                runs[-1].append(at)
            else:
                runs.append([at])
        return [run for run in runs if len(run) > 1]

    def _x(self, place: float) -> float:
        """Even steps, also over years that are not shown: by the calendar neighbours would lie on top of one another."""
        return self.left + EDGE + self.step * place if self.step else (self.left + RIGHT) / 2

    def _y(self, value: Decimal) -> float:
        low, high = self.marks[0], self.marks[-1]
        share = float((min(max(value, low), high) - low) / (high - low))
        return self.bottom - share * PLOT

    def _height(self, at: int) -> float:
        value = self.values[at]
        assert value is not None
        return self._y(value)

    def _break(self, at: int) -> dict[str, str]:
        """A gap in the axis between two strokes, before a point that doesn't follow the one to its left."""
        x, bottom = self._x(at - 0.5), self.bottom
        return {
            "gap": f"M{x - 2.5:.1f} {bottom}h5",
            "strokes": f"M{x - 5:.1f} {bottom + 5}l5 -10M{x:.1f} {bottom + 5}l5 -10",
        }

    def _sign(self, at: int, sign: str) -> dict[str, str]:
        """A dashed line from top to bottom before the first point on another base, with a letter over it."""
        return {
            "x": f"{self._x(at - 0.5):.1f}",
            "top": str(self.top - SIGNS - 4),
            "bottom": str(self.bottom),
            "text": sign,
        }
