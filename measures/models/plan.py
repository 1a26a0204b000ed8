import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisation.models import CASE_ROLES, LivingConditionZone, Municipality, PublicId, Role, User, Versioned


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    ADOPTED = "adopted", _("Vedtatt")
    CLOSED = "closed", _("Avsluttet")


class PlanKind(models.TextChoices):
    ACTION_PLAN = "action_plan", _("Handlingsplan")
    THEMATIC_PLAN = "thematic_plan", _("Temaplan")


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User) -> "PlanQuerySet":
        return self.filter(municipality__in=user.municipality_ids(*CASE_ROLES))

    def editable_by(self, user: User) -> "PlanQuerySet":
        return self.filter(municipality__in=user.municipality_ids(Role.COORDINATOR))


class Plan(PublicId, Versioned):
    """A plan against poverty: its period, its adoption and, when it has been revised, the plan it came from."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="plans")
    title = models.CharField(_("tittel"), max_length=250)
    short_title = models.CharField(_("kort tittel"), max_length=100, blank=True)
    kind = models.CharField(_("type plan"), max_length=20, choices=PlanKind, default=PlanKind.ACTION_PLAN)
    starts_on = models.DateField(_("gjelder fra"), null=True, blank=True)
    ends_on = models.DateField(_("gjelder til"), null=True, blank=True)
    adopted_on = models.DateField(_("vedtatt dato"), null=True, blank=True)
    adopted_as_printed = models.CharField(
        _("vedtatt, slik det står i planen"),
        max_length=100,
        blank=True,
        help_text=_("Når datoen ikke er kjent, for eksempel «høsten 2008»."),
    )
    case_number = models.CharField(_("arkivsaksnummer"), max_length=50, blank=True)
    description = models.TextField(_("om planen"), blank=True)
    proposed_decision = models.TextField(
        _("forslag til vedtak i statusrapportene"),
        blank=True,
        help_text=_("Følger med til hver ny runde og kan endres der."),
    )
    zones = models.ManyToManyField(
        LivingConditionZone, blank=True, related_name="plans", verbose_name=_("levekårssoner")
    )
    state = models.CharField(_("tilstand"), max_length=10, choices=PlanState, default=PlanState.DRAFT, editable=False)
    revises = models.OneToOneField(
        "self", models.PROTECT, related_name="revised_by", null=True, blank=True, editable=False
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("planer")
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="plan_ends_after_start",
                violation_error_message=_("Planen slutter før den begynner."),
            ),
            models.CheckConstraint(
                condition=Q(state=PlanState.DRAFT) | ~Q(adopted_on=None, adopted_as_printed=""),
                name="adopted_plan_says_when",
                violation_error_message=_("Skriv når planen ble vedtatt."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The title people use."""
        return self.short_title or self.title

    @property
    def period_label(self) -> str:
        """ "2008–2011", "fra 2015" or ""."""
        if self.starts_on and self.ends_on:
            return f"{self.starts_on.year}–{self.ends_on.year}"
        return str(_("fra %(year)s") % {"year": self.starts_on.year}) if self.starts_on else ""


class MainAim(models.Model):
    """Hovedmål: what a plan is for, in the plan's own order."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="main_aims")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="main_aim_number_unique")]

    def __str__(self) -> str:
        return self.text


class LifeArea(models.Model):
    """Livsområde: where success is to be noticed in people's lives (the thematic plan's figure 1)."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="life_areas")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="life_area_number_unique")]

    def __str__(self) -> str:
        return self.text


class ClosedPeriodQuerySet(models.QuerySet["ClosedPeriod"]):
    def covering(self, day: datetime.date) -> "ClosedPeriodQuerySet":
        return self.filter(first_day__lte=day, last_day__gte=day)


class ClosedPeriod(models.Model):
    """Days of a plan that have been reported and frozen: nothing more is logged on them."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="closed_periods")
    first_day = models.DateField()
    last_day = models.DateField()

    objects = ClosedPeriodQuerySet.as_manager()

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "first_day"], name="closed_period_unique"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="closed_period_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day}"
