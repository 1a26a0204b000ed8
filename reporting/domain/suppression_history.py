"""What the numbers of several reports say together: of changes from one to the other, and of what was hidden then."""

import datetime
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from reporting.domain.disclosure import LEAST, Shown
from reporting.domain.suppression_polytope import ImpossibleError, Polytope
from reporting.domain.suppression_terms import (
    LEAST_AFTER_WITHHELD,
    MOST_UNDER,
    WIDTH_BESIDE_MARKS,
    Earlier,
    Leak,
    Protected,
    is_small_change,
    standing_numbers,
)
from reporting.domain.suppression_world import ANYTHING, Bounds, World, bounds_of_page, numbers_of, said_by_mark


class Day:
    """What was known of a day from what was printed by then."""

    def __init__(self, world: World, earlier: Sequence[Earlier], on: datetime.date) -> None:
        self.world, self.on = world, on
        self.bounds = _bounds_on(earlier, on)
        self.possible: Polytope = world.polytope(self.bounds)
        # The first number that came after it, of what wasn't known on it.
        self.told_later: dict[str, int] = {}
        for row in sorted(earlier, key=lambda row: row.on):
            if row.on > on and row.value is not None and self.may_have_been(row.key, row.value):
                self.told_later.setdefault(row.key, row.value)
        self._intervals: dict[frozenset[str], Bounds] = {}

    def known(self, key: str) -> Bounds:
        return self.bounds.get(key, ANYTHING)

    def is_number(self, key: str) -> bool:
        low, high = self.known(key)
        return low == high

    def may_have_been(self, key: str, value: int) -> bool:
        """Whether it wasn't known then, and can have been what it is now."""
        low, high = self.known(key)
        return low < high == np.inf and low <= value

    def interval(self, keys: Sequence[str]) -> Bounds:
        """From where to where some of them together reached."""
        asked = frozenset(keys)
        if asked not in self._intervals:
            self._intervals[asked] = self.possible.interval((self.world.place[key], 1.0) for key in keys)
        return self._intervals[asked]


class History:
    def __init__(self, world: World, earlier: Sequence[Earlier]) -> None:
        self.world, self.days = world, list[Day]()
        for on in sorted({row.on for row in earlier}):
            try:
                self.days.append(Day(world, earlier, on))
            except ImpossibleError:
                continue  # not one publication: its numbers don't add up, so the sums say nothing


def _bounds_on(earlier: Sequence[Earlier], on: datetime.date) -> dict[str, Bounds]:
    bounds: dict[str, Bounds] = {}
    for key, row in standing_numbers([row for row in earlier if row.on < on]).items():
        bounds[key] = said_by_mark(Shown.NUMBER, row.value)
    for row in earlier:
        if row.on == on:
            is_number = row.shown == Shown.NUMBER and row.value is not None
            bounds[row.key] = (row.value or 0, row.value or 0) if is_number else said_by_mark(row.shown, None)
    return bounds


def changes_of_numbers(protected: Mapping[str, Protected], earlier: Sequence[Earlier]) -> Iterator[Leak]:
    """Today's numbers held against everything ever printed of the same."""
    for before in earlier:
        row = protected.get(before.key)
        if row is None or not row.is_new or row.value is None:
            continue
        change = row.value - before.value if before.value is not None else 0
        if is_small_change(change, change):
            yield Leak(row.key, "a small change", change, change, (row.key,), before.on)
        if before.shown == Shown.WITHHELD and row.value < LEAST_AFTER_WITHHELD:
            yield Leak(row.key, "little was withheld", LEAST, row.value, (row.key,), before.on)


def leaks_over_time(history: History, protected: Mapping[str, Protected]) -> Iterator[Leak]:
    if not history.days:
        return
    numbers = numbers_of(protected)
    now = history.world.polytope(bounds_of_page(protected, by_marks=True))
    for day in history.days:
        yield from _changes_of_the_unprinted(day, now, protected, numbers)
        yield from _changes_of_remainders(day, numbers)
        yield from _what_new_numbers_say_of_then(day, numbers)


def _changes_of_the_unprinted(
    day: Day, now: Polytope, protected: Mapping[str, Protected], numbers: Mapping[str, int]
) -> Iterator[Leak]:
    """What was printed nowhere, then or now, but could be worked out, has changed by 1 to 4."""
    for key, column in day.world.place.items():
        printed_then = key in day.bounds
        if key in protected and (printed_then or key not in numbers):
            continue
        if printed_then and not day.is_number(key):
            continue
        low, high = now.interval([(column, 1.0)])
        if high - low < LEAST:
            low_then, high_then = day.interval([key])
            if is_small_change(low - high_then, high - low_then):
                because = (key,) if key in numbers else _numbers_beside(day.world, numbers, key)
                yield Leak(key, "a small change", low - high_then, high - low_then, because, day.on)


def _changes_of_remainders(day: Day, numbers: Mapping[str, int]) -> Iterator[Leak]:
    """What is left of a sum when today's numbers are taken from it is about some persons too."""
    for one in day.world.sums:
        rest = [part for part in one.parts if part not in numbers]
        if one.whole in numbers and rest:
            left = numbers[one.whole] - sum(numbers[part] for part in one.parts if part in numbers)
            low, high = day.interval(rest)
            if is_small_change(left - high, left - low):
                because = tuple(key for key in one.keys if key in numbers)
                yield Leak(one.whole, "a small change of the others", left - high, left - low, because, day.on)


def _what_new_numbers_say_of_then(day: Day, numbers: Mapping[str, int]) -> Iterator[Leak]:
    """Whoever guesses that what was withheld then has not changed until it was printed, must not see what was small then."""
    told = {key: value for key, value in numbers.items() if day.may_have_been(key, value)}
    if not told:
        return
    guessed = told | day.told_later
    width = np.zeros(len(day.world.keys))
    for key, column in day.world.place.items():
        if key not in guessed and not day.is_number(key):
            width[column] = MOST_UNDER if day.known(key)[1] == MOST_UNDER else WIDTH_BESIDE_MARKS
    known_then = day.possible.narrow(width)
    for guess, possible in _possible_together(day, guessed):
        for column, (low, high) in possible.narrow(width).items():
            key = day.world.keys[column]
            if column not in known_then and (key in day.bounds or low < LEAST):
                because = [other for other in guess if other in told]
                near = set(_numbers_beside(day.world, told, key)).intersection(because)
                yield Leak(key, "known of then", low, high, tuple(sorted(near or because)), day.on)


def _possible_together(day: Day, guessed: Mapping[str, int]) -> Iterator[tuple[set[str], Polytope]]:
    """All guesses together, if that can be. Else as many as can be, and then as many of those that are left."""
    left = dict(guessed)
    while left:
        taken, possible = _as_many_as_can_be(day, left)
        if not taken or possible is None:
            return
        yield taken, possible
        left = {key: value for key, value in left.items() if key not in taken}


def _as_many_as_can_be(day: Day, guessed: Mapping[str, int]) -> tuple[set[str], Polytope | None]:
    """Halves that contradict themselves are halved again, so that few questions are asked where few contradict."""
    bounds, taken = dict(day.bounds), set[str]()
    possible: Polytope | None = None
    heap = [list(guessed)]
    while heap:
        keys = heap.pop()
        tried = bounds | {key: (guessed[key], guessed[key]) for key in keys}
        try:
            possible = day.world.polytope(tried)
        except ImpossibleError:
            if len(keys) > 1:
                heap += [keys[len(keys) // 2 :], keys[: len(keys) // 2]]
            continue
        bounds = tried
        taken.update(keys)
    return taken, possible


def _numbers_beside(world: World, numbers: Mapping[str, int], key: str) -> tuple[str, ...]:
    beside = dict.fromkeys(other for one in world.sums if key in one.keys for other in one.keys)
    return tuple(other for other in beside if other in numbers)
