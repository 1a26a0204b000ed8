#!/usr/bin/env python3
"""Django's command line. Without DATABASE_URL a command runs on the checkout's embedded servers, started if need be."""

import importlib.util
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

BASE_DIR = Path(__file__).resolve().parent
VENV_PYTHON = BASE_DIR / ".venv" / "bin" / "python"

# They change or read the tables' definitions or the whole read log, which the application's own role may not.
OWNER_COMMANDS = {
    *("makemigrations", "migrate", "showmigrations", "sqlmigrate", "squashmigrations", "optimizemigration"),
    *("dbshell", "flush", "test", "verify_log"),
}
# They never open the database, so nobody should wait for one; settings.py only wants to see a URL.
OFFLINE_COMMANDS = {"", "help", "version", "makemessages", "compilemessages", "collectstatic", "findstatic"}
# They serve requests, each of which sees what its user may. Every other command is the system and sees all municipalities.
SERVERS = {"runserver", "testserver"}
NO_DATABASE = "postgresql:///no-database-for-this-command"


def main() -> None:
    use_virtual_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertyplan.settings")
    signal.signal(signal.SIGTERM, stop)
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command in OWNER_COMMANDS:
        os.environ.setdefault("POVERTYPLAN_DB_ROLE", "owner")
    if command in OFFLINE_COMMANDS or command.startswith("-") or sys.argv[2:3] in (["-h"], ["--help"]):
        os.environ.setdefault("DATABASE_URL", NO_DATABASE)
    if command not in SERVERS:
        from organisation import separation

        separation.this_process_is_the_system()
    run()


def use_virtual_environment() -> None:
    """Go on in `.venv` when this Python lacks Django, so that `./manage.py` works in any shell after `make setup`."""
    if importlib.util.find_spec("django") is not None:
        return
    if not VENV_PYTHON.exists() or sys.prefix != sys.base_prefix:
        sys.exit("Django is not installed: run `make setup` first.")
    os.execv(VENV_PYTHON, [str(VENV_PYTHON), *sys.argv])


def stop(signum: int, frame: FrameType | None) -> NoReturn:
    # Raised as an exception, so that the embedded servers are left in good order.
    sys.exit(128 + signum)


def run() -> None:
    from django.core.management import execute_from_command_line

    from povertyplan import embedded

    try:
        with embedded.environment(BASE_DIR):
            execute_from_command_line(sys.argv)
    except embedded.ServerError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
