"""The figures of a report as files: CSV for a spreadsheet, JSON for a program. No database and no clock.

`numbers_in` lists every number that a content prints, whatever kind of report it is of: it walks through the content and
knows a number by where it stands. The file beside the page and the one inside the PDF are made of that list and of nothing
else, so they say what page and PDF say. A protected number stands as it is printed: «<5» or «vises ikke».
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from organisation.charts import norwegian
from organisation.charts.numbers import MINUS, NO_BREAK
from organisation.documents import Attachment, csv_attachment, json_attachment
from reporting.domain.sections import SECTIONS_OF

Content = dict[str, Any]
CSV_NAME, JSON_NAME = "tall.csv", "rapport.json"
HEADER = ("Avsnitt", "Tabell", "Rad", "Kolonne", "Tall", "Enhet", "Dato")
UNDER, WITHHELD, MISSING = "<5", "vises ikke", "mangler"
# What a number is called where its table has no heads of columns, and what stands in the place of one that is missing.
COLUMNS: dict[str, tuple[Any, str]] = {
    "value": (_("Tall"), MISSING),
    "count": (_("Antall"), MISSING),
    "cell": (_("Antall"), ""),
    "of": (_("Av"), ""),
    "target": (_("Måltall"), "ikke satt"),
    "result": (_("Resultat"), "ikke telt"),
    "entries": (_("Loggføringer"), ""),
    "measure_count": (_("Antall tiltak"), ""),
    "before": (_("Før"), ""),
    "after": (_("Nå"), ""),
    "from": (_("Før"), ""),
    "to": (_("Nå"), ""),
    "applied": (_("Søkt om"), ""),
    "awarded": (_("Bevilget"), ""),
    "carried_over": (_("Overført"), ""),
    "budget": (_("Budsjett"), ""),
    "paid": (_("Utbetalt"), ""),
    "spent": (_("Brukt"), ""),
    "left": (_("Igjen"), ""),
    "children": (_("Barn og unge"), ""),
    "mean": (_("Gjennomsnitt"), ""),
}
WHOLE = "I alt"  # a total that has no name of its own
# Numbers that are no figures of the report, or are printed within a sentence (a change: "2 flere enn i ...").
UNPRINTED = frozenset(
    (
        *("schema", "year", "half", "number", "position", "level", "version", "letter"),
        *("change", "difference", "known", "grants", "all", "asked", "n", "missing", "available", "budgeted"),
    )
)
# What the product needs and a reader doesn't: its own ids, what it remembers of small counts, drawings, a picture.
INTERNAL = frozenset(
    (
        *("id", "measure_id", "sub_project", "key", "href", "url", "place", "logo", "chart", "charts"),
        *("counts", "count_sums", "sources", "values"),
    )
)
# Parts of a content that belong to a section which is always there, so that its question doesn't tell; see `_section_of`.
PLACES = {
    "first_page": "forste-side", "changes": "endret", "state_counts": "status", "measure_count": "status", "goals": "mal",
    "log": "logg", "plan": "planen",
}  # fmt: skip
TITLES: dict[str, Any] = {"forste-side": _("Første side"), "endret": _("Endret siden forrige rapport")}
LABELS = ("label", "name", "title", "measure", "question")


@dataclass(frozen=True)
class Number:
    """A number as it is printed, and where: `printed` without the spaces between thousands, so that a spreadsheet counts."""

    section: str
    table: str
    row: str
    column: str
    printed: str
    unit: str
    day: str
    key: str = ""
    is_older: bool = False  # published before, and standing until it has changed by enough


@dataclass(frozen=True)
class _Place:
    section: str = ""
    table: str = ""
    row: str = ""
    unit: str = ""
    day: str = ""
    key: str = ""


def numbers_in(content: Content) -> list[Number]:
    """Every number that the report prints in a table, a list or on its first page, in the order of the content."""
    with override("nb"):
        found = []
        for name, value in content.items():
            if name in INTERNAL:
                continue
            place = _Place(section=_section_of(content, name), day=_day_of(content))
            if _is_number(value) and name not in UNPRINTED:
                found.append(_number(place, name, value))
            elif isinstance(value, dict | list):
                found += _walk(value, place)
        return found


def numbers_by_key(content: Content) -> dict[str, Number]:
    """The numbers that a content prints under a key; of a result it is the result, not what it is held against."""
    beside = {str(COLUMNS[name][0]) for name in ("target", "entries", "of")}
    found: dict[str, Number] = {}
    for row in numbers_in(content):
        if row.key and row.column not in beside:
            found.setdefault(row.key, row)
    return found


def unnamed_in(content: Content) -> set[str]:
    """What numbers are called in a content that nobody has given a name to read by, or said of that they aren't printed."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                if name in INTERNAL:
                    continue
                if _is_number(inner) and name not in COLUMNS and name not in UNPRINTED:
                    found.add(name)
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(content)
    return found


def csv_file(content: Content) -> bytes:
    """The numbers as Norwegian Excel opens them: semicolons, decimal commas, UTF-8 with its mark."""
    return attachments_of(content)[0].content


def json_file(content: Content) -> bytes:
    return attachments_of(content)[1].content


def attachments_of(content: Content) -> list[Attachment]:
    """The two files that go with the report, beside the page and inside the PDF."""
    numbers = numbers_in(content)
    names = ("section", "table", "row", "column", "printed", "unit", "day")
    rows = [[_cell(getattr(row, name)) for name in names] for row in numbers]
    listed = [{name: getattr(row, name) for name in names} for row in numbers]
    return [
        csv_attachment(CSV_NAME, header=HEADER, rows=rows, description="Tallene i rapporten som tabell"),
        json_attachment(
            JSON_NAME, data={**public(content), "numbers": listed}, description="Rapporten som data, med alle tallene"
        ),
    ]


def public(content: Any) -> Any:
    """The content without what only the product needs."""
    if isinstance(content, dict):
        return {name: public(value) for name, value in content.items() if name not in INTERNAL}
    if isinstance(content, list):
        return [public(value) for value in content]
    return content


def printed(value: Any, missing: str = MISSING) -> str:
    """A number as the report prints it: plain, protected or missing."""
    if isinstance(value, dict):
        return {"number": lambda: printed(value["value"]), "under": lambda: UNDER}.get(
            value["shown"], lambda: WITHHELD
        )()
    return missing if value is None else norwegian(value).replace(NO_BREAK, "")


def _walk(value: Any, place: _Place) -> Iterator[Number]:
    if isinstance(value, list):
        for row in value:
            yield from _walk(row, place)
    elif isinstance(value, dict):
        if "columns" in value and isinstance(value.get("rows"), list):
            yield from _table(value, place)
        else:
            yield from _dict(value, place)


def _table(table: dict[str, Any], place: _Place) -> Iterator[Number]:
    """Rows of cells under heads of columns, and the total. A cell without anything in it is not printed."""
    title = table.get("title") or place.row or place.table
    heads = [column["label"] if isinstance(column, dict) else str(column) for column in table["columns"]]
    total = table.get("total") or None
    whole = [{"label": WHOLE, "cells": total}] if isinstance(total, list) else [total] if total else []
    for row in [*table["rows"], *whole]:
        here = replace(place, table=title, row=_label(row), unit=str(row.get("unit") or ""))
        for head, cell in zip(heads, row.get("cells", ()), strict=False):
            if _is_number(cell) or _is_protected(cell):
                yield _number(_at(here, cell if isinstance(cell, dict) else {}), "", cell, head)
            elif isinstance(cell, dict) and "text" in cell:
                yield replace(_number(_at(here, cell), "", None, head), printed=cell["text"].replace(NO_BREAK, ""))
            elif isinstance(cell, dict):
                yield _number(_at(here, cell), "", cell.get("value"), head)


def _dict(found: dict[str, Any], place: _Place) -> Iterator[Number]:
    """A row, or what holds rows. Its own numbers first, then what is inside."""
    if _is_protected(found):
        column = "" if found.get("label") else "value"
        yield _number(_at(_inside(found, place), found), column or "value", found)
        return
    here = _inside(found, place)
    for name, value in found.items():
        if name in INTERNAL or name in UNPRINTED:
            continue
        if _is_figure(name, value):
            if (value is None and not COLUMNS[name][1]) or (name == "entries" and not value):
                continue
            yield _number(_at(replace(here, unit=_unit(found)), found), name, value)
    for name, value in found.items():
        if name not in INTERNAL and isinstance(value, dict | list) and not _is_figure(name, value):
            yield from _walk(value, here)


def _inside(found: dict[str, Any], place: _Place) -> _Place:
    """Where something stands that is inside of this: its label becomes the row, the label around it the table."""
    label = _label(found)
    if found.get("kind_label") and found.get("number"):
        label = f"{found['kind_label']} {found['number']}: {label}"
    around = found.get("title") or found.get("measure")
    if isinstance(around, str) and around and around != label and label != str(found.get("title")):
        place = replace(place, row=around)
    day = found.get("on")
    if _is_day(day) and not _is_protected(found):
        place = replace(place, day=str(day))
    return replace(place, table=place.row or place.table, row=label) if label else place


def _label(found: dict[str, Any]) -> str:
    return next((str(found[name]) for name in LABELS if isinstance(found.get(name), str) and found[name]), "")


def _at(place: _Place, found: dict[str, Any]) -> _Place:
    return replace(place, key=str(found.get("key") or ""))


def _number(place: _Place, name: str, value: Any, column: str = "") -> Number:
    label, missing = COLUMNS.get(name, (name, MISSING))
    older = value.get("on") if isinstance(value, dict) else None
    return Number(
        place.section, place.table, place.row, column or str(label), printed(value, missing), place.unit,
        str(older or place.day), place.key, bool(older),
    )  # fmt: skip


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_protected(value: Any) -> bool:
    return isinstance(value, dict) and "shown" in value and "value" in value


def _is_figure(name: str, value: Any) -> bool:
    """A number, a protected one, or the empty place of one."""
    return _is_number(value) or (_is_protected(value) and not value.get("label")) or (value is None and name in COLUMNS)


def _is_day(value: Any) -> bool:
    try:
        return bool(datetime.date.fromisoformat(value))
    except (TypeError, ValueError):
        return False


def _unit(found: dict[str, Any]) -> str:
    """What is counted; of a measure, «unit» is who answers for it."""
    return "" if "state" in found else str(found.get("unit") or "")


def _cell(text: str) -> Any:
    """A text that is a number goes into the file as one; the minus of a number is no formula."""
    bare = text.replace(MINUS, "-")
    return _Printed(bare) if bare[:1] == "-" and bare[1:].replace(",", "").isdecimal() else text


class _Printed(float):
    """A number that is written just as it was printed."""

    def __new__(cls, text: str) -> "_Printed":
        made = super().__new__(cls, text.replace(",", "."))
        made.text = text
        return made

    text: str

    def __str__(self) -> str:
        return self.text


def _day_of(content: Content) -> str:
    """The day that the report's figures are as of."""
    period = content.get("period")
    days = (
        content.get("closed_on"),
        content.get("as_of"),
        content.get("on"),
        isinstance(period, dict) and period.get("end"),
    )
    return next((str(day) for day in days if _is_day(day)), "")


def _section_of(content: Content, name: str) -> str:
    """The title of the section that a part of the content stands in: the one that is there only when the part is."""
    sections = SECTIONS_OF.get(content.get("kind", ""), ())
    key = PLACES.get(name)
    for section in sections:
        if section.key == key:
            return str(section.title)
    if key in TITLES:
        return str(TITLES[key])
    frame = {"kind": content.get("kind")}
    for section in sections:
        try:
            if not section.is_in(frame) and section.is_in({**frame, name: content[name]}):
                return str(section.title)
        except (KeyError, TypeError):
            continue
    return ""
