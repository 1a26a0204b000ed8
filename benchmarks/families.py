"""How the vault takes many families and a long read log: part of `make bench`.

One caseworker with 30 families, first alone, then among 20 000 families of other teams with a read log of two million
lines. Milliseconds (median of 15) for pages, each of which opens families, logs the reads and goes through row-level
security. Nothing here runs in the tests: times depend on the machine.
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

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402

from families.models import Family  # noqa: E402
from organisation.models import Role, User  # noqa: E402
from tests import database  # noqa: E402
from tests.factories import UnitFactory, make_member  # noqa: E402
from tests.factories.families import make_family, make_family_member, stay_inside  # noqa: E402

MINE = 30
OTHERS = 20_000  # in 357 municipalities, some 56 each
CONTACTS = 20  # of each family
READS = 2_000_000
PAGES = ("family-list", "family", "family-contacts", "family-needs", "family-decisions", "family-consents")

# A family of another team with a mother, a child and its contacts, in one go: made by the owner, with maintenance on.
CROWD = """
SET povertyplan.maintenance = 'on';
ALTER TABLE families_contact DISABLE TRIGGER audit;
INSERT INTO families_family (public_id, version, municipality_id, unit_id, protected, opened_on, closed_reason)
SELECT left(md5(n::text), 10), 1, %(town)s, %(unit)s, false, current_date - 400, '' FROM generate_series(1, %(families)s) n;
INSERT INTO families_teammember (public_id, version, family_id, municipality_id, user_id, unit_id, is_case_holder, from_day)
SELECT left(md5('t' || id), 10), 1, id, municipality_id, %(user)s, unit_id, true, current_date - 400
FROM families_family WHERE id > %(last)s;
INSERT INTO families_member (public_id, version, family_id, municipality_id, unit_id, written_by_id, written_at, role,
                             first_name, birth_year, is_guardian)
SELECT left(md5(role || id), 10), 1, id, municipality_id, unit_id, %(user)s, now(), role, 'Prøve', 1990, role = 'mother'
FROM families_family, unnest(ARRAY['mother', 'child']) role WHERE id > %(last)s;
INSERT INTO families_contact (public_id, version, family_id, municipality_id, unit_id, written_by_id, written_at, kind,
                              happened_on, text, next_step, form_key)
SELECT left(md5('c' || n || '-' || id), 10), 1, id, municipality_id, unit_id, %(user)s, now(), 'phone', current_date - n,
       'Prøve', '', ''
FROM families_family, generate_series(1, %(contacts)s) n WHERE id > %(last)s;
INSERT INTO organisation_readentry (at, transaction, reader_id, family, page, basis)
SELECT now() - n * interval '1 second', n, %(user)s, 1 + n %% %(families)s, 'family', 'team'
FROM generate_series(1, %(reads)s) n;
ALTER TABLE families_contact ENABLE TRIGGER audit;
"""


def my_families() -> tuple[User, list[Family]]:
    unit = UnitFactory()
    user = make_member(Role.CASEWORKER, unit)
    rows = [make_family(by=user, unit=unit) for _ in range(MINE)]
    for family in rows:
        stay_inside(family, user)
        make_family_member(family, "mother")
        make_family_member(family, "child")
    return user, rows


def crowd(contacts: int = CONTACTS) -> None:
    unit = UnitFactory()
    other = make_member(Role.CASEWORKER, unit)
    with database.owner_cursor() as cursor:
        cursor.execute("SET povertyplan.maintenance = 'on'")
        cursor.execute("SELECT max(id) FROM families_family")
        values = {
            "town": unit.municipality_id, "unit": unit.pk, "user": other.pk, "families": OTHERS, "contacts": contacts,
            "last": cursor.fetchone()[0], "reads": READS,
        }  # fmt: skip
        cursor.execute(CROWD, values)
        cursor.execute("ANALYZE")


def milliseconds(client: Client, url: str) -> float:
    found = []
    for _ in range(15):
        begin = time.perf_counter()
        assert client.get(url).status_code == 200, url
        found.append((time.perf_counter() - begin) * 1000)
    return statistics.median(found)


def main() -> None:
    setup_test_environment()
    database.create_database()
    database.log_in_as(database.owner_settings())
    call_command("migrate", verbosity=0)
    database.log_in_as(database.app_settings())
    with transaction.atomic():
        user, rows = my_families()
    client = Client()
    client.force_login(user, backend="organisation.sign_in.RolesBackend")
    urls = {
        name: reverse(name, args=[] if name == "family-list" else [rows[0].public_id]) for name in PAGES
    }  # fmt: skip
    few = {name: milliseconds(client, url) for name, url in urls.items()}
    begin = time.perf_counter()
    crowd()
    print(f"{OTHERS} families and {READS} reads made in {time.perf_counter() - begin:.0f} s")
    print(f"{'page, ms':24}{MINE:>12}{OTHERS:>12}")
    for name, url in urls.items():
        print(f"{name:24}{few[name]:12.1f}{milliseconds(client, url):12.1f}")
    connection.close()
    database.drop_database()


if __name__ == "__main__":
    main()
