"""What the day's mails cost for the whole country: part of `make bench`.

Making them for 357 municipalities with 100 people each, three waiting notices a person, and 30 notices and mails behind them;
the same job when nothing waits; and how fast one worker hands mails over to a mail server on this machine.
Nothing here runs in the tests: times depend on the machine.
"""

import datetime
import logging
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

BASE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BASE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertyplan.settings")
os.environ.setdefault("POVERTYPLAN_VAR", str(BASE / "var" / "bench"))

import django  # noqa: E402

django.setup()

from aiosmtpd.controller import Controller  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from organisation import separation  # noqa: E402
from organisation.domain.daily_mail import make_mails  # noqa: E402
from organisation.domain.outbox import send, unsent  # noqa: E402
from tests import database  # noqa: E402
from tests.smtp import MailServer  # noqa: E402

PEOPLE = int(os.environ.get("PEOPLE", "35700"))
SENT = 500
PORT = 2525
PEOPLE_WITH_ROLES = """
    INSERT INTO organisation_municipality (public_id, name, number, region)
    SELECT 'm' || n, 'Prøvevik ' || n, '', 'Regionen' FROM generate_series(1, 357) n;
    INSERT INTO organisation_unit (public_id, version, municipality_id, name, kind, active, path)
    SELECT 'n' || id, 1, id, 'Kommunen', 'municipal', true, '/' || id || '/' FROM organisation_municipality;
    INSERT INTO organisation_user
        (public_id, version, email, name, password, is_active, password_is_own, language, mail_rhythm, muted_mail_groups)
    SELECT 'u' || n, 1, 'p' || n || '@prove.example', 'Prøve', 'x', true, true, '',
           CASE WHEN n %% 5 = 0 THEN 'weekly' WHEN n %% 17 = 0 THEN 'never' ELSE 'daily' END,
           CASE WHEN n %% 3 = 0 THEN '{call,family}'::varchar[] ELSE '{}' END
      FROM generate_series(1, %(people)s) n;
    INSERT INTO organisation_membership (public_id, version, user_id, unit_id, role, valid_from)
    SELECT 'r' || u.id, 1, u.id, t.id, 'caseworker', '2020-01-01'
      FROM organisation_user u
      JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM organisation_unit) t ON t.place = u.id %% 357;
"""
NOTICES = """
    INSERT INTO organisation_notice (public_id, user_id, kind, key, text, url_path, made_at, awaits_mail, read_at)
    SELECT %(mark)s || u.id * 100 + n, u.id, (ARRAY['review', 'grant', 'call'])[1 + n %% 3], %(mark)s || n, 'Noe er på tide.',
           '/', %(at)s, %(waits)s, CASE WHEN %(waits)s THEN NULL ELSE %(at)s END
      FROM organisation_user u, generate_series(1, %(number)s) n
"""
MAILS = """
    INSERT INTO organisation_outgoingmail (user_id, day, state, failure, token, attempts, sent_at)
    SELECT u.id, %(day)s::date - n, 'sent', '', 1, 1, now() FROM organisation_user u, generate_series(1, 30) n
"""


def seconds(action: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def ask(statement: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def fill(at: datetime.datetime) -> None:
    database.create_database()
    database.log_in_as(database.owner_settings())
    call_command("migrate", verbosity=0)
    database.log_in_as(database.app_settings())
    ask(PEOPLE_WITH_ROLES, people=PEOPLE)
    day = datetime.timedelta(days=1)
    ask(NOTICES, mark="o", at=at - 300 * day, waits=False, number=30)
    ask(NOTICES, mark="w", at=at - day, waits=True, number=3)
    ask(MAILS, day=at)
    database.log_in_as(database.owner_settings())
    ask("VACUUM ANALYZE")
    database.log_in_as(database.app_settings())


def hand_over() -> list[float]:
    """One worker, to a server that takes everything at once."""
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.MAIL_BATCH = "127.0.0.1", PORT, SENT
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    server = MailServer(PORT)
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    controller = Controller(server, hostname="127.0.0.1", port=PORT)
    controller.start()
    took = [seconds(partial(send, mail_id)) for mail_id in unsent()]
    controller.stop()
    assert len(server.taken) == SENT
    return took


def main() -> None:
    separation.this_process_is_the_system()
    settings.MAIL_ENABLED, settings.SITE_URL, settings.MAIL_HOUR = True, "https://plan.prove.example", 0
    settings.DEFAULT_FROM_EMAIL = "plan@prove.example"
    now = timezone.now()
    fill(now)
    made: list[int] = []
    took = seconds(lambda: made.append(make_mails(at=now)))
    print(f"{PEOPLE} people, {3 * PEOPLE} waiting notices: {made[0]} mails in {took:.2f} s")
    print(f"the same again, nothing to make: {seconds(lambda: make_mails(at=now)):.3f} s")
    each = hand_over()
    print(f"{SENT} mails handed over by one worker: {sum(each):.2f} s, median {1000 * median(each):.1f} ms")
    connection.close()
    database.drop_database()


if __name__ == "__main__":
    main()
