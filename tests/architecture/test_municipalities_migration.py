"""Rows made before the municipalities were kept apart: the migrations say whose they are, or stop where that can't be said."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor
from psycopg2 import sql

from tests import database

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("organisation", "0011_control_of_emergency_access"), ("measures", "0002_audit"), ("grants", "0003_audit"),
          ("reporting", "0005_family_release")]  # fmt: skip
AFTER = [("organisation", "0014_row_level_security"), ("measures", "0004_row_level_security"),
         ("grants", "0005_row_level_security"), ("reporting", "0007_row_level_security")]  # fmt: skip
NOW = datetime.datetime(2026, 2, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def old_database() -> Iterator[Any]:
    """A database of its own, at the migrations before, and its models; the owner is logged in."""
    name = database.name_of_test_database() + "_separated"
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


class Old:
    """Rows of one municipality, as they were."""

    def __init__(self, apps: Any, name: str) -> None:
        def make(model: str, **fields: Any) -> Any:
            return apps.get_model(*model.split(".")).objects.create(**fields)

        user = make("organisation.User", email=f"{name}@prove.example", name="Prøve", password="x")
        self.town = town = make("organisation.Municipality", name=name, number="")
        self.unit = make("organisation.Unit", municipality=town, name="Enheten", path=f"/{town.pk}/")
        plan = make("measures.Plan", municipality=town, title="Prøveplanen")
        self.measure = make(
            "measures.Measure",
            plan=plan,
            title="Tiltak",
            responsible_unit=self.unit,
            state_since=NOW.date(),
            state_by=user,
        )
        self.attachment = make(
            "measures.Attachment", name="notat.pdf", content_type="application/pdf", size=1, file="x"
        )
        self.entry = make(
            "measures.LogEntry", measure=self.measure, attachment=self.attachment, happened_on=NOW.date(), text="Gjort.",
            written_at=NOW, written_by=user,
        )  # fmt: skip
        round = make(
            "reporting.ReportRound",
            plan=plan,
            year=2025,
            half=1,
            deadline=NOW.date(),
            opened_on=NOW.date(),
            opened_by=user,
        )
        frozen = make("reporting.FrozenRound", round=round, content={}, sha256="0" * 64)
        report, self.protocol = (
            make("organisation.Document", kind=kind, title="Dokumentet") for kind in ("report", "grants.protocol")
        )
        self.report = make("reporting.Report", frozen=frozen, title="Rapporten", document=report)
        make("organisation.DocumentJob", document=report, queued_at=NOW)
        make(
            "grants.Call", municipality=town, title="Utlysning", text="", opens_at=NOW, closes_at=NOW + NOW.resolution,
            places=1, amount_per_half_year=1, protocol=self.protocol,
        )  # fmt: skip


def whose(table: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT municipality_id FROM {table} ORDER BY id")
        return [pk for (pk,) in cursor.fetchall()]


def test_every_row_of_before_has_its_municipality_afterwards(old_database: Any) -> None:
    one, other = (Old(old_database, name).town.pk for name in ("prøvevik", "nesvik"))
    noted = old_database.get_model("organisation", "AuditEntry").objects.exclude(table_name="organisation_document")
    before = noted.count()
    migrate(AFTER)
    for table in (
        "measures_measure",
        "measures_logentry",
        "measures_attachment",
        "reporting_frozenround",
        "reporting_report",
    ):
        assert whose(table) == [one, other], table
    assert whose("organisation_document") == [one, one, other, other]
    assert whose("organisation_documentjob") == [one, other]
    assert noted.count() == before, "That a row says whose it is, is no change of it"


def test_a_row_that_leads_into_another_municipality_stops_the_migration(old_database: Any) -> None:
    """Better that than a row that belongs to two: people have to say which one is right."""
    one, other = (Old(old_database, name) for name in ("prøvevik", "nesvik"))
    one.measure.responsible_unit = other.unit
    one.measure.save()
    with pytest.raises(IntegrityError, match="responsible_unit_id_of_same_municipality"):
        migrate(AFTER)


def test_the_way_back_loses_nothing(old_database: Any) -> None:
    Old(old_database, "prøvevik")
    migrate(AFTER)
    apps = migrate(BEFORE)
    assert apps.get_model("measures", "LogEntry").objects.get().attachment.name == "notat.pdf"
    assert apps.get_model("reporting", "Report").objects.get().document.title == "Dokumentet"
