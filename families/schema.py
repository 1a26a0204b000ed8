"""Migration operations of the vault: which rows PostgreSQL itself shows, to whom, and only after the read is logged.

The order of a read: `povertyplan.reader` is set for the transaction; `povertyplan_open` looks whether she may, writes a
line of the read log for each family, granted or refused; from then on, in this transaction, the rows of the families that
were granted are there for her. Without a line there is no row: a forgotten filter or a forgotten log entry shows nothing.

The functions run as the tables' owner, for whom the rows are there inside a function that somebody else has called. In a
session of her own she sees nothing either, unless `povertyplan.maintenance` is on; that setting does nothing for the
application's role.
"""

from pathlib import Path
from typing import Any

from django.db.migrations.operations import RunSQL

from organisation.schema import APP_ROLE

SQL = Path(__file__).parent / "sql"
FUNCTIONS = "".join((SQL / name).read_text(encoding="utf-8") for name in ("vault.sql", "case.sql", "voice.sql"))
# Inside a function that runs as the owner for somebody else. The application never takes on another role.
IN_FUNCTION = "current_user <> session_user"
# The rows of families the reader has opened in this transaction; asked once in each statement.
OPEN = "ANY ((SELECT povertyplan_opened())::bigint[])"
# Those of them in which she may write.
WRITABLE = "ANY ((SELECT povertyplan_writable())::bigint[])"


class CreateVaultFunctions(RunSQL):
    """The functions of sql/, for the application's role and nobody else."""

    def __init__(self) -> None:
        names = ", ".join(f"{name}({arguments})" for name, arguments in SIGNATURES.items())
        grants = "".join(
            f"REVOKE ALL ON FUNCTION {name}({arguments}) FROM PUBLIC;\n"
            f"GRANT EXECUTE ON FUNCTION {name}({arguments}) TO {APP_ROLE};\n"
            for name, arguments in SIGNATURES.items()
        )
        super().__init__(sql=FUNCTIONS + grants, reverse_sql=f"DROP FUNCTION {names} CASCADE;")

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [], {})


SIGNATURES = {
    "povertyplan_new_public_id": "",
    "povertyplan_reader": "",
    "povertyplan_works_in": "bigint, bigint",
    "povertyplan_works_for": "bigint, bigint",
    "povertyplan_basis": "bigint, bigint, text",
    "povertyplan_open": "text[], text, text",
    "povertyplan_open_ids": "bigint[], text, text",
    "povertyplan_opened": "",
    "povertyplan_erasable": "text",
    "povertyplan_writable": "",
    "povertyplan_begin_family": "bigint, date",
    "povertyplan_take_over": "bigint",
    "povertyplan_emergency_stays": "",
    "povertyplan_my_cases": "",
    "povertyplan_emergency": "text, text",
    "povertyplan_emergency_refusals": "",
    "povertyplan_emergency_reads": "bigint[]",
    "povertyplan_leads": "bigint",
    "povertyplan_voice_link": "text",
    "povertyplan_voice_answer": "text, text, text, boolean, text",
    "povertyplan_expiring": "date, date",
    "povertyplan_family_sets": "bigint, date",
    "povertyplan_own_measure": "",
}


class Vault(RunSQL):
    """Row-level security on a table of the vault, also for its owner.

    Rows are seen in families that are open, and added and changed in those that are open to one of their team: emergency
    access reads. They are deleted, or emptied by the system, only where retention has run out for `purpose`. `seen`,
    `added` and `changed` are further conditions beside these.
    """

    def __init__(
        self, table: str, purpose: str, family: str = "family_id", seen: str = "", added: str = "", changed: str = ""
    ) -> None:
        self.table, self.purpose = table, purpose
        self.extra = {"family": family, "seen": seen, "added": added, "changed": changed}
        out = f"{family} = ANY ((SELECT povertyplan_erasable('{purpose}'))::bigint[])"
        written = f"{family} = {WRITABLE} OR {out}"
        sees, adds, changes = (
            for_application(basis + (f" OR {more}" if more else ""))
            for basis, more in ((f"{family} = {OPEN}", seen), (f"{family} = {WRITABLE}", added), (written, changed))
        )
        erasable = for_application(out)
        super().__init__(
            sql=f"""
            {force_row_security(table)}
            CREATE POLICY seen ON {table} FOR SELECT TO {APP_ROLE} USING ({sees});
            CREATE POLICY added ON {table} FOR INSERT TO {APP_ROLE} WITH CHECK ({adds});
            CREATE POLICY changed ON {table} FOR UPDATE TO {APP_ROLE} USING ({changes}) WITH CHECK ({changes});
            CREATE POLICY erased ON {table} FOR DELETE TO {APP_ROLE} USING ({erasable});
            """,
            reverse_sql=f"""
            DROP POLICY seen ON {table}; DROP POLICY added ON {table};
            DROP POLICY changed ON {table}; DROP POLICY erased ON {table};
            {lift_row_security(table)}
            """,
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table, self.purpose], self.extra)


class VaultLog(RunSQL):
    """Row-level security on the read log: a family's lines are seen where the family is open."""

    def __init__(self) -> None:
        table = "organisation_readentry"
        super().__init__(
            sql=f"""
            {force_row_security(table)}
            CREATE POLICY seen ON {table} FOR SELECT TO {APP_ROLE} USING ({for_application(f"family = {OPEN}")});
            """,
            reverse_sql=f"DROP POLICY seen ON {table}; {lift_row_security(table)}",
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [], {})


def for_application(condition: str) -> str:
    """The owner is a member of the application's role, so its policies are asked inside the functions too: never there,
    where asking what is open would ask itself. CASE, since the order of OR is nobody's promise."""
    return f"CASE WHEN {IN_FUNCTION} THEN false ELSE {condition} END"


def force_row_security(table: str) -> str:
    """For the owner too, unless maintenance is on: a slip in a session of hers shows nothing."""
    as_owner = f"{IN_FUNCTION} OR current_setting('povertyplan.maintenance', true) = 'on'"
    return f"""
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY maintained ON {table} TO CURRENT_USER USING ({as_owner}) WITH CHECK ({as_owner});
    """


def lift_row_security(table: str) -> str:
    return f"""
    DROP POLICY maintained ON {table};
    ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
    """


class CompositeKey(RunSQL):
    """What `column` points to in `target` has the row's own `key`: its municipality, or its family."""

    def __init__(self, table: str, column: str, target: str, key: str) -> None:
        self.arguments = [table, column, target, key]
        name = f"{table}_{column}_own"
        super().__init__(
            sql=f"""
            CREATE UNIQUE INDEX IF NOT EXISTS {target}_id_{key} ON {target} (id, {key});
            ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, {key})
                REFERENCES {target} (id, {key}) DEFERRABLE INITIALLY DEFERRED;
            """,
            reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {name};",
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, self.arguments, {})
