"""Reminders of decisions that end: those in the family's team for the service that recorded it, 60 and 14 days before.

The job opens no family. A function of the database gives it keys and days, nothing else (families/sql/vault.sql).
"""

import datetime
from collections import defaultdict

from django.db import connection
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from families.models import Family
from organisation.domain.notices import notify, settle
from organisation.models import Notice, User

AHEAD = 60  # days before the last day
SHORTLY = 14
KIND = "decision"


def remind_of_expiring(*, on: datetime.date) -> list[Notice]:
    """The daily job. Each reminder is given once, however often it runs: its key names the decision, the day and the stage."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM povertyplan_expiring(%s, %s)", [on, on + datetime.timedelta(days=AHEAD)])
        rows = cursor.fetchall()
    receivers: dict[tuple[int, str, datetime.date], list[int]] = defaultdict(list)
    for decision, reference, ends_on, user in rows:
        receivers[(decision, reference, ends_on)].append(user)
    users = User.objects.in_bulk({user for found in receivers.values() for user in found})
    made: list[Notice] = []
    for (decision, reference, ends_on), found in receivers.items():
        stage = SHORTLY if (ends_on - on).days <= SHORTLY else AHEAD
        made += notify(
            users=[users[user] for user in found], kind=KIND, key=_key(decision, ends_on, stage),
            text=_text(reference, ends_on), url_path=reverse("family-decisions", args=[reference]),
        )  # fmt: skip
    return made


def settle_reminders(*, decision: int, ends_on: datetime.date | None, by: User) -> None:
    """It has been renewed, ended or taken away: whoever has the reminder still before her needs it no more."""
    if ends_on is not None:
        for stage in (AHEAD, SHORTLY):
            settle(key=_key(decision, ends_on, stage), by=by)


def _key(decision: int, ends_on: datetime.date, stage: int) -> str:
    return f"decision-{decision}-{ends_on:%Y-%m-%d}-{stage}"


def _text(reference: str, ends_on: datetime.date) -> object:
    """The case reference, which is random, and a day. Which scheme, and for whom, stands on the family's page only."""
    return format_lazy(
        _("Et vedtak i familie {reference} går ut {day}."),
        reference=Family(public_id=reference).reference, day=lazy(date_format, str)(ends_on),
    )  # fmt: skip
