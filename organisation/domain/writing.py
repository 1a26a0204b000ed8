"""How rows are written: one transaction with an actor, and never over somebody else's change."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from django.db import IntegrityError, connection, models, transaction

from organisation.domain.errors import DomainError, StaleWrite
from organisation.models import AuditEntry, User, Versioned

Row = TypeVar("Row", bound=Versioned)


@contextmanager
def acting(by: User | None, action: str) -> Iterator[None]:
    """A transaction in which `by` does `action`; the database's audit trigger writes both beside every change.

    `by` is None for the system itself (a job). An inner call names its own action and gives the outer one back.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('povertyplan.actor', true), current_setting('povertyplan.action', true)")
        outer = cursor.fetchone()
        _set_context(cursor, str(by.pk) if by else "", action)
        yield
        # Not in a finally: after an error the transaction is gone, and the setting with it.
        _set_context(cursor, outer[0] or "", outer[1] or "")


def _set_context(cursor: Any, actor: str, action: str) -> None:
    cursor.execute(
        "SELECT set_config('povertyplan.actor', %s, true), set_config('povertyplan.action', %s, true)", [actor, action]
    )


def locked(row: Row, version: int | None) -> Row:
    """The row as it stands now, locked until the transaction ends, its version counted up (not yet saved).

    Raises StaleWrite when the row has another version than the one the user read. `version` None is for
    writes that don't rest on what a person read (a job, the first fill).
    """
    current = row.__class__._default_manager.select_for_update(no_key=True).get(pk=row.pk)
    if version is not None and current.version != version:
        raise StaleWrite(current)
    current.version += 1
    return current


@contextmanager
def refusing(**messages: Any) -> Iterator[None]:
    """Turn the violation of a named constraint into a DomainError: `refusing(unit_name_unique=(_("..."), "name"))`."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name not in messages:
            raise
        message, field = messages[name]
        raise DomainError(message, field) from error


def apply(row: models.Model, values: dict[str, Any]) -> None:
    """Set the fields of a row."""
    for name, value in values.items():
        setattr(row, name, value)


class Saved(NamedTuple):
    """The newest line of a row's log. `name` is "" where the system wrote."""

    name: str
    at: datetime.datetime


def last_saved(*, row: models.Model) -> Saved | None:
    """Who saved a row last, and when, as the audit log has it; None where its table has none."""
    entry = AuditEntry.objects.filter(table_name=row._meta.db_table, row_id=row.pk).order_by("-id").first()
    if entry is None:
        return None
    names = User.objects.filter(pk=entry.actor_id).values_list("name", flat=True)
    return Saved(names.first() or "", entry.at)
