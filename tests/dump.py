"""The whole test database as pg_dump writes it: what a search through a stolen backup would find."""

import os
import shutil
import subprocess

import psycopg2.extensions

from povertyplan.embedded.postgres import _binaries
from povertyplan.embedded.processes import ServerError
from tests.database import OWNER_URL, name_of_test_database


def dump() -> str:
    """Every row of every table, as the owner with maintenance on, who is the only one that sees the vault's."""
    settings = psycopg2.extensions.parse_dsn(OWNER_URL)
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {
        "PGPASSWORD": settings["password"], "PGOPTIONS": "-c povertyplan.maintenance=on",
    }  # fmt: skip
    done = subprocess.run(
        [
            *(_program(), "--enable-row-security", "--no-password", "--dbname", name_of_test_database()),
            *("--host", settings["host"], "--port", settings.get("port", "5432"), "--username", settings["user"]),
        ],
        env=surroundings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def _program() -> str:
    try:
        return str(_binaries() / "pg_dump")
    except ServerError:
        found = shutil.which("pg_dump")
        assert found, "no pg_dump beside a server of one's own"
        return found
