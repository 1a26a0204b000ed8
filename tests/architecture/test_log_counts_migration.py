"""A log that is long when the counts beside it come: the migrations run through, and count what is there."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg2 import sql

from tests import database

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("organisation", "0018_one_mail_a_day"), ("measures", "0005_counts_people")]
COUNTS = [("measures", "0006_log_counts")]
SUMMARY = [("measures", "0007_log_summary")]
NOW = datetime.datetime(2026, 2, 1, 12, tzinfo=datetime.UTC)
MONTH = datetime.date(2026, 2, 1)


@pytest.fixture
def old() -> Iterator[Any]:
    """A database of its own, at the migration before, and its models; the owner is logged in."""
    name = database.name_of_test_database() + "_counted"
    make, drop = (
        sql.SQL(f"{words} {{}}").format(sql.Identifier(name)) for words in ("CREATE DATABASE", "DROP DATABASE")
    )
    with database.owner_cursor() as cursor:
        cursor.execute(make)
        database.log_in_as(database.owner_settings() | {"NAME": name})
        try:
            yield migrate(BEFORE)
        finally:
            database.log_in_as(database.app_settings())
            cursor.execute(drop)


def migrate(targets: list[tuple[str, str]]) -> Any:
    """The models as they are after the migration."""
    MigrationExecutor(connection).migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


def a_log(apps: Any) -> Any:
    """A measure with two entries in February, one of which was corrected, and a figure in each that stands."""

    def make(model: str, **fields: Any) -> Any:
        return apps.get_model(*model.split(".")).objects.create(**fields)

    user = make("organisation.User", email="ada@prove.example", name="Prøve", password="x")
    town = make("organisation.Municipality", name="prøvevik", number="")
    unit = make("organisation.Unit", municipality=town, name="Enheten", path=f"/{town.pk}/")
    measure = make(
        "measures.Measure", plan=make("measures.Plan", municipality=town, title="Prøveplanen"), title="Tiltak",
        responsible_unit=unit, state_since=NOW.date(), state_by=user,
    )  # fmt: skip
    target = make("measures.Target", measure=measure, name="Plasser")
    said: dict[str, Any] = {"measure": measure, "text": "Gjort.", "written_at": NOW, "written_by": user}
    wrong = make("measures.LogEntry", happened_on=MONTH, **said)
    right = make("measures.LogEntry", happened_on=MONTH, corrects=wrong, thread=wrong.thread, **said)
    other = make("measures.LogEntry", happened_on=MONTH + datetime.timedelta(days=3), is_evaluation=True, **said)
    for entry in (wrong, right, other):
        make("measures.LogFigure", entry=entry, target=target, value=2)
    return measure


def test_a_filled_database_comes_through_and_is_counted(old: Any) -> None:
    measure = a_log(old)
    apps = migrate(COUNTS)
    months = apps.get_model("measures", "LogMonth").objects.values_list(
        "measure", "month", "entries", "last_logged_on", "last_evaluated_on"
    )
    last = MONTH + datetime.timedelta(days=3)
    assert list(months) == [(measure.pk, MONTH, 2, last, last)]
    assert list(apps.get_model("measures", "TargetMonth").objects.values_list("entries", "total")) == [(2, 4)]
    summary = migrate(SUMMARY).get_model("measures", "LogSummary").objects.get()
    assert (summary.measure_id, summary.threads) == (measure.pk, 2)
    assert (summary.last_logged_on, summary.last_evaluated_on) == (last, last)
