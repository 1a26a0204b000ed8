"""A table in words: what the page and the PDF print of it. Text and JSON only, so that it can be frozen as it is."""

from decimal import Decimal
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from grants.domain.table_charts import chart_of
from grants.domain.table_disclosure import WITHHELD
from grants.domain.table_list import COUNT, GRANTS, KRONER, MEAN, MEASURES, PERCENT, QUESTIONS, REGION, SPECS, UNIT
from grants.domain.tables import Row, Table

Value = int | Decimal | None
DASH = "–"
NO_BREAK = "\u00a0"
MOST_TOGETHER = 4  # drawings that fit below their table on a page
LONG = 25  # rows; a longer table is broken over pages, a shorter one is kept together


def text_of(value: Value, figure: str) -> str:
    """A figure as people read it: "25 103 653", "36 %", "3,2"; a dash where there is none."""
    if value is None:
        return DASH
    exponent = Decimal(value).as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    text = str(number_format(value, decimal_pos=places, force_grouping=True))
    return f"{text}{NO_BREAK}%" if figure == PERCENT else text


def shown(table: Table, *, is_own: bool = False) -> dict[str, Any]:
    """Everything that is printed of a table: in bokmål, as the table itself, whatever the language of the page around it.

    `is_own`: it is made of the reader's own reports, and not of those of the whole country.
    """
    with translation.override("nb"):
        return _shown(table, is_own)


def demo_note() -> str:
    """What is said with every table of the demo, for its answers look as real as its amounts. Elsewhere nothing."""
    with translation.override("nb"):
        return _("Demo: beløpene for 2009 er ekte, svarene er oppdiktet.") if settings.DEMO else ""


def _shown(table: Table, is_own: bool) -> dict[str, Any]:
    chart = chart_of(table, text_of)
    return {
        "number": table.number,
        "name": _("Tabell %(number)s") % {"number": table.number},
        "title": table.title,
        "caption": f"{figures_of(table)}, {_years(table)}",
        "head": _head(table),
        "questions": _questions(table),
        "columns": [column.label for column in table.columns],
        "rows": [_row(table, row) for row in table.rows],
        "total": _row(table, table.total) if table.total else None,
        "bases": _bases(table),
        "answered": answered(table),
        "notes": _notes(table, is_own),
        "is_crowded": bool(chart and len(chart["panels"]) > MOST_TOGETHER),
        "is_empty": table.is_empty,
        "is_long": len(table.rows) > LONG,
        "is_wide": len(table.columns) > 4,
        "chart": chart,
    }


def figures_of(table: Table) -> str:
    """What the figures are, in the columns' order: "Antall og prosent"."""
    words = {COUNT: _("antall"), PERCENT: _("prosent"), KRONER: _("kroner"), MEAN: _("gjennomsnitt")}
    found = list(dict.fromkeys(words[column.figure] for column in table.columns))
    listed = f"{', '.join(found[:-1])} {_('og')} {found[-1]}" if len(found) > 1 else "".join(found)
    return listed[:1].upper() + listed[1:]


def answered(table: Table) -> str:
    """N, and in one sentence how many left the question open. Over years it is that of the table's own year."""
    if table.n is None:
        return ""
    numbers = {"n": text_of(table.n, COUNT), "asked": text_of(table.n + table.missing, COUNT)}
    said = _said(SPECS[table.number].base, table.n + table.missing, table.missing) % numbers
    return _("I %(year)s: %(said)s") % {"year": table.year, "said": said} if table.is_over_time else said


def _said(base: str, asked: int, missing: int) -> str:
    if base == GRANTS:  # amounts are known of everybody who has a grant
        return _("N = %(n)s kommuner og bydeler med tilskudd.")
    if not asked:
        return _("N = 0. Ingen har svart.")
    if base == MEASURES:
        return _("N = %(n)s. %(n)s av %(asked)s tiltak har svar.") if missing else _("N = %(n)s. Alle tiltak har svar.")
    return _("N = %(n)s. %(n)s av %(asked)s svarte.") if missing else _("N = %(n)s. Alle svarte.")


def _years(table: Table) -> str:
    """Over years the first and the last one."""
    years = [column.key for column in table.columns if table.is_over_time]
    return f"{years[0]}–{years[-1]}" if len(years) > 1 else str(table.year)


def _head(table: Table) -> str:
    """What stands in the rows."""
    rows = SPECS[table.number].rows
    own = {UNIT: _("Kommune eller bydel"), REGION: _("Region")}
    label = own.get(rows) or (str(QUESTIONS[rows].label) if rows in QUESTIONS else "")
    return label[:1].upper() + label[1:]


def _questions(table: Table) -> list[dict[str, Any]]:
    """A row above the columns where options stand in them: what they answer, over how many. Where none do, no row."""
    if not any(column.question for column in table.columns):
        return []
    runs = groupby(table.columns, key=lambda column: column.question)
    return [{"text": question, "span": len(list(columns))} for question, columns in runs]


def _row(table: Table, row: Row) -> dict[str, Any]:
    texts = texts_of(table, row)
    return {
        "label": row.label,
        "cells": [{"text": text, "column": column.label} for text, column in zip(texts, table.columns, strict=True)],
    }


def texts_of(table: Table, row: Row) -> list[str]:
    """The row's figures in words, in the columns' order."""
    return [
        WITHHELD if n in row.withheld else text_of(value, column.figure)
        for n, (value, column) in enumerate(zip(row.values, table.columns, strict=True))
    ]


def _bases(table: Table) -> list[dict[str, str]] | None:
    """N of each column, where columns have one of their own."""
    if all(column.base is None for column in table.columns):
        return None
    return [{"text": text_of(column.base, COUNT), "column": column.label} for column in table.columns]


def _notes(table: Table, is_own: bool) -> list[str]:
    notes = [demo_note(), table.note, _published(table, is_own), _rounding(table), _withheld(table), _what_n_is(table)]
    return list(filter(None, notes))


def _what_n_is(table: Table) -> str:
    """Where N is a row or a column, and not only in the sentence that says how many answered."""
    if not any(column.key == "n" or column.base is not None for column in table.columns):
        return ""
    return _("N er antallet som prosenten eller gjennomsnittet er regnet av.")


def _withheld(table: Table) -> str:
    if not table.has_withheld:
        return ""
    return _(
        "«Vises ikke» står der et tall er om færre enn fem barn og unge, eller ville latt noen regne ut et slikt tall."
    )


def _published(table: Table, is_own: bool) -> str:
    """Figures of the whole country stand beside the reader's own: it is said which are which."""
    if not table.published_years:
        return ""
    years = {"years": _listed([str(year) for year in table.published_years])}
    if is_own and len(table.published_years) < len(table.columns):
        return _("Tallene for %(years)s er publisert tidligere og gjelder hele landet, de andre kommunen din.") % years
    return _("Tallene for %(years)s er publisert tidligere, og gjelder hele landet.") % years


def _rounding(table: Table) -> str:
    figures = {column.figure for column in table.columns}
    if PERCENT in figures:
        # Where several answers may be given the parts are no parts of a hundred.
        if SPECS[table.number].has_several_answers:
            return _("Prosent er rundet av til hele tall.")
        return _("Prosent er rundet av til hele tall. Summen av delene kan derfor bli 99 eller 101.")
    return _("Beløp er rundet av til hele kroner.") if KRONER in figures else ""


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} {_('og')} {words[-1]}" if len(words) > 1 else "".join(words)
