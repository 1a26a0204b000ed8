"""The conversations about a row, newest first, each with its answers in the order they came."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from organisation.models import AuditEntry, Comment, CommentMention


@dataclass(frozen=True)
class Thread:
    first: Comment
    answers: list[Comment] = field(default_factory=list)

    @property
    def all_withdrawn(self) -> bool:
        """Nothing stands in it any more."""
        return all(comment.withdrawn_at for comment in (self.first, *self.answers))


@dataclass(frozen=True)
class Threads:
    """A page of them. `older`: the public id of the conversation the next page begins with; "" where this is the last."""

    rows: list[Thread]
    older: str = ""


@dataclass(frozen=True)
class Earlier:
    text: str
    until: datetime.datetime


def threads(*, row: models.Model, start: str = "", size: int = 20) -> Threads:
    """A page of the conversations about a row, from `start` (a public id) on. As many queries, however many there are."""
    firsts = Comment.objects.about(row).filter(answers=None)
    if start:
        firsts = firsts.filter(pk__lte=firsts.filter(public_id=start).values("pk"))
    page = list(firsts.order_by("-id").values_list("pk", "public_id")[: size + 1])
    shown = [pk for pk, _public_id in page[:size]]
    return Threads(_in_order(shown, row), page[size][1] if len(page) > size else "")


def thread_of(*, comment: Comment, row: models.Model) -> Thread:
    return _in_order([comment.answers_id or comment.pk], row)[0]


def earlier_texts(*, comment: Comment) -> list[Earlier]:
    """What a comment said before it was corrected, the last first, as the audit log has it. Nothing of one taken back."""
    if comment.withdrawn_at:
        return []
    entries = AuditEntry.objects.filter(
        table_name=Comment._meta.db_table, row_id=comment.pk, operation="UPDATE", before__has_key="text"
    )
    return [Earlier(entry.before["text"], entry.at) for entry in entries.order_by("-id") if entry.before]


def number_of_comments(*, row: models.Model) -> int:
    """As it stands beside the link: those that were not taken back."""
    counted: int | None = getattr(row, "comment_number", None)
    return Comment.objects.about(row).standing().count() if counted is None else counted


def with_number_of_comments(rows: Any) -> Any:
    """Rows that know their number already, for pages that ask for much else."""
    said = Comment.objects.standing().filter(table_name=rows.model._meta.db_table, row_id=OuterRef("pk")).order_by()
    counted = said.values("row_id").annotate(number=Count("pk")).values("number")
    return rows.annotate(comment_number=Coalesce(Subquery(counted), 0))


def _in_order(firsts: list[int], row: models.Model) -> list[Thread]:
    told = Prefetch("mentions", CommentMention.objects.select_related("user"))
    found: Iterable[Comment] = (
        Comment.objects.about(row)
        .filter(Q(pk__in=firsts) | Q(answers__in=firsts))
        .select_related("written_by", "withdrawn_by")
        .prefetch_related("files", told)
        .order_by("id")
    )
    by_pk: dict[int, Thread] = {}
    for comment in found:
        if comment.answers_id is None:
            by_pk[comment.pk] = Thread(comment)
        else:
            by_pk[comment.answers_id].answers.append(comment)
    return [by_pk[pk] for pk in firsts]
