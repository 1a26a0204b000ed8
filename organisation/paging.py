"""The pages of every list, and nothing else cuts a list into pages (tests/pages/test_paging.py).

`numbered` is for lists that stay small: "Side 2 av 3", and the database counts and skips.

`keyset` is for lists that grow without bound: what is logged, paid, read and told. The address carries a mark, which is where
the page before ended, and the database goes on from there by an index: page 1 000 costs what page 2 does, and a row that
comes in meanwhile moves nothing. A mark holds the values that the list is sorted by and the row's key, signed and made for
one order of one list. One that can't be read, or was made for another order, gives the first page.

A mark stands in an address, so a list that is sorted by people's names is a numbered one.
"""

import datetime
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core import signing
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Field, Q, QuerySet, Window
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _

NUMBER, AFTER, BEFORE = "side", "etter", "for"
ADDRESS_OF_PAGE = (NUMBER, AFTER, BEFORE)
# A list is counted so far and no further: what comes after is "more than".
MOST_COUNTED = 10_000
NOTHING = Q(pk__in=[])


class NumberedPage(Page):
    """A page of a list that stays small."""

    is_keyset = False

    @property
    def count_label(self) -> str:
        return str(number_format(self.paginator.count, force_grouping=True))


class NumberedPaginator(Paginator):
    def _get_page(self, *args: Any, **kwargs: Any) -> NumberedPage:
        return NumberedPage(*args, **kwargs)


def numbered(request: HttpRequest, rows: Any, size: int = 25, count: int | None = None) -> NumberedPage:
    """The page that the address asks for by its number. `rows`: a queryset with an order that is unique, or a list.

    `count`: how many they are, where the view has asked already.
    """
    paginator = NumberedPaginator(rows, size)
    if count is not None:
        paginator.count = count
    page: NumberedPage = paginator.get_page(request.GET.get(NUMBER))  # type: ignore[assignment]
    return page


def windowed(query: QueryDict, rows: QuerySet[Any], size: int) -> NumberedPage:
    """The same of rows that are counted in the query that finds them: one query, unless the page is not there."""
    asked = query.get(NUMBER, "")
    number = min(int(asked), 10_000) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    counted: Any = rows.annotate(all_rows=Window(Count("*")))
    found: list[Any] = []
    if number > 1:
        found = list(counted[(number - 1) * size : number * size])
    if not found:
        number, found = 1, list(counted[:size])
    paginator = NumberedPaginator(found, size)
    paginator.count = found[0].all_rows if found else 0
    return NumberedPage(found, number, paginator)


@dataclass(frozen=True)
class Key:
    """One column that a list is sorted by. `name`: a field or an annotation; `field`: reads a value of a mark."""

    name: str
    field: Field
    descending: bool = False
    nullable: bool = False
    nulls_last: bool | None = None  # None: as PostgreSQL has it, last when ascending

    @property
    def has_nulls_last(self) -> bool:
        return not self.descending if self.nulls_last is None else self.nulls_last

    def order(self, backwards: bool) -> OrderBy:
        last = True if self.nulls_last is True else None
        first = True if self.nulls_last is False else None
        order = OrderBy(F(self.name), descending=self.descending, nulls_last=last, nulls_first=first)
        if backwards:
            order.reverse_ordering()
        return order

    def beyond(self, value: Any, backwards: bool) -> Q:
        """The rows that come after `value`, looking at this column only."""
        nulls_last = self.has_nulls_last is not backwards
        if value is None:
            return NOTHING if nulls_last else Q(**{f"{self.name}__isnull": False})
        further = Q(**{f"{self.name}__{'lt' if self.descending is not backwards else 'gt'}": value})
        return further | Q(**{f"{self.name}__isnull": True}) if self.nullable and nulls_last else further

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def from_here(self, value: Any, backwards: bool) -> Q | None:
        """What an index can begin at: at `value` or beyond it. None where nulls stand in between."""
        if value is None or self.nullable:
            return None
        return Q(**{f"{self.name}__{'lte' if self.descending is not backwards else 'gte'}": value})


@dataclass(frozen=True)
class Mark:
    """Where a page begins: after this row, or before it. `start`: how many rows came before the page, as far as we know."""

    values: tuple[Any, ...]
    start: int
    backwards: bool = False


def beyond(keys: Sequence[Key], mark: Mark) -> Q:
    """The rows after the mark's, in the direction it goes. The last key is unique."""
    key, value, backwards = keys[-1], mark.values[-1], mark.backwards
    found = key.beyond(value, backwards)
    for key, value in zip(reversed(keys[:-1]), reversed(mark.values[:-1]), strict=True):
        found = key.beyond(value, backwards) | (key.same(value) & found)
        begins = key.from_here(value, backwards)
        found = found if begins is None else begins & found
    return found


class _Counted:
    """What templates ask a page's paginator for."""

    def __init__(self, count: int) -> None:
        self.count = count


Fetch = Callable[[Mark | None, int], list[Any]]


class KeysetPage:
    """A page of a list of any length. Used in templates as Django's own page is."""

    is_keyset = True

    def __init__(self, address: "_Address", rows: list[Any], values: Callable[[Any], tuple[Any, ...]]) -> None:
        self.object_list: Any = rows
        self.start = address.start
        self.has_next = address.has_next
        self.has_previous = address.has_previous
        # Made now: whoever uses the page may put other rows in object_list.
        self.next_mark = address.mark(values(rows[-1]), self.start + len(rows)) if self.has_next else ""
        self.previous_mark = address.mark(values(rows[0]), self.start) if self.has_previous else ""
        self._shown = len(rows)
        # Also where the page shows all: a list takes as many queries with few rows as with many.
        self._counted = address.count()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)

    def __getitem__(self, index: Any) -> Any:
        return self.object_list[index]

    @property
    def has_other_pages(self) -> bool:
        return self.has_next or self.has_previous

    @property
    def first(self) -> int:
        return self.start + 1 if self._shown else 0

    @property
    def last(self) -> int:
        return self.start + self._shown

    @property
    def paginator(self) -> _Counted:
        """The number of rows, and one more than `MOST_COUNTED` where there are more."""
        return _Counted(self._counted)

    @property
    def count_label(self) -> str:
        if self._counted > MOST_COUNTED:
            return str(_("mer enn %(n)s") % {"n": number_format(MOST_COUNTED, force_grouping=True)})
        # Of rows that were taken away while somebody turned the pages, "26–50 av 40" would be left.
        return str(number_format(max(self._counted, self.last), force_grouping=True))

    @property
    def place_label(self) -> str:
        first, last = (number_format(n, force_grouping=True) for n in (self.first, self.last))
        return str(_("%(first)s–%(last)s av %(total)s") % {"first": first, "last": last, "total": self.count_label})


class _Address:
    """The mark in an address, and the marks of the pages beside it."""

    def __init__(self, request: HttpRequest, name: str, keys: Sequence[Key], count: Callable[[], int]) -> None:
        self.keys, self.count = keys, count
        order = repr([(key.name, key.descending, key.has_nulls_last) for key in keys])
        self.salt = "paging:" + hashlib.sha256(f"{name}{order}".encode()).hexdigest()[:16]
        self.asked = self._read(request.GET.get(AFTER), False) or self._read(request.GET.get(BEFORE), True)
        self.start, self.has_next, self.has_previous = 0, False, False

    def _read(self, text: str | None, backwards: bool) -> Mark | None:
        if not text or "\0" in text:
            return None
        try:
            start, *values = signing.loads(text, salt=self.salt)
            read = tuple(
                None if value is None else key.field.to_python(value)
                for key, value in zip(self.keys, values, strict=True)
            )
            return Mark(read, max(0, int(start)), backwards)
        except (signing.BadSignature, ValidationError, ValueError, TypeError):
            return None

    def mark(self, values: tuple[Any, ...], start: int) -> str:
        return signing.dumps([start, *(_plain(value) for value in values)], salt=self.salt)

    def rows(self, fetch: Fetch, size: int) -> list[Any]:
        """The page's rows in the list's order. One more than it shows is read, to know whether there is another page."""
        asked = self.asked
        if asked is not None:
            found = fetch(asked, size + 1)
            more, found = len(found) > size, found[:size]
            if asked.backwards and more:
                self.start, self.has_next, self.has_previous = max(0, asked.start - size), True, True
                return found[::-1]
            if not asked.backwards and found:
                self.start, self.has_next, self.has_previous = asked.start, more, True
                return found
            # Before the first row, or after the last one that is left: the first page, and a whole one.
        self.start, self.has_previous = 0, False
        found = fetch(None, size + 1)
        self.has_next = len(found) > size
        return found[:size]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date | datetime.time | Decimal):
        return str(value)
    return value


def keyset(
    request: HttpRequest, rows: QuerySet[Any], size: int = 25, count: Callable[[], int] | None = None
) -> KeysetPage:
    """The page that the address asks for by its mark, of rows in any order; the key is added where the order isn't unique.

    `count`: how many they are, where something else knows.
    """
    rows, keys = _sorted(rows)

    def fetch(mark: Mark | None, limit: int) -> list[Any]:
        found, backwards = rows, bool(mark and mark.backwards)
        if mark is not None:
            found = found.filter(beyond(keys, mark))
        return list(found.order_by(*(key.order(backwards) for key in keys))[:limit])

    return page_of(
        request, rows.model._meta.label, keys, fetch, size,
        values=lambda row: tuple(getattr(row, key.name) for key in keys),
        count=count or (lambda: counted(rows)),
    )  # fmt: skip


def page_of(
    request: HttpRequest,
    name: str,
    keys: Sequence[Key],
    fetch: Fetch,
    size: int,
    *,
    values: Callable[[Any], tuple[Any, ...]],
    count: Callable[[], int],
) -> KeysetPage:
    """For a list that is no queryset; `name` says which. `fetch`: at most so many rows beyond a mark, in its direction."""
    address = _Address(request, name, keys, count)
    return KeysetPage(address, address.rows(fetch, size), values)


def counted(rows: QuerySet[Any], *others: QuerySet[Any]) -> int:
    """How many there are, counted no further than a page tells."""
    first, *more = (each.order_by().values("pk")[: MOST_COUNTED + 1] for each in (rows, *others))
    return int((first.union(*more, all=True) if more else first).count())


def _sorted(rows: QuerySet[Any]) -> tuple[QuerySet[Any], list[Key]]:
    """The rows, with what they are sorted by as columns of their own, and those columns."""
    query, model = rows.query, rows.model
    order: Sequence[Any] = query.order_by or (query.get_meta().ordering if query.default_ordering else None) or ()
    keys: list[Key] = []
    for number, asked in enumerate(order):
        descending, nulls_last = False, None
        if isinstance(asked, str):
            descending, asked = asked.startswith("-"), asked.lstrip("-")
        elif isinstance(asked, OrderBy):
            nulls_last = True if asked.nulls_last else False if asked.nulls_first else None
            descending, asked = asked.descending, asked.expression
        name: Any = asked if isinstance(asked, str) else getattr(asked, "name", None) if isinstance(asked, F) else None
        if name == "pk":
            name = model._meta.pk.name
        own = _own_field(model, name)
        if own is None and name not in query.annotations:
            name, asked = f"sorted_by_{number}", F(asked) if isinstance(asked, str) else asked
            rows = rows.annotate(**{name: asked})
            query = rows.query
        field = own or query.annotations[name].output_field
        keys.append(Key(str(name), field, descending, own is None or own.null, nulls_last))
        if own is not None and own.primary_key:
            break
    else:
        keys.append(Key(model._meta.pk.name, model._meta.pk))
    return rows, keys


def _own_field(model: Any, name: str | None) -> Any:
    """A column of the rows' own table; a relation is sorted by what is in the other one, and that isn't it."""
    if name is None or "__" in name:
        return None
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if field.is_relation:
        raise TypeError(f"Sort by a column of {name}, and not by the relation.")
    return field
