"""Reports made before there were documents: the migration carries their files and jobs over, and back."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg2 import sql

from tests import database

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("organisation", "0005_notices"), ("reporting", "0003_finished_job_says_when")]
AFTER = [("organisation", "0006_documents"), ("reporting", "0004_documents")]
NOW = datetime.datetime(2026, 2, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def old_database() -> Iterator[None]:
    """A database of its own, at the migrations before; the owner is logged in."""
    name = database.name_of_test_database() + "_migrated"
    make, drop = (
        sql.SQL(f"{words} {{}}").format(sql.Identifier(name)) for words in ("CREATE DATABASE", "DROP DATABASE")
    )
    with database.owner_cursor() as cursor:
        cursor.execute(make)
        database.log_in_as(database.owner_settings() | {"NAME": name})
        try:
            migrate(BEFORE)
            yield
        finally:
            database.log_in_as(database.app_settings())
            cursor.execute(drop)


def migrate(targets: list[tuple[str, str]]) -> Any:
    """The models as they are after the migration."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


def make_old_reports() -> None:
    """One that is made and published, one whose worker was at work, one that waits and has a number of its own."""
    apps = MigrationExecutor(connection).loader.project_state(BEFORE).apps
    user = apps.get_model("organisation", "User").objects.create(email="k@prove.example", name="Prøve", password="x")
    town = apps.get_model("organisation", "Municipality").objects.create(name="Prøvevik", number="9999", region="Midt")
    plan = apps.get_model("measures", "Plan").objects.create(municipality=town, title="Prøveplanen")
    reports, jobs = apps.get_model("reporting", "Report").objects, apps.get_model("reporting", "ReportJob").objects
    for year, file, published, job in (
        (2024, "reports/aaa/1-3.pdf", NOW, {"state": "done", "token": 3, "percent": 100, "finished_at": NOW}),
        (2025, "", None, {"state": "running", "token": 1, "leased_until": NOW, "step": "Lager sidene", "percent": 40}),
        (2026, "", None, {"state": "queued"}),
    ):
        round = apps.get_model("reporting", "ReportRound").objects.create(
            plan=plan, year=year, half=1, deadline=NOW.date(), opened_on=NOW.date(), opened_by=user, state="closed",
            closed_on=NOW.date(), closed_by=user,
        )  # fmt: skip
        frozen = apps.get_model("reporting", "FrozenRound").objects.create(round=round, content={}, sha256="0" * 64)
        report = reports.create(
            public_id=f"rprt{year}bc", frozen=frozen, title=f"Rapport {year}", file=file, published_at=published,
            file_sha256="a" * 64 if file else "", file_size=8 if file else None, published_by=user if published else None,
        )  # fmt: skip
        jobs.create(report=report, queued_at=NOW, **job)


def rows(manager: Any, *columns: str) -> list[tuple[Any, ...]]:
    return list(manager.order_by("pk").values_list(*columns))


JOB = ("state", "token", "percent", "step", "leased_until", "queued_at", "finished_at")
JOBS = [
    ("done", 3, 100, "", None, NOW, NOW),
    ("running", 1, 40, "Lager sidene", NOW, NOW, None),
    ("queued", 0, 0, "", None, NOW, None),
]


def test_reports_of_before_have_their_file_and_their_job_afterwards(old_database: None, media_root: Any) -> None:
    default_storage.save("reports/aaa/1-3.pdf", ContentFile(b"%PDF-1.7"))
    make_old_reports()
    apps = migrate(AFTER)
    reports = apps.get_model("reporting", "Report").objects
    assert rows(reports, "title", "document__title", "document__kind", "document__file", "document__file_size") == [
        ("Rapport 2024", "Rapport 2024", "report", "reports/aaa/1-3.pdf", 8),
        ("Rapport 2025", "Rapport 2025", "report", "", None),
        ("Rapport 2026", "Rapport 2026", "report", "", None),
    ]
    assert rows(reports, *(f"document__job__{name}" for name in JOB)) == JOBS
    made = reports.get(title="Rapport 2024")
    assert (made.document.file_sha256, made.document.content, made.published_at) == ("a" * 64, None, NOW)
    with made.document.file.open("rb") as file:
        assert file.read() == b"%PDF-1.7"


def test_the_way_back_loses_nothing(old_database: None) -> None:
    make_old_reports()
    migrate(AFTER)
    apps = migrate(BEFORE)
    assert rows(apps.get_model("reporting", "Report").objects, "title", "file", "file_sha256", "file_size") == [
        ("Rapport 2024", "reports/aaa/1-3.pdf", "a" * 64, 8),
        ("Rapport 2025", "", "", None),
        ("Rapport 2026", "", "", None),
    ]
    assert rows(apps.get_model("reporting", "ReportJob").objects, *JOB) == JOBS
