"""Whose rows the database shows. PostgreSQL keeps the municipalities apart (schema_municipality.py); this tells it who asks.

Every table with a municipality has a policy that asks two settings of the connection. Nobody has to remember a filter for
it, and where nothing has been said there are no rows:

- a request sees the municipalities of its user's roles of the day (SeparationMiddleware in access.py);
- a Celery task and a management command are the system, which sees all of them, and say so (`SystemTask`, manage.py).

It guards against a filter that somebody forgot. The settings can be set by whoever can run SQL of their own.
"""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2
from celery import Task
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.signals import connection_created

TELL = "SELECT set_config('povertyplan.municipalities', %s, false), set_config('povertyplan.published', %s, false)"


@dataclass(frozen=True)
class Scope:
    """What a connection shows: "" nothing, "all" everything, "{1,2}" these municipalities; and what all have published."""

    municipalities: str = ""
    published: bool = False


NOBODY, SYSTEM = Scope(), Scope("all")


def of_municipalities(ids: Collection[int], *, published: bool = False) -> Scope:
    return Scope("{" + ",".join(str(int(pk)) for pk in sorted(ids)) + "}" if ids else "", published)


class _OfThread(threading.local):
    scope: Scope | None = None


_of_thread = _OfThread()
_of_process = NOBODY


def current() -> Scope:
    """What this thread's connection shows, also if it is still to be opened."""
    return _of_process if _of_thread.scope is None else _of_thread.scope


@contextmanager
def seeing(scope: Scope) -> Iterator[None]:
    """Show what `scope` says, in this thread and until the end of the block; then what was shown before."""
    outer = _of_thread.scope
    _become(scope)
    try:
        yield
    finally:
        _become(outer)


def this_process_is_the_system() -> None:
    """For management commands and tests, before the first connection: what this process reads, it reads as the system.

    Unless a block says otherwise, as every request does.
    """
    global _of_process
    _of_process = SYSTEM


def _become(scope: Scope | None) -> None:
    _of_thread.scope = scope
    if connection.connection is None:
        return  # It will be told when it is opened.
    try:
        _tell(connection)
    except psycopg2.Error:
        # A connection that can't be told must not be used. In a transaction that has failed nothing more can be said, and
        # its end takes back what was said in it.
        if not connection.in_atomic_block:
            connection.close()


def _tell(opened: Any) -> None:
    """By the driver's own cursor: this belongs to the connection, as its time zone does, and not to a page's queries."""
    scope = current()
    with opened.connection.cursor() as cursor:
        cursor.execute(TELL, [scope.municipalities, "on" if scope.published else ""])


def tell_new_connection(connection: Any, **kwargs: Any) -> None:
    """A connection may be opened, or opened again, in the middle of a request or a task."""
    if connection.alias == DEFAULT_DB_ALIAS:
        _tell(connection)


connection_created.connect(tell_new_connection, dispatch_uid="separation")


class SystemTask(Task):
    """The class of every Celery task: jobs serve all municipalities."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with seeing(SYSTEM):
            return self.run(*args, **kwargs)
