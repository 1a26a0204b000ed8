"""What hangs on a version that has gone out: its passages, for the search of the reading room, and its exports to the archive."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.models import User
from reporting.models.report import ReportVersion

LANGUAGE = "norwegian"  # PostgreSQL's name for how words are cut down to their stems


class ReportPassage(models.Model):
    """A part of a published version as it is read: what stands under one heading. Made when it is published; append-only.

    `anchor` is where it stands in the page of the report; the first passage is the report itself, its title and whose it is.
    """

    report_version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="passages")
    position = models.PositiveSmallIntegerField()
    anchor = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    words = models.GeneratedField(
        expression=SearchVector("title", config=LANGUAGE, weight="A")
        + SearchVector("text", config=LANGUAGE, weight="B"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("avsnitt i en rapport")
        verbose_name_plural = _("avsnitt i rapporter")
        ordering = ["report_version", "position"]
        indexes = [GinIndex(fields=["words"], name="report_passage_words")]
        constraints = [
            models.UniqueConstraint(fields=["report_version", "position"], name="report_passage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report_version_id}: {self.title}"


class ReportExport(models.Model):
    """An archive package that somebody took out of a version, with the hash of its bytes. Append-only."""

    report_version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="exports")
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("uttrekk til arkivet")
        verbose_name_plural = _("uttrekk til arkivet")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.report_version_id}: {self.sha256}"
