"""The database guards itself: what the application's role may not do, and the audit trigger. See organisation/schema.py."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import ProgrammingError, connection, models, transaction

from organisation.domain.writing import acting
from organisation.models import AuditEntry, Municipality, User
from reporting.models import ReportExport, ReportPassage, ReportStep
from tests.factories import (
    AttachmentFactory,
    LogFigureFactory,
    MunicipalityFactory,
    ReportVersionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
APPEND_ONLY = {
    "grants_ledgerentry",
    "grants_outcome",
    "grants_placement",
    "grants_reportremark",
    "grants_reportstep",
    "grants_subprojectstatechange",
    "measures_logentry",
    "measures_logfigure",
    "measures_statechange",
    "measures_attachment",
    "organisation_commentfile",
    "organisation_commentmention",
    "reporting_familyfigure",
    "reporting_familyrelease",
    "reporting_pointnote",
    "reporting_reportexport",
    "reporting_reportpassage",
    "reporting_reportstep",
    "reporting_textclearance",
}
# Tables that are neither audited nor append-only, each with its reason.
EXEMPT = {
    "organisation_auditentry": "the log itself, which the application's role can only read",
    "organisation_readentry": "a log of its own: each read of a family; the application's role can only read it",
    "organisation_chainlink": "the hash chain over both; the application's role can only read it",
    "organisation_unlinkedrow": "what waits for a link; the application's role can only read it",
    "organisation_notice": "made by a job from rows that are audited; its reader changes only whether she has read it",
    "organisation_outgoingmail": "a worker's lease and attempts",
    "reporting_reportwords": "written by the database with a published passage; the application's role can only read it",
    "reporting_thingwords": "written by the database with the rows; the application's role can't even read it",
    "reporting_logwords": "the same",
    "measures_logmonth": "counted by the database from the log, which is append-only; the application's role can only read it",
    "measures_logsummary": "kept by the database from the log, as measures_logmonth",
    "measures_targetmonth": "as that",
    "grants_ledgerday": "added up by the database from the ledger, which is append-only; the application can only read it",
    "organisation_documentjob": "a worker's lease and progress, renewed every second; the document is audited",
}
READ_ONLY = {
    "grants_ledgerday",
    "reporting_reportwords",
    "reporting_thingwords",
    "reporting_logwords",
    "measures_logmonth",
    "measures_logsummary",
    "measures_targetmonth",
}
FORBIDDEN = [
    "INSERT INTO organisation_auditentry (at, action, table_name, row_id, operation) VALUES (now(), '', 'x', 1, 'INSERT')",
    "UPDATE organisation_auditentry SET actor_id = 1",
    "INSERT INTO organisation_readentry (at, transaction, family, page, basis) VALUES (now(), 1, 1, 'x', 'team')",
    "UPDATE organisation_readentry SET page = 'x'",
    "DELETE FROM organisation_readentry",
    "DELETE FROM organisation_auditentry",
    "TRUNCATE organisation_auditentry",
    "TRUNCATE measures_logentry CASCADE",
    "INSERT INTO organisation_chainlink VALUES (1, 'audit', 1, '', now())",
    "UPDATE organisation_chainlink SET hash = ''",
    "DELETE FROM organisation_chainlink",
    "TRUNCATE organisation_chainlink",
    "SELECT * FROM organisation_chainlink FOR UPDATE",
    "INSERT INTO organisation_unlinkedrow VALUES ('audit', 1, now())",
    "UPDATE organisation_unlinkedrow SET row_id = 1",
    "DELETE FROM organisation_unlinkedrow",
    "ALTER TABLE organisation_auditentry DISABLE TRIGGER await_link",
    "DROP FUNCTION povertyplan_seal(integer)",
    "CREATE TRIGGER mine AFTER INSERT ON organisation_user FOR EACH ROW EXECUTE FUNCTION povertyplan_await_link('audit')",
    "CREATE TEMP TABLE organisation_auditentry (id int)",
    "CREATE TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DROP TABLE organisation_auditentry CASCADE",
    "ALTER TABLE organisation_user ADD COLUMN mine int",
    "ALTER TABLE organisation_user DISABLE TRIGGER audit",
    "DROP TRIGGER audit ON organisation_user",
    "DROP FUNCTION povertyplan_audit() CASCADE",
    "ALTER FUNCTION povertyplan_audit() SECURITY INVOKER",
    "CREATE TRIGGER mine BEFORE INSERT ON organisation_user FOR EACH ROW EXECUTE FUNCTION povertyplan_audit()",
    "SET session_replication_role = replica",
    "SET ROLE povertyplan_owner",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
    *(f"UPDATE {table} SET id = id" for table in sorted(APPEND_ONLY)),
    *(f"DELETE FROM {table}" for table in sorted(APPEND_ONLY)),
    *(f"SELECT * FROM {table} FOR UPDATE" for table in sorted(APPEND_ONLY)),
]


def ask(statement: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] if len(row) == 1 else row for row in cursor.fetchall()]


def tables() -> set[str]:
    """The tables of our own models, those between many-to-many fields too."""
    own = (apps.get_app_config(label) for label in ("organisation", "measures", "grants", "families", "reporting"))
    return {model._meta.db_table for config in own for model in config.get_models(include_auto_created=True)}


def history(row: models.Model) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(table_name=row._meta.db_table, row_id=row.pk).order_by("id"))


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_applications_role_is_refused(statement: str) -> None:
    LogFigureFactory(entry__attachment=AttachmentFactory())
    version = ReportVersionFactory(state="published")
    ReportStep.objects.create(report_version=version, after="draft", at=version.made_at, by=version.made_by)
    ReportExport.objects.create(report_version=version, sha256="0" * 64, at=version.made_at, by=version.made_by)
    ReportPassage.objects.create(report_version=version, position=0, title="Rapporten")
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner|must be able to SET ROLE"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_applications_role_owns_nothing_and_is_nobody_special() -> None:
    assert not ask("SELECT relname FROM pg_class WHERE pg_has_role(current_user, relowner, 'USAGE')")
    assert not ask("SELECT proname FROM pg_proc WHERE pg_has_role(current_user, proowner, 'USAGE')")
    assert not ask("SELECT nspname FROM pg_namespace WHERE pg_has_role(current_user, nspowner, 'USAGE')")
    special = "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication FROM pg_roles"
    assert ask(special + " WHERE rolname = current_user") == [False]


def test_the_applications_role_can_change_no_table_but_its_rows() -> None:
    granted = ask(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND has_table_privilege(current_user, oid, 'TRUNCATE, REFERENCES, TRIGGER')"
    )
    assert granted == []


def test_the_applications_role_can_not_grant_itself_more() -> None:
    """PostgreSQL answers with a warning, so that only the outcome tells."""
    with connection.cursor() as cursor:
        cursor.execute("GRANT UPDATE, DELETE ON measures_logentry TO povertyplan_app")
    assert ask("SELECT has_table_privilege(current_user, 'measures_logentry', 'UPDATE, DELETE')") == [False]


def test_every_table_is_audited_or_append_only_or_exempt_for_a_reason() -> None:
    audited = set(
        ask(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgname = 'audit' AND tgenabled = 'O' AND tgfoid = 'povertyplan_audit'::regproc"
            # after, for each row, on insert, delete and update
            " AND tgtype = 1 + 4 + 8 + 16"
        )
    )
    append_only = {
        table
        for table in tables()
        if not ask(
            "SELECT 1 WHERE has_table_privilege(current_user, %s, 'DELETE')"
            " OR has_any_column_privilege(current_user, %s, 'UPDATE')",
            table,
            table,
        )
    }
    read_only = {"auditentry", "readentry", "chainlink", "unlinkedrow"}
    assert append_only == APPEND_ONLY | {f"organisation_{name}" for name in read_only} | READ_ONLY
    assert tables() == audited | append_only | set(EXEMPT)
    assert not audited & set(EXEMPT)


def test_a_new_row_is_logged_with_all_its_columns() -> None:
    by = UserFactory()
    with acting(by, "municipality.create"):
        row = MunicipalityFactory(name="Prøvevik", number="4321")
    (entry,) = history(row)
    assert (entry.actor_id, entry.action, entry.operation) == (by.pk, "municipality.create", "INSERT")
    assert entry.before is None
    assert entry.after == {
        "id": row.pk,
        "public_id": row.public_id,
        "name": "Prøvevik",
        "number": "4321",
        "region": row.region,
        "accent": "blue",
    }


def test_a_change_is_logged_with_the_changed_columns_only() -> None:
    row, by = MunicipalityFactory(name="Prøvevik"), UserFactory()
    with acting(by, "municipality.rename"):
        row.name = "Nyvik"
        row.save()
    entry = history(row)[-1]
    assert (entry.actor_id, entry.action, entry.operation) == (by.pk, "municipality.rename", "UPDATE")
    assert (entry.before, entry.after) == ({"name": "Prøvevik"}, {"name": "Nyvik"})


def test_a_save_that_changes_nothing_is_not_logged() -> None:
    row = MunicipalityFactory()
    row.save()
    assert [entry.operation for entry in history(row)] == ["INSERT"]


def test_a_removed_row_is_logged_with_what_it_held() -> None:
    row = MunicipalityFactory(name="Prøvevik")
    pk = row.pk
    row.delete()
    entry = AuditEntry.objects.get(table_name="organisation_municipality", row_id=pk, operation="DELETE")
    assert entry.after is None
    assert entry.before["name"] == "Prøvevik"


def test_a_bulk_update_is_logged_row_by_row() -> None:
    rows = [MunicipalityFactory(), MunicipalityFactory()]
    with acting(None, "bulk"):
        Municipality.objects.update(region="Ny region")
    for row in rows:
        assert (history(row)[-1].action, history(row)[-1].after) == ("bulk", {"region": "Ny region"})


def test_raw_sql_is_logged_without_an_actor_but_logged() -> None:
    row = MunicipalityFactory()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organisation_municipality SET name = 'Smugvik' WHERE id = %s", [row.pk])
    entry = history(row)[-1]
    assert (entry.actor_id, entry.action, entry.after) == (None, "", {"name": "Smugvik"})


def test_a_link_between_rows_is_logged() -> None:
    from tests.factories import MeasureFactory, UnitFactory

    measure = MeasureFactory()
    partner = UnitFactory(municipality=measure.plan.municipality)
    with acting(UserFactory(), "measure.update"):
        measure.partners.add(partner)
    entry = AuditEntry.objects.get(table_name="measures_measure_partners", operation="INSERT")
    assert (entry.action, entry.after["unit_id"]) == ("measure.update", partner.pk)


def test_a_password_never_reaches_the_log() -> None:
    user = UserFactory()
    user.password = make_password("et helt annet passord")
    user.save()
    User.objects.filter(pk=user.pk).update(password="kjennelig-streng", name="Nytt Navn")
    user.delete()
    entries = list(AuditEntry.objects.filter(table_name="organisation_user"))
    assert {entry.operation for entry in entries} == {"INSERT", "UPDATE", "DELETE"}
    for entry in entries:
        for columns in (entry.before or {}, entry.after or {}):
            assert not {"password", "last_login"} & set(columns)
            assert "kjennelig-streng" not in str(columns)


def test_a_new_password_alone_leaves_no_entry() -> None:
    user = UserFactory()
    User.objects.filter(pk=user.pk).update(password="kjennelig-streng")
    assert [entry.operation for entry in history(user)] == ["INSERT"]
