from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from organisation.models.base import PublicId
from organisation.models.user import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> "NoticeQuerySet":
        """A notice is for one person, and nobody else sees it."""
        return self.filter(user=user)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)


class Notice(PublicId):
    """Varsel: a reminder to one user, with a page to go on to. Made by domain/notices.py.

    `key` says what it is about, so that the same reminder is made once however often a job looks. `text` is a short
    sentence without personal data: it leaves the product by e-mail.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    text = models.CharField(max_length=300)
    url_path = models.CharField(max_length=300)
    made_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("varsel")
        verbose_name_plural = _("varsler")
        ordering = ["-id"]
        indexes = [
            # The number beside the bell, on every page.
            models.Index(fields=["user"], condition=Q(read_at=None), name="unread_notices"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notice_once_per_user_and_key"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(kind="") & ~Q(text=""), name="notice_says_something"),
            models.CheckConstraint(
                # A path inside the product and nothing else: "//host" and "/\host" are other places to a browser.
                condition=Q(url_path__regex=r"^/([A-Za-z0-9?#][!-~]*)?$"),
                name="notice_stays_inside",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MailState(models.TextChoices):
    QUEUED = "queued", _("Venter")
    SENT = "sent", _("Sendt")
    DROPPED = "dropped", _("Ikke lenger aktuell")
    FAILED = "failed", _("Feilet")


class OutgoingMail(models.Model):
    """A notice on its way out by e-mail: a row of the outbox. PostgreSQL owns it; Celery only wakes a worker.

    A worker holds the row by a lease while it talks to the mail server (domain/outbox.py). The address is the user's at
    the moment of sending, and stands nowhere here.
    """

    notice = models.OneToOneField(Notice, models.CASCADE, related_name="mail")
    state = models.CharField(max_length=10, choices=MailState, default=MailState.QUEUED)
    token = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # What the sweep looks for: few rows, whatever the number that has been sent.
            models.Index(fields=["next_attempt_at"], condition=Q(state="queued"), name="unsent_mails"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="sent_mail_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.QUEUED) | Q(leased_until=None), name="only_queued_mail_has_lease"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.state}"
