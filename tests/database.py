"""The test database: made and emptied by the owner's role, used by the application's, as in production."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import dj_database_url
import psycopg2
from django.db import connection, transaction
from psycopg2 import sql

APP_URL = os.environ.get("DATABASE_URL", "")
OWNER_URL = os.environ.get("DATABASE_OWNER_URL", APP_URL)
# What migrations write and no test changes.
KEPT = ("django_migrations", "django_content_type", "auth_permission")


def name_of_test_database() -> str:
    """One database for each worker of pytest-xdist."""
    return "_".join(
        filter(None, ("test", dj_database_url.parse(APP_URL)["NAME"], os.environ.get("PYTEST_XDIST_WORKER")))
    )


def app_settings() -> dict[str, Any]:
    return {**dj_database_url.parse(APP_URL), "NAME": name_of_test_database()}


def owner_settings() -> dict[str, Any]:
    return {**dj_database_url.parse(OWNER_URL), "NAME": name_of_test_database()}


def log_in_as(settings: dict[str, Any]) -> None:
    """Point Django's connection, in this thread and in those to come, at another role or database."""
    connection.close()
    connection.settings_dict.update(settings)


@contextmanager
def owner_cursor(database: str | None = None) -> Iterator[Any]:
    """Statements of the owner beside the test's own connection, each in a transaction of its own."""
    with closing(psycopg2.connect(OWNER_URL, dbname=database or name_of_test_database())) as other:
        other.autocommit = True
        with other.cursor() as cursor:
            yield cursor


def create_database() -> None:
    drop_database()
    name = sql.Identifier(name_of_test_database())
    with owner_cursor(dj_database_url.parse(OWNER_URL)["NAME"]) as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(name))
        cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO povertyplan_app").format(name))


def drop_database() -> None:
    with owner_cursor(dj_database_url.parse(OWNER_URL)["NAME"]) as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name_of_test_database())))


def empty_database() -> None:
    """What Django's flush does after a test that commits, done by the one role that may."""
    with owner_cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)", [list(KEPT)]
        )
        tables = sql.SQL(", ").join(sql.Identifier(name) for (name,) in cursor.fetchall())
        cursor.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(tables))


@contextmanager
def undone() -> Iterator[None]:
    """Leave no rows behind: one example of many in the same test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
