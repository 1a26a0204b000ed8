"""Disclosure control: what may be shown of numbers that are about few, so that nothing below 5 can be worked out.

The first version, for the numbers from the vault: it looks at pairs of numbers, at two numbers that make up a third, and
at everything published before. No database, no clock; the same in, the same out.

What is not shown as a number is one of
- `<5`: 0 to 4. Nought too, since "none of them" says something of each.
- too few: nothing is said of the rest of a row whose families are too few for `<5` and "withheld" to say the same: little.
- withheld: 5 or more, but the number would let a smaller one be worked out.
A number once published stands, with its day, until a new one may take its place.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

LEAST = 5
# A key names what is counted: the sub-project (None: the municipality as a whole) and the figure.
Key = tuple[int | None, str]


class Shown(StrEnum):
    NUMBER = "number"
    UNDER = "under"
    TOO_FEW = "too_few"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Figure:
    """What is counted, as it is: `value` of something in `unit`, to be found in `families`.

    `base` is the figure that says how many families the row is about; with the same unit, this one is a part of it.
    """

    key: Key
    unit: str
    value: int
    families: frozenset[int]
    base: Key | None = None


@dataclass(frozen=True)
class Published:
    """A number that went out, first on a day. Where `families` is None nobody remembers whose it was, and it is held
    against its own kind only."""

    key: Key
    unit: str
    value: int
    families: frozenset[int] | None
    on: datetime.date


@dataclass(frozen=True)
class Cell:
    """What is shown of a figure now. `standing` is the number shown; `is_new` says that this is the first time."""

    key: Key
    shown: Shown
    standing: Published | None = None
    is_new: bool = False


def gate(
    *, figures: Sequence[Figure], past: Sequence[Published], on: datetime.date, withheld: frozenset[Key] = frozenset()
) -> list[Cell]:
    """Decide what to show of each figure; the first in order are kept where two can't both be.

    `past` is every number ever published, oldest first; `withheld` are the keys that were withheld some time.
    """
    refused: set[Key] = set()
    while True:
        cells = _decide(figures, past, on, withheld, refused)
        leak = _leak(figures, cells, past)
        if leak is None:
            return cells
        refused.add(leak)


def _decide(
    figures: Sequence[Figure],
    past: Sequence[Published],
    on: datetime.date,
    withheld: frozenset[Key],
    refused: set[Key],
) -> list[Cell]:
    newest = {row.key: row for row in past}
    known, cells = list(past), dict[Key, Cell]()
    for figure in figures:
        before, base = newest.get(figure.key), cells.get(figure.base) if figure.base else None
        fresh = Published(figure.key, figure.unit, figure.value, figure.families, on)
        if before and before.value == figure.value:
            cell = Cell(figure.key, Shown.NUMBER, before)
        elif (
            figure.key not in refused
            and _may_speak(figure, base)
            and _counts_enough(figure, withheld)
            and _is_safe(figure, known)
        ):
            cell = Cell(figure.key, Shown.NUMBER, fresh, is_new=True)
            known.append(fresh)
        elif before:
            cell = Cell(figure.key, Shown.NUMBER, before)
        elif not _may_speak(figure, base):
            cell = Cell(figure.key, Shown.TOO_FEW)
        else:
            cell = Cell(figure.key, Shown.UNDER if figure.value < LEAST else Shown.WITHHELD)
        cells[figure.key] = cell
    return list(cells.values())


def _may_speak(figure: Figure, base: Cell | None) -> bool:
    """Whether the row is about enough for "under 5" and "5 or more" both to leave five possible numbers."""
    if base is None:
        return True
    if base.standing is None:
        return False
    return base.standing.unit != figure.unit or base.standing.value >= 2 * LEAST - 1


def _counts_enough(figure: Figure, withheld: frozenset[Key]) -> bool:
    # That it was withheld has said "5 or more"; what is shown then must leave five possible numbers for that time.
    least = 2 * LEAST - 1 if figure.key in withheld else LEAST
    return figure.value >= least and len(figure.families) >= LEAST


def _is_safe(figure: Figure, known: Sequence[Published]) -> bool:
    """Whether the number, held against all that is known, lets nothing from 1 to 4 be worked out."""
    alike = [row for row in known if row.unit == figure.unit]
    for row in alike:
        if (_belong_together(figure, row) or _nested(figure.families, row.families)) and _small(
            figure.value - row.value
        ):
            return False
        if _nested(figure.families, row.families) and _small(len(figure.families) - len(row.families or ())):
            return False
    return not any(_small(difference) for difference in _differences_of_three(figure, alike))


def _rests(whole: Key, part: Key, past: Sequence[Published]) -> Iterator[int]:
    """What could be worked out of a row each time something new of it was published."""
    standing: dict[Key, int] = {}
    rows = [row for row in past if row.key in (whole, part)]
    for place, row in enumerate(rows):
        standing[row.key] = row.value
        is_last = place + 1 == len(rows) or rows[place + 1].on != row.on
        if is_last and len(standing) == 2:
            yield standing[whole] - standing[part]


def _belong_together(figure: Figure, row: Published) -> bool:
    """Known to anybody to be part of one another: the same thing at two times, a part of a row and its whole."""
    return row.key in (figure.key, figure.base)


def _differences_of_three(figure: Figure, alike: Sequence[Published]) -> Iterator[int]:
    """What two that have no family in common leave of a third that holds them both, or hold beyond one they cover."""
    mine = (figure.value, figure.families)
    others = [(row.value, row.families) for row in alike if row.families is not None]
    apart = [other for other in others if other[1].isdisjoint(mine[1])]
    pairs = [(mine, other, third) for other in apart for third in others]
    # Those it meets in part say nothing of it together but where they hold it.
    near = [other for other in others if not other[1].isdisjoint(mine[1])]
    pairs += [(one, other, mine) for one, other in combinations(near, 2) if one[1].isdisjoint(other[1])]
    for one, other, third in pairs:
        difference = third[0] - one[0] - other[0]
        # The cheap question first: there are many.
        if _small(difference) and _nested(one[1] | other[1], third[1]):
            yield difference


def _leak(figures: Sequence[Figure], cells: Sequence[Cell], past: Sequence[Published]) -> Key | None:
    """A new number that must not stand beside the others as they are shown now."""
    now, shown = {row.key: row for row in figures}, {cell.key: cell for cell in cells}
    for cell in cells:
        figure = now[cell.key]
        whole = shown[figure.base] if figure.base and now[figure.base].unit == figure.unit else None
        if whole and (whole.is_new or cell.is_new) and not _leaves_enough(whole, cell, past):
            return cell.key if cell.is_new else whole.key
        if cell.standing and not cell.is_new:
            for other in cells:
                if other.is_new and _gives_a_floor(other, now[other.key], cell.standing, figure):
                    return other.key
    return None


def _leaves_enough(whole: Cell, part: Cell, past: Sequence[Published]) -> bool:
    """Whether those of a row who are not in a part of it are five or more, and have not changed by 1 to 4 since they
    could last be worked out. "All but two" is as good as "two"; nor is "all of them" shown."""
    if whole.standing is None or part.standing is None:
        return True
    rest = whole.standing.value - part.standing.value
    return rest >= LEAST and not any(_small(rest - before) for before in _rests(whole.key, part.key, past))


def _gives_a_floor(other: Cell, others: Figure, standing: Published, figure: Figure) -> bool:
    """Whether a new number would say how much one that stands unchanged has grown at the least."""
    return (
        other.standing is not None
        and other.standing.value > standing.value
        and others.unit == figure.unit
        and others.families <= figure.families
    )


def _nested(one: frozenset[int], other: frozenset[int] | None) -> bool:
    return other is not None and (one <= other or other <= one)


def _small(difference: int) -> bool:
    return 0 < abs(difference) < LEAST
