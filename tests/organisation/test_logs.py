"""What people typed doesn't end in a log, neither ours nor PostgreSQL's."""

import logging
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.module_loading import import_string

from organisation.identity_numbers import masked
from organisation.models import Municipality
from tests.factories import MunicipalityFactory
from tests.identity_numbers import grouped, made_up

NUMBER = made_up(5)


def line(message: str, *args: Any, error: bool = False) -> str:
    """What the settings' handler would write."""
    options = dict(settings.LOGGING["formatters"]["plain"])
    formatter = import_string(options.pop("()"))(fmt=options["format"], style=options["style"])
    told = sys.exc_info() if error else None
    return str(formatter.format(logging.LogRecord("test", logging.ERROR, __file__, 1, message, args, told)))


@pytest.mark.django_db
def test_an_error_of_the_database_is_told_without_the_row() -> None:
    there = MunicipalityFactory()
    try:
        with transaction.atomic():
            Municipality.objects.create(name="Nyvik", number=there.number)
    except IntegrityError as error:
        assert there.number in str(error)
        text = line("Internal Server Error: %s", "/planer/", error=True)
    assert "Internal Server Error: /planer/" in text
    assert "violates unique constraint" in text
    assert there.number not in text
    assert "DETAIL" not in text


def test_nor_is_the_row_told_by_an_error_that_came_of_it() -> None:
    told = 'new row violates check "x"\nDETAIL:  Failing row contains (1, to\nlinjer).\n'
    try:
        try:
            raise IntegrityError(told)
        except IntegrityError:
            raise RuntimeError("senere")  # noqa: B904  # as it happens by accident
    except RuntimeError:
        text = line("Feil", error=True)
    assert 'IntegrityError: new row violates check "x"\n' in text
    assert "RuntimeError: senere" in text
    assert "DETAIL" not in text
    assert "linjer" not in text


@pytest.mark.parametrize("shape", ["11", "6 5", "4 4 3", "2 2 2 5"])
def test_a_national_identity_number_is_masked(shape: str) -> None:
    written = grouped(NUMBER, shape)
    assert written not in line("Not Found: %s", f"/familier/{written}/")
    assert masked(f"a {written}, b") == f"a {'*' * len(written)}, b"
    assert masked(f"12 {written} 3") == f"12 {'*' * len(written)} 3"


def test_other_lines_stay_as_they_are() -> None:
    assert masked("Job 12345678901234 took 10 ms, 2026/12345-10") == "Job 12345678901234 took 10 ms, 2026/12345-10"
    assert line("Klar på %s sekunder", 3).endswith("ERROR test: Klar på 3 sekunder")


@pytest.mark.django_db
def test_postgresql_logs_errors_of_the_application_without_statements_and_rows() -> None:
    with connection.cursor() as cursor:
        for name, value in {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}.items():
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (value,)
