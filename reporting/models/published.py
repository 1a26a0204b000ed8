"""What hangs on a version that has gone out: its passages, for the search of the reading room, and its exports to the archive."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
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

    class Meta:
        verbose_name = _("avsnitt i en rapport")
        verbose_name_plural = _("avsnitt i rapporter")
        ordering = ["report_version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["report_version", "position"], name="report_passage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report_version_id}: {self.title}"


class ReportWords(models.Model):
    """The words of a passage as the search has them, cut down to their stems. Written by the database itself, with the passage.

    It has no municipality and no policy: with one, PostgreSQL may not ask the index, since the search's operator is none that
    it lets run before a policy. Only what is published stands here, which is public; when a version is withdrawn its words are
    removed in the same moment. Which passages somebody is shown is the passages' and the versions' own matter.
    """

    passage = models.OneToOneField(ReportPassage, models.CASCADE, primary_key=True, related_name="found_by")
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="report_words")]

    def __str__(self) -> str:
        return f"{self.passage_id}"


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
