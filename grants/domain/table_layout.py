"""How what was counted becomes a table: a layout for each kind of declaration in table_list.py."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from grants.domain.published_figures import published
from grants.domain.table import Column, Row, Table, Value
from grants.domain.table_list import (
    ACROSS,
    COUNT,
    DOWN,
    GRANTS,
    MEANS,
    PERCENT,
    REGION,
    SERIES,
    SHARES,
    SPREAD,
    SUMS,
    TableSpec,
    options_of,
)
from grants.domain.table_queries import Means, Selection, Tally, means, spread, tallies

ALL, EVERYBODY, NO_REGION = "I alt", "Hele landet", "Uten region"
Part = TypeVar("Part", Tally, Means)


def lay_out(spec: TableSpec, selection: Selection) -> Table:
    """The table that is declared, made of what the selection has answered."""
    return _LAYOUTS[spec.kind](spec, selection)


def _table(spec: TableSpec, selection: Selection, columns: Iterable[Column], rows: Iterable[Row], **rest: Any) -> Table:
    return Table(
        spec.number, spec.title, selection.year, tuple(columns), tuple(rows), is_over_time=spec.is_over_time,
        is_by_region=spec.is_by_region, note=spec.note, **rest,
    )  # fmt: skip


def _sums(spec: TableSpec, selection: Selection) -> Table:
    """Each unit with its amount."""
    units, everybody = means(selection, spec), Means()
    for unit in units.values():
        everybody.add(unit)
    return _table(
        spec, selection,
        [Column(number.key, number.label, number.figure) for number in spec.means],
        [Row(name, tuple(unit.sum(number) for number in spec.means)) for name, unit in units.items()],
        n=everybody.asked, total=Row(ALL, tuple(everybody.sum(number) for number in spec.means)),
    )  # fmt: skip


def _shares(spec: TableSpec, selection: Selection) -> Table:
    """Count and percent of each option."""
    tally = tallies(selection, spec).get(selection.year, Tally())
    return _counted(spec, selection, tally, spec.options)


def _spread(spec: TableSpec, selection: Selection) -> Table:
    """Count and percent of each number that somebody answered."""
    tally = spread(selection, spec)
    return _counted(spec, selection, tally, {number: number for number in tally.counts})


def _counted(spec: TableSpec, selection: Selection, tally: Tally, options: dict[str, str]) -> Table:
    hundred = None if spec.has_several_answers else tally.hundred
    return _table(
        spec, selection,
        [Column("antall", "Antall", COUNT), Column("prosent", "Prosent", PERCENT)],
        [Row(label, (tally.counts[code], tally.percent(code)), code) for code, label in options.items()],
        n=tally.base, missing=tally.missing, total=Row(ALL, (tally.base, hundred)),
    )  # fmt: skip


def _down(spec: TableSpec, selection: Selection) -> Table:
    """Percents down each column: an option of another question, a region, or a year."""
    if spec.is_over_time:
        return _down_years(spec, selection)
    lines, everybody, asked = _by(spec, tallies(selection, spec), Tally())
    if spec.is_by_region and not selection.region:
        lines.append(Line(EVERYBODY, everybody))
    return _table(
        spec, selection,
        [Column(line.label, line.label, PERCENT, line.part.base, spec.column_question) for line in lines],
        [
            Row(label, tuple(line.part.percent(code) for line in lines), code)
            for code, label in spec.options.items()
        ],
        n=everybody.base, missing=asked - everybody.base, total=Row(ALL, tuple(line.part.hundred for line in lines)),
    )  # fmt: skip


def _down_years(spec: TableSpec, selection: Selection) -> Table:
    """Percents down each year, of what was published where the answers are not here."""
    counted, known = tallies(selection, spec), _published(spec, selection)
    years = sorted({*counted, *known, selection.year})
    now = counted.get(selection.year)

    def value(year: int, code: str) -> Value:
        return counted[year].percent(code) if year in counted else known.get(year, {}).get(code)

    def hundred(year: int) -> int | None:
        return counted[year].hundred if year in counted else 100 if year in known else None

    return _table(
        spec, selection,
        [Column(str(year), str(year), PERCENT, counted[year].base if year in counted else None) for year in years],
        [Row(label, tuple(value(year, code) for year in years), code) for code, label in spec.options.items()],
        n=now.base if now else None if selection.year in known else 0, missing=now.missing if now else 0,
        total=None if spec.has_several_answers else Row(ALL, tuple(hundred(year) for year in years)),
        published_years=tuple(sorted(known.keys() - counted.keys())),
    )  # fmt: skip


def _across(spec: TableSpec, selection: Selection) -> Table:
    """Percents across each row, with what they are of at the end."""
    lines, everybody, asked = _by(spec, tallies(selection, spec), Tally())
    options = spec.options

    def row(line: Line[Tally]) -> Row:
        percents = tuple(line.part.percent(option) for option in options)
        return Row(line.label, (*percents, line.part.base), line.code, line.part.base)

    return _table(
        spec, selection,
        [*(Column(label, label, PERCENT, question=spec.column_question) for label in options.values()), Column("n", "N", COUNT)],
        [row(line) for line in lines],
        n=everybody.base, missing=asked - everybody.base, total=row(Line(_whole(spec, selection), everybody)),
    )  # fmt: skip


def _means(spec: TableSpec, selection: Selection) -> Table:
    """Means in each row, and how many they are of: the units that have a grant, or those that gave both answers."""
    lines, everybody, asked = _by(spec, means(selection, spec), Means())
    *_others, last = spec.means
    of_grants = spec.base == GRANTS
    column = Column("antall", "Antall kommuner/bydeler", COUNT) if of_grants else Column("n", "N", COUNT)

    def row(line: Line[Means]) -> Row:
        base = line.part.asked if of_grants else line.part.ns[last.name]
        return Row(line.label, (*(line.part.mean(number) for number in spec.means), base), line.code, base)

    total = row(Line(_whole(spec, selection), everybody))
    return _table(
        spec, selection,
        [*(Column(number.key, number.label, number.figure) for number in spec.means), column],
        [row(line) for line in lines],
        n=total.base, missing=asked - everybody.ns[last.name], total=total,
    )  # fmt: skip


def _series(spec: TableSpec, selection: Selection) -> Table:
    """One mean a year, as it was published where the answers are not here."""
    (number,) = spec.means
    counted, known = means(selection, spec), _published(spec, selection)
    years = sorted({*counted, *known, selection.year})
    now = counted.get(selection.year)
    values = [
        counted[year].mean(number) if year in counted else known.get(year, {}).get("") for year in years
    ]  # fmt: skip
    return _table(
        spec, selection,
        [
            Column(str(year), str(year), number.figure, counted[year].ns[number.name] if year in counted else None)
            for year in years
        ],
        [Row(number.label, tuple(values))],
        n=now.ns[number.name] if now else None if selection.year in known else 0,
        missing=now.asked - now.ns[number.name] if now else 0,
        published_years=tuple(sorted(known.keys() - counted.keys())),
    )  # fmt: skip


@dataclass
class Line(Generic[Part]):
    """What was counted for one option, region or all."""

    label: str
    part: Part
    code: str = ""


def _by(spec: TableSpec, found: dict[str, Part], everybody: Part) -> tuple[list[Line[Part]], Part, int]:
    """A line for each option, also where nobody chose it, or for each region there is; all together; how many were asked.

    Those that left open what is counted by are in no line, and in `asked` only.
    """
    if spec.by == REGION:
        # The nameless one sorts first, and stands last.
        regions = sorted(found, key=lambda region: not region)
        lines = [Line(region or NO_REGION, found[region], region) for region in regions]
    else:
        lines = [Line(label, found.get(code, type(everybody)()), code) for code, label in options_of(spec.by).items()]
    for line in lines:
        everybody.add(line.part)
    return lines, everybody, sum(part.asked for part in found.values())


def _whole(spec: TableSpec, selection: Selection) -> str:
    return EVERYBODY if spec.by == REGION and not selection.region else ALL


def _published(spec: TableSpec, selection: Selection) -> dict[int, dict[str, Decimal]]:
    """Figures published earlier are of the whole country only."""
    if selection.region or selection.municipality:
        return {}
    return published(scheme=selection.scheme, table=spec.number, until=selection.year)


_LAYOUTS: dict[str, Callable[[TableSpec, Selection], Table]] = {
    SUMS: _sums,
    SHARES: _shares,
    SPREAD: _spread,
    DOWN: _down,
    ACROSS: _across,
    MEANS: _means,
    SERIES: _series,
}
