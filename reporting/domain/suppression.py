"""Disclosure control of tables that add up: what is printed of counts of persons and families, so that nothing below 5 can be
worked out. No database, no clock; the same in, the same out.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from reporting.domain.disclosure import LEAST, Shown
from reporting.domain.suppression_attack import Attack, leaks
from reporting.domain.suppression_exact import choose
from reporting.domain.suppression_polytope import matrix_of
from reporting.domain.suppression_ratios import Ratio, mean, share
from reporting.domain.suppression_solver import FAR, Problem, View
from reporting.domain.suppression_tables import Table2D, table_sums
from reporting.domain.suppression_terms import (
    LEAST_AFTER_WITHHELD,
    MOST_UNDER,
    WIDTH_BESIDE_MARKS,
    Count,
    Earlier,
    Leak,
    Protected,
    Sum,
    as_earlier,
    as_json,
    check_sums,
    from_json,
    is_small_change,
    lowest_beside,
    standing_numbers,
)

__all__ = [
    "LEAST",
    "Count",
    "Earlier",
    "Leak",
    "Protected",
    "Ratio",
    "Shown",
    "Sum",
    "Table2D",
    "as_earlier",
    "as_json",
    "from_json",
    "leaks",
    "mean",
    "protect",
    "share",
    "table_sums",
]


# After so many lessons, a number is hidden for each leak, also where one may close several.
PATIENCE = 4


def protect(*, counts: Sequence[Count], sums: Sequence[Sum], earlier: Sequence[Earlier] = ()) -> dict[str, Protected]:
    """What to print of each count that is shown, losing as little as possible. `leaks` has been asked and found nothing.

    Safe means, of every count that is not printed as a number of today:
    (a) from the sums, non-negativity and the printed numbers alone, it may lie anywhere in an interval at least 5 wide;
    (b) with what the marks mean as well, each `<5` may still be all of 0 to 4, and each that is withheld has five possible
        numbers or more too.
    Both, since neither holds the other. `<5` beside "5 or more" under a total of 8 could only be 0 to 3, which (a) doesn't see.
    And two `<5` that make 4 together could each be all of 0 to 4, but (a) sees that the sums say more than the marks do.

    What is printed nowhere (`Count.shown` False) must be five or more if it can be worked out: a rest of nought is "all of
    them", which says something of each. Over time, no number, rest or remainder of a sum may be seen to change by 1 to 4; an
    older number stands instead, and today's is then hidden like any other. What was small in an earlier report must not come
    out of it for one who guesses that a number that is new now hadn't changed. docs/disclosure.md has it all.

    It ends: each round of the attack takes something more away, and when nothing is left, nothing is said of today at all,
    which adds nothing to what was published before, even if that should leak by itself.
    """
    check_sums(counts, sums)
    if not counts:
        return {}
    desk = Desk(counts, sums, earlier)
    shown = [count.key for count in counts if count.shown]
    attack = Attack(sums, earlier, shown, [count.value for count in counts])
    while True:
        protected = desk.decide()
        found = attack.leaks(protected)
        if not found:
            return protected
        if not desk.learn(found):
            return desk.nothing_new()


class Desk:
    """One table, or several that hang together, on their way out; and what has been learnt from the attacker so far."""

    def __init__(self, counts: Sequence[Count], sums: Sequence[Sum], earlier: Sequence[Earlier]) -> None:
        self.counts, self.sums = counts, sums
        self.place = {count.key: number for number, count in enumerate(counts)}
        self.standing = standing_numbers(earlier)
        self.stands = [self._may_stand(count) for count in counts]
        self.may_be_new = np.array(
            [
                count.shown and not stands and count.value >= LEAST and not _is_barred(count, earlier)
                for count, stands in zip(counts, self.stands, strict=True)
            ]
        )
        # Learnt: what has to be hidden too, what has to reach wide too, and what no mark may speak of.
        self.hidden_too: set[int] = set()
        self.wide_too: set[int] = set()
        self.mute = {self.place[key] for key in _wholes_of_two_small(counts, sums)}
        self.lessons = 0
        self.hidden = choose(self._problem())

    def _may_stand(self, count: Count) -> bool:
        before = self.standing.get(count.key)
        if before is None or before.value is None or not count.shown:
            return False
        return lowest_beside(before.value) <= count.value <= before.value + MOST_UNDER

    def decide(self) -> dict[str, Protected]:
        return {count.key: self._print(number) for number, count in enumerate(self.counts) if count.shown}

    def nothing_new(self) -> dict[str, Protected]:
        """What is always safe: not a word of today."""
        shown = [count for count in self.counts if count.shown]
        return {count.key: self._aside(count, Shown.TOO_FEW) for count in shown}

    def _print(self, number: int) -> Protected:
        count = self.counts[number]
        if not self.hidden[number]:
            return Protected(count.key, Shown.NUMBER, count.value)
        if self.stands[number]:
            return self._aside(count, Shown.NUMBER)
        if number in self.mute:
            return self._aside(count, Shown.TOO_FEW)
        if count.value < LEAST:
            return Protected(count.key, Shown.UNDER)
        return self._aside(count, Shown.WITHHELD)

    def _aside(self, count: Count, shown: Shown) -> Protected:
        """With the older number that stands, if there is one."""
        before = self.standing.get(count.key)
        return Protected(count.key, shown, before.value, before.on) if before else Protected(count.key, shown)

    def _problem(self) -> Problem:
        size = len(self.counts)
        value = np.array([count.value for count in self.counts], dtype=float)
        sums = View(np.minimum(value, FAR), np.full(size, FAR), np.full(size, float(LEAST)))
        marks = View(sums.down.copy(), sums.up.copy(), np.full(size, float(WIDTH_BESIDE_MARKS)))
        for number, count in enumerate(self.counts):
            before = self.standing.get(count.key)
            if self.stands[number] and before and before.value is not None:
                marks.down[number] = count.value - lowest_beside(before.value)
                marks.up[number] = before.value + MOST_UNDER - count.value
                needs_width = count.value != before.value
            elif count.shown and count.value < LEAST and number not in self.mute:
                marks.up[number], marks.width[number] = MOST_UNDER - count.value, MOST_UNDER
                needs_width = True
            else:
                needs_width = count.shown or count.value < LEAST
            if not (needs_width or number in self.wide_too):
                sums.width[number] = marks.width[number] = 0
        choice = self.may_be_new.copy()
        choice[list(self.hidden_too)] = False
        cost = np.array([float(count.weight) for count in self.counts])
        return Problem(matrix_of(self.sums, self.place), cost, ~choice, choice, sums, marks)

    def learn(self, found: Sequence[Leak]) -> bool:
        """Take a lesson from each leak; False when there is nothing left to learn."""
        known = len(self.mute), len(self.wide_too), len(self.hidden_too)
        hidden_now: set[str] = set()
        mute = self.mute.copy()
        self.lessons += 1
        for leak in found:
            if leak.why in ("by sums", "by sums and marks"):
                self._speak_less(leak, mute)
            elif self.lessons > PATIENCE or not hidden_now.intersection(leak.because):
                self._hide_one(hidden_now, [leak.because, self._beside(leak.key)])
        if known == (len(self.mute), len(self.wide_too), len(self.hidden_too)):
            self._hide_one(hidden_now, [[key for leak in found for key in self._beside(leak.key)], list(self.place)])
        if known[1:] != (len(self.wide_too), len(self.hidden_too)):
            self.hidden = choose(self._problem())
        return known != (len(self.mute), len(self.wide_too), len(self.hidden_too))

    def _hide_one(self, hidden_now: set[str], groups: Sequence[Sequence[str]]) -> None:
        """The number that is missed least, of the first group that has one."""
        for keys in groups:
            new = [
                self.place[key]
                for key in keys
                if key in self.place and not self.hidden[self.place[key]] and self.place[key] not in self.hidden_too
            ]
            if new:
                number = min(new, key=lambda number: (self.counts[number].weight, -number))
                hidden_now.add(self.counts[number].key)
                self.hidden_too.add(number)
                return

    def _speak_less(self, leak: Leak, mute: set[int]) -> None:
        """A mark less near it, or it has to reach wide itself; neither costs a number that is printed yet."""
        if leak.why == "by sums and marks":
            for keys in (self._beside(leak.key), list(self.place)):
                marked = {self.place[key] for key in keys if self._is_withheld(self.place[key])}
                if marked - mute:
                    self.mute |= marked
                    return
        if leak.key in self.place:
            self.wide_too.add(self.place[leak.key])

    def _is_withheld(self, number: int) -> bool:
        count = self.counts[number]
        return bool(self.hidden[number]) and count.shown and count.value >= LEAST and not self.stands[number]

    def _beside(self, key: str) -> list[str]:
        return list(dict.fromkeys(other for one in self.sums if key in one.keys for other in one.keys))


def _is_barred(count: Count, earlier: Sequence[Earlier]) -> bool:
    """Whether today's number would say something of few beside what was printed of the same before."""
    for before in earlier:
        if before.key == count.key:
            change = count.value - before.value if before.value is not None else 0
            if is_small_change(change, change):
                return True
            if before.shown == Shown.WITHHELD and count.value < LEAST_AFTER_WITHHELD:
                return True
    return False


def _wholes_of_two_small(counts: Sequence[Count], sums: Sequence[Sum]) -> Iterator[str]:
    """Beside two that are `<5`, "5 or more" of both together would tell that there are some in each. So nothing is said of
    the whole, also where it is under five, or the silence would tell the same."""
    small = {count.key for count in counts if count.shown and count.value < LEAST}
    for one in sums:
        if len(one.parts) == 2 and small.issuperset(one.parts):
            yield one.whole
