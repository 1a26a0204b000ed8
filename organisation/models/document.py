from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisation.models.base import PublicId
from organisation.models.municipality import Municipality


class Document(PublicId):
    """A PDF: what it is made from, and the file once it is made. Written by domain/documents.py and document_jobs.py only.

    Who may see it is said by the row that has it (a report, an award letter): a document has no visibility of its own.
    The database lets the application write the file's columns only; what a document is made from can't be changed.
    Without a municipality it is the directorate's.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=40, help_text="A name registered in organisation/documents.py.")
    title = models.CharField(max_length=300)
    content = models.JSONField(null=True, help_text="What it is made from; null where its kind gets it elsewhere.")
    file = models.FileField(max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_size = models.PositiveIntegerField(null=True, help_text="Bytes.")

    class Meta:
        verbose_name = _("dokument")
        verbose_name_plural = _("dokumenter")

    def __str__(self) -> str:
        return self.title


class JobState(models.TextChoices):
    QUEUED = "queued", _("Venter")
    RUNNING = "running", _("Lages nå")
    DONE = "done", _("Ferdig")
    FAILED = "failed", _("Feilet")


class DocumentJob(models.Model):
    """The work of making a document. PostgreSQL owns it; Celery only wakes a worker (domain/document_jobs.py).

    A worker holds the job by a lease, which it renews while it works; when a worker dies, the lease runs out and
    another takes the job up. The token grows with every lease, so that a worker that was only slow can't write any more.
    """

    document = models.OneToOneField(Document, models.CASCADE, related_name="job")
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    token = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    step = models.CharField(max_length=100, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    queued_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # What the sweep looks for: few rows, whatever the number of finished jobs.
            models.Index(fields=["id"], condition=Q(state__in=("queued", "running")), name="unfinished_document_jobs"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="document_job_percent_at_most_100"),
            models.CheckConstraint(
                condition=Q(state=JobState.RUNNING, leased_until__isnull=False) | ~Q(state=JobState.RUNNING),
                name="running_document_job_has_lease",
            ),
            models.CheckConstraint(
                # A comparison with NULL is no violation to PostgreSQL: the NULL must be named.
                condition=~Q(state__in=(JobState.DONE, JobState.FAILED))
                | Q(finished_at__isnull=False, finished_at__gte=F("queued_at")),
                name="finished_document_job_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=JobState.FAILED) | ~Q(error=""), name="failed_document_job_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.state} {self.percent} %"

    @property
    def is_over(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED)
