from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisation.models import CASE_ROLES, PublicId, Role, User, Versioned
from reporting.models.round import FrozenRound


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> "ReportQuerySet":
        """Those who work with the plan see all reports, the board its own published ones, an analyst all published ones."""
        published = Q(published_at__isnull=False)
        board = Q(frozen__round__plan__municipality__in=user.municipality_ids(Role.BOARD_MEMBER))
        visible = Q(frozen__round__plan__municipality__in=user.municipality_ids(*CASE_ROLES)) | (published & board)
        if user.has_role(Role.ANALYST):
            visible |= published
        return self.filter(visible)

    def editable_by(self, user: User) -> "ReportQuerySet":
        return self.filter(frozen__round__plan__municipality__in=user.municipality_ids(Role.COORDINATOR))

    def newest_first(self) -> "ReportQuerySet":
        return self.order_by("-frozen__round__year", "-frozen__round__half", "-id")


class Report(PublicId, Versioned):
    """A document made from a frozen round. The file is written by domain/report_job.py only, once."""

    frozen = models.ForeignKey(FrozenRound, models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField(default=1, help_text="The document's version, from 1.")
    title = models.CharField(max_length=300)
    file = models.FileField(max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_size = models.PositiveIntegerField(null=True, help_text="Bytes.")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("rapport")
        verbose_name_plural = _("rapporter")
        constraints = [
            models.UniqueConstraint(fields=["frozen", "number"], name="report_number_unique"),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | (Q(published_at__isnull=False, published_by__isnull=False) & ~Q(file="")),
                name="published_report_has_file_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class JobState(models.TextChoices):
    QUEUED = "queued", _("Venter")
    RUNNING = "running", _("Lages nå")
    DONE = "done", _("Ferdig")
    FAILED = "failed", _("Feilet")


class ReportJob(models.Model):
    """The work of making one version of a report. PostgreSQL owns it; Celery only wakes a worker (domain/report_job.py).

    A worker holds the job by a lease, which it renews while it works; when a worker dies, the lease runs out and
    another takes the job up. The token grows with every lease, so that a worker that was only slow can't write any more.
    """

    report = models.OneToOneField(Report, models.CASCADE, related_name="job")
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
            models.Index(fields=["id"], condition=Q(state__in=("queued", "running")), name="unfinished_jobs"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="percent_at_most_100"),
            models.CheckConstraint(
                condition=Q(state=JobState.RUNNING, leased_until__isnull=False) | ~Q(state=JobState.RUNNING),
                name="running_job_has_lease",
            ),
            models.CheckConstraint(
                # A comparison with NULL is no violation to PostgreSQL: the NULL must be named.
                condition=~Q(state__in=(JobState.DONE, JobState.FAILED))
                | Q(finished_at__isnull=False, finished_at__gte=F("queued_at")),
                name="finished_job_says_when",
            ),
            models.CheckConstraint(condition=~Q(state=JobState.FAILED) | ~Q(error=""), name="failed_job_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.state} {self.percent} %"

    @property
    def is_over(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED)
