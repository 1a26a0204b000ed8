"""Percents and means of what is protected. Where the counts behind one are printed, it tells nothing that they don't, however
exactly it is rounded; where one of them isn't, it could be worked out, and rounding does not help: 33 per cent of 12 is 4.
"""

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from reporting.domain.disclosure import LEAST, Shown
from reporting.domain.suppression_terms import Protected


@dataclass(frozen=True)
class Ratio:
    """`shown` is NUMBER or WITHHELD. `on` is the day of the older numbers it is made of, None when they are today's."""

    shown: Shown
    value: Decimal | None = None
    on: datetime.date | None = None


NOT_SHOWN = Ratio(Shown.WITHHELD)


def share(part: Protected, whole: Protected, *, decimals: int = 0) -> Ratio:
    """How many per cent a part is of a whole: of two numbers of the same day, with five or more left over. "All of them" says
    something of each."""
    if not (_is_number(part) and _is_number(whole)) or part.on != whole.on:
        return NOT_SHOWN
    if part.value is None or whole.value is None or whole.value - part.value < LEAST:
        return NOT_SHOWN
    return Ratio(Shown.NUMBER, _rounded(Decimal(100 * part.value) / whole.value, decimals), part.on)


def mean(total: Protected | Decimal | int, over: Protected, *, decimals: int = 1) -> Ratio:
    """The mean over persons or families whose number of today is printed. A total that is a count of persons has to be a number
    of today itself."""
    if not _is_number(over) or over.on is not None or over.value is None:
        return NOT_SHOWN
    if isinstance(total, Protected):
        if not _is_number(total) or total.on is not None or total.value is None:
            return NOT_SHOWN
        total = total.value
    return Ratio(Shown.NUMBER, _rounded(Decimal(total) / over.value, decimals))


def _is_number(row: Protected) -> bool:
    return row.shown == Shown.NUMBER and row.value is not None and row.value >= LEAST


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
