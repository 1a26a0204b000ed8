"""docs/rules.md: every rule leads to a function that is there and to a test that is there, and no rule is left out."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.docs.tables import BASE_DIR, DOCS, code, resolve, rows

RULES = rows((DOCS / "rules.md").read_text(encoding="utf-8"))
# Public functions that decide nothing, each with its reason.
NO_RULE = {
    "organisation.domain.writing.apply": "sets the fields of a row",
    "reporting.domain.changes.goals_in_order": "walks through a report",
    "reporting.domain.changes.tables_in_order": "walks through a report",
    "reporting.domain.changes.rows_of": "walks through a table",
    "reporting.domain.freeze_measures.written_out": "writes a date",
}


@cache
def functions_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def public_functions() -> set[str]:
    """The dotted path of every public function in a domain/ folder or a permissions.py."""
    files = [*BASE_DIR.glob("*/domain/*.py"), *BASE_DIR.glob("*/permissions.py")]
    return {
        ".".join([*path.relative_to(BASE_DIR).with_suffix("").parts, name])
        for path in files
        for name in functions_in(path)
        if not name.startswith("_")
    }


def test_the_table_is_read() -> None:
    assert len(RULES) > 80
    assert all(len(cells) == 3 for cells in RULES), [cells for cells in RULES if len(cells) != 3]


@pytest.mark.parametrize("cells", RULES, ids=lambda cells: cells[0][:60])
def test_a_rule_has_its_function_and_its_test(cells: list[str]) -> None:
    sentence, functions, tests = cells
    assert sentence.endswith(".")
    assert code(functions), "names no function"
    assert code(tests), "names no test"
    for path in code(functions):
        assert callable(resolve(path)), path
    for test in code(tests):
        file, _, name = test.partition("::")
        assert (BASE_DIR / file).is_file(), f"no file {file}"
        assert name.startswith("test_"), test
        assert name in functions_in(BASE_DIR / file), f"no test {test}"


def test_every_public_function_of_the_domain_stands_in_a_row() -> None:
    named = {path for _sentence, functions, _tests in RULES for path in code(functions)}
    assert public_functions() - named - set(NO_RULE) == set()


def test_the_exceptions_are_functions_that_are_there() -> None:
    assert set(NO_RULE) <= public_functions()
