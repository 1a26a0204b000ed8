"""One line of what waits for a person, wherever in the app it comes from, and how all of them are asked for at once."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import CharField, DateField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast

MOST = 20  # lines of a kind; who has more finds the rest in the lists


@dataclass(frozen=True)
class Waiting:
    """One thing to do: its name, and what is asked. `due_on` is None where nothing is due by a day."""

    title: str
    asked: str
    url: str
    due_on: datetime.date | None = None
    is_late: bool = False
    about: str = ""  # what tells two of one name apart


class Found(NamedTuple):
    """What a line is made of; each source fills in what it needs."""

    source: int
    title: str
    unit: str
    scheme: str
    place: str
    second_place: str
    number: int
    due_on: datetime.date | None


# How each column is asked for where a source leaves it out. Every part of a UNION has the same columns.
NOTHING: dict[str, Any] = {
    "title": Value("", CharField()),
    "unit": Value("", CharField()),
    "scheme": Value("", CharField()),
    "place": Value("", CharField()),
    "second_place": Value("", CharField()),
    "number": Value(0, IntegerField()),
    "due_on": Cast(Value(None), DateField()),
}


@dataclass(frozen=True)
class Source:
    """Rows of one kind in their order, where the columns of `Found` are in them, and what one of them says."""

    rows: QuerySet[Any]
    columns: dict[str, Any]
    tell: Callable[[Found], Waiting]


def lines(sources: Sequence[Source]) -> Iterator[Waiting]:
    """What waits in all of the sources, at most twenty of each; one query."""
    parts = [_part(position, source) for position, source in enumerate(sources)]
    if not parts:
        return
    found = map(Found._make, parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0])
    for row in sorted(found, key=lambda row: row.source):
        yield sources[row.source].tell(row)


def _part(position: int, source: Source) -> QuerySet[Any]:
    asked = {
        f"w_{name}": F(place) if isinstance(place := source.columns.get(name, nothing), str) else place
        for name, nothing in NOTHING.items()
    }
    rows = source.rows.annotate(w_source=Value(position, IntegerField()), **asked)
    part: QuerySet[Any] = rows.values_list("w_source", *asked)[:MOST]
    return part
