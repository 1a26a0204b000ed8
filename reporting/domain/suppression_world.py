"""What a reader knows before she has read a number: what adds up; and what each mark tells her."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array

from reporting.domain.disclosure import LEAST, Shown
from reporting.domain.suppression_polytope import Polytope, matrix_of
from reporting.domain.suppression_terms import MOST_UNDER, Earlier, Protected, Sum, lowest_beside

Bounds = tuple[float, float]
ANYTHING: Bounds = (0, np.inf)


class World:
    """The sums as a matrix, and what numbers there can be at all."""

    def __init__(
        self, sums: Sequence[Sum], earlier: Sequence[Earlier], keys: Iterable[str], values: Iterable[int]
    ) -> None:
        in_sums = dict.fromkeys(key for one in sums for key in one.keys)
        self.sums, self.in_sums = sums, frozenset(in_sums)
        self.keys = list(dict.fromkeys([*keys, *in_sums, *(row.key for row in earlier)]))
        self.place = {key: number for number, key in enumerate(self.keys)}
        self.matrix: csr_array = matrix_of(sums, self.place)
        known = sum(values) + sum(row.value or 0 for row in earlier)
        # Nobody believes in more people than this; without it there would be no end to reach for.
        self.most = float(10 * (known + LEAST * len(self.keys)) + 100)

    def polytope(self, bounds: Mapping[str, Bounds]) -> Polytope:
        low, high = np.zeros(len(self.keys)), np.full(len(self.keys), self.most)
        for key, (least, most) in bounds.items():
            low[self.place[key]], high[self.place[key]] = least, min(most, self.most)
        return Polytope(self.matrix, low, high)


def bounds_of_page(protected: Mapping[str, Protected], by_marks: bool) -> dict[str, Bounds]:
    bounds: dict[str, Bounds] = {}
    for key, row in protected.items():
        if row.is_new and row.value is not None:
            bounds[key] = (row.value, row.value)
        elif by_marks:
            bounds[key] = said_by_mark(row.shown, row.value)
    return bounds


def said_by_mark(shown: Shown, standing: int | None) -> Bounds:
    if shown == Shown.UNDER:
        return 0, MOST_UNDER
    if shown == Shown.NUMBER and standing is not None:
        return lowest_beside(standing), standing + MOST_UNDER
    if shown == Shown.WITHHELD:
        # It has changed by five or more; from a small number there is only one way.
        return (standing + LEAST if standing is not None and standing < 2 * LEAST else LEAST), np.inf
    return ANYTHING


def numbers_of(protected: Mapping[str, Protected]) -> dict[str, int]:
    """Today's numbers."""
    return {key: row.value for key, row in protected.items() if row.is_new and row.value is not None}
