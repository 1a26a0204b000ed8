import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from measures.models import Plan
from organisation.models import Municipality, PublicId, Role, Unit, User, Versioned, within
from reporting.models.report import INSIDE_ROLES, OUT_STATES, ReportVersion


class PointState(models.TextChoices):
    OPEN = "open", _("Åpent")
    CLOSED = "closed", _("Lukket")


class ResolutionQuerySet(models.QuerySet["Resolution"]):
    def visible_to(self, user: User) -> "ResolutionQuerySet":
        return self.filter(municipality__in=user.municipality_ids(*INSIDE_ROLES))

    def read_by(self, user: User) -> "ResolutionQuerySet":
        """On a report: the board too reads what was decided on one that has gone out."""
        board = Q(municipality__in=user.municipality_ids(Role.BOARD_MEMBER), report_version__state__in=OUT_STATES)
        return self.filter(board | Q(municipality__in=user.municipality_ids(*INSIDE_ROLES)))

    def editable_by(self, user: User) -> "ResolutionQuerySet":
        """Who registers resolutions and hands out their points: the coordinator."""
        return self.filter(municipality__in=user.municipality_ids(Role.COORDINATOR))

    def with_points(self) -> "ResolutionQuerySet":
        """Their points with them, and what has been done with each; three queries."""
        notes = PointNote.objects.select_related("by")
        points = ResolutionPoint.objects.select_related("responsible_unit", "closed_by").prefetch_related(
            Prefetch("notes", notes)
        )
        return self.prefetch_related(Prefetch("points", points))


class Resolution(PublicId, Versioned):
    """Vedtak: what a political body decided on a plan, often on a report, with points to follow up."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="resolutions")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="resolutions")
    report_version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="resolutions", null=True)
    decided_on = models.DateField(_("vedtatt dato"))
    body = models.CharField(_("vedtatt av"), max_length=100, default="Formannskapet")
    case_number = models.CharField(_("saksnummer"), max_length=50, blank=True)
    text = models.TextField(_("vedtaket"))
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ResolutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("vedtak")
        verbose_name_plural = _("vedtak")
        ordering = ["-decided_on", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="resolution_says_something")]

    def __str__(self) -> str:
        return f"{self.body}, {self.decided_on}"


class ResolutionPointQuerySet(models.QuerySet["ResolutionPoint"]):
    def visible_to(self, user: User) -> "ResolutionPointQuerySet":
        return self.filter(Exists(Resolution.objects.visible_to(user).filter(pk=OuterRef("resolution"))))

    def editable_by(self, user: User) -> "ResolutionPointQuerySet":
        return self.filter(Exists(Resolution.objects.editable_by(user).filter(pk=OuterRef("resolution"))))

    def followed_up_by(self, user: User) -> "ResolutionPointQuerySet":
        """Who notes what is done, closes and reopens: the responsible unit's leader, and the coordinator."""
        return self.visible_to(user).filter(
            within(user.unit_paths(Role.UNIT_LEADER), "responsible_unit__path")
            | Q(resolution__municipality__in=user.municipality_ids(Role.COORDINATOR))
        )

    def waiting_for(self, user: User) -> "ResolutionPointQuerySet":
        """Open points of the units that the user leads, what is due first on top."""
        led = within(user.unit_paths(Role.UNIT_LEADER), "responsible_unit__path")
        return self.open().filter(led).order_by(models.F("due_on").asc(nulls_last=True), "id")

    def open(self) -> "ResolutionPointQuerySet":
        return self.filter(state=PointState.OPEN)

    def overdue(self, on: datetime.date) -> "ResolutionPointQuerySet":
        return self.open().filter(due_on__lt=on)


class ResolutionPoint(PublicId, Versioned):
    """One thing that was decided, with who follows it up and by when. Closed with a word on what came of it."""

    resolution = models.ForeignKey(Resolution, models.CASCADE, related_name="points")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("punkt"))
    responsible_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="resolution_points", null=True, verbose_name=_("ansvarlig enhet")
    )
    due_on = models.DateField(_("frist"), null=True)
    state = models.CharField(max_length=10, choices=PointState, default=PointState.OPEN, editable=False)
    closed_on = models.DateField(null=True, editable=False)
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    closing_text = models.TextField(_("hva som er gjort"), blank=True, editable=False)

    objects = ResolutionPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("punkt i vedtak")
        verbose_name_plural = _("punkter i vedtak")
        ordering = ["resolution", "number"]
        constraints = [
            models.UniqueConstraint(fields=["resolution", "number"], name="resolution_point_number_unique"),
            models.CheckConstraint(condition=~Q(text=""), name="resolution_point_says_something"),
            models.CheckConstraint(
                condition=Q(state=PointState.OPEN, closed_on=None, closed_by=None, closing_text="")
                | Q(state=PointState.CLOSED, closed_on__isnull=False, closed_by__isnull=False) & ~Q(closing_text=""),
                name="closed_point_says_who_when_and_what",
                violation_error_message=_("Skriv hva som er gjort."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"

    @property
    def is_open(self) -> bool:
        return self.state == PointState.OPEN


class PointNote(models.Model):
    """What has been done with a point. Append-only; closing and opening again leave one too."""

    point = models.ForeignKey(ResolutionPoint, models.CASCADE, related_name="notes")
    text = models.TextField(_("hva som er gjort"))
    on = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("oppfølging av punkt")
        verbose_name_plural = _("oppfølging av punkter")
        ordering = ["on", "id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="point_note_says_something")]

    def __str__(self) -> str:
        return f"{self.point_id}: {self.on}"
