"""The activity of a row: what has happened with it, from the sources its app has registered, newest first.

A page is found by moment and not by number, so that the thousandth costs what the first does: each source gives its newest
before that moment, and the database merges them.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import CharField, DateTimeField, F, Func, Q, Value

from organisation import comment_subjects
from organisation.models import User

SIZE = 20
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Event:
    """One line: what happened, in words without a person; who did it; the words she wrote; where it stands.

    `icon` is a picture beside the words, `is_day` where only the day of it is known.
    """

    what: Any
    who: str = ""
    text: str = ""
    url: str = ""
    icon: str = ""
    is_day: bool = False
    at: datetime.datetime | None = None


@dataclass(frozen=True)
class Source:
    """Where lines come from. `rows`: of one row, what its reader may see; `moment`: when it happened, a column or expression.

    `lines` makes an Event of each of a page's rows (given with the row they are about and the reader), by primary key, in a
    fixed number of queries.
    """

    key: str
    rows: Callable[[Any, User], "models.QuerySet[Any]"]
    moment: Any
    lines: Callable[[Any, Any, User], Mapping[int, Event]]


@dataclass(frozen=True)
class Activity:
    """A page of the feed, and how the next one is asked for ("" where there is none)."""

    events: list[Event]
    older: str = ""


def day_as_moment(column: str) -> Func:
    """The beginning of a Norwegian day, for rows that know no hour."""
    return Func(
        F(column),
        template=f"(%(expressions)s::timestamp AT TIME ZONE '{settings.TIME_ZONE}')",
        output_field=DateTimeField(),
    )


def activity(*, row: models.Model, reader: User, before: str = "", size: int = SIZE) -> Activity:
    """A page of what has happened with a row, for one reader, from the place that the page before it named."""
    sources: Sequence[Source] = comment_subjects.of_row(row).sources
    moment, skipped = _place(before)
    parts = [_newest(source, row, reader, moment, skipped + size + 1) for source in sources]
    merged = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    found = list(merged.order_by("-moment", "-source", "-pk")[skipped : skipped + size + 1])
    page = found[:size]
    events = _events(sources, page, row, reader)
    if len(found) <= size:
        return Activity(events)
    last = page[-1][0]
    # Rows of the same moment are counted, for a place that is no row's number.
    same = sum(at == last for at, _pk, _source in page) + (skipped if last == moment else 0)
    return Activity(events, f"{(last - EPOCH) // datetime.timedelta(microseconds=1)}-{same}")


def _newest(source: Source, row: models.Model, reader: User, moment: datetime.datetime | None, most: int) -> Any:
    rows = source.rows(row, reader).order_by().annotate(moment=_expression(source.moment))
    if moment is not None:
        rows = rows.filter(Q(moment__lte=moment))
    named = rows.annotate(source=Value(source.key, CharField()))
    return named.order_by("-moment", "-pk").values_list("moment", "pk", "source")[:most]


def _expression(moment: Any) -> Any:
    return F(moment) if isinstance(moment, str) else moment


def _events(
    sources: Iterable[Source], page: Sequence[tuple[datetime.datetime, int, str]], row: models.Model, reader: User
) -> list[Event]:
    told: dict[tuple[str, int], Event] = {}
    for source in sources:
        wanted = [pk for _at, pk, key in page if key == source.key]
        if wanted:
            of_page = source.rows(row, reader).filter(pk__in=wanted)
            told |= {(source.key, pk): event for pk, event in source.lines(of_page, row, reader).items()}
    # What has gone between the two questions is left out.
    return [_at(told[key, pk], at) for at, pk, key in page if (key, pk) in told]


def _at(event: Event, at: datetime.datetime) -> Event:
    values = {name: getattr(event, name) for name in Event.__dataclass_fields__}
    return Event(**values | {"at": at})


def _place(before: str) -> tuple[datetime.datetime | None, int]:
    """A moment, and how many of its rows have been shown. Whatever else stands in the address is the beginning."""
    if not re.fullmatch(r"[0-9]{1,17}-[0-9]{1,5}", before):
        return None, 0
    moment, shown = (int(part) for part in before.split("-"))
    try:
        return EPOCH + datetime.timedelta(microseconds=moment), shown
    except OverflowError:
        return None, 0
