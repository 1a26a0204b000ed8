"""The attacker: what can be worked out from what is printed, today and before. She knows no count that isn't printed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from reporting.domain.disclosure import LEAST, Shown
from reporting.domain.suppression_history import History, changes_of_numbers, leaks_over_time
from reporting.domain.suppression_polytope import Array, ImpossibleError
from reporting.domain.suppression_terms import (
    MOST_UNDER,
    WIDTH_BESIDE_MARKS,
    Earlier,
    Leak,
    Protected,
    Sum,
    is_small_change,
)
from reporting.domain.suppression_world import World, bounds_of_page


def leaks(*, protected: Mapping[str, Protected], sums: Sequence[Sum], earlier: Sequence[Earlier] = ()) -> list[Leak]:
    """What an attacker works out from what is to be printed, the sums and everything printed before; empty when it is safe.

    `suppression.protect` says what is held against it. Asked again before publishing, with what has come since.
    """
    return Attack(sums, earlier, protected, [row.value or 0 for row in protected.values()]).leaks(protected)


class Attack:
    """All that is the same whatever is printed today; so several pages can be tried."""

    def __init__(
        self, sums: Sequence[Sum], earlier: Sequence[Earlier], keys: Iterable[str], values: Iterable[int]
    ) -> None:
        self.world, self.earlier = World(sums, earlier, keys, values), earlier
        self.history = History(self.world, earlier)

    def leaks(self, protected: Mapping[str, Protected]) -> list[Leak]:
        numbers = [
            *_small_numbers(protected),
            *_never_published(protected, self.earlier),
            *changes_of_numbers(protected, self.earlier),
        ]
        today = [*_leaks_today(self.world, protected, False), *_leaks_today(self.world, protected, True)]
        if any(leak.why == "impossible" for leak in today):
            return numbers + today
        return [*numbers, *today, *leaks_over_time(self.history, protected)]


def _small_numbers(protected: Mapping[str, Protected]) -> Iterator[Leak]:
    for row in protected.values():
        if row.value is not None and row.value < LEAST:
            yield Leak(row.key, "under five", row.value, row.value, (row.key,), row.on)


def _never_published(protected: Mapping[str, Protected], earlier: Sequence[Earlier]) -> Iterator[Leak]:
    published = {(row.key, row.value) for row in earlier}
    for row in protected.values():
        if row.on is not None and (row.key, row.value) not in published:
            yield Leak(row.key, "never published", row.value or 0, row.value or 0, (row.key,), row.on)


def _leaks_today(world: World, protected: Mapping[str, Protected], by_marks: bool) -> list[Leak]:
    try:
        possible = world.polytope(bounds_of_page(protected, by_marks))
        found = possible.narrow(_wanted_width(world, protected, by_marks))
    except ImpossibleError:
        return [Leak("", "impossible", 0, 0)]
    why = "by sums and marks" if by_marks else "by sums"
    return [
        Leak(world.keys[column], why, low, high)
        for column, (low, high) in found.items()
        if _tells(protected.get(world.keys[column]), low, high)
    ]


def _wanted_width(world: World, protected: Mapping[str, Protected], by_marks: bool) -> Array:
    width = np.zeros(len(world.keys))
    for key, column in world.place.items():
        row = protected.get(key)
        if row is None and key not in world.in_sums:
            continue
        if row is None or not row.is_new:
            width[column] = LEAST
        if by_marks and row is not None and row.shown == Shown.UNDER:
            width[column] = MOST_UNDER
        elif by_marks and row is not None and not row.is_new and not row.stands:
            width[column] = WIDTH_BESIDE_MARKS
    return width


def _tells(row: Protected | None, low: float, high: float) -> bool:
    """Whether it matters that a quantity is known to within less than five. What is printed nowhere may be known when it is
    five or more; where an older number stands, it may be known that nothing has changed."""
    if row is None:
        return low < LEAST
    if row.stands and row.value is not None:
        return is_small_change(low - row.value, high - row.value)
    return True
