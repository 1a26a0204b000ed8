"""Reading is an act: the one way to a family's rows.

PostgreSQL shows a family's rows in a transaction only after a line of the read log was written in it, by a function of
the database that asks who reads (families/schema.py). `reading` opens such a transaction, `open_family` and
`open_families` write the lines. Whatever goes out must be made before the transaction ends.
"""

import datetime
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from families.models import Family, TeamMember
from organisation.models import ReadBasis, User

# Who read before, and who reads now. The row of the first part is there before the second is worked out.
SET_READER = (
    "WITH outer_one AS MATERIALIZED (SELECT current_setting('povertyplan.reader', true) AS reader)"
    " SELECT reader, set_config('povertyplan.reader', %s, true) FROM outer_one"
)


@contextmanager
def reading(user: User | None) -> Iterator[None]:
    """A transaction in which a user reads. None is the system itself: retention, and nothing else, opens anything for it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SET_READER, [str(user.pk) if user else ""])
        outer = cursor.fetchone()[0]
        yield
        # Not in a finally: after an error the transaction is gone, and the setting with it.
        cursor.execute(SET_READER, [outer or ""])


def open_family(
    *, reference: str, page: str, by: User, on: datetime.date, basis: str = ReadBasis.TEAM
) -> Family | None:
    """The family with a case reference, logged as read by `by` on `page`; None where she may not, logged as refused.

    Inside `reading`. The line stands when the transaction is committed, so a refusal must not roll it back.
    """
    _ask("SELECT povertyplan_open(%s, %s, %s)", [reference], page, basis)
    return Family.objects.visible_to(by, on).filter(public_id=reference).select_related("unit", "zone").first()


def open_families(*, ids: Collection[int], page: str, basis: str = ReadBasis.TEAM) -> list[int]:
    """Open families by primary key, each logged; returns those that may be read. For lists, inside `reading`."""
    return _ask("SELECT povertyplan_open_ids(%s, %s, %s)", list(ids), page, basis) if ids else []


def my_family_ids(*, by: User, on: datetime.date) -> list[int]:
    """The primary keys of the families whose teams one is in. That much one knows without opening them."""
    return sorted(set(TeamMember.objects.active(on).filter(user=by).values_list("family_id", flat=True)))


def log_refusal(*, reference: str, page: str, by: User) -> None:
    """A page was refused after the family had been opened, and its transaction undone: log it by itself."""
    with reading(by):
        _ask("SELECT povertyplan_open(%s, %s, %s)", [reference], f"{page}:refused"[:60], ReadBasis.TEAM)


def _ask(query: str, what: list[str] | list[int], page: str, basis: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, [what, page, str(basis)])
        found: list[int] = cursor.fetchone()[0]
        return found


@dataclass(frozen=True)
class Reader:
    """Who reads a family, for which services, on which day. `sees_all`: emergency access, or innsyn for the family."""

    user: User
    units: frozenset[int]
    on: datetime.date
    sees_all: bool = False
