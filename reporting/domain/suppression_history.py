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
    newest,
    standing_numbers,
)
from reporting.domain.suppression_world import ANYTHING, Bounds, World, bounds_of_page, numbers_of, said_by_mark


class Publication:
    """What was known of the day that a report is about, from what had been printed when it came out."""

    def __init__(
        self, world: World, printed: Sequence[Earlier], before: Sequence[Earlier], after: Sequence[Earlier]
    ) -> None:
        self.world, self.on = world, printed[0].on
        self.bounds, self.possible = _known_from(world, printed, before)
        # The first number that came after it, of what wasn't known on it.
        self.told_later: dict[str, int] = {}
        for row in after:
            if row.value is not None and self.may_have_been(row.key, row.value):
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
    """All that came out, by the day it is about, and of a day in the order it was published."""

    def __init__(self, world: World, earlier: Sequence[Earlier]) -> None:
        self.world, self.publications = world, list[Publication]()
        of_each: dict[tuple[datetime.date, int], list[Earlier]] = {}
        for row in sorted(earlier, key=lambda row: row.on):
            of_each.setdefault((row.on, row.publication), []).append(row)
        printed = list(of_each.values())
        for place, rows in enumerate(printed):
            before = [row for one in printed[:place] for row in one]
            after = [row for one in printed[place + 1 :] for row in one]
            try:
                self.publications.append(Publication(world, rows, before, after))
            except ImpossibleError:
                continue  # its own numbers don't add up, so the sums say nothing


def _known_from(
    world: World, printed: Sequence[Earlier], before: Sequence[Earlier]
) -> tuple[dict[str, Bounds], Polytope]:
    """What a publication printed; what others had of the same day; and what had been printed before stood, as far as that
    can be: what it says nothing of may have become another number."""
    bounds = {row.key: _said(row) for row in printed}
    possible = world.polytope(bounds)
    of_the_day = newest([row for row in before if row.on == printed[0].on])
    for known in (
        {key: _said(row) for key, row in of_the_day.items()},
        {key: said_by_mark(Shown.NUMBER, row.value) for key, row in standing_numbers(before).items()},
    ):
        new = {key: bound for key, bound in known.items() if key not in bounds}
        taken, narrower = _as_many_as_can_be(world, bounds, new)
        bounds |= {key: new[key] for key in taken}
        possible = narrower or possible
    return bounds, possible


def _said(row: Earlier) -> Bounds:
    if row.shown == Shown.NUMBER and row.value is not None:
        return row.value, row.value
    return said_by_mark(row.shown, None)


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
    if not history.publications:
        return
    numbers = numbers_of(protected)
    now = history.world.polytope(bounds_of_page(protected, by_marks=True))
    for then in history.publications:
        yield from _changes_of_the_unprinted(then, now, protected, numbers)
        yield from _changes_of_remainders(then, numbers)
        yield from _what_new_numbers_say_of_then(then, numbers)


def _changes_of_the_unprinted(
    then: Publication, now: Polytope, protected: Mapping[str, Protected], numbers: Mapping[str, int]
) -> Iterator[Leak]:
    """What was printed nowhere, then or now, but could be worked out, has changed by 1 to 4."""
    for key, column in then.world.place.items():
        printed_then = key in then.bounds
        if key in protected and (printed_then or key not in numbers):
            continue
        if printed_then and not then.is_number(key):
            continue
        low, high = now.interval([(column, 1.0)])
        if high - low < LEAST:
            low_then, high_then = then.interval([key])
            if is_small_change(low - high_then, high - low_then):
                because = (key,) if key in numbers else _numbers_beside(then.world, numbers, key)
                yield Leak(key, "a small change", low - high_then, high - low_then, because, then.on)


def _changes_of_remainders(then: Publication, numbers: Mapping[str, int]) -> Iterator[Leak]:
    """What is left of a sum when today's numbers are taken from it is about some persons too."""
    for one in then.world.sums:
        rest = [part for part in one.parts if part not in numbers]
        if one.whole in numbers and rest:
            left = numbers[one.whole] - sum(numbers[part] for part in one.parts if part in numbers)
            low, high = then.interval(rest)
            if is_small_change(left - high, left - low):
                because = tuple(key for key in one.keys if key in numbers)
                yield Leak(one.whole, "a small change of the others", left - high, left - low, because, then.on)


def _what_new_numbers_say_of_then(then: Publication, numbers: Mapping[str, int]) -> Iterator[Leak]:
    """Whoever guesses that what was withheld then has not changed until it was printed, must not see what was small then."""
    told = {key: value for key, value in numbers.items() if then.may_have_been(key, value)}
    if not told:
        return
    guessed = told | then.told_later
    width = np.zeros(len(then.world.keys))
    for key, column in then.world.place.items():
        if key not in guessed and not then.is_number(key):
            width[column] = MOST_UNDER if then.known(key)[1] == MOST_UNDER else WIDTH_BESIDE_MARKS
    known_then = then.possible.narrow(width)
    for guess, possible in _possible_together(then, guessed):
        for column, (low, high) in possible.narrow(width).items():
            key = then.world.keys[column]
            if column not in known_then and (key in then.bounds or low < LEAST):
                because = [other for other in guess if other in told]
                near = set(_numbers_beside(then.world, told, key)).intersection(because)
                yield Leak(key, "known of then", low, high, tuple(sorted(near or because)), then.on)


def _possible_together(then: Publication, guessed: Mapping[str, int]) -> Iterator[tuple[set[str], Polytope]]:
    """All guesses together, if that can be. Else as many as can be, and then as many of those that are left."""
    left: dict[str, Bounds] = {key: (value, value) for key, value in guessed.items()}
    while left:
        taken, possible = _as_many_as_can_be(then.world, then.bounds, left)
        if not taken or possible is None:
            return
        yield taken, possible
        left = {key: value for key, value in left.items() if key not in taken}


def _as_many_as_can_be(
    world: World, known: Mapping[str, Bounds], more: Mapping[str, Bounds]
) -> tuple[set[str], Polytope | None]:
    """Halves that contradict themselves are halved again, so that few questions are asked where few contradict."""
    bounds, taken = dict(known), set[str]()
    possible: Polytope | None = None
    heap = [list(more)] if more else []
    while heap:
        keys = heap.pop()
        tried = bounds | {key: more[key] for key in keys}
        try:
            possible = world.polytope(tried)
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
