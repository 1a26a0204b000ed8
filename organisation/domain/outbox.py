"""The outbox: notices on their way out by e-mail. PostgreSQL owns the mails: a lease, a token, attempts, all in rows.

Celery only wakes a worker. A message that is lost is made good by the sweep (`unsent`); a message that comes twice finds
no mail to take. Each mail is sent at least once: where a worker dies between the mail server's yes and the row, it is sent
again, with the same Message-ID. Times are the database's. Neither addresses nor texts are logged.
"""

import datetime
import logging
from smtplib import SMTPServerDisconnected
from socket import gaierror
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from organisation.models import MailState, Notice, OutgoingMail, User
from povertyplan.celery import app as celery_app

logger = logging.getLogger(__name__)
# Longer than a mail server can keep a worker waiting: some ten answers, each within EMAIL_TIMEOUT.
LEASE = datetime.timedelta(seconds=15 * settings.EMAIL_TIMEOUT)
FIRST_WAIT = datetime.timedelta(minutes=1)
# The server itself, not this mail, is what is wrong.
AWAY = (ConnectionError, TimeoutError, gaierror, SMTPServerDisconnected)
FREE = Q(state=MailState.QUEUED) & (Q(leased_until=None) | Q(leased_until__lt=Now()))
DUE = FREE & Q(next_attempt_at__lte=Now())


def wake() -> None:
    """Tell a worker. Where the broker can't be reached, the sweep finds the mails later; nobody has to wait for that."""
    try:
        celery_app.send_task("organisation.tasks.wake_outbox", ignore_result=True, retry=False)
    except (OSError, KombuError, RedisError):
        logger.warning("No broker to wake a worker through; the sweep will find the mails")


def unsent() -> list[int]:
    """Ids of the mails that are due, as many as a sweep hands out; none while no mail server is set up.

    A mail whose workers have died too often fails here.
    """
    if not settings.MAIL_ENABLED:
        return []
    OutgoingMail.objects.filter(FREE, attempts__gte=settings.MAIL_MAX_ATTEMPTS).update(
        state=MailState.FAILED, leased_until=None
    )
    due = OutgoingMail.objects.filter(DUE).order_by("next_attempt_at", "pk")
    return list(due.values_list("pk", flat=True)[: settings.MAIL_BATCH])


def send(mail_id: int) -> None:
    """Send a mail, if it is free and due: the whole work of a worker. What the server refuses is tried again later."""
    mail = _claim(mail_id)
    if mail is None:
        return
    notice = Notice.objects.select_related("user").get(mail=mail)
    if not _is_wanted(notice):
        _release(mail, state=MailState.DROPPED)
        return
    try:
        _message(notice).send()
    except Exception as error:  # of many kinds, each a reason to try again; their texts hold addresses
        logger.warning("Mail %s, attempt %s: not sent, %s", mail_id, mail.attempts, type(error).__name__)
        if isinstance(error, AWAY):
            _postpone_all()
        _try_later(mail)
        return
    # Whoever holds the lease by now: it has been sent.
    OutgoingMail.objects.filter(pk=mail_id).update(state=MailState.SENT, sent_at=Now(), leased_until=None)


def _claim(mail_id: int) -> OutgoingMail | None:
    """Take the mail for LEASE and count the attempt; None when there is nothing to take."""
    with transaction.atomic():
        free = OutgoingMail.objects.select_for_update(skip_locked=True).filter(DUE, pk=mail_id)
        mail = free.filter(attempts__lt=settings.MAIL_MAX_ATTEMPTS).first()
        if mail is None:
            return None
        mail.token += 1
        mail.attempts += 1
        OutgoingMail.objects.filter(pk=mail_id).update(
            token=mail.token, attempts=mail.attempts, leased_until=Now() + LEASE
        )
    return mail


def _release(mail: OutgoingMail, **changes: Any) -> None:
    """Give the lease back. Nothing is written when another worker has had the mail meanwhile."""
    OutgoingMail.objects.filter(pk=mail.pk, token=mail.token).update(leased_until=None, **changes)


def _try_later(mail: OutgoingMail) -> None:
    """Wait twice as long after each attempt: 1, 2, 4 minutes and so on. After the last one the mail has failed."""
    if mail.attempts >= settings.MAIL_MAX_ATTEMPTS:
        _release(mail, state=MailState.FAILED)
    else:
        _release(mail, next_attempt_at=Now() + FIRST_WAIT * 2 ** (mail.attempts - 1))


def _postpone_all() -> None:
    """Let all that are due wait a little: with each of them a worker would wait for the same server, and reports for it."""
    OutgoingMail.objects.filter(DUE).update(next_attempt_at=Now() + FIRST_WAIT)


def _is_wanted(notice: Notice) -> bool:
    """Not by who has read the notice on her page, wants no mail, is shut out or has left."""
    user = notice.user
    may_know = User.objects.at_work(timezone.localdate()).filter(pk=user.pk).exists()
    return may_know and user.wants_mail and notice.read_at is None


def _message(notice: Notice) -> EmailMessage:
    """The mail in its reader's language. The subject says nothing: it shows on locked screens and in servers' logs."""
    with override(notice.user.language or settings.LANGUAGE_CODE):
        subject = _("Påminnelse fra Povertyplan")
        why = _("Vil du ikke ha påminnelser på e-post, kan du slå dem av her:")
        lines = [notice.text, settings.SITE_URL + notice.url_path, why, settings.SITE_URL + reverse("my-settings")]
    headers = {
        "Message-ID": f"<{notice.public_id}@{urlsplit(settings.SITE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(subject, "\n\n".join(lines), to=[notice.user.email], headers=headers)
