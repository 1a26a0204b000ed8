"""Everything that a reader holds possible, as a polytope, and how far each quantity reaches in it (linear programming)."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from reporting.domain.suppression_terms import Sum

Array = NDArray[np.float64]
# What linear programming is off by.
TOLERANCE = 1e-6
# Looks in directions made up beforehand show that most quantities reach far enough, before each is asked for itself.
SWEEPS = 8


class ImpossibleError(Exception):
    """What is printed contradicts itself."""


def matrix_of(sums: Sequence[Sum], place: dict[str, int]) -> csr_array:
    """A row for each sum: its parts less the whole are nought."""
    rows, columns, values = [], [], []
    for number, one in enumerate(sums):
        for key, value in ((one.whole, -1.0), *((part, 1.0) for part in one.parts)):
            rows.append(number)
            columns.append(place[key])
            values.append(value)
    return csr_array((values, (rows, columns)), shape=(len(sums), len(place)))


def cheapest(price: Array, matrix: csr_array, wanted: Array, bounds: Array) -> Array | None:
    """Linear programming: the cheapest x with matrix @ x = wanted within the bounds, if there is any.

    `milp` without whole numbers is `linprog` with half the checks around it: most of the time goes into those.
    """
    rows = LinearConstraint(matrix, wanted, wanted) if matrix.shape[0] else None
    found: Array | None = milp(price, constraints=rows, bounds=Bounds(bounds[:, 0], bounds[:, 1])).x
    return found


class Polytope:
    """x with low <= x <= high and matrix @ x = 0. What is known (low = high) is put in first, in whole numbers."""

    def __init__(self, matrix: csr_array, low: Array, high: Array) -> None:
        self.low, self.high = low, high
        self.free = np.flatnonzero(low < high)
        known = np.where(low < high, 0.0, low)
        wanted = -(matrix @ known)
        reduced = matrix[:, self.free]
        in_play = np.diff(reduced.indptr) > 0
        if np.any(np.abs(wanted[~in_play]) > TOLERANCE):
            raise ImpossibleError
        self.matrix, self.wanted = reduced[np.flatnonzero(in_play)], wanted[in_play]
        self.bounds = np.column_stack([low[self.free], high[self.free]])
        self.seen_low, self.seen_high = np.full(len(low), np.inf), np.full(len(low), -np.inf)
        self.see(self.reach(np.zeros(len(low))))

    def reach(self, direction: Array) -> Array:
        """The point that lies farthest in a direction."""
        point = self.low.copy()
        if len(self.free):
            found = cheapest(-direction[self.free], self.matrix, self.wanted, self.bounds)
            if found is None:
                raise ImpossibleError
            point[self.free] = found
        return point

    def see(self, point: Array) -> None:
        self.seen_low, self.seen_high = np.minimum(self.seen_low, point), np.maximum(self.seen_high, point)

    def interval(self, terms: Iterable[tuple[int, float]]) -> tuple[float, float]:
        """From where to where a weighted sum of quantities reaches."""
        direction = np.zeros(len(self.low))
        for column, value in terms:
            direction[column] += value
        if not np.any(direction[self.free]):
            known = float(direction @ self.low)
            return known, known
        ends = self.reach(-direction), self.reach(direction)
        for end in ends:
            self.see(end)
        low, high = (float(direction @ end) for end in ends)
        return _rounded(low), _rounded(high)

    def narrow(self, width: Array) -> dict[int, tuple[float, float]]:
        """The quantities that don't reach over the width that is asked of them, and from where to where they do."""
        self._sweep(width)
        found = {}
        for column in np.flatnonzero(width > 0):
            if self._seen_width()[column] < width[column] - TOLERANCE:
                low, high = self.interval([(int(column), 1.0)])
                if high - low < width[column] - TOLERANCE:
                    found[int(column)] = (low, high)
        return found

    def _seen_width(self) -> Array:
        width: Array = self.seen_high - self.seen_low
        return width

    def _sweep(self, width: Array) -> None:
        dice = np.random.default_rng(len(self.low))
        for _number in range(SWEEPS):
            short = (width > 0) & (self._seen_width() < width - TOLERANCE)
            if np.count_nonzero(short) < 3:
                return
            direction = np.where(short, dice.choice([-1.0, 1.0], len(short)), 0.0)
            self.see(self.reach(direction))
            self.see(self.reach(-direction))


def _rounded(value: float) -> float:
    """A whole number where it is one, so that nought is nought."""
    whole = round(value)
    return float(whole) if abs(value - whole) < 10 * TOLERANCE else value
