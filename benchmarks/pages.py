"""How long pages take with a little data and with a lot: `make bench`.

Makes its own database beside the real one, fills it with one municipality among many, and prints milliseconds (median
of 15) for each page at two sizes. Nothing here runs in the tests: times depend on the machine.
"""

import datetime
import os
import statistics
import sys
import time
from pathlib import Path

BASE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BASE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertyplan.settings")
os.environ["POVERTYPLAN_HTTPS"] = "0"
os.environ.setdefault("POVERTYPLAN_VAR", str(BASE / "var" / "bench"))

import django  # noqa: E402

django.setup()

from organisation import separation  # noqa: E402

separation.this_process_is_the_system()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from measures.models import LogEntry, Measure, Plan  # noqa: E402
from organisation.models import Role, new_public_id  # noqa: E402
from tests import database  # noqa: E402
from tests.pages.world import World, make_world  # noqa: E402

SIZES = {"small": (40, 500), "large": (40, 1_000_000)}
PAGES = {
    "home": Role.CASEWORKER,
    "plan": Role.COORDINATOR,
    "measure-list": Role.COORDINATOR,
    "goal": Role.COORDINATOR,
    "measure": Role.COORDINATOR,
    "round": Role.COORDINATOR,
    "report-list": Role.BOARD_MEMBER,
    "sub-project-list": Role.PROJECT_LEAD,
    "sub-project": Role.PROJECT_LEAD,
    "review": Role.PROJECT_LEAD,
    "sub-project-spending": Role.PROJECT_LEAD,
    "call": Role.PROJECT_LEAD,
}


def fill(world: World, measures: int, entries: int) -> None:
    """`measures` in the plan, and as many in 249 other plans; `entries` spread over all of them and over ten years."""
    plan, goal = world.plan, world.measure.goals.all()[0]
    others = [Plan(municipality=plan.municipality, title=f"Plan {n}", state="draft") for n in range(249)]
    plans = [plan, *Plan.objects.bulk_create(others)]
    rows = [
        Measure(
            plan=owner, title=f"Tiltak {n}", responsible_unit=world.unit, state="in_operation",
            evaluation_cadence="yearly", state_since=plan.starts_on, state_by=world.users[Role.COORDINATOR], position=n,
        )
        for owner in plans for n in range(measures)
    ]  # fmt: skip
    Measure.objects.bulk_create(rows)
    through = Measure.goals.through
    through.objects.bulk_create([through(measure=row, goal=goal) for row in rows if row.plan_id == plan.pk])
    start, now, by = datetime.date(timezone.localdate().year - 10, 1, 1), timezone.now(), world.users[Role.CASEWORKER]
    for first in range(0, entries, 20_000):
        LogEntry.objects.bulk_create(
            LogEntry(
                measure=rows[n % len(rows)], public_id=new_public_id(), text=f"Det ble gjort noe, nummer {n}.",
                happened_on=start + datetime.timedelta(days=(n * 7919) % 3600), written_at=now, written_by=by,
                is_evaluation=n % 20 == 0,
            )
            for n in range(first, min(first + 20_000, entries))
        )  # fmt: skip


def measure_pages(world: World) -> dict[str, float]:
    found = {}
    for name, role in PAGES.items():
        client = Client()
        client.force_login(world.users[role], backend="organisation.sign_in.RolesBackend")
        url = reverse(name, kwargs=world.ids.get(name))
        assert client.get(url).status_code == 200
        times = []
        for _ in range(15):
            begin = time.perf_counter()
            client.get(url)
            times.append((time.perf_counter() - begin) * 1000)
        found[name] = statistics.median(times)
    return found


def main() -> None:
    setup_test_environment()
    call_command("collectstatic", interactive=False, verbosity=0)
    results = {}
    for label, (measures, entries) in SIZES.items():
        database.create_database()
        database.log_in_as(database.owner_settings())
        call_command("migrate", verbosity=0)
        database.log_in_as(database.app_settings())
        world = make_world(timezone.localdate())
        fill(world, measures, entries)
        database.log_in_as(database.owner_settings())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        database.log_in_as(database.app_settings())
        results[label] = measure_pages(world)
        connection.close()
        database.drop_database()
    print(f"{'page':22}" + "".join(f"{label + ' ms':>12}" for label in SIZES))
    for name in PAGES:
        print(f"{name:22}" + "".join(f"{results[label][name]:12.1f}" for label in SIZES))


if __name__ == "__main__":
    main()
