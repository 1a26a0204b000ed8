"""Migration operations for what the ORM can't say: the two roles, the audit trigger, append-only tables.

The owner's role migrates. The application's role (a member of `povertyplan_app`) owns nothing: it reads and writes rows,
and not even that where a table is append-only or read-only for it.
"""

from typing import Any

from django.db.migrations.operations import RunSQL

from organisation import identity_numbers

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


class CreateIdentityNumberCheck(RunSQL):
    """`povertyplan_has_identity_number(text)`: what organisation/identity_numbers.py says, for CHECK constraints."""

    def __init__(self) -> None:
        numbers = identity_numbers
        plain = f"translate(value, {_quoted(numbers.PLAIN_FROM)}, {_quoted(numbers.PLAIN_TO)})"
        for pattern, replacement in numbers.SIMPLER:
            plain = f"regexp_replace({plain}, {_quoted(pattern)}, {_quoted(replacement)}, 'g')"
        super().__init__(
            sql=f"""
            CREATE FUNCTION povertyplan_has_identity_number(value text) RETURNS boolean
            LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
            DECLARE
                plain text := {plain};
                place integer := 0;
                digit integer[];
            BEGIN
                LOOP
                    -- Looks ahead, so that one candidate may begin inside another.
                    place := regexp_instr(plain, {_quoted(f"(?={numbers.SHAPE})")}, place + 1);
                    IF coalesce(place, 0) = 0 THEN RETURN false; END IF;
                    digit := string_to_array(
                        left(translate(substr(plain, place, {numbers.LONGEST}), ' -x', ''), 11), NULL
                    )::integer[];
                    IF ({_weighted(numbers.FIRST_WEIGHTS)}) % 11 <= {numbers.HIGHEST_FIRST_REST}
                        AND ({_weighted(numbers.SECOND_WEIGHTS)}) % 11 = 0
                    THEN RETURN true; END IF;
                END LOOP;
            END $$;
            -- Whoever writes a row asks the constraints' functions.
            GRANT EXECUTE ON FUNCTION povertyplan_has_identity_number(text) TO {APP_ROLE};
            """,
            reverse_sql="DROP FUNCTION povertyplan_has_identity_number(text);",
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [], {})


def _quoted(text: str) -> str:
    """A literal of SQL in ASCII, whatever the text holds."""
    return (
        "E'"
        + "".join(c if c.isascii() and c.isprintable() and c not in "\\'" else f"\\U{ord(c):08X}" for c in text)
        + "'"
    )


def _weighted(weights: tuple[int, ...]) -> str:
    return " + ".join(f"{weight} * digit[{place}]" for place, weight in enumerate(weights, start=1))


class NoIdentityNumbers(RunSQL):
    """CHECK that no national identity number stands in the columns, each by a constraint TABLE_COLUMN_no_identity_number.

    The message of a violation holds the row: let the domain refuse the text before the database does.
    """

    def __init__(self, table: str, columns: tuple[str, ...]) -> None:
        self.table, self.columns = table, columns
        names = {column: f"{table}_{column}_no_identity_number" for column in columns}
        assert all(len(name) <= 63 for name in names.values()), "PostgreSQL would cut the constraint's name"
        super().__init__(
            sql="".join(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK (NOT povertyplan_has_identity_number({column}));"
                for column, name in names.items()
            ),
            reverse_sql="".join(f"ALTER TABLE {table} DROP CONSTRAINT {name};" for name in names.values()),
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table, self.columns], {})
