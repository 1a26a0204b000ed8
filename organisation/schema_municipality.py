"""Migration operations that keep municipalities apart in the database itself (docs/architecture.md, "Municipalities").

Every row of a municipality has a column `municipality_id`. Where no form or rule asks for it, the ORM doesn't know it: the
database fills it in, once, from the row that this one belongs to. It is what the two guards stand on:

- composite foreign keys with the municipality (`SameMunicipality`): a row can't point into another municipality;
- one policy for each table (`Separated`): whoever asks sees the municipalities of the connection's context, and no others.
"""

from typing import Any

from django.db.migrations.operations import RunSQL


class _Operation(RunSQL):
    """Remembers its arguments, as a migration file is to show them."""

    arguments: tuple[Any, ...] = ()

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, list(self.arguments), {})


class MunicipalityKey(_Operation):
    """Let composite foreign keys point to a table: a row's id with its municipality.

    The keys of `families` point to the same index, and whichever migration comes first makes it. So there is no way back
    but with the column.
    """

    def __init__(self, table: str) -> None:
        self.arguments = (table,)
        super().__init__(
            sql=f"CREATE UNIQUE INDEX IF NOT EXISTS {table}_id_municipality_id ON {table} (id, municipality_id);",
            reverse_sql=RunSQL.noop,
        )


class SameMunicipality(_Operation):
    """A foreign key leads to a row of the same municipality. With NULL in it, as in any foreign key, nothing is asked."""

    def __init__(self, table: str, column: str, other: str) -> None:
        self.arguments = (table, column, other)
        name = f"{column}_of_same_municipality"
        super().__init__(
            sql=f"""
            ALTER TABLE {table} ADD CONSTRAINT {name}
            FOREIGN KEY ({column}, municipality_id) REFERENCES {other} (id, municipality_id)
            DEFERRABLE INITIALLY DEFERRED;
            """,
            reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {name};",
        )


class OfMunicipality(_Operation):
    """A table whose rows belong to the municipality of the row in `parent` that `column` points to.

    A trigger writes the column when a row is made, over whatever a statement says. Later the constraint holds it: a row
    moves to another parent of its municipality only. The rows that exist get theirs without an entry in the audit log:
    nothing about them changes.
    """

    def __init__(self, table: str, column: str, parent: str) -> None:
        self.arguments = (table, column, parent)
        same = SameMunicipality(table, column, parent)
        super().__init__(
            sql=f"""
            ALTER TABLE {table} ADD COLUMN municipality_id bigint;
            ALTER TABLE {table} DISABLE TRIGGER USER;
            UPDATE {table} SET municipality_id = p.municipality_id FROM {parent} p WHERE p.id = {table}.{column};
            ALTER TABLE {table} ENABLE TRIGGER USER;
            ALTER TABLE {table} ALTER COLUMN municipality_id SET NOT NULL;
            CREATE FUNCTION {table}_municipality() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                SELECT municipality_id INTO NEW.municipality_id FROM public.{parent} WHERE id = NEW.{column};
                RETURN NEW;
            END $$;
            CREATE TRIGGER municipality BEFORE INSERT ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_municipality();
            {same.sql}
            """,
            reverse_sql=f"""
            DROP TRIGGER municipality ON {table};
            DROP FUNCTION {table}_municipality();
            ALTER TABLE {table} DROP COLUMN municipality_id;
            """,
        )


class WhoAsks(_Operation):
    """What the policies ask: the municipalities that the connection shows. Nothing said, nothing shown.

    Not plain SQL: the planner would take such a function apart anew for each table of each statement.
    """

    def __init__(self) -> None:
        super().__init__(
            sql="""
            CREATE FUNCTION povertyplan_municipalities() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
            DECLARE
                shown text := current_setting('povertyplan.municipalities', true);
            BEGIN
                IF shown = 'all' THEN RETURN ARRAY(SELECT id FROM public.organisation_municipality); END IF;
                RETURN CASE WHEN shown LIKE '{%' THEN shown::bigint[] END;
            END $$;
            CREATE FUNCTION povertyplan_reads_published() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
            BEGIN
                RETURN coalesce(current_setting('povertyplan.published', true) = 'on', false);
            END $$;
            """,
            reverse_sql="""
            DROP FUNCTION povertyplan_municipalities();
            DROP FUNCTION povertyplan_reads_published();
            """,
        )


class Separated(_Operation):
    """Nobody sees or writes rows of a municipality that the connection doesn't show; not even the tables' owner.

    The question is a subquery, asked once per statement. With `nullif(...) IS NOT NULL` the planner takes the condition to
    hold for nearly every row, so that it plans as it would without: a page's own filters say better how many rows there are.
    """

    def __init__(self, table: str) -> None:
        self.arguments = (table,)
        super().__init__(
            sql=f"""
            CREATE POLICY municipality ON {table} USING (
                nullif(municipality_id = ANY ((SELECT povertyplan_municipalities())::bigint[]), false) IS NOT NULL
            );
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            """,
            reverse_sql=f"""
            ALTER TABLE {table} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
            DROP POLICY municipality ON {table};
            """,
        )


class ReadWhenPublished(_Operation):
    """Rows of all municipalities that an analyst may read beside those of her own: `condition` says which are published."""

    def __init__(self, table: str, condition: str) -> None:
        self.arguments = (table, condition)
        super().__init__(
            sql=f"""
            CREATE POLICY published ON {table} FOR SELECT
            USING ((SELECT povertyplan_reads_published()) AND {condition});
            """,
            reverse_sql=f"DROP POLICY published ON {table};",
        )


class WriteWhenPublished(_Operation):
    """What an analyst may write in all municipalities: rows that are as `before` says, and afterwards as `condition` does.

    `command` is INSERT, which has no before, or UPDATE. Which of her own rules hold beyond that is the domain's matter.
    """

    def __init__(self, table: str, command: str, condition: str, before: str = "true") -> None:
        self.arguments = (table, command, condition, before)
        using = f"USING ((SELECT povertyplan_reads_published()) AND {before})" if command == "UPDATE" else ""
        super().__init__(
            sql=f"""
            CREATE POLICY published_{command.lower()} ON {table} FOR {command} {using}
            WITH CHECK ((SELECT povertyplan_reads_published()) AND {condition});
            """,
            reverse_sql=f"DROP POLICY published_{command.lower()} ON {table};",
        )


class National(_Operation):
    """Rows without a municipality are the directorate's: the analyst's and the system's. `read_by_all`: everybody's to read."""

    def __init__(self, table: str, read_by_all: bool = False) -> None:
        self.arguments = (table, read_by_all)
        reading = f"CREATE POLICY national_read ON {table} FOR SELECT USING (municipality_id IS NULL);"
        super().__init__(
            sql=f"""
            CREATE POLICY national ON {table} USING (
                municipality_id IS NULL AND (SELECT povertyplan_reads_published()
                    OR coalesce(current_setting('povertyplan.municipalities', true) = 'all', false))
            );
            {reading if read_by_all else ""}
            """,
            reverse_sql=f"""
            DROP POLICY national ON {table};
            {f"DROP POLICY national_read ON {table};" if read_by_all else ""}
            """,
        )
