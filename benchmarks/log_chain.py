"""What the hash chain over the logs costs: part of `make bench`.

Writing an audited row with and without the queue, sealing a long queue, and verifying the chain as both roles.
Nothing here runs in the tests: times depend on the machine.
"""

import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BASE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertyplan.settings")
os.environ.setdefault("POVERTYPLAN_VAR", str(BASE / "var" / "bench"))

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from organisation.domain.log_chain import Fault, seal, verify  # noqa: E402
from organisation.models import ChainLink, UnlinkedRow  # noqa: E402
from tests import database  # noqa: E402

ROWS = int(os.environ.get("ROWS", "100000"))


def seconds(action: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def ask(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def write(first: int) -> None:
    """Audited rows, by the application's role; the audit log gets one line for each."""
    ask(
        "INSERT INTO organisation_municipality (public_id, name, number, region)"
        f" SELECT 'b' || n, 'Prøvevik ' || n, '', 'Ny region'"
        f" FROM generate_series({first}, {first + ROWS - 1}) n"
    )


def without_queue(action: Callable[[], Any]) -> float:
    with database.owner_cursor() as cursor:
        cursor.execute("ALTER TABLE organisation_auditentry DISABLE TRIGGER await_link")
        found = seconds(action)
        cursor.execute("TRUNCATE organisation_auditentry, organisation_unlinkedrow")
        cursor.execute("ALTER TABLE organisation_auditentry ENABLE TRIGGER await_link")
    return found


def holds() -> None:
    found: list[Fault] = []
    verify(anchors=[], patience=None, found=found.append)
    assert found == []


def main() -> None:
    database.create_database()
    database.log_in_as(database.owner_settings())
    call_command("migrate", verbosity=0)
    database.log_in_as(database.app_settings())
    without = without_queue(lambda: write(0))
    found = [("writing without the queue", without), ("writing with it", seconds(lambda: write(ROWS)))]
    assert UnlinkedRow.objects.count() == ROWS
    found.append(("sealing", seconds(seal)))
    assert ChainLink.objects.count() == ROWS
    found.append(("sealing when nothing waits", seconds(seal)))
    found.append(("verifying through the functions", seconds(holds)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    database.log_in_as(database.owner_settings())
    found.append(("verifying as the owner", seconds(holds)))
    for label, figure in found:
        print(f"{ROWS} rows: {label:36}{figure:10.2f} s")
    print(
        f"memory {before // 1024} MB, after more verifying {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
    )
    connection.close()
    database.drop_database()


if __name__ == "__main__":
    main()
