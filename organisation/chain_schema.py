"""The hash chain over the logs, as the database holds it: what a link vouches for, and the functions that make and read links.

A link's hash is SHA-256 of the hash before it and of a JSON array: position, time of sealing, digest of the row. The
digest is SHA-256 of a JSON array too: the log's name and every column of the row as text. Both arrays are written as
Python's `json.dumps(..., ensure_ascii=False)` writes them, so that anybody can compute the chain again from a dump.
"""

from typing import Any

from django.db.migrations.operations import RunSQL

from organisation.schema import APP_ROLE

# What came before the first link.
NOTHING = bytes(32)
# The columns that a link vouches for, in their order. Old links are judged by this too: a column that is added to a log
# goes under a new name of the log, never into a list that stands here.
COLUMNS = {
    "audit": ("id", "at", "actor_id", "action", "table_name", "row_id", "operation", "before", "after"),
    "read": ("id", "at", "transaction", "reader_id", "family", "page", "basis"),
}
TABLES = {"audit": "organisation_auditentry", "read": "organisation_readentry"}
# Functions of the owner look names up here, never first among what the caller may have made.
SAFELY = "SET search_path = pg_catalog, public, pg_temp"


def _text(column: str) -> str:
    """The same text in every session: no time zone, no format of dates."""
    return f"extract(epoch FROM {column})::text" if column.endswith("at") else f"{column}::text"


def _sha256(*items: str, after: str = "") -> str:
    array = f"convert_to(json_build_array({', '.join(items)})::text, 'UTF8')"
    return f"sha256({after + ' || ' if after else ''}{array})"


def _digest(log: str, alias: str) -> str:
    return _sha256(f"'{log}'::text", *(_text(f"{alias}.{column}") for column in COLUMNS[log]))


def _with_rows(of: str) -> str:
    """Joins that bring the log's row, as `audit` or `read`, to a table with `log` and `row_id`."""
    return " ".join(
        f"LEFT JOIN public.{table} {log} ON {of}.log = '{log}' AND {log}.id = {of}.row_id"
        for log, table in TABLES.items()
    )


DIGEST = " ".join(
    ("CASE", *(f"WHEN {log}.id IS NOT NULL THEN {_digest(log, log)}" for log in COLUMNS), "END"),
)

# The links after a position, each with the digest of its row as it is now; null where there is no row.
LINKS = f"""
    SELECT link.position, link.log::text, link.row_id, {_text("link.sealed_at")} AS sealed, link.hash, {DIGEST} AS digest
      FROM public.organisation_chainlink link {_with_rows("link")}
     WHERE link.position > %s ORDER BY link.position LIMIT %s
"""
# For each log: rows that neither have a link nor wait for one; those that wait in vain, for the log row is gone; how long
# the first has waited.
LOOSE = " UNION ALL ".join(
    f"""
    SELECT '{log}'::text AS log, loose.count AS loose, loose.first AS first_loose,
           waiting.lost, waiting.first_lost, waiting.waited
      FROM (SELECT count(*), min(entry.id) AS first FROM public.{table} entry
             WHERE NOT EXISTS (SELECT FROM public.organisation_chainlink link
                                WHERE link.log = '{log}' AND link.row_id = entry.id AND link.position >= 1)
               AND NOT EXISTS (SELECT FROM public.organisation_unlinkedrow unlinked
                                WHERE unlinked.log = '{log}' AND unlinked.row_id = entry.id)) loose,
           (SELECT count(*) FILTER (WHERE entry.id IS NULL) AS lost,
                   min(unlinked.row_id) FILTER (WHERE entry.id IS NULL) AS first_lost,
                   clock_timestamp() - min(unlinked.since) AS waited
              FROM public.organisation_unlinkedrow unlinked
              LEFT JOIN public.{table} entry ON entry.id = unlinked.row_id
             WHERE unlinked.log = '{log}') waiting
    """
    for log, table in TABLES.items()
)
SEAL = f"""
    CREATE FUNCTION povertyplan_seal(batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER {SAFELY} AS $$
    DECLARE
        sealed_at timestamptz := clock_timestamp();
        head bytea := decode(repeat('00', {len(NOTHING)}), 'hex');
        made integer := 0;
        begun bigint := 0;
        unlinked record;
    BEGIN
        -- The chain has one end, so one session at a time; what comes meanwhile is taken next time.
        IF NOT pg_try_advisory_xact_lock('public.organisation_chainlink'::regclass::oid::bigint) THEN RETURN 0; END IF;
        SELECT link.position, link.hash INTO begun, head FROM public.organisation_chainlink link
         ORDER BY link.position DESC LIMIT 1;
        IF NOT FOUND THEN
            begun := 0;
            head := decode(repeat('00', {len(NOTHING)}), 'hex');
        END IF;
        FOR unlinked IN
            SELECT waiting.log, waiting.row_id, {DIGEST} AS digest
              FROM public.organisation_unlinkedrow waiting {_with_rows("waiting")}
             WHERE audit.id IS NOT NULL OR read.id IS NOT NULL
             ORDER BY waiting.log, waiting.row_id LIMIT batch
        LOOP
            made := made + 1;
            head := {_sha256("(begun + made)::text", _text("sealed_at"), "encode(unlinked.digest, 'hex')", after="head")};
            INSERT INTO public.organisation_chainlink (position, log, row_id, hash, sealed_at)
            VALUES (begun + made, unlinked.log, unlinked.row_id, head, sealed_at);
        END LOOP;
        DELETE FROM public.organisation_unlinkedrow waiting USING public.organisation_chainlink link
         WHERE link.position > begun AND waiting.log = link.log AND waiting.row_id = link.row_id;
        RETURN made;
    END $$;
"""


def _function(name: str, arguments: str, returns: str, query: str) -> str:
    return f"""
    CREATE FUNCTION {name}({arguments}) RETURNS TABLE ({returns})
    LANGUAGE sql STABLE SECURITY DEFINER {SAFELY} AS $$ {query} $$;
    """


FUNCTIONS = {
    "povertyplan_seal(integer)": SEAL,
    # They tell the application's role, which may not read the read log, how chain and logs fit; never what a row says.
    "povertyplan_chain_links(bigint, integer)": _function(
        "povertyplan_chain_links",
        "bigint, integer",
        '"position" bigint, log text, row_id bigint, sealed text, hash bytea, digest bytea',
        LINKS % ("$1", "$2"),
    ),
    "povertyplan_chain_loose()": _function(
        "povertyplan_chain_loose",
        "",
        "log text, loose bigint, first_loose bigint, lost bigint, first_lost bigint, waited interval",
        LOOSE,
    ),
}
# It runs as whoever writes the log, which is the owner in a function; all names are complete, so that nobody can slip in one.
QUEUE = """
    CREATE FUNCTION povertyplan_await_link() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO public.organisation_unlinkedrow (log, row_id, since)
        VALUES (TG_ARGV[0], NEW.id, pg_catalog.clock_timestamp());
        RETURN NULL;
    END $$;
    REVOKE ALL ON FUNCTION povertyplan_await_link() FROM PUBLIC;
"""


class CreateLogChain(RunSQL):
    """The functions of the chain, and a trigger on each log that queues its rows. Rows that are there already wait too."""

    def __init__(self) -> None:
        queued = "".join(
            f"""
            CREATE TRIGGER await_link AFTER INSERT ON {table}
                FOR EACH ROW EXECUTE FUNCTION povertyplan_await_link('{log}');
            INSERT INTO organisation_unlinkedrow (log, row_id, since)
                SELECT '{log}', id, clock_timestamp() FROM {table};
            """
            for log, table in TABLES.items()
        )
        granted = "".join(
            f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {name} TO {APP_ROLE};"
            for name in FUNCTIONS
        )
        dropped = "".join(f"DROP TRIGGER await_link ON {table};" for table in TABLES.values())
        dropped += "".join(f"DROP FUNCTION {name};" for name in (*FUNCTIONS, "povertyplan_await_link()"))
        # The read log may already be behind row-level security, for its owner too.
        seen = "SET LOCAL povertyplan.maintenance = 'on';"
        super().__init__(sql=QUEUE + seen + queued + "".join(FUNCTIONS.values()) + granted, reverse_sql=dropped)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [], {})
