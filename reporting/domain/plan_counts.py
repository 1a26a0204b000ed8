"""Disclosure control of a plan's report: results and indicators that count persons or families, protected as one system.

No database and no clock. What is printed of each is decided by domain/suppression.py, beside all that was published before.
"""

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from measures.domain.indicators import Table
from measures.domain.results import Result
from measures.models import LogEntry, Target
from reporting.domain.suppression import LEAST, Count, Earlier, Protected, Shown, Sum, as_json, protect
from reporting.domain.suppression_tables import TOTAL_WEIGHT
from reporting.domain.suppression_told import counts_still_known, sums_still_known

# A number, nothing, or {"shown", "value", "on"} of what is protected.
Printed = int | float | None | dict[str, Any]


class Keys:
    """How counts are named, in every report alike."""

    @staticmethod
    def target(target: Target) -> str:
        return f"target:{target.public_id}"

    @staticmethod
    def cell(series: str, period: str) -> str:
        """A figure of an indicator. A key stands in an address, so a slash in the period does not stay."""
        return f"indicator:{series}:{period.replace('/', '-')}"

    @staticmethod
    def total(table: Table, period: str) -> str:
        """What a table's total is the total of names it, so that it is the same in a revised plan."""
        return Keys.cell(Keys.total_series(table), period)

    @staticmethod
    def total_series(table: Table) -> str:
        parts = "+".join(row.indicator.series for row in table.rows if row.in_total)
        return f"total-{hashlib.sha256(parts.encode()).hexdigest()[:10]}"

    @staticmethod
    def figure(entry: LogEntry, target: Target) -> str:
        return f"figure:{entry.thread}:{target.public_id}"


@dataclass
class PlanCounts:
    """What is printed of each figure of a plan's report."""

    earlier: Sequence[Earlier] = ()
    results_on: datetime.date | None = None
    counts: dict[str, Count] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    # Figures that are no whole numbers, by column: they stand or fall together.
    together: list[list[str]] = field(default_factory=list)
    decided: dict[str, Protected] = field(default_factory=dict)
    # Values as they are, with decimals or with what else is in a total.
    exact: dict[str, Decimal] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        results: Iterable[Result],
        tables: Iterable[Table],
        earlier: Sequence[Earlier],
        told_sums: Sequence[Sequence[str]] = (),
        results_on: datetime.date | None = None,
    ) -> "PlanCounts":
        """`told_sums` are the sums that reports have told; `results_on` the day the results are as of, where it isn't that of
        the report."""
        made = cls(earlier, results_on)
        for result in results:
            if result.target.counts_people and result.value is not None:
                made._add(Keys.target(result.target), result.value)
                if not _is_whole(result.value):
                    made.together.append([Keys.target(result.target)])
        for table in tables:
            for at, period in enumerate(table.columns):
                made._add_column(table, at, period)
        sums = sums_still_known(made.counts.keys(), told_sums)
        made.counts |= counts_still_known(made.counts, sums)
        made.sums += sums
        made._decide()
        return made

    def printed(self, key: str, value: Decimal | None) -> Printed:
        """A figure as the content has it: a protected one as what is shown of it, another one as its number."""
        protected = self.decided.get(key)
        if protected is None:
            return self.plain(value)
        if protected.is_new:
            return {"shown": Shown.NUMBER.value, "value": self.plain(self.exact[key]), "on": None}
        return {name: as_json(protected)[name] for name in ("shown", "value", "on")}

    @staticmethod
    def plain(value: Decimal | None) -> int | float | None:
        """A JSON number: whole where it is whole. Two decimals are held exactly enough by a float."""
        if value is None:
            return None
        return int(value) if _is_whole(value) else float(value)

    def figures_to_print(self, target: Target, entries: Sequence[tuple[str, Decimal]], total: Decimal) -> bool:
        """Whether the single numbers of the log that are printed may be read beside the result they are part of.

        All or none: each is 5 or more, what they leave of the result is nothing or 5 or more, and the attacker finds
        nothing. Where the last number counts, one number after the other tells who came and went, and none is printed.
        """
        if not target.counts_people:
            return True
        key = Keys.target(target)
        protected = self.decided.get(key)
        if target.counting == Target.Counting.LATEST or protected is None or not protected.is_new:
            return False
        values = [value for _key, value in entries]
        rest = total - sum(values, Decimal(0))
        if not all(_is_whole(value) and value >= LEAST for value in [*values, total]) or 0 < rest < LEAST or rest < 0:
            return False
        return self._beside_its_parts(key, entries, total, rest)

    def remember(self, entries: Iterable[tuple[str, Decimal]]) -> None:
        """Figures of the log that are printed: what is known of them from now on."""
        for key, value in entries:
            self.decided[key] = Protected(key, Shown.NUMBER, int(value))
            self.exact[key] = value

    @property
    def as_content(self) -> dict[str, Any]:
        """The memory for later reports (domain/published_counts.py)."""
        return {
            "counts": [as_json(row) | {"counted_on": self._day_of(key)} for key, row in self.decided.items()],
            "count_sums": [list(one.keys) for one in self.sums],
        }

    def _day_of(self, key: str) -> str | None:
        """What is counted in the log is as of a day of its own; indicators are as they stand when the report is made."""
        is_logged = key.startswith(("target:", "figure:"))
        return self.results_on.isoformat() if self.results_on and is_logged else None

    def _beside_its_parts(
        self, key: str, entries: Sequence[tuple[str, Decimal]], total: Decimal, rest: Decimal
    ) -> bool:
        counts = [Count(key, int(total)), *(Count(name, int(value)) for name, value in entries)]
        if rest:
            counts.append(Count(f"{key}:before", int(rest), shown=False))
        one = Sum(key, tuple(count.key for count in counts[1:]))
        if not all(row.is_new for row in protect(counts=counts, sums=[one]).values()):
            return False
        return self._tells_nothing_of_before(key, rest) and all(
            self._tells_nothing_of_before(name, value) for name, value in entries
        )

    def _tells_nothing_of_before(self, key: str, value: Decimal) -> bool:
        """Whether a number may be known beside all that was told of the same: as it was told, or another by 5 or more.

        What was there before this half-year is what the report before could have told of the result; where it was held
        back then, it is held back now.
        """
        told = [row.value for row in self.earlier if row.key == key]
        return all(then is not None and (then == value or abs(value - then) >= LEAST) for then in told)

    def _add(self, key: str, value: Decimal, weight: int = 1) -> None:
        self.counts[key] = Count(key, max(0, int(value)), weight)
        self.exact[key] = value

    def _add_column(self, table: Table, at: int, period: str) -> None:
        people = [(row, row.cells[at].value) for row in table.rows if row.indicator.counts_people]
        found = [
            (Keys.cell(row.indicator.series, period), row.in_total, value) for row, value in people if value is not None
        ]
        for key, _in_total, value in found:
            self._add(key, value)
        total = table.total[at].value if table.total else None
        parts = tuple(key for key, in_total, _value in found if in_total)
        whole = Keys.total(table, period)
        keys = [key for key, _in_total, _value in found]
        if total is not None and parts:
            keys.append(whole)
            self._add(whole, sum((self.exact[key] for key in parts), Decimal(0)), TOTAL_WEIGHT)
        if not all(_is_whole(self.exact[key]) and self.exact[key] >= 0 for key in keys):
            self.together.append(keys)
        elif total is not None and parts:
            self.sums.append(Sum(whole, parts))
        if total is not None and parts:
            # Beside figures of other things, the total is as good as known with theirs.
            if total != self.exact[whole] and len(keys) > 1:
                self.together.append([whole])
            self.exact[whole] = total

    def _decide(self) -> None:
        if not self.counts:
            return
        self.decided = protect(counts=list(self.counts.values()), sums=self.sums, earlier=self._told())
        for keys in self.together:
            if not all(self.decided[key].is_new for key in keys):
                for key in keys:
                    if self.decided[key].shown != Shown.UNDER or self.exact[key] >= LEAST:
                        self.decided[key] = Protected(key, Shown.TOO_FEW)

    def _told(self) -> list[Earlier]:
        keys = set(self.counts)
        return [row for row in self.earlier if row.key in keys]


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()
