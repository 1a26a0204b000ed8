"""The attacker: what can be worked out from what is printed, today and before. She knows no count that isn't printed."""

import datetime
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array

from reporting.domain.disclosure import LEAST, Shown
from reporting.domain.suppression_polytope import Array, ImpossibleError, Polytope, matrix_of
from reporting.domain.suppression_terms import (
    LEAST_AFTER_WITHHELD,
    MOST_UNDER,
    WIDTH_BESIDE_MARKS,
    Earlier,
    Leak,
    Protected,
    Sum,
    is_small_change,
    lowest_beside,
    standing_numbers,
)

Bounds = tuple[float, float]


class Readers:
    """The sums as a matrix, and what numbers there can be at all."""

    def __init__(self, sums: Sequence[Sum], protected: Mapping[str, Protected], earlier: Sequence[Earlier]) -> None:
        keys = dict.fromkeys([*protected, *(key for one in sums for key in one.keys), *(row.key for row in earlier)])
        self.keys, self.sums, self.protected, self.earlier = list(keys), sums, protected, earlier
        self.place = {key: number for number, key in enumerate(self.keys)}
        self.matrix: csr_array = matrix_of(sums, self.place)
        known = [row.value or 0 for row in (*protected.values(), *earlier)]
        # Nobody believes in more people than this; without it, HiGHS would have to reach for the infinite.
        self.most = float(10 * (sum(known) + LEAST * len(self.keys)) + 100)

    def polytope(self, bounds: Mapping[str, Bounds]) -> Polytope:
        low, high = np.zeros(len(self.keys)), np.full(len(self.keys), self.most)
        for key, (least, most) in bounds.items():
            low[self.place[key]], high[self.place[key]] = least, min(most, self.most)
        return Polytope(self.matrix, low, high)

    def numbers(self) -> dict[str, int]:
        """Today's numbers."""
        return {key: row.value for key, row in self.protected.items() if row.is_new and row.value is not None}


def leaks(*, protected: Mapping[str, Protected], sums: Sequence[Sum], earlier: Sequence[Earlier] = ()) -> list[Leak]:
    """What an attacker works out from what is to be printed, the sums and everything printed before; empty when it is safe.

    `suppression.protect` says what is held against it. Asked again before publishing, with what has come since.
    """
    readers = Readers(sums, protected, earlier)
    numbers = [
        *_small_numbers(protected),
        *_never_published(protected, earlier),
        *_changes_of_numbers(protected, earlier),
    ]
    today = [*_leaks_today(readers, by_marks=False), *_leaks_today(readers, by_marks=True)]
    if not earlier or any(leak.why == "impossible" for leak in today):
        return numbers + today
    return [*numbers, *today, *_leaks_over_time(readers)]


# --- Today ---------------------------------------------------------------------------------------------------------


def _small_numbers(protected: Mapping[str, Protected]) -> Iterator[Leak]:
    for row in protected.values():
        if row.value is not None and row.value < LEAST:
            yield Leak(row.key, "under five", row.value, row.value, (row.key,), row.on)


def _never_published(protected: Mapping[str, Protected], earlier: Sequence[Earlier]) -> Iterator[Leak]:
    published = {(row.key, row.value) for row in earlier}
    for row in protected.values():
        if row.on is not None and (row.key, row.value) not in published:
            yield Leak(row.key, "never published", row.value or 0, row.value or 0, (row.key,), row.on)


def _bounds_today(protected: Mapping[str, Protected], by_marks: bool) -> dict[str, Bounds]:
    bounds: dict[str, Bounds] = {}
    for key, row in protected.items():
        if row.is_new and row.value is not None:
            bounds[key] = (row.value, row.value)
        elif by_marks:
            bounds[key] = _said_by_mark(row.shown, row.value)
    return bounds


def _said_by_mark(shown: Shown, standing: int | None) -> Bounds:
    if shown == Shown.UNDER:
        return 0, MOST_UNDER
    if shown == Shown.NUMBER and standing is not None:
        return lowest_beside(standing), standing + MOST_UNDER
    if shown == Shown.WITHHELD:
        # It has changed by five or more; from a small number there is only one way.
        return (standing + LEAST if standing is not None and standing < 2 * LEAST else LEAST), np.inf
    return 0, np.inf


def _leaks_today(readers: Readers, by_marks: bool) -> list[Leak]:
    try:
        world = readers.polytope(_bounds_today(readers.protected, by_marks))
        found = world.narrow(_wanted_width(readers, by_marks))
    except ImpossibleError:
        return [Leak("", "impossible", 0, 0)]
    why = "by sums and marks" if by_marks else "by sums"
    return [
        Leak(readers.keys[column], why, low, high)
        for column, (low, high) in found.items()
        if _tells(readers.protected.get(readers.keys[column]), low, high)
    ]


def _wanted_width(readers: Readers, by_marks: bool) -> Array:
    width = np.zeros(len(readers.keys))
    in_sums = {key for one in readers.sums for key in one.keys}
    for key, column in readers.place.items():
        row = readers.protected.get(key)
        if row is None and key not in in_sums:
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


# --- Over time -----------------------------------------------------------------------------------------------------


def _changes_of_numbers(protected: Mapping[str, Protected], earlier: Sequence[Earlier]) -> Iterator[Leak]:
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


def _bounds_on(readers: Readers, on: datetime.date) -> dict[str, Bounds]:
    """What was known of a day from what was printed by then."""
    bounds: dict[str, Bounds] = {}
    for key, row in standing_numbers([row for row in readers.earlier if row.on < on]).items():
        if row.value is not None:
            bounds[key] = _said_by_mark(Shown.NUMBER, row.value)
    for row in readers.earlier:
        if row.on == on:
            is_number = row.shown == Shown.NUMBER and row.value is not None
            bounds[row.key] = (row.value or 0, row.value or 0) if is_number else _said_by_mark(row.shown, None)
    return bounds


def _leaks_over_time(readers: Readers) -> Iterator[Leak]:
    now = readers.polytope(_bounds_today(readers.protected, by_marks=True))
    for on in sorted({row.on for row in readers.earlier}):
        bounds = _bounds_on(readers, on)
        try:
            then = readers.polytope(bounds)
        except ImpossibleError:
            continue  # not one publication: its numbers don't add up, so the sums say nothing
        yield from _changes_of_the_unprinted(readers, now, then, bounds, on)
        yield from _changes_of_remainders(readers, now, then, on)
        yield from _what_new_numbers_say_of_then(readers, then, bounds, on)


def _changes_of_the_unprinted(
    readers: Readers, now: Polytope, then: Polytope, bounds: Mapping[str, Bounds], on: datetime.date
) -> Iterator[Leak]:
    """What was printed nowhere, then or now, but could be worked out, has changed by 1 to 4."""
    numbers = readers.numbers()
    for key, column in readers.place.items():
        unprinted_now, unprinted_then = key not in readers.protected, key not in bounds
        told_now, told_then = key in numbers, key in bounds and bounds[key][0] == bounds[key][1]
        if not ((unprinted_now and (unprinted_then or told_then)) or (told_now and unprinted_then)):
            continue
        terms = [(column, 1.0)]
        low, high = now.interval(terms)
        if high - low < LEAST:
            low_then, high_then = then.interval(terms)
            if is_small_change(low - high_then, high - low_then):
                because = (key,) if told_now else _numbers_beside(readers, key)
                yield Leak(key, "a small change", low - high_then, high - low_then, because, on)


def _changes_of_remainders(readers: Readers, now: Polytope, then: Polytope, on: datetime.date) -> Iterator[Leak]:
    """What is left of a sum when today's numbers are taken from it is about some persons too."""
    numbers = readers.numbers()
    for one in readers.sums:
        rest = [part for part in one.parts if part not in numbers]
        if one.whole in numbers and rest:
            left = numbers[one.whole] - sum(numbers[part] for part in one.parts if part in numbers)
            low, high = then.interval((readers.place[part], 1.0) for part in rest)
            if is_small_change(left - high, left - low):
                because = tuple(key for key in one.keys if key in numbers)
                yield Leak(one.whole, "a small change of the others", left - high, left - low, because, on)


def _what_new_numbers_say_of_then(
    readers: Readers, then: Polytope, bounds: Mapping[str, Bounds], on: datetime.date
) -> Iterator[Leak]:
    """Whoever guesses that what was withheld then has not changed until it was printed, must not see what was small then."""
    numbers = readers.numbers()
    told = {key: numbers[key] for key in numbers if _is_open(bounds.get(key, (0, np.inf)), numbers[key])}
    if not told:
        return
    guessed = _printed_between(readers, bounds, on) | told
    width = np.zeros(len(readers.keys))
    for key, column in readers.place.items():
        low, high = bounds.get(key, (0, np.inf))
        if key not in guessed and low < high:
            width[column] = MOST_UNDER if high == MOST_UNDER else WIDTH_BESIDE_MARKS
    known_then = then.narrow(width)
    for guess in _possible(readers, bounds, guessed, told):
        narrow = readers.polytope({**bounds, **{key: (value, value) for key, value in guess.items()}}).narrow(width)
        for column, (low, high) in narrow.items():
            key = readers.keys[column]
            if column not in known_then and (key in bounds or low < LEAST):
                yield Leak(key, "known of then", low, high, tuple(key for key in guess if key in told), on)


def _is_open(bounds: Bounds, value: int) -> bool:
    """Whether it wasn't known then, and can have been what it is now."""
    low, high = bounds
    return low < high and low <= value <= high and high == np.inf


def _printed_between(readers: Readers, bounds: Mapping[str, Bounds], on: datetime.date) -> dict[str, int]:
    """The first number that came after a day, of what wasn't known on it."""
    found: dict[str, int] = {}
    for row in sorted(readers.earlier, key=lambda row: row.on):
        is_open = row.value is not None and _is_open(bounds.get(row.key, (0, np.inf)), row.value)
        if row.on > on and row.value is not None and is_open:
            found.setdefault(row.key, row.value)
    return found


def _possible(
    readers: Readers, bounds: Mapping[str, Bounds], guessed: Mapping[str, int], told: Mapping[str, int]
) -> Iterator[Mapping[str, int]]:
    """All guesses together, if that can be; else each new one for itself, where it can be."""
    for guess in (guessed, *({key: value} for key, value in told.items())):
        try:
            readers.polytope({**bounds, **{key: (value, value) for key, value in guess.items()}})
        except ImpossibleError:
            continue
        yield guess
        if guess is guessed:
            return


def _numbers_beside(readers: Readers, key: str) -> tuple[str, ...]:
    numbers = readers.numbers()
    beside = dict.fromkeys(other for one in readers.sums if key in one.keys for other in one.keys)
    return tuple(other for other in beside if other in numbers)
