"""Everything that takes texts from people refuses national identity numbers: there is no other way in."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django import forms

from organisation.access import walk
from organisation.api import NoIdentityNumbers
from organisation.forms import BaseForm
from tests.architecture.sources import files, name_of

# Forms of another kind, each with its reason.
OTHER_FORMS = {
    "organisation.forms.BaseForm",
    "organisation.merge_forms.MergingForm",  # what BaseForm is made of
    "organisation.views.session.LoginForm",  # stores nothing; see attempted_name
    "organisation.filters.ChangeFilterForm",  # in the query, which has a middleware of its own
    "families.filters.FamilyFilter",  # as that
    "families.forms.privacy.ReadFilter",  # as that
}


def below(kind: type[Any]) -> Iterator[type[Any]]:
    for inner in kind.__subclasses__():
        yield inner
        yield from below(inner)


def own(kind: type[Any]) -> list[type[Any]]:
    """The classes of this kind in our own modules."""
    modules = {name_of(path).removesuffix(".py").replace("/", ".") for path in files()}
    for module in modules:
        if module.rsplit(".")[-1] in {"api", "filters"} or ".views." in module or "forms" in module:
            import_module(module)
    return [inner for inner in below(kind) if inner.__module__ in modules]


def test_every_form_is_one_that_refuses_them() -> None:
    found = own(forms.BaseForm)
    assert len(found) > 50
    others = {f"{form.__module__}.{form.__qualname__}" for form in found if not issubclass(form, BaseForm)}
    assert others <= OTHER_FORMS


def test_every_api_view_that_takes_something_has_a_serializer_that_refuses_them() -> None:
    views = [getattr(pattern.callback, "cls", None) for route, pattern in walk() if route.startswith("api/")]
    takes = [view for view in views if view and any(hasattr(view, method) for method in ("post", "put", "patch"))]
    assert takes
    assert [view.__name__ for view in takes if not issubclass(view.serializer_class, NoIdentityNumbers)] == []
