"""Reports of before: one migration carries their files and jobs over to documents, and back; another makes them versions."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg2 import sql

from organisation.separation import SYSTEM, seeing
from tests import database

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("organisation", "0005_notices"), ("reporting", "0003_finished_job_says_when")]
AFTER = [("organisation", "0006_documents"), ("reporting", "0004_documents")]
NOW = datetime.datetime(2026, 2, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def old_database(request: Any) -> Iterator[None]:
    """A database of its own, at the migrations before (or those that a test asks for); the owner is logged in."""
    name = database.name_of_test_database() + "_migrated"
    make, drop = (
        sql.SQL(f"{words} {{}}").format(sql.Identifier(name)) for words in ("CREATE DATABASE", "DROP DATABASE")
    )
    with database.owner_cursor() as cursor:
        cursor.execute(make)
        database.log_in_as(database.owner_settings() | {"NAME": name})
        try:
            migrate(getattr(request, "param", BEFORE))
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


# --- Versions ------------------------------------------------------------------------------------------------------

ONE_ROW = [("organisation", "0016_national_document_jobs"), ("reporting", "0007_row_level_security")]
VERSIONS = [("reporting", "0010_guard_versions")]
CONTENT = {"schema": 1, "summary": "Slik gikk det.", "municipality": {"name": "Prøvevik"}}


def make_reports_in_one_row() -> None:
    """One that is published, and one that is made and waits."""
    with seeing(SYSTEM):
        apps = MigrationExecutor(connection).loader.project_state(ONE_ROW).apps
        model = apps.get_model
        user = model("organisation", "User").objects.create(email="k@prove.example", name="Prøve", password="x")
        town = model("organisation", "Municipality").objects.create(name="Prøvevik", number="9999", region="Midt")
        plan = model("measures", "Plan").objects.create(municipality=town, title="Prøveplanen")
        for year, published in ((2024, NOW), (2025, None)):
            round = model("reporting", "ReportRound").objects.create(
                plan=plan, year=year, half=1, deadline=NOW.date(), opened_on=NOW.date(), opened_by=user, state="closed",
                closed_on=NOW.date(), closed_by=user, case_number=f"{year}/1",
            )  # fmt: skip
            frozen = model("reporting", "FrozenRound").objects.create(
                round=round, content=CONTENT | {"year": year}, sha256=str(year) * 16
            )
            document = model("organisation", "Document").objects.create(
                municipality=town, kind="report", title=f"Rapport {year}", file=f"documents/{year}.pdf"
            )
            model("reporting", "Report").objects.create(
                public_id=f"rprt{year}bc", frozen=frozen, title=f"Rapport {year}", document=document,
                published_at=published, published_by=user if published else None,
            )  # fmt: skip


@pytest.mark.parametrize("old_database", [ONE_ROW], indirect=True)
def test_reports_of_one_row_become_a_report_and_its_first_version(old_database: None) -> None:
    make_reports_in_one_row()
    apps = migrate(VERSIONS)
    with seeing(SYSTEM):
        versions = apps.get_model("reporting", "ReportVersion").objects
        columns = (
            "report__title",
            "number",
            "state",
            "without_review",
            "published_at",
            "content_sha256",
            "figures_sha256",
        )
        assert rows(versions, *columns) == [
            ("Rapport 2024", 1, "published", True, NOW, "2024" * 16, "2024" * 16),
            ("Rapport 2025", 1, "in_review", False, None, "2025" * 16, "2025" * 16),
        ]
        for row, year in zip(versions.order_by("pk"), (2024, 2025), strict=True):
            report = row.report
            assert row.content == row.figures == CONTENT | {"year": year}
            assert (report.kind, report.year, report.half) == ("plan_half_year", year, 1)
            assert (report.public_id, report.case_number) == (f"rprt{year}bc", f"{year}/1")
            assert (report.round.year, report.municipality.name) == (year, "Prøvevik")
            assert row.document.file.name == f"documents/{year}.pdf"
            assert row.made_by.email == row.sent_by.email == "k@prove.example"
