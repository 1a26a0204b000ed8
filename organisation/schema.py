"""Migration operations for what the ORM can't say: the two roles, the audit trigger, append-only tables.

The owner's role migrates. The application's role (a member of `povertyplan_app`) owns nothing: it reads and writes rows,
and not even that where a table is append-only or read-only for it.
"""

from typing import Any

from django.db.migrations.operations import RunSQL

APP_ROLE = "povertyplan_app"


class CreateRoles(RunSQL):
    """Make the application's group role and give it rows, not tables, in everything the owner creates from now on."""

    def __init__(self) -> None:
        super().__init__(
            sql=f"""
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
                    CREATE ROLE {APP_ROLE} NOLOGIN;
                END IF;
            END $$;
            REVOKE CREATE ON SCHEMA public FROM PUBLIC;
            GRANT USAGE ON SCHEMA public TO {APP_ROLE};
            -- Made before any migration runs; the application looks whether it is up to date.
            GRANT SELECT ON django_migrations TO {APP_ROLE};
            ALTER DEFAULT PRIVILEGES IN SCHEMA public
                GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP_ROLE};
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APP_ROLE};
            """,
            reverse_sql=f"""
            ALTER DEFAULT PRIVILEGES IN SCHEMA public
                REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM {APP_ROLE};
            ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE USAGE, SELECT ON SEQUENCES FROM {APP_ROLE};
            REVOKE USAGE ON SCHEMA public FROM {APP_ROLE};
            """,
            elidable=False,
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [], {})


class CreateAuditTrigger(RunSQL):
    """The function behind every audited table. Runs as the owner, so that the application can't write the log itself."""

    def __init__(self) -> None:
        super().__init__(
            sql=f"""
            CREATE FUNCTION povertyplan_audit() RETURNS trigger
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
            DECLARE
                hidden text[] := coalesce(TG_ARGV, '{{}}');
                old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - hidden END;
                new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - hidden END;
                changed_before jsonb := old_row;
                changed_after jsonb := new_row;
            BEGIN
                IF TG_OP = 'UPDATE' THEN
                    SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, new_row -> o.key)
                      INTO changed_before, changed_after
                      FROM jsonb_each(old_row) o WHERE o.value IS DISTINCT FROM new_row -> o.key;
                    IF changed_before IS NULL THEN RETURN NULL; END IF;
                END IF;
                INSERT INTO organisation_auditentry
                    (at, actor_id, action, table_name, row_id, operation, before, after)
                VALUES (
                    clock_timestamp(),
                    nullif(current_setting('povertyplan.actor', true), '')::bigint,
                    coalesce(current_setting('povertyplan.action', true), ''),
                    TG_TABLE_NAME, (coalesce(new_row, old_row) ->> 'id')::bigint, TG_OP, changed_before, changed_after
                );
                RETURN NULL;
            END $$;
            REVOKE ALL ON FUNCTION povertyplan_audit() FROM PUBLIC;
            REVOKE INSERT, UPDATE, DELETE ON organisation_auditentry FROM {APP_ROLE};
            """,
            reverse_sql="DROP FUNCTION povertyplan_audit();",
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [], {})


class Audited(RunSQL):
    """Log every change of a table. Columns in `without` never reach the log (password hashes)."""

    def __init__(self, table: str, without: tuple[str, ...] = ()) -> None:
        self.table, self.without = table, without
        arguments = ", ".join(f"'{column}'" for column in without)
        super().__init__(
            sql=f"""
            CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION povertyplan_audit({arguments});
            """,
            reverse_sql=f"DROP TRIGGER audit ON {table};",
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table], {"without": self.without})


class AppendOnly(RunSQL):
    """The application's role may add rows to a table and read them, never change or remove one."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            sql=f"REVOKE UPDATE, DELETE ON {table} FROM {APP_ROLE};",
            reverse_sql=f"GRANT UPDATE, DELETE ON {table} TO {APP_ROLE};",
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table], {})


class WriteOnce(RunSQL):
    """The application's role may add rows to a table and read them, and afterwards write the columns in `but`, no others."""

    def __init__(self, table: str, but: tuple[str, ...]) -> None:
        self.table, self.but = table, but
        columns = ", ".join(but)
        super().__init__(
            sql=f"""
            REVOKE UPDATE, DELETE ON {table} FROM {APP_ROLE};
            GRANT UPDATE ({columns}) ON {table} TO {APP_ROLE};
            """,
            reverse_sql=f"""
            REVOKE UPDATE ({columns}) ON {table} FROM {APP_ROLE};
            GRANT UPDATE, DELETE ON {table} TO {APP_ROLE};
            """,
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table], {"but": self.but})


class ReadOnly(RunSQL):
    """The application's role may read a table and nothing else: functions of the owner write it."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            sql=f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {APP_ROLE};",
            reverse_sql=f"GRANT INSERT, UPDATE, DELETE ON {table} TO {APP_ROLE};",
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table], {})
