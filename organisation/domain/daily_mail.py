"""One mail per person and day: once a morning, each person's waiting notices are put into a mail of that day.

Two statements for everybody, however many they are. Nothing remembers that a morning's mails have been made: what was there
at the hour of the day and still waits is taken, so the job may come late, twice, or in two places at once. The weekly mail is
the same with the hour of the week's Monday. What comes after the hour waits for the next one.
"""

import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from organisation import notice_kinds
from organisation.domain.writing import acting
from organisation.models import User

ALONE = "SELECT pg_try_advisory_xact_lock('public.organisation_outgoingmail'::regclass::oid::bigint)"
# What is due by its reader's rhythm, and whether she still wants it by mail. A notice that she is just marking as read is
# passed over: a job that waited for her while she waits for it would end in an error for one of them.
DUE = """
    SELECT n.id, n.user_id,
           n.read_at IS NULL AND u.mail_rhythm <> 'never' AND NOT coalesce(k.mail_group = ANY (u.muted_mail_groups), false)
               AND u.is_active AND EXISTS (
                   SELECT FROM organisation_membership m WHERE m.user_id = u.id AND m.valid_from <= %(on)s
                   AND (m.valid_to IS NULL OR m.valid_to >= %(on)s)
               ) AS is_wanted
      FROM organisation_notice n
      JOIN organisation_user u ON u.id = n.user_id
      LEFT JOIN unnest(%(kinds)s::text[], %(groups)s::text[]) k (kind, mail_group) ON k.kind = n.kind
     WHERE n.awaits_mail AND n.made_at < CASE u.mail_rhythm WHEN 'weekly' THEN %(week)s ELSE %(day)s END
       FOR NO KEY UPDATE OF n SKIP LOCKED
"""
FORGET_UNWANTED = f"""
    WITH due AS MATERIALIZED ({DUE})
    UPDATE organisation_notice n SET awaits_mail = false FROM due WHERE n.id = due.id AND NOT due.is_wanted
"""
# A mail that has not come through is taken up again, with what is new; somebody without one gets one. A failed one waits
# for something new, or for an administrator. Each look at the mails goes by one of their unique indexes: most have been sent.
MAKE = f"""
    WITH found AS MATERIALIZED ({DUE}),
    due AS MATERIALIZED (SELECT id, user_id FROM found WHERE is_wanted),
    moved AS (
        UPDATE organisation_outgoingmail o
           SET day = %(on)s, state = 'queued', failure = '', attempts = 0, token = token + 1, leased_until = NULL,
               next_attempt_at = now()
         WHERE o.day < %(on)s AND o.state IN ('queued', 'failed')
           AND ((o.state = 'queued' AND (o.leased_until IS NULL OR o.leased_until < now()))
                OR (o.state = 'failed' AND EXISTS (SELECT FROM due WHERE due.user_id = o.user_id)))
        RETURNING o.id, o.user_id
    ),
    made AS (
        INSERT INTO organisation_outgoingmail (user_id, day, state, failure, token, attempts)
        SELECT DISTINCT user_id, %(on)s::date, 'queued', '', 0, 0 FROM due
         WHERE NOT EXISTS (SELECT FROM organisation_outgoingmail o WHERE o.user_id = due.user_id AND o.day = %(on)s)
           AND NOT EXISTS (
               SELECT FROM organisation_outgoingmail o WHERE o.user_id = due.user_id AND o.state IN ('queued', 'failed')
           )
        ON CONFLICT DO NOTHING
        RETURNING id, user_id
    ),
    opened AS (SELECT * FROM moved UNION ALL SELECT * FROM made),
    taken AS (
        UPDATE organisation_notice n SET mail_id = o.id, awaits_mail = false
          FROM due JOIN opened o ON o.user_id = due.user_id WHERE n.id = due.id
    )
    SELECT count(*) FROM opened
"""


def make_mails(*, at: datetime.datetime, by: User | None = None) -> int:
    """Put what waits into mails of the day of `at`, from the hour of the morning on. How many were made or taken up again.

    0 while another job makes them: two at once would divide a person's notices, and the second part would wait a day.
    """
    on = timezone.localtime(at, timezone.get_default_timezone()).date()
    if not settings.MAIL_ENABLED or at < _hour_of(on):
        return 0
    monday = on - datetime.timedelta(days=on.weekday())
    kinds, groups = zip(*notice_kinds.pairs(), strict=True)
    values: dict[str, Any] = {
        "on": on,
        "day": _hour_of(on),
        "week": _hour_of(monday),
        "kinds": list(kinds),
        "groups": list(groups),
    }
    with acting(by, "mail.make"), connection.cursor() as cursor:
        cursor.execute(ALONE)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(FORGET_UNWANTED, values)
        cursor.execute(MAKE, values)
        made: int = cursor.fetchone()[0]
    return made


def _hour_of(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(settings.MAIL_HOUR), timezone.get_default_timezone())
