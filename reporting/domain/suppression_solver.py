"""Which numbers to withhold, so that little is lost: a way out for each that must be hidden, then what turned out needless
is taken back. Where there are few to choose from, `suppression_exact.py` looks for the best.

A number is moved from what it is: by how much up and down in the eyes of a reader. What is printed can't be moved.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, vstack

from reporting.domain.suppression_polytope import TOLERANCE, Array, cheapest

Mask = NDArray[np.bool_]
# So far a number may move at most, which is farther than anything has to.
FAR = 10_000.0
# What it costs to move one that is hidden already: next to nothing, but not nothing, so that ways are short.
HIDDEN_COST = 1e-3
# How often to look for the ways of many at once, and how few are looked for one by one.
SWEEPS, FEW = 6, 4


@dataclass(frozen=True)
class View:
    """How far each quantity may move in the eyes of a reader once it is hidden, and how far it has to."""

    down: Array
    up: Array
    width: Array


@dataclass(frozen=True)
class Problem:
    """`hidden` must be, `choice` may be, at a cost. The second view goes by the marks, and is the narrower one."""

    matrix: csr_array
    cost: Array
    hidden: Mask
    choice: Mask
    by_sums: View
    by_marks: View

    @property
    def views(self) -> tuple[View, View]:
        return self.by_marks, self.by_sums

    def price(self, hidden: Mask) -> float:
        return float(self.cost[hidden & self.choice].sum())


class Search:
    """The ways found so far, each of them a movement of everything that a reader can't exclude."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.nowhere = np.zeros(len(problem.cost))
        # The first way is to stay. One row each; whether it is a way for one who goes by the marks too.
        self.ways, self.moves = np.array([self.nowhere]), np.array([self.nowhere != 0])
        self.is_by_marks = np.array([True])
        matrix = problem.matrix
        self.rows = [matrix.indices[one:other] for one, other in pairwise(matrix.indptr)]

    def add(self, view: int, ways: Iterable[Array]) -> None:
        new = np.array(list(ways))
        self.ways, self.moves = np.vstack([self.ways, new]), np.vstack([self.moves, new != 0])
        self.is_by_marks = np.concatenate([self.is_by_marks, np.full(len(new), view == 0)])

    def reached(self, view: int, hidden: Mask) -> Array:
        """How wide each quantity is known to reach by the ways that move nothing but what is hidden."""
        # Whoever goes by the sums alone can't exclude what one who goes by the marks too can't.
        kept = ~self.moves[:, ~hidden].any(axis=1)
        if view == 0:
            kept &= self.is_by_marks
        ways = self.ways[kept]
        width: Array = ways.max(axis=0) - ways.min(axis=0)
        return width

    def missing(self, hidden: Mask) -> list[tuple[int, int]]:
        """What is hidden and has no way yet."""
        found = []
        for view, limits in enumerate(self.problem.views):
            short = hidden & (self.reached(view, hidden) < limits.width - TOLERANCE)
            found += [(view, int(column)) for column in np.flatnonzero(short)]
        return found

    def is_hopeless(self, hidden: Mask) -> bool:
        """Whether a sum alone shows that something in it can't reach wide: all the others in it can't move so far. Cheap."""
        for limits in self.problem.views:
            span = np.where(hidden, limits.up + limits.down, 0.0)
            for columns in self.rows:
                inside = columns[hidden[columns]]
                if np.any(span[inside].sum() - span[inside] < limits.width[inside] - TOLERANCE):
                    return True
        return False

    def sweep(self, hidden: Mask) -> None:
        """Look for ways of many at once, in directions made up beforehand."""
        dice = np.random.default_rng(len(hidden))
        for _number in range(SWEEPS):
            missing = self.missing(hidden)
            if len(missing) < FEW:
                return
            view = missing[0][0]
            short = [column for where, column in missing if where == view]
            direction = self.nowhere.copy()
            direction[short] = dice.choice([-1.0, 1.0], len(short))
            limits, free = self.problem.views[view], np.flatnonzero(hidden)
            matrix = self.problem.matrix[:, free]
            bounds = np.column_stack([-limits.down[free], limits.up[free]])
            nought = np.zeros(matrix.shape[0])
            ends = [cheapest(sign * direction[free], matrix, nought, bounds) for sign in (1.0, -1.0)]
            self.add(view, [self._spread(free, end) for end in ends])

    def reaches(self, view: int, column: int, hidden: Mask) -> bool:
        """Whether a quantity reaches over its width when nothing moves but what is hidden."""
        limits = self.problem.views[view]
        free = np.flatnonzero(hidden)
        matrix = self.problem.matrix[:, free]
        here = int(np.searchsorted(free, column))
        bounds = np.column_stack([-limits.down[free], limits.up[free]])
        bounds[here, 1] = min(bounds[here, 1], limits.width[column])
        ends = []
        for sign in (-1.0, 1.0):
            direction = np.zeros(len(free))
            direction[here] = sign
            ends.append(self._spread(free, cheapest(direction, matrix, np.zeros(matrix.shape[0]), bounds)))
        self.add(view, ends)
        return bool(ends[0][column] - ends[1][column] >= limits.width[column] - TOLERANCE)

    def find_way(self, view: int, column: int, allowed: Mask, cost: Array) -> bool:
        """Find the cheapest ways that take a quantity over its width; nothing but what is allowed moves."""
        limits = self.problem.views[view]
        found: list[tuple[float, list[Array]]] = []
        for sign, room in ((1, limits.up[column]), (-1, limits.down[column])):
            if room >= limits.width[column]:
                price, way = self._one_way(limits, column, sign * limits.width[column], allowed, cost)
                if way is not None:
                    found.append((price, [way]))
        if not found:
            ways = self._two_ways(limits, column, allowed, cost)
            if ways is None:
                return False
            found.append((0, ways))
        self.add(view, min(found, key=lambda one: one[0])[1])
        return True

    def _one_way(
        self, limits: View, column: int, step: float, allowed: Mask, cost: Array
    ) -> tuple[float, Array | None]:
        free = np.flatnonzero(allowed)
        up, down = limits.up[free].copy(), limits.down[free].copy()
        least_up, least_down = np.zeros(len(free)), np.zeros(len(free))
        here = np.searchsorted(free, column)
        up[here] = least_up[here] = max(step, 0)
        down[here] = least_down[here] = max(-step, 0)
        part = self.problem.matrix[:, free]
        bounds = np.column_stack([np.concatenate([least_up, least_down]), np.concatenate([up, down])])
        price = np.concatenate([cost[free], cost[free]])
        moved = cheapest(price, hstack([part, -part], format="csr"), np.zeros(part.shape[0]), bounds)
        if moved is None:
            return np.inf, None
        return float(price @ moved), self._spread(free, moved[: len(free)] - moved[len(free) :])

    def _two_ways(self, limits: View, column: int, allowed: Mask, cost: Array) -> list[Array] | None:
        """One up and one down, which together are wide enough."""
        free = np.flatnonzero(allowed)
        size, here = len(free), int(np.searchsorted(free, column))
        part = self.problem.matrix[:, free]
        moved = hstack([part, -part])
        nothing = csr_array(moved.shape)
        apart = np.zeros((1, 4 * size))
        apart[0, [here, size + here, 2 * size + here, 3 * size + here]] = [1, -1, -1, 1]
        both = [hstack([moved, nothing]), hstack([nothing, moved])]
        rows = vstack([*both, csr_array(apart)], format="csr")
        wanted = np.zeros(rows.shape[0])
        wanted[-1] = limits.width[column]
        most = np.tile(np.concatenate([limits.up[free], limits.down[free]]), 2)
        ends = cheapest(np.tile(cost[free], 4), rows, wanted, np.column_stack([np.zeros(4 * size), most]))
        if ends is None:
            return None
        first, second = ends[: 2 * size], ends[2 * size :]
        return [self._spread(free, one[:size] - one[size:]) for one in (first, second)]

    def _spread(self, free: NDArray[np.intp], moved: Array | None) -> Array:
        """As a way of everything. To stay is always a way, should the program find none."""
        way = self.nowhere.copy()
        if moved is not None:
            way[free] = np.where(np.abs(moved) > TOLERANCE, moved, 0)
        return way


def _stacked(rows: list[csr_array]) -> csr_array:
    from scipy.sparse import vstack

    return vstack(rows, format="csr")


def improved(search: Search, start: Mask) -> Mask:
    """Hide more than at the start until it is enough, then take back what wasn't needed. Should nothing be enough, everything
    that may be hidden is."""
    hidden = _hide_enough(search, start.copy())
    return _take_back(search, hidden) if hidden is not None else search.problem.hidden | search.problem.choice


def _hide_enough(search: Search, hidden: Mask) -> Mask | None:
    problem = search.problem
    search.sweep(hidden)
    while missing := search.missing(hidden):
        view, column = missing[0]
        cost = np.where(hidden, HIDDEN_COST, problem.cost)
        before = len(search.ways)
        if not search.find_way(view, column, hidden | problem.choice, cost):
            return None
        hidden = hidden | search.moves[before:].any(axis=0)
    return hidden


def _take_back(search: Search, hidden: Mask) -> Mask:
    """Print again what isn't needed after all, the dearest first."""
    problem = search.problem
    secondary = np.flatnonzero(hidden & problem.choice)
    for column in sorted(secondary, key=lambda column: (-problem.cost[column], -column)):
        without = hidden.copy()
        without[column] = False
        if _all_reach(search, without):
            hidden = without
    return hidden


def _all_reach(search: Search, hidden: Mask) -> bool:
    if search.is_hopeless(hidden):
        return False
    search.sweep(hidden)
    while missing := search.missing(hidden):
        if not search.reaches(*missing[0], hidden):
            return False
    return True
