"""Two people at the same time: real threads, each with a connection of its own. For tests marked `transaction=True`."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

PATIENCE = 20.0


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """Start all actions in the same moment; what each returned, or the exception it raised."""
    start = threading.Barrier(len(actions))
    outcomes: list[Any] = [None] * len(actions)

    def act(index: int, action: Callable[[], Any]) -> None:
        start.wait()
        outcomes[index] = outcome_of(action)

    threads = [threading.Thread(target=act, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return outcomes


def while_uncommitted(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any, bool]:
    """Run `second` after `first` has written but before it has committed.

    Returns both outcomes, and whether `second` had to wait for the commit of `first`.
    """
    outcomes: list[Any] = []
    thread = threading.Thread(target=lambda: outcomes.append(outcome_of(second)))
    with transaction.atomic():
        done = first()
        thread.start()
        waited = wait_until(lambda: bool(outcomes) or somebody_waits()) and not outcomes
    thread.join(PATIENCE)
    assert not thread.is_alive(), "The second never came through."
    return done, outcomes[0], waited


def outcome_of(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except Exception as error:
        return error
    finally:
        connection.close()


def wait_until(condition: Callable[[], bool], patience: float = PATIENCE) -> bool:
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def somebody_waits() -> bool:
    """Whether a session of this database waits for a lock."""
    with connection.cursor() as cursor:
        # In a transaction the activity is looked up once and kept, also from before the other session was there.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE NOT l.granted AND a.datname = current_database())"
        )
        return bool(cursor.fetchone()[0])
