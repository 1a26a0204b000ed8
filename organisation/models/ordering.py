"""The order of lists. Names in Norwegian order, the same on every server: the embedded PostgreSQL has no Norwegian collation."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import CharField, F, Func, Model, QuerySet

Row = TypeVar("Row", bound=Model)


class NorwegianOrder(Func):
    """Sorts æ, ø and å after z, in that order, and upper and lower case together.

    The letters are replaced by the three characters that follow z in ASCII, and compared byte by byte.
    """

    template = "translate(lower(%(expressions)s), 'æøåÆØÅäöÄÖ', '{|}{|}{|{|') COLLATE \"C\""
    output_field = CharField()


def by_name(field: str = "name") -> NorwegianOrder:
    return NorwegianOrder(F(field))


def sorted_by(rows: QuerySet[Row], keys: Mapping[str, Sequence[Any]], value: str) -> QuerySet[Row]:
    """As a list's address asks for: a key, with "-" for downwards, and what follows it. An unknown key changes nothing."""
    found = keys.get(value.removeprefix("-"))
    if found is None:
        return rows
    key = F(found[0]) if isinstance(found[0], str) else found[0]
    first = key.desc(nulls_last=True) if value.startswith("-") else key.asc(nulls_last=True)
    return rows.order_by(first, *found[1:])
