"""The words of the engine of disclosure control: what is counted, what adds up, what is printed. See `suppression.py`."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reporting.domain.disclosure import LEAST, Shown

# What `<5` may be at the most; and how far a number may be off without anybody being told.
MOST_UNDER = LEAST - 1
# How far a withheld number must reach for a reader who goes by the marks too: five possible numbers, as many as `<5` has. By
# the sums alone it must reach over LEAST like everything that is hidden. With LEAST here too, half as many numbers more are lost.
WIDTH_BESIDE_MARKS = LEAST - 1
# A reader who knows that the number was 5 or more shall have five possible numbers left for then, once she sees a new one.
LEAST_AFTER_WITHHELD = 2 * LEAST - 1


@dataclass(frozen=True)
class Count:
    """What is counted, as it is. `weight` is what it costs to lose it. Where `shown` is False it is printed nowhere, but it
    is part of the sums: a rest, a difference."""

    key: str
    value: int
    weight: int = 1
    shown: bool = True


@dataclass(frozen=True)
class Sum:
    """`whole` is the sum of `parts`, and every reader knows it."""

    whole: str
    parts: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.whole, *self.parts)


@dataclass(frozen=True)
class Earlier:
    """What was printed of a key, as it was on a day. `value` for a number only.

    `publication` names the report and version that printed it: two may be about the same day, and each has numbers of its
    own. Those of a day come in the order they were published.
    """

    key: str
    value: int | None
    shown: Shown
    on: datetime.date
    publication: int = 0


@dataclass(frozen=True)
class Protected:
    """What to print. `on` is the day of an older number, which is `value`; None when the number is today's.

    - NUMBER, no day: today's number.
    - NUMBER, a day: an older number stands. Today's is the same, or differs by less than 5.
    - UNDER: `<5`, 0 to 4.
    - WITHHELD: 5 or more. With a day: `value` is the newest number that was published; today's differs by 5 or more.
    - TOO_FEW: nothing is said of today. With a day as for WITHHELD.
    """

    key: str
    shown: Shown
    value: int | None = None
    on: datetime.date | None = None

    @property
    def is_new(self) -> bool:
        return self.shown == Shown.NUMBER and self.on is None

    @property
    def stands(self) -> bool:
        return self.shown == Shown.NUMBER and self.on is not None


@dataclass(frozen=True)
class Leak:
    """What could be worked out: that `key` (or what `key` has changed by since `on`) is between `low` and `high`.

    `because` are today's numbers that bring it about, as far as is known.
    """

    key: str
    why: str
    low: float
    high: float
    because: tuple[str, ...] = ()
    on: datetime.date | None = None


def as_json(protected: Protected) -> dict[str, Any]:
    return {
        "key": protected.key,
        "shown": protected.shown.value,
        "value": protected.value,
        "on": protected.on.isoformat() if protected.on else None,
    }


def from_json(row: dict[str, Any]) -> Protected:
    on = datetime.date.fromisoformat(row["on"]) if row["on"] else None
    return Protected(row["key"], Shown(row["shown"]), row["value"], on)


def as_earlier(protected: Iterable[Protected], on: datetime.date, publication: int = 0) -> list[Earlier]:
    """What the next report has to know of what was printed on a day. A number that stood is known from its own day."""
    return [
        Earlier(row.key, row.value if row.is_new else None, row.shown, on, publication)
        for row in protected
        if not row.stands
    ]


def lowest_beside(standing: int) -> int:
    """The least that today's number can be where an older one stands. From an old 5 to 8, nobody sees that it fell under 5:
    `<5` instead would tell which of 0 to 4 it can't be."""
    return standing - MOST_UNDER if standing >= LEAST_AFTER_WITHHELD else 0


def is_small_change(low: float, high: float) -> bool:
    """Whether a change that is known to lie between the two is known to within less than five, and may be of 1 to 4."""
    return high - low < LEAST and low < LEAST and high > -LEAST and not low == high == 0


def newest(earlier: Sequence[Earlier]) -> dict[str, Earlier]:
    """The last that was printed of each key."""
    return {row.key: row for row in sorted(earlier, key=lambda row: row.on)}


def standing_numbers(earlier: Sequence[Earlier]) -> dict[str, Earlier]:
    """The keys whose last printed was a number."""
    return {key: row for key, row in newest(earlier).items() if row.shown == Shown.NUMBER}


def check_sums(counts: Sequence[Count], sums: Sequence[Sum]) -> None:
    """Whoever builds a table wrong is told, rather than protected wrongly."""
    value = {count.key: count.value for count in counts}
    if len(value) != len(counts):
        raise ValueError("a key is counted twice")
    for count in counts:
        if count.value < 0 or count.weight < 1:
            raise ValueError(f"{count.key}: a count is 0 or more, and a weight 1 or more")
    for one in sums:
        missing = [key for key in one.keys if key not in value]
        if missing:
            raise ValueError(f"{one.whole}: {missing[0]} is not counted")
        if value[one.whole] != sum(value[part] for part in one.parts):
            raise ValueError(f"{one.whole} is not the sum of its parts")
