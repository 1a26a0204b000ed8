"""The kinds of documents: each app says in its `AppConfig.ready()` which template makes a PDF of what."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from organisation.models import Document
from organisation.pdf.order import Attachment
from organisation.spreadsheets import Rows, csv_bytes

__all__ = ["Attachment", "attachments_of", "content_of", "csv_attachment", "json_attachment", "kind_called", "register"]

Content = dict[str, Any]
Attachments = Callable[[Content], list[Attachment]]


@dataclass(frozen=True)
class Kind:
    """`content` gives what a document is made from, for kinds that have it elsewhere; it must give the same each time.

    `attachments` makes the files that go into the PDF of that same content, and of nothing else.
    """

    template: str
    content: Callable[[Document], Content] | None = None
    attachments: Attachments | None = None


_kinds: dict[str, Kind] = {}


def register(
    kind: str,
    *,
    template: str,
    content: Callable[[Document], Content] | None = None,
    attachments: Attachments | None = None,
) -> None:
    """Make a kind known. The template extends `pdf/base.html` and gets the frozen content as `content`."""
    meant = Kind(template, content, attachments)
    if _kinds.setdefault(kind, meant) != meant:
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


def attachments_of(kind: str, content: Content) -> list[Attachment]:
    """The files that go into the PDF of this content."""
    made = kind_called(kind).attachments
    return made(content) if made else []


def csv_attachment(name: str, *, header: Sequence[Any], rows: Rows, description: str) -> Attachment:
    """A table as Norwegian Excel opens it: UTF-8 with its mark, semicolons, decimal commas, and no formula."""
    return Attachment(name, csv_bytes(header, rows), "text/csv", description)


def json_attachment(name: str, *, data: Any, description: str) -> Attachment:
    """Data for programs: UTF-8 without a mark, keys in order, so that the same data give the same bytes."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
    return Attachment(name, f"{text}\n".encode(), "application/json", description)
