"""The outbox: people's mails on their way out. PostgreSQL owns them: a lease, a token, attempts, all in rows.

The mails of a day are made by daily_mail.py. Celery only wakes a worker. A message that is lost is made good by the sweep
(`unsent`); a message that comes twice finds no mail to take. Each mail is sent at least once: where a worker dies between the
mail server's yes and the row, it is sent again, with the same Message-ID. A mail is begun on its own day only; what is left
when the day is over goes with the next one. Times and days are the database's. Neither addresses nor texts are logged.
"""

import datetime
import logging
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from socket import gaierror
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now, TruncDate
from django.utils import timezone
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from organisation import notice_kinds
from organisation.domain.mail_text import message_of
from organisation.domain.writing import acting
from organisation.models import MailFailure, MailRhythm, MailState, Notice, OutgoingMail, User
from povertyplan.celery import app as celery_app

logger = logging.getLogger(__name__)
# Longer than a mail server can keep a worker waiting: some ten answers, each within EMAIL_TIMEOUT.
LEASE = datetime.timedelta(seconds=15 * settings.EMAIL_TIMEOUT)
FIRST_WAIT = datetime.timedelta(minutes=1)
# The server itself, not this mail, is what is wrong.
AWAY = (ConnectionError, TimeoutError, gaierror, SMTPServerDisconnected)
TODAY = TruncDate(Now(), tzinfo=ZoneInfo(settings.TIME_ZONE))
FREE = Q(state=MailState.QUEUED) & (Q(leased_until=None) | Q(leased_until__lt=Now()))
DUE = FREE & Q(next_attempt_at__lte=Now(), day=TODAY)


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
        state=MailState.FAILED, failure=MailFailure.INTERRUPTED, leased_until=None
    )
    due = OutgoingMail.objects.filter(DUE).order_by("next_attempt_at", "pk")
    return list(due.values_list("pk", flat=True)[: settings.MAIL_BATCH])


def send(mail_id: int) -> None:
    """Send a mail, if it is free and due: the whole work of a worker. What the server refuses is tried again later."""
    mail = _claim(mail_id)
    if mail is None:
        return
    notices = _wanted(mail)
    if not notices:
        _release(mail, state=MailState.DROPPED)
        return
    try:
        message_of(mail, notices).send()
    except Exception as error:  # of many kinds, each a reason to try again; their texts hold addresses
        logger.warning("Mail %s, attempt %s: not sent, %s", mail_id, mail.attempts, type(error).__name__)
        if isinstance(error, AWAY):
            _postpone_all()
        _try_later(mail, error)
        return
    # Whoever holds the lease by now: it has been sent. Not so when it has become another day's mail, with more in it.
    OutgoingMail.objects.filter(pk=mail_id, day=mail.day).update(
        state=MailState.SENT, sent_at=Now(), leased_until=None, failure=""
    )


def try_again(*, mail: OutgoingMail, by: User) -> None:
    """Send a mail that had failed, at once. It was her last one, so it can be today's: none has been made after it."""
    with acting(by, "mail.try_again"):
        OutgoingMail.objects.filter(pk=mail.pk, state=MailState.FAILED).update(
            state=MailState.QUEUED, failure="", attempts=0, day=TODAY, next_attempt_at=Now()
        )
        transaction.on_commit(wake)


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


def _try_later(mail: OutgoingMail, error: Exception) -> None:
    """Wait twice as long after each attempt: 1, 2, 4 minutes and so on. After the last one the mail has failed.

    A server that is away is no fault of the mail's: it keeps its last attempt until the server is back.
    """
    wait = FIRST_WAIT * 2 ** (mail.attempts - 1)
    if mail.attempts < settings.MAIL_MAX_ATTEMPTS:
        _release(mail, next_attempt_at=Now() + wait)
    elif isinstance(error, AWAY):
        _release(mail, next_attempt_at=Now() + wait, attempts=mail.attempts - 1)
    else:
        address = isinstance(error, SMTPRecipientsRefused)
        _release(mail, state=MailState.FAILED, failure=MailFailure.ADDRESS if address else MailFailure.REFUSED)


def _postpone_all() -> None:
    """Let all that are due wait a little: with each of them a worker would wait for the same server, and reports for it."""
    OutgoingMail.objects.filter(DUE).update(next_attempt_at=Now() + FIRST_WAIT)


def _wanted(mail: OutgoingMail) -> list[Notice]:
    """What the mail has to tell, oldest first: not what she has read on her page or wants no mail about.

    Nothing to who wants no mail, is shut out or has left.
    """
    user = mail.user
    if (
        user.mail_rhythm == MailRhythm.NEVER
        or not User.objects.at_work(timezone.localdate()).filter(pk=user.pk).exists()
    ):
        return []
    muted = notice_kinds.kinds_in(user.muted_mail_groups)
    return list(mail.notices.unread().exclude(kind__in=muted).order_by("made_at", "pk"))
