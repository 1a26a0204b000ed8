"""The demo, loaded once for all tests of a file: loading it takes seconds, and they only read it."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction


def load_demo() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")  # not "package", which without an __init__.py lasts until all tests are over
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Inside a transaction that is never committed; each test has one of its own within it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo()
        yield
        transaction.set_rollback(True)
