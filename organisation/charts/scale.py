"""Where a scale begins and ends."""

from collections.abc import Iterable
from decimal import Decimal

NOUGHT = Decimal(0)


def nice_top(highest: Decimal) -> Decimal:
    """Where the scale ends: a round number that is halved without remainder, not under the highest figure."""
    if highest <= 0:
        return Decimal(1)
    power = Decimal(10) ** (highest.adjusted())
    return next(step * power for step in map(Decimal, (1, 2, 4, 6, 8, 10)) if step * power >= highest)


def marks_of(values: Iterable[Decimal]) -> list[Decimal]:
    """From nought to a round number, with the half of it; below nought where a figure is."""
    known = list(values)
    highest, lowest = max(known, default=NOUGHT), min(known, default=NOUGHT)
    if lowest >= 0:
        top = nice_top(highest)
        return [NOUGHT, top / 2, top]
    bottom = -nice_top(-lowest)
    return [bottom, NOUGHT, nice_top(highest)] if highest > 0 else [bottom, bottom / 2, NOUGHT]


def steps_of(first: int, last: int) -> list[Decimal]:
    """A scale that is given: every whole step of a short one, else both ends and the middle."""
    if last - first <= 6:
        return [Decimal(step) for step in range(first, last + 1)]
    return [Decimal(first), Decimal(first + last) / 2, Decimal(last)]
