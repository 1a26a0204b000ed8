from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grants.models.answers import MeasureAnswers, UnitAnswers
from grants.models.grant import YEARS, FundedMeasure, Grant
from grants.models.scheme import GrantScheme
from organisation.models import CASE_ROLES, Document, PublicId, Role, User, Versioned


class ReportState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    SUBMITTED = "submitted", _("Sendt inn")
    RETURNED = "returned", _("Sendt tilbake")
    ACCEPTED = "accepted", _("Godkjent")


# Whose answers are in the tables; and which the municipality can still change.
COUNTED_STATES = (ReportState.SUBMITTED, ReportState.ACCEPTED)
OPEN_STATES = (ReportState.DRAFT, ReportState.RETURNED)


class YearlyReportQuerySet(models.QuerySet["YearlyReport"]):
    def visible_to(self, user: User) -> "YearlyReportQuerySet":
        """Those of one's municipalities; for an analyst all that have been submitted once."""
        own = Q(grant__reporting_unit__municipality__in=user.municipality_ids(*CASE_ROLES))
        if user.has_role(Role.ANALYST):
            own |= Q(grant__scheme__reported_here=True) & ~Q(state=ReportState.DRAFT)
        return self.filter(own)

    def editable_by(self, user: User) -> "YearlyReportQuerySet":
        """Open ones, by whoever may write the grant."""
        return self.filter(grant__in=Grant.objects.editable_by(user), state__in=OPEN_STATES)

    def to_be_judged_by(self, user: User) -> "YearlyReportQuerySet":
        """Submitted ones, by the directorate."""
        if not user.has_role(Role.ANALYST):
            return self.none()
        return self.filter(grant__scheme__reported_here=True, state=ReportState.SUBMITTED)

    def counted(self) -> "YearlyReportQuerySet":
        return self.filter(state__in=COUNTED_STATES)


class YearlyReport(PublicId, Versioned, UnitAnswers):
    """Årsrapport: what a reporting unit answers about one year's grant, with a form for each measure.

    State: domain/yearly_report.py only.
    Until it is submitted, an empty answer follows what is known (domain/known_answers.py); when it is submitted, what is known
    is written into the columns, and `sources` says of each such question where it was taken from. `explanations` are the
    words to an answer that differs from what is known, or jumps from last year's. Both by the name of the question.
    """

    grant = models.OneToOneField(Grant, models.PROTECT, related_name="report")
    sources = models.JSONField(default=dict, blank=True)
    explanations = models.JSONField(default=dict, blank=True)
    imported = models.BooleanField(default=False, help_text="The answers came from a file.")

    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.DRAFT, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    accepted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)

    objects = YearlyReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("årsrapport")
        verbose_name_plural = _("årsrapporter")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ReportState.DRAFT, submitted_at=None)
                | ~Q(state=ReportState.DRAFT) & Q(submitted_at__isnull=False),
                name="submitted_report_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state=ReportState.ACCEPTED, accepted_at__isnull=False, accepted_by__isnull=False)
                | ~Q(state=ReportState.ACCEPTED) & Q(accepted_at=None, accepted_by=None),
                name="accepted_report_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return str(self.grant)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class MeasureReport(PublicId, Versioned, MeasureAnswers):
    """The form of one measure in a yearly report. Without a funded measure where the answers came from a file."""

    report = models.ForeignKey(YearlyReport, models.CASCADE, related_name="measure_reports")
    funded_measure = models.ForeignKey(
        FundedMeasure, models.PROTECT, related_name="measure_reports", null=True, blank=True
    )
    number = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(_("navn"), max_length=200)
    sources = models.JSONField(default=dict, blank=True)
    explanations = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("tiltak i årsrapporten")
        verbose_name_plural = _("tiltak i årsrapporten")
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "title"], name="measure_report_title_unique",
                violation_error_message=_("Rapporten har allerede et tiltak med dette navnet."),
            ),
            models.UniqueConstraint(fields=["report", "funded_measure"], name="measure_reported_once"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class ReportStep(models.Model):
    """One step in a yearly report's life, with what was said to it. Append-only."""

    report = models.ForeignKey(YearlyReport, models.CASCADE, related_name="steps")
    before = models.CharField(max_length=10, choices=ReportState)
    after = models.CharField(max_length=10, choices=ReportState)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(after=ReportState.RETURNED) | ~Q(comment=""), name="returned_report_says_why"
            )
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class ReportRemark(models.Model):
    """What the directorate says of one form when it returns a report. Append-only. Without a measure: of the unit's own form."""

    step = models.ForeignKey(ReportStep, models.CASCADE, related_name="remarks")
    measure_report = models.ForeignKey(MeasureReport, models.PROTECT, related_name="remarks", null=True, blank=True)
    text = models.TextField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="remark_says_something")]

    def __str__(self) -> str:
        return self.text


class TableEditionQuerySet(models.QuerySet["TableEdition"]):
    def visible_to(self, user: User) -> "TableEditionQuerySet":
        """The directorate's."""
        return self if user.has_role(Role.ANALYST) else self.none()


class TableEdition(PublicId):
    """The 41 tables of a year as they stood one moment, as a PDF. National: it belongs to no municipality."""

    scheme = models.ForeignKey(GrantScheme, models.PROTECT, related_name="table_editions")
    year = models.PositiveSmallIntegerField(validators=YEARS)
    document = models.OneToOneField(Document, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = TableEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("tabellsamling")
        verbose_name_plural = _("tabellsamlinger")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.scheme_id}, {self.year}"


class GrantImportQuerySet(models.QuerySet["GrantImport"]):
    def visible_to(self, user: User) -> "GrantImportQuerySet":
        """One's own: a file that has been read and not yet stored is nobody else's business."""
        return self.filter(uploaded_by=user)


class GrantImport(PublicId):
    """A file of amounts or answers that somebody has laid before the product: previewed first, stored in one piece later.

    `rows` are the file's lines as they were read ({column: text}), kept until it is stored or thrown away.
    """

    scheme = models.ForeignKey(GrantScheme, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(validators=YEARS)
    file_name = models.CharField(max_length=200)
    columns = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    stored_at = models.DateTimeField(null=True)

    objects = GrantImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("innlest fil")
        verbose_name_plural = _("innleste filer")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name
