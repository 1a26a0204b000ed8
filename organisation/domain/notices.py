"""Notices (varsler): reminders to users, made by the jobs of other apps, read on the user's own page and by e-mail."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import override

from organisation import notice_kinds
from organisation.domain.writing import acting
from organisation.models import MailRhythm, Notice, User

LONGEST_TEXT = 300  # as the field


def notify(
    *, users: Iterable[User], kind: str, key: str, text: Any, url_path: str, by: User | None = None, mail: bool = True
) -> list[Notice]:
    """Remind each of the users once of what `key` names; whoever has that notice already gets no other one.

    Returns the new notices. Belongs inside the transaction that finds out what to remind of. Whoever is shut out or has
    no role today gets none. `text` is a short sentence without personal data, for it leaves the product by e-mail; a
    lazy translation is written in each user's own language. `url_path` is a path in the product (`reverse(...)`).
    `mail` False: it stays on her page. Otherwise it waits for her next mail (domain/daily_mail.py), if she wants such mail.
    """
    if kind and not notice_kinds.is_known(kind):
        raise ValueError(f"No app has registered notices of kind {kind}")
    with acting(by, "notice.make"):
        reachable = User.objects.at_work(timezone.localdate()).filter(pk__in=[user.pk for user in users])
        rows = [
            Notice(
                user=user,
                kind=kind,
                key=key,
                text=sentence,
                url_path=url_path,
                awaits_mail=mail and _wants_mail(user, kind),
            )
            for language, speakers in _by_language(reachable).items()
            for sentence in [_said_in(language, text)]
            for user in speakers
        ]
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
        # The rows that met another one are not among these: their random ids were never stored.
        return list(Notice.objects.filter(public_id__in=[row.public_id for row in rows]).select_related("user"))


def mark_read(*, notice: Notice, by: User) -> None:
    """Note that the reader has seen a notice. The first time counts."""
    with acting(by, "notice.read"):
        Notice.objects.visible_to(by).unread().filter(pk=notice.pk).update(read_at=Now())


def mark_all_read(*, newest: Notice, by: User) -> None:
    """Note that the reader has seen the newest notice on her page and all before it, not what came in meanwhile."""
    with acting(by, "notice.read_all"):
        Notice.objects.visible_to(by).unread().filter(pk__lte=newest.pk).update(read_at=Now())


def settle(*, key: str, by: User | None = None) -> None:
    """What a notice asks for has been done: whoever has it still before her needs no reminder."""
    with acting(by, "notice.settle"):
        Notice.objects.unread().filter(key=key).update(read_at=Now())


def _wants_mail(user: User, kind: str) -> bool:
    """Without a mail server nobody does: what waited would come all at once when there is one."""
    if not settings.MAIL_ENABLED or user.mail_rhythm == MailRhythm.NEVER:
        return False
    return notice_kinds.group_of(kind) not in user.muted_mail_groups


def _by_language(users: Iterable[User]) -> dict[str, list[User]]:
    speakers = defaultdict(list)
    for user in users:
        speakers[user.language or settings.LANGUAGE_CODE].append(user)
    return speakers


def _said_in(language: str, text: Any) -> str:
    """Cut where it is too long: a title in the sentence must not undo what the caller is about."""
    with override(language):
        return str(Truncator(str(text)).chars(LONGEST_TEXT))
