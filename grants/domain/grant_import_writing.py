"""Writing many rows at once, for files."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models

BATCH = 500  # rows in one statement


def add(rows: Iterable[Any], parent: str = "") -> None:
    """Insert rows. `parent` names the relation to rows that may have got their keys since these were made."""
    new = list(rows)
    for row in new:
        if parent:
            setattr(row, parent, getattr(row, parent))
    if new:
        type(new[0])._default_manager.bulk_create(new, batch_size=BATCH)


def rewrite(rows: Iterable[models.Model], fields: Sequence[str]) -> None:
    """Update rows that stand, each with values of its own, and count their versions up.

    Django's bulk_update makes an expression of every value and takes minutes for a country; an insert that meets the row's
    key takes seconds. The rows are locked, or their report is, so that none can have been removed meanwhile.
    """
    changed: list[Any] = list(rows)
    for row in changed:
        row.version += 1
    if changed:
        type(changed[0])._default_manager.bulk_create(
            changed, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=[*fields, "version"]
        )
