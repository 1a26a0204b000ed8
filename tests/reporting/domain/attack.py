"""An attacker on tables of counts, written apart from the engine: she reads what is printed and knows what adds up.

She knows nothing of how the engine works, and has the linear programming of SciPy and pen and paper.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.optimize import OptimizeResult, linprog

from reporting.domain.suppression import Protected, Shown, Sum

# As many as nobody believes.
CROWD = 1e5


class Attacker:
    def __init__(self, sums: Sequence[Sum], keys: Iterable[str] = ()) -> None:
        self.keys = sorted({key for one in sums for key in (one.whole, *one.parts)} | set(keys))
        self.sums, self.table = sums, self._table(sums)
        self.known: dict[str, tuple[float, float]] = {}
        # From where to where each has been in anything that was found possible.
        self.low, self.high = np.full(len(self.keys), np.inf), np.full(len(self.keys), -np.inf)

    def reads(self, page: Mapping[str, Protected], *, with_marks: bool) -> "Attacker":
        for key, row in page.items():
            if row.shown == Shown.NUMBER and row.on is None:
                self.known[key] = (row.value, row.value)
            elif with_marks and row.shown == Shown.UNDER:
                self.known[key] = (0, 4)
            elif with_marks and row.shown == Shown.WITHHELD:
                self.known[key] = (5, CROWD)
            elif with_marks and row.shown == Shown.NUMBER:
                # It stood because today's number is within four of it; or because it is small, which must not show.
                self.known[key] = (row.value - 4 if row.value > 8 else 0, row.value + 4)
        return self

    def guesses(self, values: Mapping[str, float]) -> "Attacker":
        self.known |= {key: (value, value) for key, value in values.items()}
        return self

    def finds_it_possible(self) -> bool:
        return self._solve(np.zeros(len(self.keys))).status == 0

    def reaches(self, key: str, low: float, high: float) -> bool:
        place = self.keys.index(key)
        if self.low[place] <= low + 1e-6 and self.high[place] >= high - 1e-6:
            return True
        least, most = self.bounds(key)
        return least <= low + 1e-6 and most >= high - 1e-6

    def is_wide(self, key: str, width: float) -> bool:
        place = self.keys.index(key)
        if self.high[place] - self.low[place] >= width - 1e-6:
            return True
        low, high = self.bounds(key)
        return high - low >= width - 1e-6

    def bounds(self, key: str) -> tuple[float, float]:
        return self.bounds_of({key: 1})

    def bounds_of(self, terms: Mapping[str, float]) -> tuple[float, float]:
        price = np.zeros(len(self.keys))
        for key, times in terms.items():
            price[self.keys.index(key)] = times
        ends = []
        for sign in (1, -1):
            found = self._solve(sign * price)
            assert found.status == 0, f"nothing is possible: {found.message}"
            self.low, self.high = np.minimum(self.low, found.x), np.maximum(self.high, found.x)
            ends.append(sign * found.fun)
        return round(ends[0], 5), round(ends[1], 5)

    def _solve(self, price: np.ndarray) -> OptimizeResult:
        return linprog(price, A_eq=self.table, b_eq=np.zeros(len(self.sums)), bounds=self._limits())

    def _table(self, sums: Sequence[Sum]) -> np.ndarray:
        table = np.zeros((len(sums), len(self.keys)))
        for row, one in enumerate(sums):
            table[row, self.keys.index(one.whole)] += 1
            for part in one.parts:
                table[row, self.keys.index(part)] -= 1
        return table

    def _limits(self) -> list[tuple[float, float]]:
        return [self.known.get(key, (0, CROWD)) for key in self.keys]


def narrow(sums: Sequence[Sum], page: Mapping[str, Protected]) -> dict[str, tuple[float, float]]:
    """What can be worked out to within less than five by sums alone, of all that is not printed as a number of today."""
    attacker = Attacker(sums, page).reads(page, with_marks=False)
    hidden = [key for key in attacker.keys if key not in attacker.known and _in_sums(key, sums)]
    return {key: attacker.bounds(key) for key in hidden if not attacker.is_wide(key, 5)}


def narrow_beside_marks(sums: Sequence[Sum], page: Mapping[str, Protected]) -> dict[str, tuple[float, float]]:
    """What one works out who also knows what `<5` and "vises ikke" mean."""
    attacker = Attacker(sums, page).reads(page, with_marks=True)
    found = {}
    for key, row in page.items():
        if row.shown != Shown.NUMBER and _in_sums(key, sums):
            is_small = row.shown == Shown.UNDER
            if not (attacker.reaches(key, 0, 4) if is_small else attacker.is_wide(key, 4)):
                found[key] = attacker.bounds(key)
    return found


def _in_sums(key: str, sums: Sequence[Sum]) -> bool:
    return any(key == one.whole or key in one.parts for one in sums)
