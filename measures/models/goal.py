from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from measures.models.plan import Plan
from organisation.models import CASE_ROLES, PublicId, Role, User, Versioned


class GoalKind(models.TextChoices):
    GOAL = "goal", _("Mål")
    SUB_AIM = "sub_aim", _("Delmål")
    STRATEGY = "strategy", _("Strategi")
    FOCUS_AREA = "focus_area", _("Innsatsområde")


class Horizon(models.TextChoices):
    LONG_TERM = "long_term", _("Langsiktig")
    IMMEDIATE = "immediate", _("Umiddelbar")


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, user: User) -> "GoalQuerySet":
        return self.filter(plan__municipality__in=user.municipality_ids(*CASE_ROLES))

    def editable_by(self, user: User) -> "GoalQuerySet":
        return self.filter(plan__municipality__in=user.municipality_ids(Role.COORDINATOR))


class Goal(PublicId, Versioned):
    """A goal, sub-aim, strategy or focus area of a plan: two levels, numbered as printed ("4 b")."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="goals")
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True, verbose_name=_("ligger under")
    )
    kind = models.CharField(_("type"), max_length=12, choices=GoalKind, default=GoalKind.GOAL)
    number = models.CharField(
        _("nummer"), max_length=10, blank=True, help_text=_("Slik det står i planen, for eksempel «4 b».")
    )
    title = models.CharField(_("tittel"), max_length=300)
    aim = models.TextField(_("hva som skal oppnås"), blank=True)
    challenges = models.TextField(_("utfordringer"), blank=True)
    horizon = models.CharField(_("tidshorisont"), max_length=10, choices=Horizon, blank=True)
    position = models.PositiveSmallIntegerField(_("rekkefølge"), default=0)

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("mål")
        verbose_name_plural = _("mål")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "kind", "number"],
                condition=~Q(number=""),
                name="goal_number_unique",
                violation_error_message=_("Planen har allerede et mål med dette nummeret."),
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="goal_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def label(self) -> str:
        """ "Strategi 4 b"."""
        return f"{self.get_kind_display()} {self.number}".strip()
