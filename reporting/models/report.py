from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, Document, Municipality, PublicId, Role, User, Versioned
from organisation.periods import HalfYear
from reporting.models.round import ReportRound


class ReportKind(models.TextChoices):
    """What a report is about. Its sections and how it is put together: domain/report_kinds.py."""

    PLAN_HALF_YEAR = "plan_half_year", _("Statusrapport for plan")
    SUB_PROJECTS = "sub_projects", _("Halvårsstatus for delprosjekter")
    YEARLY_GRANTS = "yearly_grants", _("Årsrapport om tilskudd")


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    IN_REVIEW = "in_review", _("Til gjennomgang")
    APPROVED = "approved", _("Godkjent")
    PUBLISHED = "published", _("Publisert")
    WITHDRAWN = "withdrawn", _("Trukket tilbake")


# Who reads a report while it is at work: those who work in the municipality, and who is to approve of it.
INSIDE_ROLES = (*CASE_ROLES, Role.STEERING_GROUP)
# Has been sent for review: its text is fixed, and its PDF is made.
FIXED_STATES = (VersionState.IN_REVIEW, VersionState.APPROVED, VersionState.PUBLISHED, VersionState.WITHDRAWN)
# Has been out in the world, and what it said is known.
OUT_STATES = (VersionState.PUBLISHED, VersionState.WITHDRAWN)


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> "ReportQuerySet":
        """Those who work in the municipality see all reports, the board and an analyst those that have gone out.

        The board also those that were withdrawn, since it had them; what it sees of them is that they were, and why.
        """
        versions = ReportVersion.objects.filter(report=OuterRef("pk"))
        board = Q(municipality__in=user.municipality_ids(Role.BOARD_MEMBER))
        visible = Q(municipality__in=user.municipality_ids(*INSIDE_ROLES))
        visible |= board & Q(Exists(versions.filter(state__in=OUT_STATES)))
        if user.has_role(Role.ANALYST):
            visible |= Q(Exists(versions.filter(state=VersionState.PUBLISHED)))
        return self.filter(visible)

    def editable_by(self, user: User) -> "ReportQuerySet":
        """Who writes reports and publishes them: the coordinator."""
        return self.filter(municipality__in=user.municipality_ids(Role.COORDINATOR))

    def reviewable_by(self, user: User) -> "ReportQuerySet":
        """Who may review: leadership and the steering group. That it is another than the author: permissions.py."""
        return self.filter(municipality__in=user.municipality_ids(*LEADERSHIP_ROLES, Role.STEERING_GROUP))

    def newest_first(self) -> "ReportQuerySet":
        return self.order_by("-year", F("half").desc(nulls_first=True), "-id")


class Report(PublicId, Versioned):
    """Rapport: what is reported on, for all its versions: a plan's half-year, the sub-projects', the grants of a year."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=20, choices=ReportKind)
    round = models.OneToOneField(ReportRound, models.PROTECT, related_name="report", null=True)
    year = models.PositiveSmallIntegerField()
    half = models.PositiveSmallIntegerField(choices=[(1, "1"), (2, "2")], null=True, help_text="Empty: the whole year.")
    title = models.CharField(max_length=300)
    case_number = models.CharField(_("arkivsaksnummer"), max_length=50, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("rapport")
        verbose_name_plural = _("rapporter")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kind", "year", "half"],
                condition=~Q(kind=ReportKind.PLAN_HALF_YEAR),
                nulls_distinct=False,
                name="one_report_of_kind_and_period",
                violation_error_message=_("Det finnes allerede en rapport for denne perioden."),
            ),
            models.CheckConstraint(
                condition=Q(kind=ReportKind.PLAN_HALF_YEAR, round__isnull=False)
                | (~Q(kind=ReportKind.PLAN_HALF_YEAR) & Q(round=None)),
                name="report_of_a_plan_has_its_round",
            ),
            models.CheckConstraint(
                condition=Q(kind=ReportKind.YEARLY_GRANTS, half=None)
                | (~Q(kind=ReportKind.YEARLY_GRANTS) & Q(half__isnull=False)),
                name="report_has_half_unless_yearly",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def period_label(self) -> str:
        return HalfYear(self.year, self.half).label if self.half else str(self.year)


class ReportVersionQuerySet(models.QuerySet["ReportVersion"]):
    def visible_to(self, user: User) -> "ReportVersionQuerySet":
        """All for those who work in the municipality; for the board what has gone out, for an analyst what is published."""
        visible = Q(report__municipality__in=user.municipality_ids(*INSIDE_ROLES))
        board = Q(report__municipality__in=user.municipality_ids(Role.BOARD_MEMBER))
        visible |= board & Q(state__in=OUT_STATES)
        if user.has_role(Role.ANALYST):
            visible |= Q(state=VersionState.PUBLISHED)
        return self.filter(visible)

    def readable_by(self, user: User) -> "ReportVersionQuerySet":
        """Those whose text and PDF she may have. What was withdrawn is read only where it was made."""
        inside = Q(report__municipality__in=user.municipality_ids(*INSIDE_ROLES))
        return self.visible_to(user).filter(inside | Q(state=VersionState.PUBLISHED))

    def to_review_by(self, user: User) -> "ReportVersionQuerySet":
        """In review, and hers to approve or send back; what she has had a hand in is another's (report_notices.authors_of)."""
        if not user.has_role(*LEADERSHIP_ROLES, Role.STEERING_GROUP):
            return self.none()
        took_part = Q(made_by=user) | Q(sent_by=user) | Q(steps__by=user, steps__before__in=("", VersionState.DRAFT))
        took_part |= Q(texts__written_by=user) | Q(texts__writers_before__contains=[user.pk])
        hers = ReportVersion.objects.filter(took_part, state=VersionState.IN_REVIEW).values("pk")
        rows = self.filter(state=VersionState.IN_REVIEW, report__in=Report.objects.reviewable_by(user))
        return rows.exclude(pk__in=hers)

    def out(self) -> "ReportVersionQuerySet":
        """Published some time, also those withdrawn since: whoever had them still knows their numbers."""
        return self.filter(state__in=OUT_STATES)

    def standing(self) -> "ReportVersionQuerySet":
        """The published ones that no later published version of the same report has taken the place of."""
        later = ReportVersion.objects.filter(
            report=OuterRef("report"), state=VersionState.PUBLISHED, number__gt=OuterRef("number")
        )
        return self.filter(~Exists(later), state=VersionState.PUBLISHED)

    def standing_or_replaced(self) -> "ReportVersionQuerySet":
        """The published ones, also those that a later version has taken the place of; not those withdrawn."""
        return self.filter(state=VersionState.PUBLISHED)

    def light(self) -> "ReportVersionQuerySet":
        """Without the frozen figures and texts, which are large; newest version first."""
        return self.defer("figures", "sources", "content", "changes").order_by("-number")


class ReportVersion(Versioned):
    """A version of a report, from draft to published. State and what hangs together with it: domain/report.py.

    `figures` is frozen when the version is made, and may be taken anew while it is a draft: numbers, labels, and free texts
    as they came (domain/report_texts.py). `content` is what is read: the figures with the texts as they were edited and
    cleared, frozen when it is sent for review; page, PDF and attachments are made of it and of nothing else. The database
    refuses every change of a version that has gone out, but for withdrawing it (reporting/migrations/0010).
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    figures = models.JSONField()
    figures_sha256 = models.CharField(max_length=64)
    # What each figure was counted from (domain/sources.py). Never leaves the product.
    sources = models.JSONField(default=dict)
    content = models.JSONField(null=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    correction_reason = models.TextField(_("hva som rettes, og hvorfor"), blank=True)
    changes = models.JSONField(
        null=True, help_text="What differs from the version that was out before (domain/corrections.py)."
    )
    document = models.OneToOneField(Document, models.PROTECT, related_name="report_version", null=True)

    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    withdrawn_reason = models.TextField(_("hvorfor rapporten trekkes tilbake"), blank=True)
    # Published before reports were reviewed by another.
    without_review = models.BooleanField(default=False, editable=False)

    objects = ReportVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("versjon")
        verbose_name_plural = _("versjoner")
        ordering = ["number"]
        indexes = [models.Index(fields=["published_at"], condition=Q(state="published"), name="published_reports")]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="report_version_number_unique"),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(state__in=(VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.APPROVED)),
                name="one_version_at_work",
                violation_error_message=_("Rapporten har allerede en versjon som det arbeides med."),
            ),
            models.CheckConstraint(
                condition=Q(state=VersionState.DRAFT)
                | Q(content__isnull=False, document__isnull=False, sent_at__isnull=False, sent_by__isnull=False)
                & ~Q(content_sha256=""),
                name="version_out_of_draft_is_fixed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(VersionState.DRAFT, VersionState.IN_REVIEW))
                | Q(without_review=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False)
                & ~Q(approved_by=F("made_by"))
                & ~Q(approved_by=F("sent_by")),
                name="version_is_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=OUT_STATES) | Q(published_at__isnull=False, published_by__isnull=False),
                name="published_version_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=VersionState.WITHDRAWN)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason=""),
                name="withdrawn_version_says_who_when_and_why",
                violation_error_message=_("Skriv hvorfor rapporten trekkes tilbake."),
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(correction_reason=""),
                name="correction_says_why",
                violation_error_message=_("Skriv hva som rettes, og hvorfor."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.number}"

    @property
    def is_published(self) -> bool:
        return self.state == VersionState.PUBLISHED

    @property
    def is_draft(self) -> bool:
        return self.state == VersionState.DRAFT

    @property
    def is_withdrawn(self) -> bool:
        return self.state == VersionState.WITHDRAWN

    @property
    def is_at_work(self) -> bool:
        """Not out yet."""
        return self.state not in OUT_STATES


class ReportStep(models.Model):
    """One step in a version's life, with a word to the next one. Append-only."""

    report_version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="steps")
    before = models.CharField(max_length=10, choices=VersionState, blank=True)
    after = models.CharField(max_length=10, choices=VersionState)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    remark = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
