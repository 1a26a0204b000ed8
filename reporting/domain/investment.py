"""The account of a social investment: cost, expected saving for each who saves, and what that hangs on. No database, no clock.

After the manner of KS' Utenforregnskapet: so many persons take part, a share of them succeeds, and each of these saves the
community some amounts a year for so many years. Later years count less, by a discount rate, in the kroner of one year. An
estimate: it is worth what its assumptions are worth, so they go with it everywhere, and each is shown low and high.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any

NOUGHT, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
LESS, MORE = Decimal("0.75"), Decimal("1.25")  # where no range is stated
KRONE = Decimal(1)
EXACT = Context(prec=40)


@dataclass(frozen=True)
class Estimate:
    """A number with its range. Without one that is stated: a fourth less and a fourth more."""

    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def is_stated(self) -> bool:
        return self.low is not None or self.high is not None

    @property
    def least(self) -> Decimal:
        return self.value * LESS if self.low is None else self.low

    @property
    def most(self) -> Decimal:
        return self.value * MORE if self.high is None else self.high


@dataclass(frozen=True)
class Saving:
    """What one person who succeeds saves somebody in a year."""

    name: str
    payer: str
    amount: Estimate


@dataclass(frozen=True)
class Terms:
    """What an account rests on. `share` and `discount` in percent, `years` whole."""

    cost: Decimal
    persons: Decimal
    share: Estimate
    years: Estimate
    discount: Estimate
    savings: tuple[Saving, ...]


@dataclass(frozen=True)
class Account:
    """What follows, in whole kroner. `break_even` is the share in percent that makes up for the cost; None: no share does.

    It may be over a hundred: then the cost is never made up for.
    """

    cost: Decimal
    by_payer: dict[str, Decimal]
    break_even: Decimal | None

    @property
    def total(self) -> Decimal:
        return sum(self.by_payer.values(), NOUGHT)

    @property
    def net(self) -> Decimal:
        return self.total - self.cost

    def net_of(self, payer: str) -> Decimal:
        """What one of them has left when it bears the whole cost."""
        return self.by_payer.get(payer, NOUGHT) - self.cost


@dataclass(frozen=True)
class Swing:
    """What becomes of the net when one assumption is low or high and all others stand.

    `what` is "persons", "share", "years", "discount", "cost" or the number of a saving.
    """

    what: str | int
    low: Decimal
    high: Decimal
    net_low: Decimal
    net_high: Decimal

    @property
    def width(self) -> Decimal:
        return abs(self.net_high - self.net_low)


def annuity(years: int, discount: Decimal) -> Decimal:
    """What a krone a year is worth today, paid at the end of each of so many years."""
    with localcontext(EXACT):
        factor = ONE / (ONE + discount / HUNDRED)
        return sum((factor**year for year in range(1, years + 1)), NOUGHT)


def account(terms: Terms) -> Account:
    """Cost, saving by payer, and the share that would make up for the cost."""
    with localcontext(EXACT):
        for_all = terms.persons * annuity(int(terms.years.value), terms.discount.value)
        exact: dict[str, Decimal] = {}
        for saving in terms.savings:
            exact[saving.payer] = exact.get(saving.payer, NOUGHT) + saving.amount.value * for_all
        when_all_succeed = sum(exact.values(), NOUGHT)
        break_even = terms.cost * HUNDRED / when_all_succeed if when_all_succeed else None
        by_payer = {payer: _kroner(amount * terms.share.value / HUNDRED) for payer, amount in exact.items()}
    return Account(_kroner(terms.cost), by_payer, break_even)


def sensitivity(terms: Terms) -> list[Swing]:
    """Each assumption low and high, the one that matters most first."""
    swings = [
        Swing(what, low, high, account(_with(terms, what, low)).net, account(_with(terms, what, high)).net)
        for what, low, high in _ranges(terms)
    ]
    return sorted(swings, key=lambda row: -row.width)


def _ranges(terms: Terms) -> Iterator[tuple[str | int, Decimal, Decimal]]:
    yield "persons", _whole(terms.persons * LESS), _whole(terms.persons * MORE)
    yield "share", terms.share.least, min(terms.share.most, HUNDRED)
    yield "years", max(_whole(terms.years.least), ONE), _whole(terms.years.most)
    yield "discount", terms.discount.least, terms.discount.most
    yield "cost", terms.cost * LESS, terms.cost * MORE
    for number, saving in enumerate(terms.savings):
        yield number, saving.amount.least, saving.amount.most


def _with(terms: Terms, what: str | int, value: Decimal) -> Terms:
    if isinstance(what, int):
        changed = replace(terms.savings[what], amount=Estimate(value))
        savings: Sequence[Saving] = [changed if at == what else row for at, row in enumerate(terms.savings)]
        return replace(terms, savings=tuple(savings))
    changes: dict[str, Any] = {what: value if what in ("cost", "persons") else Estimate(value)}
    return replace(terms, **changes)


def _kroner(amount: Decimal) -> Decimal:
    return amount.quantize(KRONE, rounding=ROUND_HALF_UP)


def _whole(number: Decimal) -> Decimal:
    return number.quantize(ONE, rounding=ROUND_HALF_UP)
