"""Disclosure control of the 41 tables: which of their figures are about persons, and which of those may be told.

The only answer that counts persons is `children_reached`; everything else counts measures, units and kroner. Each time all
regions are weighed together, as they were and as they are today, also when one of them is asked for, so that the tables of the
regions and of the country don't tell of each other. What may be told is decided by the engine of the reports, which this app
can't see: it is given at start-up (reporting/apps.py), and without it nothing about persons is told. What collections of the
tables have told before is weighed too when another is made (table_edition.py).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from grants.domain.table import Row, Table
from grants.domain.table_list import THEN, TODAY, TableSpec
from grants.domain.table_queries import Selection, totals

# Answers that count persons.
OF_PERSONS = frozenset({"children_reached"})
ALL = ""  # in the place of a region or an option: all of them
WITHHELD = "vises ikke"  # bokmål, as the tables are

NAMELESS = "-"  # units without a region, who are not all of them

Atom = tuple[str, str, str]  # a region as it was, the region it is in today, and an option
Place = tuple[str, str, str]  # THEN or TODAY, a region and an option; either of the last two may be ALL
# The sum of each option over the country, as a collection told of it; None where it was not shown.
Memory = Mapping[str, int | None]


class Gate(Protocol):
    """The places, totals too, whose number may be told.

    Given what is counted by region as it was, region as it is today and option, of those that anybody has answered for; and what
    was told before, the oldest first.
    """

    def __call__(self, values: Mapping[Atom, int], before: Sequence[Memory] = ()) -> Collection[Place]: ...


def nothing_is_told(values: Mapping[Atom, int], before: Sequence[Memory] = ()) -> Collection[Place]:
    return ()


_gate: list[Gate] = [nothing_is_told]


def set_gate(gate: Gate) -> None:
    """Who decides which counts of persons may be told. Called once, when the program starts."""
    _gate[0] = gate


def is_about_persons(spec: TableSpec) -> bool:
    return any(number.name in OF_PERSONS for number in spec.means)


def guarded(table: Table, spec: TableSpec, selection: Selection, before: Sequence[Memory] = ()) -> Table:
    """The table without the figures that tell of few persons. A mean and its N give the sum away: the sum has to be tellable."""
    if not is_about_persons(spec):
        return table
    told = _gate[0](_weighed(spec, selection), before)
    means = {number.key for number in spec.means if number.name in OF_PERSONS}
    places = [place for place, column in enumerate(table.columns) if column.key in means]

    def kept(row: Row, option: str) -> Row:
        known = any(row.values[place] is not None for place in places)
        return row if not known or (_division(selection), selection.region, option) in told else row.without(places)

    total = kept(table.total, ALL) if table.total else None
    return replace(table, rows=tuple(kept(row, row.code) for row in table.rows), total=total)


@dataclass(frozen=True)
class Told:
    """The sum of each option that somebody has answered for, and of ALL; None where it may not be told. `forms` is all forms."""

    sums: dict[str, int | None]
    forms: int


def told_of(spec: TableSpec, selection: Selection, before: Sequence[Memory] = ()) -> Told:
    """What a table of the country or a region tells of. Forms that leave the option open are in no sum and no row. One query."""
    found = _counted(spec, selection)
    place, division = 1 if selection.is_today else 0, _division(selection)
    here = {key: row for key, row in found.items() if selection.region in (ALL, key[place])}
    sums: Counter[str] = Counter()
    for (*_regions, option), value in _answered(here).items():
        sums.update({option: value, ALL: value})
    may_be_told = _gate[0](_answered(found), before) if sums else ()
    return Told(
        {option: sums[option] if (division, selection.region, option) in may_be_told else None for option in sums},
        sum(forms for _sum, forms in here.values()),
    )


def _division(selection: Selection) -> str:
    return TODAY if selection.is_today else THEN


def _weighed(spec: TableSpec, selection: Selection) -> dict[Atom, int]:
    return _answered(_counted(spec, selection))


def _counted(spec: TableSpec, selection: Selection) -> dict[Atom, tuple[int | None, int]]:
    (name,) = [number.name for number in spec.means if number.name in OF_PERSONS]
    found = totals(replace(selection, region=""), name, spec.by)
    return {(then or NAMELESS, today or NAMELESS, option): row for (then, today, option), row in found.items()}


def _answered(found: Mapping[Atom, tuple[int | None, int]]) -> dict[Atom, int]:
    return {key: total for key, (total, _forms) in found.items() if key[2] and total is not None}
