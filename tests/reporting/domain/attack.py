"""An attacker on tables of counts, written apart from the engine: she reads what is printed and knows what adds up.

She knows nothing of how the engine works, and has the linear programming of SciPy and pen and paper.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.optimize import linprog

from reporting.domain.suppression import Protected, Shown, Sum

# As many as nobody believes.
CROWD = 1e5


class Attacker:
    def __init__(self, sums: Sequence[Sum], keys: Iterable[str] = ()) -> None:
        self.keys = sorted({key for one in sums for key in (one.whole, *one.parts)} | set(keys))
        self.sums = sums
        self.known: dict[str, tuple[float, float]] = {}

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

    def bounds(self, key: str) -> tuple[float, float]:
        ends = []
        for sign in (1, -1):
            price = np.zeros(len(self.keys))
            price[self.keys.index(key)] = sign
            found = linprog(price, A_eq=self._table(), b_eq=np.zeros(len(self.sums)), bounds=self._limits())
            assert found.status == 0, f"nothing is possible: {found.message}"
            ends.append(sign * found.fun)
        return ends[0], ends[1]

    def _table(self) -> np.ndarray:
        table = np.zeros((len(self.sums), len(self.keys)))
        for row, one in enumerate(self.sums):
            table[row, self.keys.index(one.whole)] += 1
            for part in one.parts:
                table[row, self.keys.index(part)] -= 1
        return table

    def _limits(self) -> list[tuple[float, float]]:
        return [self.known.get(key, (0, CROWD)) for key in self.keys]


def narrow(sums: Sequence[Sum], page: Mapping[str, Protected], *, width: float = 5) -> dict[str, tuple[float, float]]:
    """What goes to within less than `width` by sums alone, of all that is not printed as a number."""
    attacker = Attacker(sums, page).reads(page, with_marks=False)
    hidden = [key for key in attacker.keys if key not in attacker.known and _in_sums(key, sums)]
    found = {key: attacker.bounds(key) for key in hidden}
    return {key: (low, high) for key, (low, high) in found.items() if high - low < width - 1e-6}


def narrow_beside_marks(sums: Sequence[Sum], page: Mapping[str, Protected]) -> dict[str, tuple[float, float]]:
    """What one works out who also knows what `<5` and "vises ikke" mean."""
    attacker = Attacker(sums, page).reads(page, with_marks=True)
    found = {}
    for key, row in page.items():
        if row.shown == Shown.NUMBER or not _in_sums(key, sums):
            continue
        low, high = attacker.bounds(key)
        enough = (low < 1e-6 and high > 4 - 1e-6) if row.shown == Shown.UNDER else high - low > 5 - 1e-6
        if not enough:
            found[key] = (low, high)
    return found


def _in_sums(key: str, sums: Sequence[Sum]) -> bool:
    return any(key == one.whole or key in one.parts for one in sums)
