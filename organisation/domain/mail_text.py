"""What stands in a person's mail: the sentences of her notices with their links, in her language, and nothing else."""

import datetime
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from organisation import notice_kinds
from organisation.models import Notice, OutgoingMail

LISTED = 20  # the oldest; how many more there are is told
UNGROUPED = 5  # up to so many are one list


def message_of(mail: OutgoingMail, notices: Sequence[Notice]) -> EmailMessage:
    """The mail as it goes out. The subject says how many and nothing more: it shows on locked screens and in servers' logs.

    The id is the same however often the mail of a day is sent, so that a second copy is known as one.
    """
    with override(mail.user.language or settings.LANGUAGE_CODE):
        subject = ngettext("%(n)d varsel fra Povertyplan", "%(n)d varsler fra Povertyplan", len(notices))
        subject, body = subject % {"n": len(notices)}, "\n\n".join(_paragraphs(notices, mail.day)) + "\n"
    headers = {
        "Message-ID": f"<{mail.message_id.hex}.{mail.day:%Y%m%d}@{urlsplit(settings.SITE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(subject, body, to=[mail.user.email], headers=headers)


def _paragraphs(notices: Sequence[Notice], day: datetime.date) -> list[str]:
    listed, more = notices[:LISTED], len(notices) - LISTED
    said = ngettext(
        "%(day)s har du %(n)d ulest varsel i Povertyplan:", "%(day)s har du %(n)d uleste varsler i Povertyplan:", len(notices)
    )  # fmt: skip
    lines = [said % {"day": date_format(day), "n": len(notices)}, *_listed(listed)]
    if more > 0:
        said = ngettext(
            "Og %(n)d varsel til. Se alle under Varsler:", "Og %(n)d varsler til. Se alle under Varsler:", more
        )
        lines.append(_with_link(said % {"n": more}, reverse("notice-list")))
    lines.append("-" * 40)
    why = _("Du får høyst én slik e-post om dagen. Velg hvor ofte den skal komme, og hva den skal handle om:")
    return [*lines, _with_link(why, reverse("mail-choice"))]


def _listed(notices: Sequence[Notice]) -> list[str]:
    """Oldest first; when there are many, under the name of what they are about."""
    if len(notices) <= UNGROUPED:
        return [_with_link(notice.text, notice.url_path) for notice in notices]
    groups: dict[Any, list[Notice]] = {}
    for notice in notices:
        groups.setdefault(str(notice_kinds.label_of(notice.kind) or _("Annet")), []).append(notice)
    lines = []
    for label, rows in groups.items():
        lines += [label.upper(), *(_with_link(notice.text, notice.url_path) for notice in rows)]
    return lines


def _with_link(sentence: str, path: str) -> str:
    return f"{sentence}\n{settings.SITE_URL}{path}"
