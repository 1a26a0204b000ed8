"""The figures of a report as files: CSV for a spreadsheet, JSON for a program. No database and no clock.

`numbers_in` lists every number that a content prints, whatever kind of report it is of: it walks through the content and
knows a number by where it stands. The file beside the page and the one inside the PDF are made of that list and of nothing
else, so they say what page and PDF say. A protected number stands as it is printed: «<5» or «vises ikke».
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import override

from organisation.charts import norwegian
from organisation.charts.numbers import MINUS, NO_BREAK
from organisation.documents import Attachment, csv_attachment, json_attachment
from reporting.domain.report_file_names import (
    AT_LEAST,
    COLUMNS,
    FIVE,
    INTERNAL,
    KRONER,
    LABELS,
    MISSING,
    MONEY,
    NOTHING,
    OF_GOAL,
    OF_KIND,
    PLACES,
    ROWS,
    TITLES,
    UNDER,
    UNPRINTED,
    WHOLE,
    WITHHELD,
)  # fmt: skip
from reporting.domain.sections import SECTIONS_OF

Content = dict[str, Any]
CSV_NAME, JSON_NAME = "tall.csv", "rapport.json"
HEADER = ("Avsnitt", "Tabell", "Rad", "Kolonne", "Tall", "Enhet", "Dato")


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
    kind: str = ""
    keys: str = ""  # how the keys begin of what is inside


def numbers_in(content: Content) -> list[Number]:
    """Every number that the report prints in a table, a list or on its first page, in the order of the content."""
    with override("nb"):
        found = []
        for name, value in content.items():
            if name in INTERNAL:
                continue
            keys = {"five": FIVE, "money": f"{MONEY}total:"}.get(name, "")
            here = _Place(
                row=str(ROWS.get(name, "")), day=_day_of(content), kind=str(content.get("kind", "")), keys=keys
            )
            for anchor, part in _parts(name, value):
                place = replace(here, section=_section_of(content, name, anchor))
                if _is_number(part) and name not in UNPRINTED:
                    found.append(_number(place, name, part))
                elif isinstance(part, dict | list):
                    found += _walk(part, place)
        return found


def _parts(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A part of the content with the section it is printed in; the grants of a year stand in three."""
    if name != "grants" or not isinstance(value, list):
        yield PLACES.get(name, ""), value
        return
    inside = {"penger": ("money",), "tiltakene": ("measures",)}
    for anchor, names in inside.items():
        yield anchor, [{one: row[one] for one in ("id", "title", *names) if one in row} for row in value]
    others = [{one: row[one] for one in row if one not in ("money", "measures")} for row in value]
    yield "tilskudd-for-tilskudd", others


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
        if value["shown"] != "number":
            return UNDER if value["shown"] == "under" else WITHHELD
        # A number that stands from before is the one that was printed then, with its day.
        floor = AT_LEAST if value.get("at_least") and not value.get("on") else ""
        return floor + printed(value["value"])
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
        if _is_figure(name, value) and _is_printed(found, name, value):
            yield _number_of(found, name, value, here)
    for name, value in found.items():
        if name not in INTERNAL and isinstance(value, dict | list) and not _is_figure(name, value):
            yield from _walk(value, replace(here, keys=_keys_inside(found, name, here)))


def _keys_inside(found: dict[str, Any], name: str, place: _Place) -> str:
    """How the keys begin of a sub-project's or a grant's money, and of its measures."""
    return {"money": f"{MONEY}{found.get('id', '')}:", "measures": f"{found.get('id', '')}:"}.get(name, place.keys)


def _is_printed(found: dict[str, Any], name: str, value: Any) -> bool:
    """Whether page and PDF have it: not what isn't known, what is still to come, or the empty place beside a count."""
    if name == "value" and found.get("cell"):
        return False
    if name in ("entries", "of") and not value:
        return False
    if found.get("is_to_come") and name in ("paid", "left"):
        return False
    return value is not None or bool(COLUMNS[name][1]) or (_is_goal(found) and name == "cell")


def _number_of(found: dict[str, Any], name: str, value: Any, place: _Place) -> Number:
    """One number of a row, with the key that the page has for it."""
    is_money = place.keys.startswith(MONEY)
    here = replace(place, row=place.row or WHOLE, unit=KRONER if is_money or name == "budget" else _unit(found))
    if is_money:
        half = f"{found['code']}:" if "code" in found else ""
        return _number(replace(here, key=f"{place.keys}{half}{name}"), name, value)
    row = _at(here, found if found.get("key") or not isinstance(value, dict) else value)
    if name == "budget":
        row = replace(row, key=f"budget:{place.keys}{found.get('id', '')}")
    made = _number(row, name, value)
    if name == "cell" and _is_goal(found):
        return replace(made, column=str(OF_GOAL[0]), printed=printed(value, OF_GOAL[1]))
    if name == "value" and value is None and "change" in found:  # one of the five
        return replace(made, printed=NOTHING)
    return made


def _inside(found: dict[str, Any], place: _Place) -> _Place:
    """Where something stands that is inside of this: its label becomes the row, the label around it the table."""
    label = _label(found) or (str(found.get("text") or "") if _is_goal(found) else "")
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
    key = str(found.get("key") or "")
    return replace(place, key=FIVE + key if key and place.keys == FIVE else key)


def _number(place: _Place, name: str, value: Any, column: str = "") -> Number:
    label, missing = OF_KIND.get((place.kind, name)) or COLUMNS.get(name, (name, MISSING))
    older = value.get("on") if isinstance(value, dict) else None
    return Number(
        place.section, place.table, place.row, column or str(label), printed(value, missing), place.unit,
        str(older or place.day), place.key, bool(older),
    )  # fmt: skip


def _is_goal(found: dict[str, Any]) -> bool:
    """A result goal of an award letter: its text is what it is called."""
    return "indicator" in found and "cell" in found


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
        content.get("as_of"),
        content.get("closed_on"),
        content.get("on"),
        isinstance(period, dict) and period.get("end"),
    )
    return next((str(day) for day in days if _is_day(day)), "")


def _section_of(content: Content, name: str, key: str) -> str:
    """The title of the section that a part of the content stands in: the one that is there only when the part is."""
    sections = SECTIONS_OF.get(content.get("kind", ""), ())
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
