"""How domain functions are called: by name, with who does it; and never with a clock of their own."""

import ast
import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.architecture.sources import files, functions, name_of

APPS = ("organisation", "measures", "grants", "families", "reporting")
CLOCKS = {"now", "localdate", "localtime", "today", "utcnow", "time"}
# When something was written is no rule's business; these are stamps, each in the one function that sets it.
STAMPS = {
    ("measures/domain/log.py", "_write"),  # written_at
    ("reporting/domain/contribution.py", "save_contribution"),  # confirmed_at
}


def domain_files(*apps: str) -> list[Path]:
    return [path for path in files(*(apps or APPS)) if path.parent.name == "domain"]


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for path in domain_files():
        module = import_module(name_of(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
        for name, function in vars(module).items():
            if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_"):
                yield f"{module.__name__}.{name}", function


def calls_a_clock(node: ast.AST) -> bool:
    """timezone.now(), date.today(), localdate(), time.time() and so on; the database's own Now() is none of them."""
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in CLOCKS


def test_whoever_acts_is_named() -> None:
    """`by` is keyword-only wherever it is asked for, and asked for wherever a row is written for a person."""
    positional, writers_without = [], []
    for name, function in public_functions():
        by = inspect.signature(function).parameters.get("by")
        if by is not None and by.kind is not inspect.Parameter.KEYWORD_ONLY:
            positional.append(name)
        if by is None and "acting(" in inspect.getsource(function):
            writers_without.append(name)
    assert [name for name in positional if name != "organisation.domain.writing.acting"] == []
    assert writers_without == []


def test_a_function_that_takes_who_acts_takes_all_by_name() -> None:
    for name, function in public_functions():
        parameters = inspect.signature(function).parameters.values()
        if name != "organisation.domain.writing.acting" and "by" in {parameter.name for parameter in parameters}:
            kinds = {parameter.kind for parameter in parameters}
            assert kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}, name


def test_no_rule_looks_at_a_clock() -> None:
    found = {
        (name_of(path), function.name)
        for path in domain_files("measures", "grants", "families", "reporting")
        for function in functions(path)
        if any(calls_a_clock(node) for node in ast.walk(function))
    }
    assert found == STAMPS


def test_no_module_takes_the_time_while_it_is_imported() -> None:
    for path in domain_files():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef):
                assert not any(calls_a_clock(inner) for inner in ast.walk(node)), name_of(path)


def test_functions_are_found() -> None:
    assert len(list(public_functions())) > 40
