"""The kinds of documents: each app says in its `AppConfig.ready()` which template makes a PDF of what."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from organisation.models import Document

Content = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """`content` gives what a document is made from, for kinds that have it elsewhere; it must give the same each time."""

    template: str
    content: Callable[[Document], Content] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: str, *, template: str, content: Callable[[Document], Content] | None = None) -> None:
    """Make a kind known. The template extends `pdf/base.html` and gets the frozen content as `content`."""
    known = _kinds.setdefault(kind, Kind(template, content))
    if known != Kind(template, content):
        raise ValueError(f"Two kinds of documents are called {kind}")


def kind_called(name: str) -> Kind:
    """Raises KeyError for a kind that no app has registered."""
    return _kinds[name]


def content_of(document: Document) -> Content:
    """What a document is made from: its own frozen content, or what its kind gives."""
    if document.content is not None:
        own: Content = document.content
        return own
    given = kind_called(document.kind).content
    if given is None:
        raise ValueError(f"Document {document.pk} has nothing to be made from")
    return given(document)
