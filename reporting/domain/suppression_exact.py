"""The least that has to be withheld: integer programming with cuts (after Fischetti and Salazar).

A master chooses what to hide; for each quantity that doesn't reach wide enough then, linear programming's dual prices say of
which others at least one has to move too. That goes back to the master, until everything reaches. What each sum says by
itself is known to it from the start, which leaves few rounds. The limits are sizes, not seconds: the same on every machine.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from reporting.domain.suppression_polytope import TOLERANCE, Array
from reporting.domain.suppression_solver import Mask, Problem, Search, View, improved

# How many numbers there are to choose from at the most, how often the master is asked, and how long it may branch.
MOST_CHOICES, MOST_ROUNDS, MOST_NODES = 600, 30, 100
# Where there are more to choose from than this, a choice that may be a quarter too dear is good enough.
FEW_CHOICES, GAP = 60, 0.25
# Dual prices under this are nought that went wrong in the last digit.
NO_PRICE = 1e-9


def choose(problem: Problem, most_choices: int = MOST_CHOICES) -> Mask:
    """What to hide: the least that is enough; where that is too much to ask for, or there is nothing that is enough, the
    best that is found on the way."""
    if not problem.matrix.shape[0] or not np.any(problem.hidden & (problem.by_marks.width + problem.by_sums.width > 0)):
        return problem.hidden.copy()
    search = Search(problem)
    begun = problem.hidden.copy()
    if np.count_nonzero(problem.choice) <= most_choices:
        begun, is_enough = _least(search)
        if is_enough:
            return begun
    found = [improved(search, start) for start in (begun, problem.hidden)]
    return min(found, key=problem.price)


def _least(search: Search) -> tuple[Mask, bool]:
    """What the master chose last, and whether that is enough."""
    problem, cuts = search.problem, _cuts_of_sums(search.problem)
    chosen = problem.hidden.copy()
    for _round in range(MOST_ROUNDS):
        choice = _master(problem, cuts)
        if choice is None:
            return chosen, False
        chosen = choice
        new = _cuts(search, chosen)
        if not new:
            return chosen, not search.missing(chosen)
        cuts += new
    return chosen, False


def _master(problem: Problem, cuts: list[Array]) -> Mask | None:
    least = np.where(problem.hidden, 1.0, 0.0)
    solved = milp(
        np.where(problem.choice, problem.cost, 0.0),
        integrality=np.ones(len(least)),
        bounds=Bounds(least, np.where(problem.choice, 1.0, least)),
        constraints=LinearConstraint(np.array(cuts), lb=0) if cuts else None,
        options={"node_limit": MOST_NODES, "mip_rel_gap": GAP if np.count_nonzero(problem.choice) > FEW_CHOICES else 0},
    )
    return None if solved.status != 0 else solved.x > 0.5


def _cuts_of_sums(problem: Problem) -> list[Array]:
    """What each sum by itself says: for something in it to reach wide, others in it have to move as far together."""
    found: dict[bytes, Array] = {}
    for limits in problem.views:
        span = limits.up + limits.down
        for row in range(problem.matrix.shape[0]):
            columns = problem.matrix.indices[problem.matrix.indptr[row] : problem.matrix.indptr[row + 1]]
            for column in columns[limits.width[columns] > 0]:
                width = limits.width[column]
                cut = np.zeros(len(span))
                cut[columns] = np.minimum(span[columns], width)
                cut[column] = -width
                found[cut.tobytes()] = cut
    return list(found.values())


def _cuts(search: Search, hidden: Mask) -> list[Array]:
    """What the master has to learn of a choice: a cut for each quantity that doesn't reach wide enough."""
    search.sweep(hidden)
    found = []
    for view, column in search.missing(hidden):
        limits = search.problem.views[view]
        cut = _cut(search, view, limits, column, hidden)
        if cut is not None:
            found.append(cut)
    return found


def _cut(search: Search, view: int, limits: View, column: int, hidden: Mask) -> Array | None:
    width = limits.width[column]
    reach, ways = np.zeros(len(hidden)), []
    free = np.flatnonzero(hidden)
    matrix = search.problem.matrix
    part, nought = matrix[:, free].toarray(), np.zeros(matrix.shape[0])
    down, up = limits.down.copy(), limits.up.copy()
    down[column], up[column] = min(down[column], width), min(up[column], width)
    bounds = np.column_stack([-down[free], up[free]])
    for sign in (1.0, -1.0):
        direction = np.zeros(len(hidden))
        direction[column] = sign
        solved = linprog(direction[free], A_eq=part, b_eq=nought, bounds=bounds, method="highs")
        way = np.zeros(len(hidden))
        way[free] = np.where(np.abs(solved.x) > TOLERANCE, solved.x, 0)
        ways.append(way)
        price = direction - matrix.T @ solved.eqlin.marginals
        price[np.abs(price) < NO_PRICE] = 0
        reach += np.where(price > 0, price * down, -price * up)
    search.add(view, ways)
    wanted = width - reach[column]
    if ways[1][column] - ways[0][column] >= width - TOLERANCE or wanted <= TOLERANCE:
        return None
    cut: Array = np.minimum(reach, wanted)
    cut[column] = -wanted
    return cut
