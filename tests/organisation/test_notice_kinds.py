"""Every kind of notice in the code is registered, with a group that a person can turn on and off."""

import ast
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from organisation import notice_kinds
from organisation.models import Role
from tests.architecture.sources import files, name_of

APPS = ("organisation", "measures", "grants", "families", "reporting")


def calls() -> Iterator[tuple[str, ast.expr | None]]:
    """Where `notify` is called, and what it is given as `kind`."""
    for path in files(*APPS):
        module = name_of(path).removesuffix(".py").replace("/", ".")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) == "notify":
                yield module, next((word.value for word in node.keywords if word.arg == "kind"), None)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def kinds(module: str, given: ast.expr | None) -> list[str]:
    """The kinds that an expression can give: a text, a constant of the module, or a table of it."""
    if isinstance(given, ast.Constant):
        return [str(given.value)]
    if isinstance(given, ast.Name):
        return [_constant(module, given.id)]
    if isinstance(given, ast.Subscript) and isinstance(given.value, ast.Name):
        return [str(kind) for kind in _constant(module, given.value.id).values()]
    raise AssertionError(
        f"{module}: the kind must be a text, a constant or a table of the module, so that it can be found"
    )


def _constant(module: str, name: str) -> Any:
    return getattr(import_module(module), name)


def test_every_kind_that_is_made_is_registered() -> None:
    found = [(module, kind) for module, given in calls() for kind in kinds(module, given)]
    assert len({kind for _module, kind in found}) >= 15
    assert [(module, kind) for module, kind in found if not notice_kinds.is_known(kind)] == []


def test_a_kind_that_can_not_be_found_in_the_code_is_an_error() -> None:
    with pytest.raises(AssertionError, match="so that it can be found"):
        kinds("here", ast.parse('f"report_{state}"', mode="eval").body)


def test_every_group_has_a_name_an_explanation_and_somebody_to_ask() -> None:
    groups = notice_kinds.groups_for(list(Role))
    assert len(groups) >= 7
    for group in groups:
        assert str(group.label)
        assert str(group.explanation).endswith(".")
        assert group.kinds
    assert len({str(group.label) for group in groups}) == len(groups)


def test_what_reports_and_rounds_will_tell_is_registered() -> None:
    assert {notice_kinds.group_of(kind) for kind in ("round_opened", "round_deadline", "round_late")} == {"round"}
    assert {notice_kinds.group_of(kind) for kind in ("report_review", "report_published", "resolution_due")} == {
        "report"
    }


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice_kinds, "_groups", {})
    monkeypatch.setattr(notice_kinds, "_group_of", {})


def register(key: str = "one", label: str = "En", kinds: tuple[str, ...] = ("a", "b")) -> None:
    notice_kinds.register(key, label=label, explanation="", roles=[Role.JUROR], kinds=kinds)


def test_the_registry_tells_groups_and_kinds(registry: None) -> None:
    register()
    register()
    register("two", "To", ("c",))
    assert (notice_kinds.group_of("a"), notice_kinds.label_of("c"), notice_kinds.label_of("x")) == ("one", "To", None)
    assert notice_kinds.kinds_in(["one", "gone"]) == ["a", "b"]
    assert notice_kinds.pairs() == [("a", "one"), ("b", "one"), ("c", "two")]
    assert [group.key for group in notice_kinds.groups_for([Role.JUROR])] == ["one", "two"]
    assert notice_kinds.groups_for([Role.PARTNER]) == []


@pytest.mark.parametrize("second", [{"label": "Annet"}, {"key": "two"}, {"key": "longer than the field is"}])
def test_a_name_is_used_once_and_fits(registry: None, second: dict[str, str]) -> None:
    register()
    with pytest.raises(ValueError, match=r"called one|belong to one|too long"):
        register(**second)
