"""Sources of activity that rows of every kind have: their comments, and their changes in the audit log."""

from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from organisation.domain.activity import Event, Source
from organisation.domain.comment_notices import page_of
from organisation.models import AuditEntry, Comment, User


def comments_of() -> Source:
    """What was said, as it stands now. What was taken back is left out."""
    return Source("comment", lambda row, _reader: Comment.objects.about(row).standing(), "written_at", _comments)


def _comments(rows: Any, row: Any, _reader: User) -> dict[int, Event]:
    return {
        comment.pk: Event(
            _("Svar på en kommentar") if comment.answers_id else _("Kommentar"),
            who=comment.written_by.name, text=comment.text, icon="pen", url=page_of(comment, row),
        )
        for comment in rows.select_related("written_by", "answers")
    }  # fmt: skip


def changes_of(model: type[models.Model], *, state: str = "", without: Collection[str] = ()) -> Source:
    """When a row was made, and each time people changed it: which fields, never what stood in them.

    Fields that no form has are left out, but for `state`, whose value is told: it is read from the entry of that moment.
    """
    labels: dict[str, Any] = {
        str(field.column): field.verbose_name
        for field in model._meta.concrete_fields
        if ((field.editable and not field.primary_key) or field.name == state) and field.name not in without
    }
    choices = dict(model._meta.get_field(state).flatchoices) if state else {}  # type: ignore[union-attr]
    told = Q(operation="INSERT") | Q(operation="UPDATE", after__has_any_keys=list(labels))

    def rows(row: Any, _reader: User) -> Any:
        return AuditEntry.objects.filter(told, table_name=model._meta.db_table, row_id=row.pk)

    def lines(found: Any, _row: Any, _reader: User) -> dict[int, Event]:
        who = Subquery(User.objects.filter(pk=OuterRef("actor_id")).values("name")[:1])
        return {
            entry.pk: Event(
                _what(entry, labels, state, choices),
                who=entry.who or _("Systemet"),
                icon="pen" if entry.before else "planned",
            )
            for entry in found.annotate(who=who)
        }

    return Source("change", rows, "at", lines)


def _what(entry: AuditEntry, labels: dict[str, Any], state: str, choices: dict[Any, Any]) -> str:
    after = entry.after or {}
    if entry.operation == "INSERT":
        return _("Lagt til")
    if state in after:
        return _("Ny tilstand: %(state)s") % {"state": str(choices.get(after[state], after[state])).lower()}
    return _("Endret: %(fields)s") % {
        "fields": ", ".join(str(label) for name, label in labels.items() if name in after)
    }
