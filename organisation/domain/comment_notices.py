"""Who gets a notice of a comment: those it mentions, and those who take part in the conversation. It never says what was said."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from organisation.domain.notices import notify, settle
from organisation.models import Comment, User

MENTION, ANSWER = "comment_mention", "comment_answer"


def tell_of(
    *,
    comment: Comment,
    row: models.Model,
    mentions: Iterable[User],
    people: Iterable[User],
    by: User,
    takes_part: bool = True,
) -> None:
    """One notice for each, and none for whoever writes. `people` are those who may read it; nobody else is told of it."""
    named = [user for user in mentions if user.pk != by.pk]
    subject = comment.subject
    words = {"about": subject.about, "title": str(row)}
    url = page_of(comment, row)
    notify(
        users=named, kind=MENTION, key=_key(MENTION, comment), url_path=url, by=by,
        text=format_lazy(_("Du er nevnt i en kommentar til {about} {title}."), **words),
    )  # fmt: skip
    if takes_part and comment.answers_id:
        away = {by.pk, *(user.pk for user in named)}
        others = talking_with(comment) - away
        notify(
            users=[user for user in people if user.pk in others], kind=ANSWER, key=_key(ANSWER, comment), url_path=url,
            by=by, text=format_lazy(_("Det er kommet et svar i en samtale om {about} {title}."), **words),
        )  # fmt: skip


def settle_notices(*, comment: Comment, by: User) -> None:
    """Nobody need be reminded of a comment that was taken back."""
    for kind in (MENTION, ANSWER):
        settle(key=_key(kind, comment), by=by)


def talking_with(comment: Comment) -> set[int]:
    """Primary keys of those who take part in the conversation: who has written in it, and who was mentioned in it."""
    first = comment.answers_id or comment.pk
    rows = Comment.objects.standing().filter(Q(pk=first) | Q(answers=first))
    pairs = rows.values_list("written_by_id", "mentions__user_id")
    return {pk for pair in pairs for pk in pair if pk}


def page_of(comment: Comment, row: models.Model) -> str:
    """The page of comments from this conversation on, at the comment."""
    first = comment.answers or comment
    url = reverse(f"{comment.subject.url_name}-comments", args=[row.public_id])  # type: ignore[attr-defined]
    return f"{url}?fra={first.public_id}#kommentar-{comment.public_id}"


def _key(kind: str, comment: Comment) -> str:
    return f"{kind}:{comment.public_id}"
