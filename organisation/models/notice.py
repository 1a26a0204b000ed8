import datetime

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from organisation.models.base import PublicId
from organisation.models.user import MailRhythm, Membership, User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> "NoticeQuerySet":
        """A notice is for one person, and nobody else sees it."""
        return self.filter(user=user)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)


class Notice(PublicId):
    """Varsel: a reminder to one user, with a page to go on to. Made by domain/notices.py.

    `key` says what it is about, so that the same reminder is made once however often a job looks. `text` is a short
    sentence without personal data: it leaves the product by e-mail. `awaits_mail` until a mail has taken it along (`mail`)
    or it needs none any more.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    text = models.CharField(max_length=300)
    url_path = models.CharField(max_length=300)
    made_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)
    awaits_mail = models.BooleanField(default=False, db_default=False)
    mail = models.ForeignKey("OutgoingMail", models.SET_NULL, null=True, related_name="notices")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("varsel")
        verbose_name_plural = _("varsler")
        ordering = ["-id"]
        indexes = [
            # The list of them, newest first, however many there have been.
            models.Index(fields=["user", "-id"], name="notices_of_user"),
            # The number beside the bell, on every page.
            models.Index(fields=["user"], condition=Q(read_at=None), name="unread_notices"),
            # What the day's mails are made of: few rows, whatever the number there has been.
            models.Index(fields=["user", "made_at"], condition=Q(awaits_mail=True), name="notices_awaiting_mail"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notice_once_per_user_and_key"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(kind="") & ~Q(text=""), name="notice_says_something"),
            models.CheckConstraint(
                # A path inside the product and nothing else: "//host" and "/\host" are other places to a browser.
                condition=Q(url_path__regex=r"^/([A-Za-z0-9?#][!-~]*)?$"),
                name="notice_stays_inside",
            ),
            models.CheckConstraint(condition=Q(awaits_mail=False) | Q(mail=None), name="notice_in_a_mail_awaits_none"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MailState(models.TextChoices):
    QUEUED = "queued", _("Venter")
    SENT = "sent", _("Sendt")
    DROPPED = "dropped", _("Ikke lenger aktuell")
    FAILED = "failed", _("Feilet")


class MailFailure(models.TextChoices):
    """Why a mail was given up, for administrators. A server that is away is no reason: the mail waits for it."""

    ADDRESS = "address", _("E-posttjeneren tok ikke imot adressen.")
    REFUSED = "refused", _("E-posttjeneren tok ikke imot e-posten.")
    INTERRUPTED = "interrupted", _("Sendingen ble avbrutt hver gang.")


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def failed_for(self, administrator: User, on: datetime.date) -> "OutgoingMailQuerySet":
        """What did not come through to people who have a role in the administrator's municipality today and want mail."""
        towns = administrator.administered_municipality_ids()
        here = Membership.objects.active(on).filter(user=OuterRef("user"), unit__municipality__in=towns)
        wanted = self.filter(Exists(here), state=MailState.FAILED, user__is_active=True)
        return wanted.exclude(user__mail_rhythm=MailRhythm.NEVER)


class OutgoingMail(models.Model):
    """A person's mail of a day, with the notices that waited: a row of the outbox. PostgreSQL owns it; Celery wakes a worker.

    A worker holds the row by a lease while it talks to the mail server (domain/outbox.py). Sending begins on its `day` only,
    so a person gets one mail a day at most; what did not come through moves on to another day (domain/daily_mail.py). The
    address is the user's at the moment of sending, and stands nowhere here.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="mails")
    day = models.DateField()
    message_id = models.UUIDField(db_default=RandomUUID(), editable=False)
    state = models.CharField(max_length=10, choices=MailState, default=MailState.QUEUED)
    failure = models.CharField(max_length=12, choices=MailFailure, blank=True)
    token = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        indexes = [
            # What the sweep looks for: few rows, whatever the number that has been sent.
            models.Index(fields=["next_attempt_at"], condition=Q(state="queued"), name="unsent_mails"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="one_mail_per_user_and_day"),
            # What comes later joins it, so that no two go out on the same day once the server is back.
            models.UniqueConstraint(
                fields=["user"], condition=Q(state__in=["queued", "failed"]), name="one_mail_waits_per_user"
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="sent_mail_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.QUEUED) | Q(leased_until=None), name="only_queued_mail_has_lease"
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.FAILED, failure__in=MailFailure.values)
                | (~Q(state=MailState.FAILED) & Q(failure="")),
                name="failed_mail_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}: {self.state}"
