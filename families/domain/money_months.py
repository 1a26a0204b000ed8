"""The months in which money arrives when. Pure: it knows days and amounts, not whose they are or who may see them."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from families.domain.working_days import working_day_before
from families.models import Rhythm

MONTHS_BETWEEN = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3, Rhythm.YEARLY: 12}
DAY = datetime.timedelta(days=1)
# No day off is longer from the working day before it (Easter is five days).
LONGEST_MOVE = 10
MARKED_FALL = Decimal("0.20")  # against the month before
LONG_GAP = 31  # days without income; more than any month has


@dataclass(frozen=True)
class Money:
    """What a decision or payment says: kroner each time, how often, from when, on which day of the month.

    A `saving` is what a fee reduction spares the family in each month. What is `paid` comes on the very day, by the
    accounts. Basic income that a decision tells of gives way, month by month, to what has been paid. What is `told` is the
    same, recorded by another service: it counts, and this only where it doesn't hold.
    """

    key: str
    what: str
    who: str
    amount: Decimal
    rhythm: str
    starts_on: datetime.date
    ends_on: datetime.date | None = None
    pay_day: int | None = None
    saving: bool = False
    paid: bool = False
    basic_income: bool = False
    told: tuple["Money", ...] = ()


@dataclass(frozen=True)
class Arrival:
    """Money on a day. `due` is the day that was said; `day` the working day on which it is there."""

    day: datetime.date
    due: datetime.date
    money: Money


@dataclass(frozen=True)
class Month:
    first: datetime.date
    arrivals: tuple[Arrival, ...]
    savings: tuple[Arrival, ...]

    @property
    def last(self) -> datetime.date:
        return next_month(self.first) - DAY

    @property
    def total(self) -> Decimal:
        return sum((row.money.amount for row in self.arrivals), Decimal(0))

    @property
    def saved(self) -> Decimal:
        return sum((row.money.amount for row in self.savings), Decimal(0))


@dataclass(frozen=True)
class Loss:
    """Why a month has less than the one before: `why` is "ended", "once", "seldom" (quarterly, yearly) or "moved"."""

    money: Money
    why: str
    amount: Decimal
    next_on: datetime.date | None


@dataclass(frozen=True)
class Gap:
    """Days in a row on which no money comes, both ends included."""

    first: datetime.date
    last: datetime.date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_long(self) -> bool:
        return self.days > LONG_GAP


def next_month(day: datetime.date, months: int = 1) -> datetime.date:
    """The first day of the month so many months after (or before) a day's."""
    number = day.year * 12 + day.month - 1 + months
    return datetime.date(number // 12, number % 12 + 1, 1)


def in_month(month: datetime.date, day: int) -> datetime.date:
    """A day of a month; its last day where the month is too short."""
    return month.replace(day=min(day, (next_month(month) - DAY).day))


def due_days(money: Money, until: datetime.date) -> Iterator[datetime.date]:
    """The days it is due up to a day: the first pay day of its period, and every so many months after that.

    Not those of a time in which another has told of the same money.
    """
    spoken_for = [_time_of(other) for other in money.told]
    for day in _due_days(money, until):
        if not any(first <= day and (last is None or day <= last) for first, last in spoken_for):
            yield day


def _time_of(money: Money) -> tuple[datetime.date, datetime.date | None]:
    """The time it speaks for. What comes each month, whole months: another can have written another day of the month."""
    if money.rhythm == Rhythm.ONCE:
        return money.starts_on, money.starts_on
    if money.rhythm != Rhythm.MONTHLY:
        return money.starts_on, money.ends_on
    day = money.pay_day or money.starts_on.day
    first, last = money.starts_on.replace(day=1), None
    if in_month(first, day) < money.starts_on:
        first = next_month(first)
    if money.ends_on:
        paid = in_month(money.ends_on.replace(day=1), day) <= money.ends_on
        last = next_month(money.ends_on, 1 if paid else 0) - DAY
    return first, last


def _due_days(money: Money, until: datetime.date) -> Iterator[datetime.date]:
    if money.rhythm == Rhythm.ONCE:
        if money.starts_on <= until:
            yield money.starts_on
        return
    if money.rhythm not in MONTHS_BETWEEN:
        return
    day = money.pay_day or money.starts_on.day
    month = money.starts_on.replace(day=1)
    if in_month(month, day) < money.starts_on:
        month = next_month(month)
    last = min(until, money.ends_on) if money.ends_on else until
    while (due := in_month(month, day)) <= last:
        yield due
        month = next_month(month, MONTHS_BETWEEN[Rhythm(money.rhythm)])


def arrivals(monies: Iterable[Money], first: datetime.date, last: datetime.date) -> list[Arrival]:
    """What comes from one day to another, by day. A day off moves money to the working day before."""
    found = []
    for money in monies:
        for due in due_days(money, last + DAY * LONGEST_MOVE):
            day = due if money.saving or money.paid else working_day_before(due)
            if first <= day <= last:
                found.append(Arrival(day, due, money))
    return sorted(found, key=lambda row: (row.day, row.money.what, row.money.key))


def months(monies: Sequence[Money], first: datetime.date, count: int) -> list[Month]:
    """So many months from the one of `first`. Every krone is in one of them, on one day."""
    begin = first.replace(day=1)
    by_month: dict[datetime.date, list[Arrival]] = defaultdict(list)
    for row in arrivals(monies, begin, next_month(begin, count) - DAY):
        by_month[row.day.replace(day=1)].append(row)
    return [_month(month, by_month[month]) for month in (next_month(begin, number) for number in range(count))]


def _month(first: datetime.date, rows: list[Arrival]) -> Month:
    if any(row.money.basic_income and row.money.paid for row in rows):
        rows = [row for row in rows if row.money.paid or not row.money.basic_income]
    return Month(
        first,
        arrivals=tuple(row for row in rows if not row.money.saving),
        savings=tuple(row for row in rows if row.money.saving),
    )


def fall(before: Month, month: Month) -> int | None:
    """By how many percent the income is less than in the month before; None where it isn't marked."""
    if before.total <= 0 or month.total >= before.total * (1 - MARKED_FALL):
        return None
    return round(100 * (before.total - month.total) / before.total)


def losses(before: Month, month: Month) -> list[Loss]:
    """What came in the month before and doesn't, or less of it, in this one. What was renewed is no loss."""
    change: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    had: dict[Money, Decimal] = defaultdict(Decimal)
    for sign, rows in ((-1, before.arrivals), (1, month.arrivals)):
        for row in rows:
            change[_line(row.money)] += sign * row.money.amount
            had[row.money] -= sign * row.money.amount
    return [_loss(money, amount, before) for money, amount in had.items() if amount > 0 and change[_line(money)] < 0]


def _line(money: Money) -> tuple[str, str]:
    """What goes on as the same income: a renewed benefit; basic income, whether agreed or paid."""
    return ("", "") if money.basic_income else (money.what, money.who)


def _loss(money: Money, amount: Decimal, before: Month) -> Loss:
    last_due = max(row.due for row in before.arrivals if row.money == money)
    later = (day for day in due_days(money, next_month(before.first, 15)) if day > last_due)
    next_on = next(later, None)
    if money.rhythm == Rhythm.ONCE:
        why = "once"
    elif next_on is None:
        why = "ended"
    else:
        why = "moved" if money.rhythm == Rhythm.MONTHLY else "seldom"
    return Loss(money, why, amount, next_on)


def gaps(days: Iterable[datetime.date], first: datetime.date, last: datetime.date) -> list[Gap]:
    """The stretches without income between two days, in order."""
    found, begin = [], first
    for day in sorted({day for day in days if first <= day <= last}):
        if day > begin:
            found.append(Gap(begin, day - DAY))
        begin = day + DAY
    return [*found, Gap(begin, last)] if begin <= last else found


def longest_gap(found: Sequence[Gap], month: Month) -> Gap | None:
    """The longest of the stretches that have a day in the month; the first, where two are as long."""
    here = [gap for gap in found if gap.first <= month.last and gap.last >= month.first]
    return max(here, key=lambda gap: gap.days, default=None)
