"""How long dashboards and the list of all measures take with 500 log entries and with 1 000 000: part of `make bench`.

The same municipality, plan and 40 measures; only the log grows. Prints milliseconds (median of 21) and how many times as long
the large log takes, and fails where that is over 1.2. Within a few milliseconds nothing is told from noise.
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

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from measures.models import LogEntry, Measure, Target  # noqa: E402
from organisation.models import Role  # noqa: E402
from tests import database  # noqa: E402
from tests.factories import MeasureFactory, TargetFactory  # noqa: E402
from tests.pages.world import World, make_world  # noqa: E402

MEASURES, SMALL, LARGE = 40, 500, 1_000_000
LIMIT, NOISE = 1.2, 4.0  # times as long; milliseconds
PAGES = {
    "overview": "", "plan-dashboard": "", "goal-dashboard": "", "overview, a half-year ago": "periode=", "all-measures": "",
    "all-measures, quiet": "stille=on",
}  # fmt: skip
ENTRIES = """
INSERT INTO measures_logentry (public_id, thread, withdrawn, reason, happened_on, kind, text, is_evaluation, form_key,
    written_at, written_by_id, measure_id)
SELECT 'b' || lpad(n::text, 9, '0'), 'b' || lpad(n::text, 9, '0'), false, '', %s::date - (n * 7919 %% 3600)::int, 'activity',
    'Det ble gjort noe.', n %% 20 = 0, '', now(), %s, (%s::bigint[])[1 + n %% %s]
FROM generate_series(%s::bigint, %s::bigint) n
"""
FIGURES = """
INSERT INTO measures_logfigure (entry_id, target_id, value)
SELECT e.id, t.id, 1 FROM measures_logentry e JOIN measures_target t ON t.measure_id = e.measure_id
WHERE e.public_id >= %s AND e.public_id LIKE 'b%%' AND NOT EXISTS (SELECT FROM measures_logfigure f WHERE f.entry_id = e.id)
"""


def is_over(small: float, large: float) -> bool:
    """Both in milliseconds."""
    return large > small * LIMIT and large - small > NOISE


def fill(world: World, first: int, last: int) -> None:
    """Entries of ten years with those numbers, spread over the measures, each with a figure."""
    measures = list(world.plan.measures.order_by("id").values_list("pk", flat=True))
    by = world.users[Role.CASEWORKER].pk
    database.log_in_as(database.owner_settings())
    with connection.cursor() as cursor:
        for start in range(first, last + 1, 100_000):
            end = min(start + 99_999, last)
            cursor.execute(ENTRIES, [timezone.localdate(), by, measures, len(measures), start, end])
        cursor.execute(FIGURES, [f"b{first:09}"])
        cursor.execute("ANALYZE")
    database.log_in_as(database.app_settings())


def milliseconds(world: World) -> dict[str, float]:
    client = Client()
    client.force_login(world.users[Role.COORDINATOR], backend=settings.AUTHENTICATION_BACKENDS[-1])
    before = (timezone.localdate() - datetime.timedelta(days=183)).replace(day=1)
    period = f"{before.year}-{1 if before.month <= 6 else 2}"
    found = {}
    for label, query in PAGES.items():
        name = label.partition(",")[0]
        url = reverse(name, kwargs=world.ids.get(name)) + f"?{query}{period if query == 'periode=' else ''}"
        assert client.get(url).status_code == 200
        times = []
        for _ in range(21):
            begin = time.perf_counter()
            client.get(url)
            times.append((time.perf_counter() - begin) * 1000)
        found[label] = statistics.median(times)
    return found


def make_measures(world: World) -> None:
    goal = world.plan.goals.get(number="1")
    for number in range(MEASURES):
        made: Measure = MeasureFactory(
            plan=world.plan, goals=[goal], responsible_unit=world.unit, evaluation_cadence="yearly",
            state=("in_operation", "in_progress", "completed", "planned")[number % 4], state_since=world.plan.starts_on,
        )  # fmt: skip
        TargetFactory(measure=made, counting=Target.Counting.LATEST if number % 4 == 0 else Target.Counting.SUM)


def main() -> None:
    setup_test_environment()
    call_command("collectstatic", interactive=False, verbosity=0)
    database.create_database()
    database.log_in_as(database.owner_settings())
    call_command("migrate", verbosity=0)
    database.log_in_as(database.app_settings())
    world = make_world(timezone.localdate())
    make_measures(world)
    fill(world, 1, SMALL)
    small = milliseconds(world)
    fill(world, SMALL + 1, LARGE)
    assert LogEntry.objects.count() >= LARGE
    large = milliseconds(world)
    connection.close()
    database.drop_database()
    print(f"{'page':28}{'500 ms':>10}{'1000000 ms':>12}{'times':>8}")
    over = []
    for label in PAGES:
        print(f"{label:28}{small[label]:10.1f}{large[label]:12.1f}{large[label] / small[label]:8.2f}")
        over += [label] if is_over(small[label], large[label]) else []
    if over:
        sys.exit(f"More than {LIMIT} times as long with {LARGE} entries: {', '.join(over)}")


if __name__ == "__main__":
    main()
