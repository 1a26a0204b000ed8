"""What the tests of the hash chain share: rows in both logs, and somebody with the owner's password."""

import datetime
from typing import Any

from organisation.domain.log_chain import Fault, Kind, Link, verify
from organisation.models import ChainLink
from tests.database import owner_cursor
from tests.factories import MunicipalityFactory

MINUTE = datetime.timedelta(minutes=1)


def write_audit(rows: int = 3) -> None:
    for _ in range(rows):
        MunicipalityFactory()


def write_reads(rows: int = 2) -> None:
    as_owner(
        "INSERT INTO organisation_readentry (at, transaction, family, page, basis)"
        " SELECT now(), 7, n, 'families:detail', 'team' FROM generate_series(1, %s) n",
        rows,
    )


def as_owner(statement: str, *values: Any) -> list[Any]:
    """What somebody with the owner's password does; committed at once."""
    with owner_cursor() as cursor:
        cursor.execute("SET povertyplan.maintenance = 'on'")
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def faults(*anchors: Link, patience: datetime.timedelta | None = 15 * MINUTE) -> list[Fault]:
    found: list[Fault] = []
    verify(anchors=anchors, patience=patience, found=found.append)
    return found


def kinds(*anchors: Link) -> list[Kind]:
    return [fault.kind for fault in faults(*anchors)]


def end_of_chain() -> Link:
    last = ChainLink.objects.latest("position")
    return Link(last.position, bytes(last.hash))


def rebuild_chain() -> None:
    """All links anew, over the rows as they are now: what a forger does who knows how it works."""
    as_owner("TRUNCATE organisation_chainlink")
    for log in ("audit", "read"):
        as_owner(
            f"INSERT INTO organisation_unlinkedrow SELECT '{log}', id, now() FROM organisation_{log}entry"
            " ON CONFLICT DO NOTHING"
        )
    as_owner("SELECT povertyplan_seal(1000000)")
