"""Comments: written, answered, corrected, taken back; and who of those who may read them is told."""

import datetime
import re
from collections.abc import Collection, Iterable, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisation import comment_subjects
from organisation.domain.attachments import stored_attachments
from organisation.domain.comment_notices import settle_notices, tell_of
from organisation.domain.errors import DomainError
from organisation.domain.identity_numbers import refuse_identity_numbers
from organisation.domain.writing import acting, locked, refusing
from organisation.models import Comment, CommentFile, CommentMention, User

MOST_FILES = 5
SENT_BEFORE = {"comment_form_key_unique": (_("Dette skjemaet er sendt før."), None)}
REFUSALS = {
    "answer_to_a_comment": (_("Svaret må høre til en kommentar på samme side."), None),
    **SENT_BEFORE,
}


def add_comment(
    *,
    row: models.Model,
    text: str,
    by: User,
    at: datetime.datetime,
    answers: Comment | None = None,
    told: Collection[User] = (),
    files: Sequence[UploadedFile] = (),
    form_key: str = "",
) -> Comment:
    """Say something about a row, or answer what somebody said. Those who are named in it, and whoever takes part, are told.

    A form makes one comment: sent again with the same text, it is answered with the comment it made.
    """
    subject = comment_subjects.of_row(row)
    _check_text(text)
    if len(files) > MOST_FILES:
        raise DomainError(_("Legg ved høyst %(most)s filer.") % {"most": MOST_FILES}, "file")
    people = list(subject.people(row, _day_of(at)))
    mentions = mentions_in(text=text, people=people, told=told)
    try:
        with stored_attachments(files, CommentFile) as stored, acting(by, "comment.add"), refusing(**REFUSALS):
            comment = Comment.objects.create(
                table_name=subject.table, row_id=row.pk, municipality_id=subject.municipality_id(row), text=text,
                answers=answers, form_key=form_key, written_at=at, written_by=by,
            )  # fmt: skip
            for file in stored:
                file.comment = comment
                file.save()
            _mention(comment, mentions)
            tell_of(comment=comment, row=row, mentions=mentions, people=people, by=by)
            return comment
    except DomainError:
        made = Comment.objects.about(row).filter(form_key=form_key, written_by=by, text=text) if form_key else None
        if made is None or (comment_before := made.first()) is None:
            raise
        return comment_before


def correct_comment(
    *,
    comment: Comment,
    row: models.Model,
    text: str,
    version: int,
    by: User,
    at: datetime.datetime,
    told: Collection[User] = (),
) -> Comment:
    """Another text. The earlier one stays in the audit log, and those who were told have been told."""
    _check_text(text)
    people = list(comment.subject.people(row, _day_of(at)))
    mentions = mentions_in(text=text, people=people, told=told)
    with acting(by, "comment.correct"):
        current = _standing(comment, version)
        if current.text != text:
            current.text, current.corrected_at = text, at
        current.save(update_fields=["text", "corrected_at", "version"])
        before = set(current.mentions.values_list("user_id", flat=True))
        new = [user for user in mentions if user.pk not in before]
        _mention(current, new)
        tell_of(comment=current, row=row, mentions=new, people=people, by=by, takes_part=False)
        return current


def withdraw_comment(*, comment: Comment, version: int, by: User, at: datetime.datetime) -> Comment:
    """Take a comment back: what it said and its files are shown to nobody any more, and nobody is reminded of it."""
    with acting(by, "comment.withdraw"):
        current = _standing(comment, version)
        current.withdrawn_at, current.withdrawn_by = at, by
        current.save(update_fields=["withdrawn_at", "withdrawn_by", "version"])
        settle_notices(comment=current, by=by)
        return current


def mentions_in(*, text: str, people: Iterable[User], told: Collection[User] = ()) -> list[User]:
    """Whom a text mentions: those chosen, and those whose whole name stands after an @. Only people who may read it.

    The longest name counts: "@Ola Nord Hansen" is not Ola Nord. Two people of one name are both meant.
    """
    by_pk = {user.pk: user for user in people}
    if any(user.pk not in by_pk for user in told):
        raise DomainError(_("Du kan bare si fra til noen som kan lese kommentaren."), "told")
    chosen = {user.pk for user in told}
    by_name: dict[str, set[int]] = {}
    for user in by_pk.values():
        by_name.setdefault(_plain(user.name), set()).add(user.pk)
    if "@" in text and by_name:
        names = "|".join(re.escape(name) for name in sorted(by_name, key=len, reverse=True) if name)
        for match in re.finditer(rf"(?<!\w)@({names})(?!\w)", _plain(text)) if names else ():
            chosen |= by_name[match[1]]
    return [user for pk, user in by_pk.items() if pk in chosen]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _mention(comment: Comment, users: Iterable[User]) -> None:
    CommentMention.objects.bulk_create(CommentMention(comment=comment, user=user) for user in users)


def _standing(comment: Comment, version: int) -> Comment:
    current = locked(comment, version)
    if current.withdrawn_at:
        raise DomainError(_("Kommentaren er allerede trukket tilbake."))
    return current


def _check_text(text: str) -> None:
    if not text.strip():
        raise DomainError(_("Skriv en kommentar."), "text")
    refuse_identity_numbers(text, field="text")


def _day_of(at: datetime.datetime) -> datetime.date:
    """The Norwegian day of a moment."""
    return at.astimezone(timezone.get_current_timezone()).date()
