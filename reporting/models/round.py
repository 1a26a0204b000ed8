from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from measures.models import Goal, Measure, Plan
from organisation.models import CASE_ROLES, PublicId, Role, User, Versioned
from organisation.periods import HalfYear


class RoundState(models.TextChoices):
    OPEN = "open", _("Åpen")
    CLOSED = "closed", _("Lukket")


class ReportRoundQuerySet(models.QuerySet["ReportRound"]):
    def visible_to(self, user: User) -> "ReportRoundQuerySet":
        return self.filter(plan__municipality__in=user.municipality_ids(*CASE_ROLES))

    def editable_by(self, user: User) -> "ReportRoundQuerySet":
        return self.filter(plan__municipality__in=user.municipality_ids(Role.COORDINATOR))

    def open(self) -> "ReportRoundQuerySet":
        return self.filter(state=RoundState.OPEN)


class ReportRound(PublicId, Versioned):
    """A plan's reporting on one half-year, from opening to the day its figures and texts are frozen."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="rounds")
    year = models.PositiveSmallIntegerField()
    half = models.PositiveSmallIntegerField(choices=[(1, "1"), (2, "2")])
    deadline = models.DateField(_("frist for enhetene"))
    case_number = models.CharField(_("arkivsaksnummer for statusrapporten"), max_length=50, blank=True)
    proposed_decision = models.TextField(_("forslag til vedtak"), blank=True)
    summary = models.TextField(_("sammendrag"), blank=True)
    state = models.CharField(max_length=10, choices=RoundState, default=RoundState.OPEN, editable=False)
    opened_on = models.DateField(editable=False)
    # Empty where the calendar opened it (domain/schedule.py).
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    closed_on = models.DateField(null=True, editable=False)
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)

    objects = ReportRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("runde")
        verbose_name_plural = _("runder")
        ordering = ["-year", "-half"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "year", "half"], name="round_unique"),
            models.CheckConstraint(
                condition=Q(state=RoundState.OPEN, closed_on=None, closed_by=None)
                | Q(state=RoundState.CLOSED, closed_on__isnull=False, closed_by__isnull=False),
                name="closed_round_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan}, {self.period.label}"

    @property
    def period(self) -> HalfYear:
        return HalfYear(self.year, self.half)

    @property
    def is_open(self) -> bool:
        return self.state == RoundState.OPEN


class Contribution(Versioned):
    """What the responsible unit says of a measure in a round. The row is made when somebody first saves a text.

    Until then the text is made from the period's log entries each time it is shown (domain/contribution.py).
    """

    round = models.ForeignKey(ReportRound, models.CASCADE, related_name="contributions")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="contributions")
    text = models.TextField(_("tekst til rapporten"), blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    # The log entries that stood before the leader's eyes when she confirmed; nothing else leaves the unit.
    confirmed_entries = ArrayField(models.BigIntegerField(), default=list, editable=False)
    # Whoever confirmed has said of these words that they identify nobody; not so what was confirmed before it was asked.
    identifies_nobody = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("bidrag")
        verbose_name_plural = _("bidrag")
        constraints = [
            models.UniqueConstraint(fields=["round", "measure"], name="contribution_unique"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="confirmed_contribution_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}, {self.round}"


class GoalSummary(Versioned):
    """The coordinator's summary of one goal in a round."""

    round = models.ForeignKey(ReportRound, models.CASCADE, related_name="goal_summaries")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="summaries")
    text = models.TextField(_("sammendrag"), blank=True)

    class Meta:
        verbose_name = _("målsammendrag")
        verbose_name_plural = _("målsammendrag")
        constraints = [models.UniqueConstraint(fields=["round", "goal"], name="goal_summary_unique")]

    def __str__(self) -> str:
        return f"{self.goal}, {self.round}"
