"""How sub-projects take much data and many people at once: part of `make bench`.

Payments approved by eight at a time on one sub-project and on many, the economy of a long ledger, the jury's ranking,
and what waits for a project lead. Nothing here runs in the tests: times depend on the machine.
"""

import datetime
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BASE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertyplan.settings")
os.environ.setdefault("POVERTYPLAN_VAR", str(BASE / "var" / "bench"))

import django  # noqa: E402

django.setup()

from organisation import separation  # noqa: E402

separation.this_process_is_the_system()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from grants.domain.economy import economies, economy  # noqa: E402
from grants.domain.ranking import Ballot, rank  # noqa: E402
from grants.domain.spending import approve  # noqa: E402
from grants.domain.waiting import waiting_for  # noqa: E402
from grants.models import LedgerEntry, PaymentProposal, SubProject  # noqa: E402
from organisation.models import Role, new_public_id  # noqa: E402
from tests import database  # noqa: E402
from tests.factories import MunicipalityFactory, UnitFactory, UserFactory, make_funded, make_member  # noqa: E402

PEOPLE = 8  # who approve at the same time
PAYMENTS = 800
LINES = 100_000  # of the long ledger, and as many in all the others
SUB_PROJECTS = 500
DAY, NOW = datetime.date(2025, 3, 1), timezone.now()


def proposals(sub_projects: list[SubProject]) -> list[PaymentProposal]:
    by = UserFactory()
    return PaymentProposal.objects.bulk_create(
        PaymentProposal(
            sub_project=sub_projects[n % len(sub_projects)], amount=Decimal(1), mode="individual_needs", use="residents",
            purpose="Prøve", pay_on=DAY, voucher=f"P{new_public_id()}", proposed_by=by, proposed_at=NOW,
        )
        for n in range(PAYMENTS)
    )  # fmt: skip


def paid_per_second(sub_projects: list[SubProject]) -> float:
    """Approvals a second by eight who work side by side."""
    waiting, leader = proposals(sub_projects), UserFactory()

    def work(share: list[PaymentProposal]) -> None:
        for row in share:
            approve(proposal=row, version=1, by=leader, at=NOW)
        connections.close_all()

    threads = [threading.Thread(target=work, args=[waiting[n::PEOPLE]]) for n in range(PEOPLE)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert LedgerEntry.objects.filter(voucher__in=[row.voucher for row in waiting]).count() == PAYMENTS
    return PAYMENTS / (time.perf_counter() - begin)


def milliseconds(action: Callable[[], Any], times: int = 15) -> float:
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        action()
        found.append((time.perf_counter() - begin) * 1000)
    return statistics.median(found)


def fill_ledger(sub_projects: list[SubProject]) -> None:
    """Written by the owner with the guard away, which would look at every line. One has as many as all the others."""
    one, other = UserFactory(), UserFactory()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE grants_ledgerentry DISABLE TRIGGER guard")
    for first in range(0, 2 * LINES, 10_000):
        LedgerEntry.objects.bulk_create(
            LedgerEntry(
                sub_project=sub_projects[0 if n < LINES else n % len(sub_projects)], public_id=new_public_id(),
                amount=Decimal(1), mode="individual_needs", use="residents", purpose="Prøve", voucher=f"B{n}",
                paid_on=datetime.date(2025, 1, 1) + datetime.timedelta(days=n % 180), proposed_by=one, approved_by=other,
                written_at=NOW,
            )
            for n in range(first, first + 10_000)
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE grants_ledgerentry ENABLE TRIGGER guard; ANALYZE")


def large_jury() -> list[Any]:
    """100 applications, 21 members, 8 criteria."""
    ballots = [
        Ballot(member, application, {criterion: 1 + (member * application * criterion) % 5 for criterion in range(8)})
        for member in range(21) for application in range(100)
    ]  # fmt: skip
    return rank(
        applications=range(100),
        criteria=dict.fromkeys(range(8), 1),
        members={n: n % 4 for n in range(21)},
        ballots=ballots,
    )


def main() -> None:
    database.create_database()
    database.log_in_as(database.owner_settings())
    call_command("migrate", verbosity=0)
    town = MunicipalityFactory()
    rows = [make_funded(("2025-1", 10_000_000), municipality=town) for _ in range(SUB_PROJECTS)]
    database.log_in_as(database.app_settings())
    one, many = paid_per_second(rows[:1]), paid_per_second(rows)
    database.log_in_as(database.owner_settings())
    fill_ledger(rows)
    database.log_in_as(database.app_settings())
    leader = make_member(Role.PROJECT_LEAD, UnitFactory(municipality=town))
    for label, figure, measured_in in (
        ("payments on one sub-project, 8 people", one, "a second"),
        (f"payments on {SUB_PROJECTS} sub-projects, 8 people", many, "a second"),
        (f"economy of a ledger of {LINES} lines", milliseconds(lambda: economy(rows[0], DAY)), "ms"),
        (f"economies of {SUB_PROJECTS} sub-projects", milliseconds(lambda: economies(rows, DAY)), "ms"),
        ("ranking, 100 applications by 21 members", milliseconds(large_jury, 3), "ms"),
        ("what waits for a project lead", milliseconds(lambda: waiting_for(leader, DAY)), "ms"),
    ):
        print(f"{label:46}{figure:10.1f} {measured_in}")
    connection.close()
    database.drop_database()


if __name__ == "__main__":
    main()
