"""Lists at size: part of `make bench`. It prints a table and ends with 1 when something is over its limit.

- a list of 50 rows against a bare Django view of the same rows, turn by turn in the same run (bare.py): LIMIT_BARE;
- the same pages with 1 000 000 log entries against 500, and a page far down a long list: LIMIT_GROWTH;
- a file of a list, few rows and many, in milliseconds per row with all that a file costs before its first row, and in
  megabytes: LIMIT_ROW, LIMIT_MEMORY. What a file costs whatever its length, and what one row more costs, are told apart;
- what PostgreSQL does for the log: no walk through the whole table.

POVERTYPLAN_BENCH_ENTRIES makes it smaller.
"""

import os
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

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
from django.db.models import Prefetch  # noqa: E402
from django.template import Template  # noqa: E402
from django.test import Client, RequestFactory, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks import bare  # noqa: E402
from grants.filters import with_figures  # noqa: E402
from grants.models import SubProject  # noqa: E402
from measures.models import Measure  # noqa: E402
from measures.views.timeline import timeline  # noqa: E402
from organisation.models import AuditEntry, Membership, Notice, Role, User  # noqa: E402
from organisation.paging import keyset  # noqa: E402
from reporting.filters import rows_of  # noqa: E402
from tests import database  # noqa: E402
from tests.pages.world import World, make_world  # noqa: E402

RENDER = Template._render
KEPT = ("0006_log_counts", "0007_log_summary")
SMALL, LARGE = 500, int(os.environ.get("POVERTYPLAN_BENCH_ENTRIES", "1000000"))
ON_ONE = 0.2  # of the entries stand on one measure
MANY = 20_000  # notices of one person, lines of one ledger, rows of the audit log
DEEP = 1_000  # pages down
TIMES = 11
LIMIT_BARE, LIMIT_GROWTH, LIMIT_ROW, LIMIT_MEMORY = 2.5, 1.2, 0.15, 15.0
FEW_ROWS = 1_000

# The page, who asks, the query; those with a bare view have 50 rows or as many as their page shows.
PAGES: dict[str, tuple[Role, str]] = {
    "measure-list": (Role.COORDINATOR, "?tilstand=in_operation"),
    "measure": (Role.COORDINATOR, ""),
    "sub-project-list": (Role.PROJECT_LEAD, ""),
    "sub-project-spending": (Role.PROJECT_LEAD, ""),
    "grant-list": (Role.COORDINATOR, ""),
    "report-list": (Role.COORDINATOR, ""),
    "user-list": (Role.ADMINISTRATOR, ""),
    "notice-list": (Role.CASEWORKER, ""),
    "change-list": (Role.ADMINISTRATOR, ""),
}


def over(bare_ratios: dict[str, float], growth: dict[str, float], per_row: list[float], memory: float) -> list[str]:
    """What is over its limit, in words."""
    found = [f"{name}: {ratio:.2f} times a bare view" for name, ratio in bare_ratios.items() if ratio > LIMIT_BARE]
    found += [f"{name}: {ratio:.2f} times as long with much" for name, ratio in growth.items() if ratio > LIMIT_GROWTH]
    found += [f"a file: {one:.3f} ms per row" for one in per_row if one > LIMIT_ROW]
    return found + ([f"a file: {memory:.0f} MB more for many rows"] if memory > LIMIT_MEMORY else [])


def as_owner(*statements: tuple[str, list[Any]]) -> None:
    database.log_in_as(database.owner_settings())
    with connection.cursor() as cursor:
        for statement, values in statements:
            cursor.execute(statement, values)
    database.log_in_as(database.app_settings())


def fill_people(world: World) -> None:
    """What isn't the log: 60 measures in the plan, and as many users, reports, sub-projects; long lists of one person's."""
    town, unit, by = world.municipality, world.unit, world.users[Role.COORDINATOR]
    goal = world.measure.goals.all()[0]
    Measure.objects.bulk_create(
        Measure(
            plan=world.plan, title=f"Tiltak {n}", responsible_unit=unit, state="in_operation" if n < 50 else "planned",
            evaluation_cadence="yearly", state_since=world.plan.starts_on, state_by=by, position=n,
        )
        for n in range(60)
    )  # fmt: skip
    through = Measure.goals.through
    through.objects.bulk_create(through(measure=row, goal=goal) for row in world.plan.measures.exclude(goals=goal))
    some = SubProject.objects.filter(municipality=town).first()
    assert some is not None
    fields = {field.attname: getattr(some, field.attname) for field in SubProject._meta.concrete_fields}
    for name in ("id", "public_id", "measure_id", "application_id"):
        fields.pop(name, None)
    SubProject.objects.bulk_create(SubProject(**fields | {"title": f"Delprosjekt {n}"}) for n in range(50))
    for n in range(50):
        user = User.objects.create(name=f"Bruker {n}", email=f"bruker{n}@kommune.example")
        Membership.objects.create(user=user, unit=unit, role=Role.CASEWORKER, valid_from=world.plan.starts_on)
    Notice.objects.bulk_create(
        Notice(user=world.users[Role.CASEWORKER], kind="review", key=f"b{n}", text=f"Sak {n}.", url_path="/")
        for n in range(30)
    )


def fill_log(world: World, entries: int, start: int = 0) -> None:
    """By the owner, as SQL, with the triggers away: a million rows in a minute. One measure has a fifth of them."""
    by, town = world.users[Role.CASEWORKER].pk, world.municipality.pk
    insert = """
        INSERT INTO measures_logentry (public_id, measure_id, thread, withdrawn, reason, happened_on, kind, text,
                                       is_evaluation, form_key, written_at, written_by_id, municipality_id)
        SELECT translate(lpad(to_hex(n), 10, 'z'), '01', 'xy'),
               CASE WHEN n <= %s THEN %s ELSE (%s::bigint[])[1 + n %% %s] END,
               translate(lpad(to_hex(n), 10, 'z'), '01', 'xy'),
               false, '', date '2016-01-01' + (n::bigint * 7919 %% 3600)::int, 'activity',
               'Det ble gjort noe, nummer ' || n || '.',
               n %% 20 = 0, '', now(), %s, %s
          FROM generate_series(%s, %s) n"""
    others = list(world.plan.measures.exclude(pk=world.measure.pk).values_list("pk", flat=True))
    values = [
        start + int(entries * ON_ONE),
        world.measure.pk,
        others,
        len(others),
        by,
        town,
        start + 1,
        start + entries,
    ]
    switch = "ALTER TABLE measures_logentry {} TRIGGER USER"
    # What the triggers keep beside the log is made as for a log that was there before them.
    kept = [(f"TRUNCATE measures_{name}", []) for name in ("logmonth", "targetmonth", "logsummary")]
    kept += [(import_module(f"measures.migrations.{name}").WHAT_IS_THERE, []) for name in KEPT]
    as_owner((switch.format("DISABLE"), []), (insert, values), (switch.format("ENABLE"), []), *kept)


def fill_long_lists(world: World, rows: int) -> None:
    """Notices, a ledger and the audit log, each long."""
    ledger = SubProject.objects.get(public_id=world.ids["sub-project-spending"]["public_id"])
    one, other = world.users[Role.CASEWORKER].pk, world.users[Role.PROJECT_LEAD].pk
    notices = """
        INSERT INTO organisation_notice (public_id, user_id, kind, key, text, url_path, read_at, awaits_mail)
        SELECT translate(lpad(to_hex(n), 10, 'z'), '01', 'xy'), %s, 'review', 'n' || n, 'Sak ' || n || '.', '/', now(), false
          FROM generate_series(1, %s) n"""
    lines = """
        INSERT INTO grants_ledgerentry (public_id, sub_project_id, kind, amount, mode, use, purpose, paid_on, voucher,
                                        proposed_by_id, approved_by_id, written_at, municipality_id)
        SELECT translate(lpad(to_hex(n), 10, 'z'), '01', 'xy'), %s, 'payment', 1, 'individual_needs', 'residents', 'Prøve ' || n,
               current_date - (n %% 300)::int, 'B' || n, %s, %s, now(), %s FROM generate_series(1, %s) n"""
    audit = """
        INSERT INTO organisation_auditentry (at, actor_id, action, table_name, row_id, operation, before, after)
        SELECT now(), %s, 'user.update', CASE WHEN n %% 3 = 0 THEN 'organisation_user' ELSE 'measures_measure' END, %s,
               'UPDATE', '{"name": "A"}', '{"name": "B"}' FROM generate_series(1, %s) n"""
    as_owner(
        ("ALTER TABLE grants_ledgerentry DISABLE TRIGGER USER", []),
        (notices, [one, rows]), (lines, [ledger.pk, one, other, world.municipality.pk, rows]), (audit, [one, one, rows]),
        ("ALTER TABLE grants_ledgerentry ENABLE TRIGGER USER", []),
        # As in fill_log: what the triggers keep is made as for a ledger that was there before.
        ("TRUNCATE grants_ledgerday", []), (import_module("grants.migrations.0012_ledger_days").WHAT_IS_THERE, []),
        ("VACUUM ANALYZE", []),
    )  # fmt: skip


def client_of(world: World, role: Role) -> Client:
    client = Client()
    client.force_login(world.users[role], backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def milliseconds(action: Callable[..., Any], *arguments: Any) -> float:
    """As it is in use: Django's tests have each template tell what it was rendered with, which costs more than most parts."""
    watched, Template._render = Template._render, RENDER
    begin = time.perf_counter()
    try:
        action(*arguments)
        return (time.perf_counter() - begin) * 1000
    finally:
        Template._render = watched


def url_of(world: World, name: str) -> str:
    return reverse(name, kwargs=world.ids.get(name)) + PAGES[name][1]


def pages(world: World) -> dict[str, float]:
    """Median milliseconds of each page."""
    found = {}
    for name, (role, _query) in PAGES.items():
        client, url = client_of(world, role), url_of(world, name)
        assert client.get(url).status_code == 200, name
        found[name] = statistics.median(milliseconds(client.get, url) for _ in range(TIMES))
    return found


def set_bare_rows(world: World) -> None:
    today = timezone.localdate()
    measures = Measure.objects.filter(plan=world.plan, state="in_operation").with_overdue(today)
    bare.rows["measure-list"] = (
        lambda: measures.select_related("responsible_unit").prefetch_related("goals").order_by("position", "id"), 50
    )  # fmt: skip
    town = world.municipality
    bare.rows["sub-project-list"] = (
        lambda: with_figures(SubProject.objects.filter(municipality=town)).order_by("state", "starts_on", "id"), 25
    )  # fmt: skip
    roles = Prefetch("memberships", Membership.objects.select_related("unit"), to_attr="roles_here")
    users = User.objects.filter(memberships__unit__municipality=town).distinct().order_by("name", "id")
    bare.rows["user-list"] = lambda: users.prefetch_related(roles), 25
    bare.rows["notice-list"] = lambda: Notice.objects.filter(user=world.users[Role.CASEWORKER]).order_by("-id"), 25
    bare.rows["report-list"] = lambda: rows_of(world.users[Role.COORDINATOR]), 25


def against_bare(world: World) -> dict[str, tuple[float, float]]:
    """Ours and the bare view, turn by turn: whatever else the machine does, it does to both."""
    set_bare_rows(world)
    found = {}
    with override_settings(ROOT_URLCONF="benchmarks.bare"):
        for name in bare.CELLS:
            client, url, plain_url = client_of(world, PAGES[name][0]), url_of(world, name), f"/bare/{name}/"
            plain = Client()
            plain.cookies = client.cookies
            client.get(url)
            with override_settings(MIDDLEWARE=bare.MIDDLEWARE):
                plain.get(plain_url)  # a client loads its middleware at its first request, and keeps it
            times = [(milliseconds(client.get, url), milliseconds(plain.get, plain_url)) for _ in range(TIMES + 2)][2:]
            found[name] = (statistics.median(one for one, _ in times), statistics.median(one for _, one in times))
    return found


def far_down(world: World) -> dict[str, str]:
    """The mark of the page that is `DEEP` pages down, or near the end: what one large page ends with."""
    request = RequestFactory().get("/")
    ledger = SubProject.objects.get(public_id=world.ids["sub-project-spending"]["public_id"]).ledger.all()
    changes = AuditEntry.objects.administered_by(world.users[Role.ADMINISTRATOR]).order_by("-id")
    few = min(DEEP, int(LARGE * ON_ONE) // 20 - 2)
    return {
        "measure": timeline(request, world.measure, size=20 * few).next_mark,
        "notice-list": keyset(request, world.users[Role.CASEWORKER].notices.all(), MANY * 3 // 4).next_mark,
        "change-list": keyset(request, changes, MANY // 4).next_mark,
        "sub-project-spending": keyset(request, ledger, MANY * 3 // 4).next_mark,
    }


def deep(world: World) -> dict[str, tuple[float, float]]:
    """The second page, and one far down."""
    found = {}
    for name, far in far_down(world).items():
        client, url = client_of(world, PAGES[name][0]), url_of(world, name)
        second = client.get(url).context["page_obj"].next_mark
        there = client.get(url, {"etter": far}).context["page_obj"]
        assert there.start > 100 and len(there) > 10, name
        times: dict[str, list[float]] = {second: [], far: []}
        for _ in range(TIMES):
            for asked, taken in times.items():
                taken.append(milliseconds(client.get, url, {"etter": asked}))
        found[name] = (statistics.median(times[second]), statistics.median(times[far]))
    return found


def file_of(world: World, kind: str, rows: int, times: int = 1) -> tuple[float, float]:
    """Milliseconds of a file of the log, from being asked for until its last piece, and the megabytes that the process has
    grown by. The server is one that has answered before, as in use: it has read its settings and its static files' names."""
    url = reverse("measure", args=[world.measure.public_id])
    client = client_of(world, Role.COORDINATOR)
    client.get(url)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sizes: list[int] = []

    def read() -> None:
        sizes.append(sum(len(piece) for piece in client.get(url, {"format": kind}).streaming_content))

    taken = statistics.median(milliseconds(read) for _ in range(times))
    assert min(sizes) > rows * 5
    return taken, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def of_files(found: dict[tuple[str, int], tuple[float, float]]) -> dict[str, tuple[float, ...]]:
    """Of each file: milliseconds, those per row, and megabytes; of each kind: what it costs before its rows, and one row more."""
    rows: dict[str, tuple[float, ...]] = {}
    for kind in sorted({kind for kind, _rows in found}):
        few, many = sorted(rows for of, rows in found if of == kind)
        for number in (few, many):
            taken, memory = found[kind, number]
            rows[f"{kind}, {number} rows"] = (taken, taken / number, memory)
        more = (found[kind, many][0] - found[kind, few][0]) / (many - few)
        rows[f"{kind}, none and one more"] = (found[kind, few][0] - more * few, more, 0.0)
    return rows


def walks_through_the_log(world: World) -> list[str]:
    """The pages' statements about the log whose plan reads the whole table."""
    found = []
    for name in ("measure-list", "measure"):
        client = client_of(world, PAGES[name][0])
        with CaptureQueriesContext(connection) as queries:
            client.get(url_of(world, name))
        for query in queries.captured_queries:
            if "measures_logentry" not in query["sql"] or not query["sql"].startswith(("SELECT", "(")):
                continue
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN " + query["sql"].replace("%", "%%"))
                plan = "\n".join(line for (line,) in cursor.fetchall())
            if re.search(r"Seq Scan on measures_logentry", plan):
                found.append(f"{name}: {query['sql'][:200]}")
    return found


def make(entries: int) -> World:
    database.create_database()
    database.log_in_as(database.owner_settings())
    call_command("migrate", verbosity=0)
    database.log_in_as(database.app_settings())
    world = make_world(timezone.localdate())
    fill_people(world)
    fill_log(world, entries)
    as_owner(("VACUUM ANALYZE", []))
    return world


def table(head: str, columns: tuple[str, ...], rows: dict[str, tuple[float, ...]]) -> None:
    print(f"{head:24}" + "".join(f"{column:>10}" for column in columns))
    for name, values in rows.items():
        print(f"{name:24}" + "".join(f"{value:10.3f}" for value in values))
    print(flush=True)


def main() -> None:
    setup_test_environment()
    call_command("collectstatic", interactive=False, verbosity=0)
    world = make(SMALL)
    with_bare, small = against_bare(world), pages(world)
    table(
        "page", ("bare ms", "ours ms", "ratio"), {name: (two, one, one / two) for name, (one, two) in with_bare.items()}
    )
    fill_log(world, int(FEW_ROWS / ON_ONE), start=SMALL)
    taken = {(kind, FEW_ROWS): file_of(world, kind, FEW_ROWS, TIMES) for kind in ("csv", "xlsx")}
    fill_log(world, LARGE, start=SMALL + int(FEW_ROWS / ON_ONE))
    fill_long_lists(world, MANY)
    large = pages(world)
    table(
        "page",
        ("few ms", "many ms", "ratio"),
        {name: (small[name], large[name], large[name] / small[name]) for name in PAGES},
    )
    many_rows = int(LARGE * ON_ONE)
    taken |= {(kind, many_rows): file_of(world, kind, many_rows) for kind in ("csv", "xlsx")}
    file = of_files(taken)
    table("file", ("ms", "ms/row", "MB more"), file)
    turned = deep(world)
    table("page", ("2nd ms", "deep ms", "ratio"), {name: (one, two, two / one) for name, (one, two) in turned.items()})
    walks = walks_through_the_log(world)
    connection.close()
    database.drop_database()
    growth = {name: large[name] / small[name] for name in PAGES}
    growth |= {f"{name}, far down": far / second for name, (second, far) in turned.items()}
    ratios = {name: ours / plain for name, (ours, plain) in with_bare.items()}
    wrong = over(ratios, growth, [one[1] for one in file.values()], max(one[2] for one in file.values()))
    wrong += [f"the whole log is read: {text}" for text in walks]
    for text in wrong:
        print("OVER:", text)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
