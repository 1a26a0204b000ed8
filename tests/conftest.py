"""What every test stands on. All tests run as the application's role, which owns nothing (organisation/schema.py)."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client, TransactionTestCase, override_settings
from hypothesis import settings as hypothesis_settings

from organisation import separation
from organisation.models import User
from povertyplan.celery import app as celery_app
from tests import database
from tests.browser import browser, page
from tests.worker import start_worker, worker_process

__all__ = ["browser", "page", "start_worker", "worker_process"]

# What a test makes and asks itself, it does as the system; a request of its client sees what the user may.
separation.this_process_is_the_system()
QUEUE = "test-" + os.environ.get("PYTEST_XDIST_WORKER", "alone")

# The same examples each time, so that a red build is about the change; `HYPOTHESIS_PROFILE=search` looks further.
hypothesis_settings.register_profile("steady", deadline=None, max_examples=60, derandomize=True)
hypothesis_settings.register_profile("search", deadline=None, max_examples=1000)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session", autouse=True)
def _settings_for_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("files")
    # What a test queues must never reach a demo's worker.
    celery_app.conf.task_default_queue = QUEUE
    with override_settings(
        MEDIA_ROOT=folder / "media",
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        SECURE_SSL_REDIRECT=False,
        SESSION_COOKIE_SECURE=False,
        CSRF_COOKIE_SECURE=False,
        CELERY_TASK_DEFAULT_QUEUE=QUEUE,
    ):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """A fresh database, migrated by the owner; then everything is done as the application's role."""
    with django_db_blocker.unblock():
        database.create_database()
        database.log_in_as(database.owner_settings())
        call_command("migrate", verbosity=0)
        database.log_in_as(database.app_settings())
    yield
    with django_db_blocker.unblock():
        database.log_in_as(database.app_settings())
        database.drop_database()


@pytest.fixture(scope="session", autouse=True)
def _emptied_by_the_owner() -> Iterator[None]:
    """The application's role can't TRUNCATE, which is what Django does after a test that commits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: database.empty_database())
        yield


@pytest.fixture
def media_root(settings: Any, tmp_path: Path) -> Path:
    """A file store of the test's own, to see what is left in it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return tmp_path / "media"


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """A test client that is logged in as a user."""

    def make(user: User, **options: Any) -> Client:
        client = Client(**options)
        client.force_login(user, backend="organisation.sign_in.RolesBackend")
        return client

    return make
