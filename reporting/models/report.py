from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisation.models import CASE_ROLES, Document, PublicId, Role, User, Versioned
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
    """A frozen round as a case document: its PDF, and whether the board may read it."""

    frozen = models.ForeignKey(FrozenRound, models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField(default=1, help_text="The document's version, from 1.")
    title = models.CharField(max_length=300)
    document = models.OneToOneField(Document, models.PROTECT, related_name="report")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("rapport")
        verbose_name_plural = _("rapporter")
        constraints = [
            models.UniqueConstraint(fields=["frozen", "number"], name="report_number_unique"),
            models.CheckConstraint(
                # That the file is there is seen to by domain/report.py: a constraint can't look into another table.
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="published_report_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.published_at is not None
