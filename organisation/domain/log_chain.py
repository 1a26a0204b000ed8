"""The hash chain over the audit log and the read log: making links, and finding what no longer fits.

Links are made by a function of the database (organisation/chain_schema.py), a moment after the rows: linking them while
they are written would let one writer at a time into the whole product. Looking through it computes every hash anew, here.
"""

import datetime
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.db import connection, transaction

from organisation.chain_schema import LINKS, LOOSE, NOTHING, TABLES

SEALED_AT_ONCE = 5_000
READ_AT_ONCE = 5_000


class Kind(Enum):
    CHANGED = "changed"  # the row, or its link, is not what it was
    ROW_GONE = "row gone"
    LINK_GONE = "link gone"
    LOOSE = "loose"  # in the log, but neither linked nor waiting
    LOST = "lost"  # waits for its link, but is gone from the log
    STALLED = "stalled"  # has waited too long
    ANCHOR = "anchor"  # the chain no longer holds what was anchored
    NO_TABLE = "no table"  # something else stands where the table was


@dataclass(frozen=True)
class Fault:
    """One thing that does not fit. Numbers and names of tables only, never what a row says."""

    kind: Kind
    log: str = ""
    row_id: int | None = None
    position: int | None = None
    count: int = 1  # how many rows or links; how many minutes for what waits


@dataclass(frozen=True)
class Link:
    """Where the chain stands: a position, and the hash that vouches for all up to it."""

    position: int
    hash: bytes


START = Link(0, NOTHING)


def seal() -> int:
    """Link the rows that wait, as many as there are; how many it was. While another does it, it is left to her."""
    linked = 0
    while True:
        # Each batch is a transaction of its own: nobody's work is lost or held up by a long queue.
        with connection.cursor() as cursor:
            cursor.execute("SELECT povertyplan_seal(%s)", [SEALED_AT_ONCE])
            made = int(cursor.fetchone()[0])
        linked += made
        if made < SEALED_AT_ONCE:
            return linked


def verify(
    *, anchors: Iterable[Link], patience: datetime.timedelta | None, found: Callable[[Fault], None]
) -> tuple[Link, bool]:
    """Walk the chain, tell `found` of each fault; its end, and whether the tables themselves were read.

    `anchors` are ends of the chain that were written down earlier. A row may wait for its link for as long as `patience`;
    None where nobody seals, as in a restored copy. Whoever owns the tables reads them; the application's role has to
    believe the functions of the database.
    """
    with _without_tricks(), connection.cursor() as cursor:
        direct = _owns_the_tables(cursor)
        for table in _not_tables(cursor):
            found(Fault(Kind.NO_TABLE, table))
        walk = _Walk(found, anchors)
        query = LINKS if direct else "SELECT * FROM public.povertyplan_chain_links(%s, %s)"
        while rows := _rows(cursor, query, walk.end.position, READ_AT_ONCE):
            for row in rows:
                walk.step(*row)
        walk.finish()
        for row in _rows(cursor, LOOSE if direct else "SELECT * FROM public.povertyplan_chain_loose()"):
            _judge_loose(row, patience, found)
    return walk.end, direct


@dataclass
class _Walk:
    """One step for each link. After a fault it goes on from what stands there, so that each is told once."""

    found: Callable[[Fault], None]
    anchors: Iterable[Link]
    end: Link = START
    waiting: dict[int, set[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for anchor in self.anchors:
            self.waiting.setdefault(anchor.position, set()).add(anchor.hash)

    def step(self, position: int, log: str, row_id: int, sealed: str, stored: Any, digest: Any) -> None:
        after_a_gap = position != self.end.position + 1
        if after_a_gap:
            self.found(Fault(Kind.LINK_GONE, position=self.end.position + 1, count=position - self.end.position - 1))
        if digest is None:
            self.found(Fault(Kind.ROW_GONE, log, row_id, position))
        elif not after_a_gap and bytes(stored) != link_hash(self.end.hash, position, sealed, bytes(digest)):
            self.found(Fault(Kind.CHANGED, log, row_id, position))
        self.end = Link(position, bytes(stored))
        if self.waiting.pop(position, {self.end.hash}) != {self.end.hash}:
            self.found(Fault(Kind.ANCHOR, position=position))

    def finish(self) -> None:
        for position in sorted(self.waiting):
            self.found(Fault(Kind.ANCHOR, position=position))


def link_hash(before: bytes, position: int, sealed: str, digest: bytes) -> bytes:
    """What the hash of a link has to be; `sealed` as PostgreSQL writes seconds since 1970."""
    content = json.dumps([str(position), sealed, digest.hex()], ensure_ascii=False)
    return hashlib.sha256(before + content.encode()).digest()


def _judge_loose(row: tuple[Any, ...], patience: datetime.timedelta | None, found: Callable[[Fault], None]) -> None:
    log, loose, first_loose, lost, first_lost, waited = row
    if loose:
        found(Fault(Kind.LOOSE, log, first_loose, count=loose))
    if lost:
        found(Fault(Kind.LOST, log, first_lost, count=lost))
    if patience is not None and waited is not None and waited > patience:
        found(Fault(Kind.STALLED, log, count=int(waited.total_seconds() // 60)))


def _rows(cursor: Any, query: str, *values: Any) -> list[tuple[Any, ...]]:
    cursor.execute(query, values)
    return list(cursor.fetchall())


@contextmanager
def _without_tricks() -> Iterator[None]:
    """Built-in functions are PostgreSQL's own, whatever stands in the schemas; the owner sees rows under row security."""
    wanted = {"search_path": "pg_catalog, pg_temp", "povertyplan.maintenance": "on"}
    with transaction.atomic(), connection.cursor() as cursor:
        before = {name: _rows(cursor, "SELECT current_setting(%s, true)", name)[0][0] for name in wanted}
        for name, value in wanted.items():
            cursor.execute("SELECT pg_catalog.set_config(%s, %s, true)", [name, value])
        yield
        for name, value in before.items():
            cursor.execute("SELECT pg_catalog.set_config(%s, %s, true)", [name, value or ""])


def _owns_the_tables(cursor: Any) -> bool:
    rows = _rows(
        cursor,
        "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class"
        " WHERE oid = 'public.organisation_chainlink'::regclass",
    )
    return bool(rows[0][0])


def _not_tables(cursor: Any) -> list[str]:
    """Names of ours behind which something else stands: a view could show one thing here and another to the pages."""
    names = [*TABLES.values(), "organisation_chainlink", "organisation_unlinkedrow"]
    rows = _rows(
        cursor,
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND NOT relhasrules AND relname = ANY(%s)",
        names,
    )
    return sorted(set(names) - {name for (name,) in rows})
