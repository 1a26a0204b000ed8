"""How long the one search takes with a little data and with a lot: part of `make bench`, which fails when it is over its limit.

One municipality with 40 measures, 500 log entries and 2 published reports, and then with 40 000, a million and 120 reports of
60 parts each; its coordinator looks for words that
stand nowhere, in a few rows, in many and in all, and only in the oldest. Milliseconds (median of 15) for the page of the
search, for its reports alone, and for what the box suggests. Nothing here runs in the tests: times depend on the machine.
"""

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

from organisation.models import Role  # noqa: E402
from tests import database  # noqa: E402
from tests.factories import PlanFactory, ReportFactory, ReportVersionFactory, RoundFactory  # noqa: E402
from tests.pages.world import World, make_world  # noqa: E402

SIZES = {"small": (40, 500, 2), "large": (40_000, 1_000_000, 120)}
PARTS = 60  # of a report
LIMIT = 150.0  # milliseconds, for each search with much data
# "ordt" stands in every title, "gjort" in every entry, "gammelt" in the oldest twentieth, the others here and there.
WORDS = ("finnesikke", "sjelden", "ordba", "ordbanene fritid", "gjort", "gammelt", "tiltak", "ti", "tiltak ordbi gjort")
PAGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("search", {}),
    ("search", {"type": "rapport"}),
    ("search-suggestions", {}),
)

# What is published, as its pages are read: some sentences, and a table of twenty rows.
PARTS_OF_REPORTS = """
INSERT INTO reporting_reportpassage (report_version_id, position, anchor, title, text)
SELECT v.id, p + 1000, 'del-' || p, 'Del ' || p, 'Det ble gjort ' || t.text || E'. Dette er et tiltak.\nNavn\tAntall'
    || (SELECT string_agg(E'\nTiltak ' || n || E'\t' || n || E'\tgjort', '') FROM generate_series(1, 20) n)
FROM reporting_reportversion v, generate_series(1, %(parts)s) p JOIN texts t ON t.place = p * 31
WHERE v.state = 'published' AND v.municipality_id = %(municipality)s;
"""

# Texts of some 25 words, each word about as rare as words are; 5000 of them, each with a number of its own behind it.
FILL = """
SET povertyplan.municipalities = 'all';
CREATE TEMP TABLE words AS
    SELECT n, 'ord' || translate(lpad(n::text, 4, '0'), '0123456789', 'baeiouydlr') AS word FROM generate_series(0, 3999) n;
CREATE TEMP TABLE texts AS
    SELECT t.place, (SELECT string_agg(w.word, ' ') FROM generate_series(1, 25) p
                 JOIN words w ON w.n = floor(4000 * power(abs(sin(t.place * 7919 + p * 104729)), 3))) AS text
    FROM generate_series(0, 4999) t (place);
ALTER TABLE measures_measure DISABLE TRIGGER audit;
INSERT INTO measures_measure (public_id, version, plan_id, title, responsible_unit_id, approach, note, funding, case_references,
    due_as_printed, evaluation_cadence, evaluation_by, position, state, state_since, state_by_id, state_reason)
SELECT translate(left(md5('m' || n), 10), '01', 'gh'), 1, %(plan)s,
    'Tiltak ' || n || ' ' || left(t.text, 60), %(unit)s, '', t.text || ' fritid', '',
    '{}', '', '', '', n %% 30000, 'in_operation', current_date, %(user)s, ''
FROM generate_series(1, %(measures)s) n JOIN texts t ON t.place = n %% 5000;
ALTER TABLE measures_measure ENABLE TRIGGER audit;
ALTER TABLE measures_logentry DISABLE TRIGGER USER;
INSERT INTO measures_logentry (public_id, thread, measure_id, municipality_id, withdrawn, reason, happened_on, kind, text,
    is_evaluation, form_key, written_at, written_by_id)
SELECT translate(left(md5('l' || n), 10), '01', 'gh'),
    translate(left(md5('t' || n), 10), '01', 'gh'), m.id, m.municipality_id, false, '',
    current_date - ((%(entries)s - n) * 3600 / %(entries)s)::integer, 'activity',
    'Det ble gjort ' || t.text || CASE WHEN n %% (%(entries)s / 5 ) = 7 THEN ' sjelden' ELSE '' END
    || CASE WHEN n < %(entries)s / 20 THEN ' gammelt' ELSE '' END || ' nummer ' || n, false, '', now(), %(user)s
FROM generate_series(1, %(entries)s::bigint) n JOIN texts t ON t.place = (n * 31) %% 5000
JOIN (SELECT id, municipality_id, row_number() OVER (ORDER BY id) - 1 AS place FROM measures_measure WHERE plan_id = %(plan)s) m
    ON m.place = n %% %(measures)s ORDER BY n;
ALTER TABLE measures_logentry ENABLE TRIGGER USER;
DROP INDEX log_words;
INSERT INTO reporting_logwords (entry_id, municipality_id, happened_on, words)
SELECT id, municipality_id, happened_on, to_tsvector('norwegian', text) FROM measures_logentry ORDER BY id
ON CONFLICT DO NOTHING;
CREATE INDEX log_words ON reporting_logwords USING gin (words) WITH (fastupdate = off);
"""


def fill(world: World, measures: int, entries: int, reports: int) -> None:
    """By the owner, in one go; the words of entries in one go too, as the migration writes them."""
    # By two people: a password takes long to make, on purpose.
    plan, by, other = PlanFactory(municipality=world.municipality), *list(world.users.values())[:2]
    for n in range(reports):
        half = RoundFactory(
            plan=plan, year=1950 + n // 2, half=n % 2 + 1, closed=True, opened_by=by, closed_by=by
        )  # fmt: skip
        report = ReportFactory(round=half, title=f"Statusrapport {n}")
        ReportVersionFactory(report=report, state="published", made_by=by, approved_by=other)
    database.log_in_as(database.owner_settings())
    values = {
        "plan": world.plan.pk, "unit": world.unit.pk, "user": world.users[Role.COORDINATOR].pk, "measures": measures,
        "entries": entries, "parts": PARTS, "municipality": world.municipality.pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in filter(str.strip, [*FILL.split(";\n"), *PARTS_OF_REPORTS.split(";\n"), "VACUUM ANALYZE"]):
            cursor.execute(statement, values)
    database.log_in_as(database.app_settings())


def measure_searches(world: World) -> dict[str, float]:
    client = Client()
    client.force_login(world.users[Role.COORDINATOR], backend="organisation.sign_in.RolesBackend")
    found = {}
    for page, chosen in PAGES:
        for words in WORDS:
            times = []
            for _ in range(15):
                begin = time.perf_counter()
                answer = client.get(reverse(page), {"q": words, **chosen})
                times.append((time.perf_counter() - begin) * 1000)
                assert answer.status_code == 200
            found[f"{page} {chosen.get('type', '')}: {words}"] = statistics.median(times)
    return found


def is_over(milliseconds: float) -> bool:
    return milliseconds >= LIMIT


def main() -> None:
    setup_test_environment()
    call_command("collectstatic", interactive=False, verbosity=0)
    results = {}
    for label, (measures, entries, reports) in SIZES.items():
        database.create_database()
        database.log_in_as(database.owner_settings())
        call_command("migrate", verbosity=0)
        database.log_in_as(database.app_settings())
        world = make_world(timezone.localdate())
        fill(world, measures, entries, reports)
        results[label] = measure_searches(world)
        connection.close()
        database.drop_database()
    print(f"{'search':42}" + "".join(f"{label + ' ms':>12}" for label in SIZES))
    for name in results["small"]:
        print(f"{name:42}" + "".join(f"{results[label][name]:12.1f}" for label in SIZES))
    slow = [name for name, milliseconds in results["large"].items() if is_over(milliseconds)]
    if slow:
        sys.exit(f"Over {LIMIT:.0f} ms: {', '.join(slow)}")


if __name__ == "__main__":
    main()
