"""The accessibility statement: each line of what was tested names tests, and those are there."""

from pathlib import Path

import pytest

from organisation.help.statement import MISSING, TESTED

ROOT = Path(__file__).resolve().parents[3]
NAMED = sorted({name for _what, _how, names in TESTED for name in names})


@pytest.mark.parametrize("name", NAMED)
def test_what_is_said_to_be_tested_has_a_test(name: str) -> None:
    path, _sign, function = name.partition("::")
    text = (ROOT / path).read_text()
    assert f"def {function or 'test_'}" in text, name


def test_nothing_is_said_to_be_tested_without_naming_how() -> None:
    assert all(how and names for _what, how, names in TESTED)
    assert len({str(line) for line in MISSING}) == len(MISSING)
