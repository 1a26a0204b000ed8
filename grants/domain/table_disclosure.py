"""Disclosure control of the 41 tables: which of their figures are about persons, and which of those may be told.

The only answer that counts persons is `children_reached`; everything else counts measures, units and kroner. Each time all
regions are weighed together, also when one is asked for, so that the tables of the regions and of the country don't tell
of each other. What may be told is decided by the engine of the reports, which this app can't see: it is given at start-up
(reporting/apps.py), and without it nothing about persons is told.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from grants.domain.table import Row, Table
from grants.domain.table_list import TableSpec
from grants.domain.table_queries import Selection, totals

# Answers that count persons.
OF_PERSONS = frozenset({"children_reached"})
ALL = ""  # in the place of a region or an option: all of them
WITHHELD = "vises ikke"  # bokmål, as the tables are

NAMELESS = "-"  # units without a region, who are not all of them

Place = tuple[str, str]  # a region and an option; either may be ALL
# Given what is counted in each place that anybody has answered for, the places, totals too, whose number may be told.
Gate = Callable[[Mapping[Place, int]], Collection[Place]]


def nothing_is_told(values: Mapping[Place, int]) -> Collection[Place]:
    return ()


_gate: list[Gate] = [nothing_is_told]


def set_gate(gate: Gate) -> None:
    """Who decides which counts of persons may be told. Called once, when the program starts."""
    _gate[0] = gate


def is_about_persons(spec: TableSpec) -> bool:
    return any(number.name in OF_PERSONS for number in spec.means)


def guarded(table: Table, spec: TableSpec, selection: Selection) -> Table:
    """The table without the figures that tell of few persons. A mean and its N give the sum away: the sum has to be tellable."""
    if not is_about_persons(spec):
        return table
    told = _told(spec, selection)
    means = {number.key for number in spec.means if number.name in OF_PERSONS}
    places = [place for place, column in enumerate(table.columns) if column.key in means]

    def kept(row: Row, option: str) -> Row:
        known = any(row.values[place] is not None for place in places)
        return row if not known or (selection.region, option) in told else row.without(places)

    total = kept(table.total, ALL) if table.total else None
    return replace(table, rows=tuple(kept(row, row.code) for row in table.rows), total=total)


def _told(spec: TableSpec, selection: Selection) -> Collection[Place]:
    (name,) = [number.name for number in spec.means if number.name in OF_PERSONS]
    found = totals(replace(selection, region=""), name, spec.by)
    return _gate[0]({(region or NAMELESS, option): total for (region, option), total in found.items()})
