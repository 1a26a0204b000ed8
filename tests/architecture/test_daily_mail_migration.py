"""Mails of before there was one a day: what waited waits, what was sent stays sent, and the way back loses nothing."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg2 import sql

from tests import database

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("organisation", "0017_municipality_logo")]
AFTER = [("organisation", "0018_one_mail_a_day")]
DAY = datetime.date(2026, 11, 20)


def at(days: int, hour: int = 12) -> datetime.datetime:
    return datetime.datetime(2026, 11, 20, hour, tzinfo=datetime.UTC) + datetime.timedelta(days)


@pytest.fixture
def old() -> Iterator["Old"]:
    """A database of its own, at the migration before; the owner is logged in."""
    name = database.name_of_test_database() + "_mailed"
    make, drop = (
        sql.SQL(f"{words} {{}}").format(sql.Identifier(name)) for words in ("CREATE DATABASE", "DROP DATABASE")
    )
    with database.owner_cursor() as cursor:
        cursor.execute(make)
        database.log_in_as(database.owner_settings() | {"NAME": name})
        try:
            yield Old(migrate(BEFORE))
        finally:
            database.log_in_as(database.app_settings())
            cursor.execute(drop)


def migrate(targets: list[tuple[str, str]]) -> Any:
    """The models as they are after the migration."""
    MigrationExecutor(connection).migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


class Old:
    def __init__(self, apps: Any) -> None:
        self.apps = apps

    def get(self, model: str) -> Any:
        return self.apps.get_model("organisation", model).objects

    def user(self, name: str, **fields: Any) -> Any:
        return self.get("User").create(email=f"{name}@prove.example", name=name, password="x", **fields)

    def mail(self, user: Any, state: str, when: datetime.datetime, **notice: Any) -> Any:
        number = self.get("Notice").count()
        row = self.get("Notice").create(user=user, kind="review", key=str(number), text="Noe.", url_path="/", **notice)
        sent = {"sent_at": when} if state == "sent" else {"next_attempt_at": when}
        self.get("OutgoingMail").create(notice=row, state=state, attempts=1, **sent)
        return row


def mails(apps: Any) -> list[tuple[int, datetime.date, str, int]]:
    rows = apps.get_model("organisation", "OutgoingMail").objects.order_by("user", "day")
    return [(mail.user_id, mail.day, mail.state, mail.notices.count()) for mail in rows]


def waiting(apps: Any) -> set[int]:
    return set(apps.get_model("organisation", "Notice").objects.filter(awaits_mail=True).values_list("pk", flat=True))


def test_what_waited_waits_for_the_next_mail_and_what_was_sent_is_one_row_a_day(old: Old) -> None:
    ada, bea = old.user("ada"), old.user("bea")
    for days, hour in ((0, 8), (0, 9), (0, 22), (1, 9)):
        old.mail(ada, "sent", at(days, hour))  # 22 in London is 23 in Oslo, of the same day
    old.mail(bea, "sent", at(0, 23))  # and 23 is midnight, of the next
    queued, other = old.mail(ada, "queued", at(1)), old.mail(bea, "queued", at(1))
    old.mail(ada, "queued", at(1), read_at=at(1))
    old.mail(ada, "dropped", at(1))
    apps = migrate(AFTER)
    next_day = DAY + datetime.timedelta(1)
    assert mails(apps) == [(ada.pk, DAY, "sent", 3), (ada.pk, next_day, "sent", 1), (bea.pk, next_day, "sent", 1)]
    assert waiting(apps) == {queued.pk, other.pk}


def test_what_had_failed_is_one_row_each_unless_something_came_through_since(old: Old) -> None:
    ada, bea = old.user("ada"), old.user("bea")
    for days in (0, 1, 2):
        old.mail(ada, "failed", at(days))
    old.mail(ada, "sent", at(1))
    lost = old.mail(bea, "failed", at(0))
    old.mail(bea, "failed", at(0), read_at=at(0))
    old.mail(bea, "sent", at(1))
    apps = migrate(AFTER)
    days = [DAY + datetime.timedelta(days) for days in (1, 2)]
    assert mails(apps) == [(ada.pk, days[0], "sent", 1), (ada.pk, days[1], "failed", 3), (bea.pk, days[0], "sent", 1)]
    assert waiting(apps) == {lost.pk}
    assert set(apps.get_model("organisation", "OutgoingMail").objects.values_list("state", "failure")) == {
        ("sent", ""), ("failed", "refused"),
    }  # fmt: skip


def test_who_wanted_no_mail_wants_none_and_the_log_tells_of_no_change(old: Old) -> None:
    old.user("ada")
    old.user("bea", wants_mail=False)
    before = old.get("AuditEntry").count()
    apps = migrate(AFTER)
    users = apps.get_model("organisation", "User").objects.order_by("name")
    assert list(users.values_list("mail_rhythm", "muted_mail_groups")) == [("daily", []), ("never", [])]
    assert apps.get_model("organisation", "AuditEntry").objects.count() == before


def test_the_way_back_gives_each_notice_its_mail_again(old: Old) -> None:
    ada, bea = old.user("ada"), old.user("bea", wants_mail=False)
    for hour in (8, 9):
        old.mail(ada, "sent", at(0, hour))
    old.mail(ada, "queued", at(1))
    old.mail(bea, "failed", at(1))
    migrate(AFTER)
    apps = migrate(BEFORE)
    rows = apps.get_model("organisation", "OutgoingMail").objects.values_list("notice__user__name", "state")
    assert sorted(rows) == [("ada", "queued"), ("ada", "sent"), ("ada", "sent"), ("bea", "failed")]
    users = apps.get_model("organisation", "User").objects.order_by("name")
    assert list(users.values_list("wants_mail", flat=True)) == [True, False]
