"""What can be commented on: each app says in its `AppConfig.ready()` which of its rows, who sees them, and where they stand.

A comment belongs to a row of any table (`Comment.table_name`, `Comment.row_id`), as a line of the audit log does, so that
this app knows nothing of the apps to its right. What an app registers here is asked for everything: who may read, write and
be mentioned, what the pages are called, and what has happened with the row (organisation/domain/activity.py).
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models


@dataclass(frozen=True)
class Subject:
    """A kind of row. `rows`: those whose comments a user reads and writes; `people`: who may do so with one row on a day.

    The two must say the same: nobody is mentioned where she can't read. `sources` are those of the activity feed. `url_name`
    is the row's own page; its pages of comments and activity are called after it. `about` is the object in a notice, with
    its article: "tiltaket". `readers` says on the page who reads along.
    """

    model: type[models.Model]
    url_name: str
    about: Any
    readers: Any
    rows: Callable[[Any], "models.QuerySet[Any]"]
    people: Callable[[Any, datetime.date], "models.QuerySet[Any]"]
    municipality_id: Callable[[Any], int]
    crumbs: Callable[[Any], list[tuple[Any, str | None]]]
    sources: Sequence[Any] = field(default=())

    @property
    def table(self) -> str:
        return self.model._meta.db_table


_subjects: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    """Make a kind of row known."""
    if _subjects.setdefault(subject.table, subject) != subject:
        raise ValueError(f"Two subjects of comments are rows of {subject.table}")


def all_subjects() -> list[Subject]:
    return list(_subjects.values())


def of_table(table: str) -> Subject:
    return _subjects[table]


def of_row(row: models.Model) -> Subject:
    return _subjects[row._meta.db_table]


def named(url_name: str) -> Subject:
    """The kind whose own page has this name."""
    return next(subject for subject in _subjects.values() if subject.url_name == url_name)
