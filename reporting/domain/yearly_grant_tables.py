"""Which of the 41 tables the yearly report of one municipality has, and how it shows them.

Chosen are those that say something of one municipality: what its measures are, whom they are for, how large they are and
whether they go on, and how its own numbers run over years. Left out are the regions, crossings of few measures by few, and
questions that each reporting unit answers once: these stand under each grant, unless the municipality has many units.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from grants.domain.table_disclosure import is_about_persons
from grants.domain.table_list import COUNT, MEANS, MEASURES, PERCENT, SHARES, SPECS, UNIT
from grants.domain.table_shown import shown, texts_of
from grants.domain.tables import Row, Table, make_table
from grants.models import GrantScheme
from organisation.charts import bars
from reporting.domain.yearly_grant_counts import Children, options_of_table
from reporting.domain.yearly_grant_facts import Facts, Told

Json = dict[str, Any]
# Amounts and measures year by year; who chooses whom; the measures; their money; whether they go on; whom they reached.
OVER_YEARS = (3, 4, 13)
OF_MEASURES = (6, 9, 10, 11, 12, 14, 20, 21, 30, 34)
# Each unit answers once: a table of one or two units says what stands under their grants.
OF_UNITS = (1, 2, 5, 7, 29, 32, 33, 35, 36, 37, 38, 39, 41)
MANY_UNITS = 5
# Of fewer than this, a percent says less than the number it is made of.
LEAST_FOR_PERCENT = 5
MOST_YEARS = 7  # columns that fit a standing page
LEAST_FOR_CHART = 3  # rows


@dataclass(frozen=True)
class Asked:
    """A scheme that is reported here, with the municipality's grants of it this year."""

    scheme: GrantScheme
    told: list[Told]


def tables_of(facts: Facts, children: Children) -> list[Json]:
    """For each scheme of which a report has been sent: its tables, of this municipality's units only."""
    return [row for asked in _asked(facts) for row in _tables(asked, facts, children)]


def table_sources(facts: Facts) -> dict[str, Json]:
    """The reports behind each scheme's tables."""
    return {
        f"tables:{asked.scheme.public_id}": {
            "kind": "yearly_reports", "ids": [told.answers.public_id for told in asked.told if told.answers]
        }
        for asked in _asked(facts)
    }  # fmt: skip


def numbers_for(units: int) -> tuple[int, ...]:
    """The tables of a scheme that so many of the municipality's units have reported on."""
    return tuple(sorted((*OVER_YEARS, *OF_MEASURES, *(OF_UNITS if units >= MANY_UNITS else ()))))


def _asked(facts: Facts) -> list[Asked]:
    found: dict[int, Asked] = {}
    for told in facts.awarded:
        if told.answers and told.grant.scheme.reported_here:
            found.setdefault(told.grant.scheme_id, Asked(told.grant.scheme, [])).told.append(told)
    return list(found.values())


def _tables(asked: Asked, facts: Facts, children: Children) -> list[Json]:
    rows = []
    for number in numbers_for(len(asked.told)):
        table = make_table(number, scheme=asked.scheme, year=facts.year, municipality=facts.municipality)
        if is_about_persons(SPECS[number]):
            table = _with_means(table, options_of_table(children, asked.scheme.public_id, facts.year))
        if not _says_something(table):
            continue
        rows.append(_shown(_without_small_percents(table), asked.scheme))
    return rows


def _says_something(table: Table) -> bool:
    if table.is_empty or not table.n:
        return False
    if table.is_over_time:
        few = any(column.base is not None and column.base < LEAST_FOR_PERCENT for column in table.columns)
        return len(table.columns) > 1 and not (few and table.columns[0].figure == PERCENT)
    return True


def _with_means(table: Table, told: dict[str, Decimal | None]) -> Table:
    """With the means that the report's own system of counts lets be told, which knows what was published before."""

    def row(one: Row) -> Row:
        if one.code not in told:
            return one
        mean = told[one.code]
        as_it_is = replace(one, values=(mean, *one.values[1:]), withheld=frozenset())
        return as_it_is if mean is not None else as_it_is.without([0])

    return replace(table, rows=tuple(map(row, table.rows)), total=row(table.total) if table.total else None)


def _without_small_percents(table: Table) -> Table:
    """Without its percents where it rests on few measures: one of three is not 33 per cent of anything."""
    if SPECS[table.number].kind != SHARES or (table.n or 0) >= LEAST_FOR_PERCENT:
        return table
    kept = [place for place, column in enumerate(table.columns) if column.figure != PERCENT]

    def row(one: Row) -> Row:
        return replace(one, values=tuple(one.values[place] for place in kept))

    return replace(
        table,
        columns=tuple(table.columns[place] for place in kept),
        rows=tuple(map(row, table.rows)),
        total=row(table.total) if table.total else None,
        note=_("Flere svar er mulig.") if SPECS[table.number].has_several_answers else table.note,
    )


def _shown(table: Table, scheme: GrantScheme) -> Json:
    said = shown(table, is_own=True)
    anchor = f"tabell-{scheme.public_id}-{table.number}"
    chart = _chart(table, anchor) or said["chart"]
    return {
        **said,
        "id": anchor,
        "scheme": {"id": scheme.public_id, "name": scheme.name},
        "answered": _answered(table),
        "chart": chart and {**chart, "id": f"{anchor}-tegning"},
        "is_wide": len(table.columns) > MOST_YEARS,
        "values": table.as_json(),
    }


def _answered(table: Table) -> str:
    """What it rests on, of this municipality."""
    spec, n = SPECS[table.number], table.n or 0
    if table.is_over_time or spec.rows == UNIT:
        return _("Bare kommunens egne tall.")
    if spec.base == MEASURES:
        return _("%(n)s av %(asked)s tiltak har svar.") % {"n": n, "asked": n + table.missing}
    return _("%(n)s av %(asked)s enheter har svart.") % {"n": n, "asked": n + table.missing}


def _chart(table: Table, anchor: str) -> Json | None:
    """A bar for each answer that somebody gave."""
    if SPECS[table.number].kind not in (SHARES, MEANS):
        return None
    texts = [(row, texts_of(table, row)[0]) for row in table.rows]
    rows = [
        {"label": row.label, "value": row.values[0], "text": text} for row, text in texts if row.values[0] or row.withheld
    ]  # fmt: skip
    if len(rows) < LEAST_FOR_CHART:
        return None
    unit = _("tiltak") if table.columns[0].figure == COUNT and SPECS[table.number].base == MEASURES else ""
    return bars(id=f"{anchor}-tegning", title=table.title, rows=rows, unit=unit)
