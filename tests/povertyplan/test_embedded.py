"""The embedded servers, each test with real ones in a folder of its own."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import dj_database_url
import psycopg2
import pytest
import redis

from povertyplan import embedded
from povertyplan.embedded.processes import processes_in

BASE_DIR = Path(__file__).resolve().parents[2]
# Uses the servers of argv[1], says so on stdout, and leaves when stdin closes.
USER_PROGRAM = """
import sys
from pathlib import Path
from povertyplan import embedded
with embedded.running(Path(sys.argv[1])) as urls:
    print(urls.app, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _quick_and_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVERTYPLAN_EMBEDDED_FSYNC", "off")
    for name in ("POVERTYPLAN_VAR", "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Path]:
    """A checkout's folder; whatever a failed test leaves running there is ended."""
    yield tmp_path
    for process in server_processes(tmp_path):
        os.kill(process, signal.SIGKILL)


def server_processes(base: Path) -> list[int]:
    return processes_in(base / "var/postgres/data") + processes_in(base / "var/redis")


def ask(url: str, statement: str) -> object:
    """The first column of the first row, or None where a statement returns nothing."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None


def answers(redis_url: str) -> bool:
    with redis.Redis.from_url(redis_url) as client:
        return bool(client.ping())


def keep(redis_url: str, value: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("kept", value)


def kept(redis_url: str) -> object:
    with redis.Redis.from_url(redis_url) as client:
        return client.get("kept")


def boot_time(urls: embedded.Urls) -> object:
    return ask(urls.owner, "SELECT pg_postmaster_start_time()")


@contextmanager
def another_user(base: Path) -> Iterator[subprocess.Popen[str]]:
    program = [sys.executable, "-c", USER_PROGRAM, str(base)]
    with subprocess.Popen(program, cwd=BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    process.communicate()
    assert process.returncode == 0


def test_servers_run_in_the_block_and_not_after_it(base: Path) -> None:
    with embedded.running(base) as urls:
        assert ask(urls.app, "SELECT current_user") == "povertyplan_web"
        assert ask(urls.owner, "SELECT current_user") == "povertyplan_owner"
        assert answers(urls.redis)
        assert server_processes(base)
    assert not server_processes(base)


def test_data_and_urls_are_kept_between_runs(base: Path) -> None:
    with embedded.running(base) as first:
        ask(first.owner, "CREATE TABLE kept AS SELECT 42 AS number")
        keep(first.redis, "42")
    with embedded.running(base) as second:
        assert second == first
        assert ask(second.owner, "SELECT number FROM kept") == 42
        assert kept(second.redis) == b"42"


def test_last_user_stops_the_servers(base: Path) -> None:
    with another_user(base) as other:
        with embedded.running(base) as urls:
            assert line_of(other) == urls.app
            started = boot_time(urls)
        assert boot_time(urls) == started, "they stopped or restarted under the other user"
        end(other)
    assert not server_processes(base)


def test_two_users_at_once_make_one_server(base: Path) -> None:
    with another_user(base) as one, another_user(base) as two:
        assert line_of(one) == line_of(two)
        end(one)
        end(two)
    assert not server_processes(base)


def test_servers_of_a_killed_user_are_taken_over_and_stopped(base: Path) -> None:
    with another_user(base) as other:
        assert line_of(other)
        other.kill()
        other.wait()
        before = server_processes(base)
        assert before
        with embedded.running(base):
            assert set(before) <= set(server_processes(base))
    assert not server_processes(base)


def test_killed_servers_come_back_with_their_data(base: Path) -> None:
    with embedded.running(base) as urls:
        ask(urls.owner, "CREATE TABLE kept AS SELECT 42 AS number")
        keep(urls.redis, "42")
        for process in server_processes(base):
            os.kill(process, signal.SIGKILL)
        with embedded.running(base) as again:
            assert ask(again.owner, "SELECT number FROM kept") == 42
            assert kept(again.redis) == b"42"
    assert not server_processes(base)


def test_pid_file_that_names_a_living_stranger_is_not_believed(base: Path) -> None:
    with embedded.running(base):
        pid_file = base / "var/postgres/data/postmaster.pid"
        lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
    with embedded.running(base) as urls:
        assert ask(urls.app, "SELECT 1") == 1


def test_set_up_cut_short_is_begun_anew(base: Path) -> None:
    half_made = base / "var/postgres/data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    with embedded.running(base) as urls:
        assert ask(urls.app, "SELECT 1") == 1


def test_path_too_long_for_a_socket(base: Path) -> None:
    deep = base / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    with embedded.running(deep) as first:
        assert answers(first.redis)
    with embedded.running(deep) as second:
        assert second == first
        folder = (deep / "var/run").resolve()
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not server_processes(deep)
    shutil.rmtree(folder)


def test_path_with_blanks_quotes_and_norwegian_letters(base: Path) -> None:
    odd = base / "på en 'øy', ja"
    odd.mkdir()
    with embedded.running(odd) as urls:
        assert ask(urls.app, "SELECT 1") == 1
        assert answers(urls.redis)
    shutil.rmtree((odd / "var/run").resolve())  # for the comma it lies elsewhere


def test_nobody_else_may_look(base: Path) -> None:
    with embedded.running(base):
        for folder in ("var", "var/postgres", "var/postgres/data", "var/redis", "var/run", "var/log"):
            assert (base / folder).stat().st_mode & 0o077 == 0, folder
        assert (base / "var/passwords.json").stat().st_mode & 0o777 == 0o600


def test_password_is_asked_for(base: Path) -> None:
    with embedded.running(base) as urls:
        parts = dj_database_url.parse(urls.app)
        for user in ("postgres", "povertyplan_owner", "povertyplan_web"):
            with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
                psycopg2.connect(host=parts["HOST"], dbname="povertyplan", user=user, password="guess")


def test_roles_are_as_promised(base: Path) -> None:
    with embedded.running(base) as urls:
        shown = "SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles WHERE rolname LIKE 'povertyplan%' AND "
        assert ask(urls.owner, f"{shown} rolsuper") is None
        assert ask(urls.owner, f"{shown} rolbypassrls") is None
        assert ask(urls.owner, f"{shown} rolcreatedb AND rolcreaterole") == "povertyplan_owner"
        assert ask(urls.owner, f"{shown} rolcanlogin") == "povertyplan_owner,povertyplan_web"
        assert (
            ask(urls.owner, "SELECT datdba::regrole::text FROM pg_database WHERE datname = 'povertyplan'")
            == "povertyplan_owner"
        )
        owned = "SELECT count(*) FROM pg_shdepend WHERE refobjid = 'povertyplan_web'::regrole AND deptype = 'o'"
        assert ask(urls.owner, owned) == 0


def test_application_has_what_its_group_is_granted_and_no_more(base: Path) -> None:
    with embedded.running(base) as urls:
        ask(urls.owner, "CREATE TABLE granted (); CREATE TABLE withheld (); GRANT SELECT ON granted TO povertyplan_app")
        assert ask(urls.app, "SELECT count(*) FROM granted") == 0
        for refused in (
            "SELECT count(*) FROM withheld",
            "CREATE TABLE mine ()",
            "DROP TABLE granted",
            "SET ROLE povertyplan_owner",
        ):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                ask(urls.app, refused)


def test_owner_may_do_what_migrations_and_tests_do(base: Path) -> None:
    with embedded.running(base) as urls:
        ask(urls.owner, "CREATE DATABASE test_povertyplan")
        ask(urls.owner, "CREATE ROLE povertyplan_reader NOLOGIN")
        ask(urls.owner, "GRANT povertyplan_app TO povertyplan_reader")
        # What a test does to see the tables as the application does.
        test_database = urls.app.removesuffix("/povertyplan") + "/test_povertyplan"
        assert ask(test_database, "SELECT current_user") == "povertyplan_web"


def test_text_is_utf8_and_folds_norwegian_letters(base: Path) -> None:
    with embedded.running(base) as urls:
        assert ask(urls.app, "SELECT lower('ÆØÅ')") == "æøå"
        assert ask(urls.app, "SELECT getdatabaseencoding()") == "UTF8"


def test_environment_names_the_servers(base: Path) -> None:
    with embedded.environment(base):
        assert ask(os.environ["DATABASE_URL"], "SELECT current_user") == "povertyplan_web"
        assert ask(os.environ["DATABASE_OWNER_URL"], "SELECT current_user") == "povertyplan_owner"
        assert answers(os.environ["REDIS_URL"])


def test_given_servers_are_used_instead(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///elsewhere")
    with embedded.environment(base):
        assert os.environ["DATABASE_URL"] == "postgresql:///elsewhere"
    assert not (base / "var").exists()


def test_lost_passwords_are_told(base: Path) -> None:
    with embedded.running(base):
        pass
    (base / "var/passwords.json").unlink()
    with pytest.raises(embedded.ServerError, match=r"remove .*postgres"), embedded.running(base):
        pass


def test_command_that_is_told_to_end_stops_the_servers(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVERTYPLAN_VAR", str(base / "var"))
    command = [
        sys.executable,
        "-m",
        "povertyplan.with_servers",
        "--alone",
        "sh",
        "-c",
        "echo $DATABASE_URL; exec sleep 60",
    ]
    with subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True) as process:
        assert line_of(process).startswith("postgresql://povertyplan_web:")
        assert server_processes(base)
        process.terminate()
    assert process.returncode == 128 + signal.SIGTERM
    assert not server_processes(base)


def test_status_of_the_command_is_passed_on(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVERTYPLAN_VAR", str(base / "var"))
    command = [sys.executable, "-m", "povertyplan.with_servers", "sh", "-c", "exit 7"]
    assert subprocess.run(command, cwd=BASE_DIR, check=False).returncode == 7
