"""POVERTYPLAN_PDF_VARIANT: two values, and a clear word about any other before anything starts."""

import os
import subprocess
import sys

import pytest

from organisation.pdf.order import VARIANTS
from tests.docs.tables import BASE_DIR

PROGRAM = "from povertyplan import settings; print(settings.PDF_VARIANT)"


def start(**environment: str) -> "subprocess.CompletedProcess[str]":
    known = {name: value for name, value in os.environ.items() if name != "POVERTYPLAN_PDF_VARIANT"}
    known["DATABASE_URL"] = "postgresql:///unused"
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=BASE_DIR,
        env=known | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_pdf_a_3_is_the_default() -> None:
    assert start().stdout == "pdf/a-3a\n"


@pytest.mark.parametrize("value", VARIANTS)
def test_both_are_taken(value: str) -> None:
    assert start(POVERTYPLAN_PDF_VARIANT=value).stdout == f"{value}\n"


@pytest.mark.parametrize("value", ["", "pdf/a-4f", "A-3A", "pdf/ua-1"])
def test_anything_else_stops_the_start_and_says_what_may_stand_there(value: str) -> None:
    started = start(POVERTYPLAN_PDF_VARIANT=value)
    assert started.returncode != 0
    assert "POVERTYPLAN_PDF_VARIANT must be one of pdf/a-3a, pdf/a-2a." in started.stderr
