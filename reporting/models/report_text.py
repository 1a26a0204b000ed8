from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.models import PublicId, User, Versioned
from reporting.models.report import INSIDE_ROLES, ReportVersion


class ReportText(Versioned):
    """A free text of a version as it was edited in the draft; without a row it stands as it came with the figures."""

    report_version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="texts")
    key = models.CharField(max_length=80)
    text = models.TextField(_("tekst"), blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Primary keys of those who wrote it before her: whoever has had a hand in a report doesn't approve it.
    writers_before = ArrayField(models.BigIntegerField(), default=list, editable=False)

    class Meta:
        verbose_name = _("tekst i rapporten")
        verbose_name_plural = _("tekster i rapporten")
        constraints = [models.UniqueConstraint(fields=["report_version", "key"], name="report_text_once")]

    def __str__(self) -> str:
        return f"{self.report_version_id}: {self.key}"


class TextClearance(models.Model):
    """Somebody has read a free text and confirmed that it identifies nobody. It holds for that very text, by its hash.

    Append-only: what is edited afterwards has another hash, and waits for a new reader.
    """

    report_version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="clearances")
    key = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    cleared_at = models.DateTimeField()
    cleared_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("bekreftet tekst")
        verbose_name_plural = _("bekreftede tekster")
        constraints = [models.UniqueConstraint(fields=["report_version", "key", "sha256"], name="text_cleared_once")]

    def __str__(self) -> str:
        return f"{self.report_version_id}: {self.key}"


class ReportCommentQuerySet(models.QuerySet["ReportComment"]):
    def visible_to(self, user: User) -> "ReportCommentQuerySet":
        """Those who work in the municipality; a comment never leaves it."""
        return self.filter(report_version__report__municipality__in=user.municipality_ids(*INSIDE_ROLES))

    def open(self) -> "ReportCommentQuerySet":
        return self.filter(settled_at=None)


class ReportComment(PublicId, Versioned):
    """What a reader of a draft says beside a section, until somebody has settled it. Never part of the report."""

    report_version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="comments")
    section = models.CharField(max_length=80)
    text = models.TextField(_("kommentar"))
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)

    objects = ReportCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("kommentar")
        verbose_name_plural = _("kommentarer")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(settled_at=None, settled_by=None)
                | models.Q(settled_at__isnull=False, settled_by__isnull=False),
                name="settled_comment_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_version_id}: {self.section}"
