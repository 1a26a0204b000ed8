import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from measures.models.evaluation import EvaluationCadence, with_next_evaluation
from measures.models.goal import Goal
from measures.models.plan import LifeArea, Plan, PlanState
from measures.models.standing import in_force, with_standing
from organisation.models import (
    CASE_ROLES,
    LOGGING_ROLES,
    LivingConditionZone,
    PublicId,
    Role,
    Unit,
    User,
    Versioned,
    within,
)


class MeasureState(models.TextChoices):
    PLANNED = "planned", _("Planlagt")
    IN_PROGRESS = "in_progress", _("Under arbeid")
    IN_OPERATION = "in_operation", _("I ordinær drift")
    COMPLETED = "completed", _("Gjennomført")
    NOT_FEASIBLE = "not_feasible", _("Lot seg ikke gjennomføre")
    OVERTAKEN = "overtaken", _("Ikke lenger aktuelt")
    STOPPED = "stopped", _("Stoppet")


LIVE_STATES = (MeasureState.PLANNED, MeasureState.IN_PROGRESS, MeasureState.IN_OPERATION)
UNFINISHED_STATES = (MeasureState.PLANNED, MeasureState.IN_PROGRESS)
STATES_WITH_REASON = (MeasureState.NOT_FEASIBLE, MeasureState.OVERTAKEN, MeasureState.STOPPED)


class Approach(models.TextChoices):
    STRUCTURAL = "structural", _("Strukturelt")
    ALLEVIATING = "alleviating", _("Avhjelpende")
    PREVENTIVE = "preventive", _("Forebyggende")


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, user: User) -> "MeasureQuerySet":
        return self.filter(plan__municipality__in=user.municipality_ids(*CASE_ROLES))

    def editable_by(self, user: User) -> "MeasureQuerySet":
        """The coordinator keeps the plan's measures: title, goals, responsible unit."""
        return self.filter(plan__municipality__in=user.municipality_ids(Role.COORDINATOR))

    def loggable_by(self, user: User) -> "MeasureQuerySet":
        """Measures that the user's units answer for or take part in, and all of them for the coordinator."""
        partner = Measure.partners.through.objects.filter(
            within(user.unit_paths(*LOGGING_ROLES), "unit__path"), measure=OuterRef("pk")
        )
        return self.visible_to(user).filter(
            within(user.unit_paths(*LOGGING_ROLES), "responsible_unit__path")
            | Q(Exists(partner))
            | Q(plan__municipality__in=user.municipality_ids(Role.COORDINATOR))
        )

    def having(self, unit: Unit) -> "MeasureQuerySet":
        """Measures that one unit answers for or takes part in."""
        return self.filter(Q(responsible_unit=unit) | Q(pk__in=unit.partner_measures.values("pk")))

    def led_by(self, user: User) -> "MeasureQuerySet":
        """Measures whose responsible unit the user leads."""
        return self.visible_to(user).filter(within(user.unit_paths(Role.UNIT_LEADER), "responsible_unit__path"))

    def changeable_by(self, user: User) -> "MeasureQuerySet":
        """Whose state the user may change: the responsible unit's leader, and the coordinator."""
        return self.visible_to(user).filter(
            within(user.unit_paths(Role.UNIT_LEADER), "responsible_unit__path")
            | Q(plan__municipality__in=user.municipality_ids(Role.COORDINATOR))
        )

    def with_next_evaluation(self) -> "MeasureQuerySet":
        """Adds `last_logged_on`, `last_evaluated_on` and `next_evaluation` (dates or None)."""
        return with_next_evaluation(self)

    def with_overdue(self, on: datetime.date, of_any_plan: bool = False) -> "MeasureQuerySet":
        """Adds `evaluation_overdue`, `deadline_overdue` and `is_overdue` as of a day.

        A draft or closed plan has nothing due; with `of_any_plan` the plan's state is not asked (a plan's last round may
        be closed after the plan itself).
        """
        adopted = Q() if of_any_plan else Q(plan__state=PlanState.ADOPTED)
        late_evaluation = adopted & Q(next_evaluation__lt=on)
        late = adopted & Q(due_on__lt=on, state__in=UNFINISHED_STATES)
        return self.with_next_evaluation().annotate(
            evaluation_overdue=models.Case(models.When(late_evaluation, then=True), default=False),
            deadline_overdue=models.Case(models.When(late, then=True), default=False),
            is_overdue=models.Case(models.When(late_evaluation | late, then=True), default=False),
        )

    def overdue(self, on: datetime.date) -> "MeasureQuerySet":
        return self.with_overdue(on).filter(Q(is_overdue=True))

    def with_standing(self, at: datetime.date, is_now: bool) -> "MeasureQuerySet":
        """Those that were there when a day ended, with how they stood then (standing.py)."""
        return with_standing(self, at, is_now).filter(state_then__isnull=False)

    def in_force(self, at: datetime.date, is_now: bool) -> "MeasureQuerySet":
        """Those of the plans that were followed up on a day."""
        return self.filter(in_force(at, is_now))

    def of_unit(self, unit: Unit) -> "MeasureQuerySet":
        """What the unit and those below it answer for, and what the unit itself takes part in."""
        partner = Measure.partners.through.objects.filter(unit=unit)
        return self.filter(Q(responsible_unit__path__startswith=unit.path) | Q(pk__in=partner.values("measure")))

    def of_goal(self, goal: Goal) -> "MeasureQuerySet":
        """The measures of a goal and of those below it, each once."""
        under = Measure.goals.through.objects.filter(Q(goal=goal) | Q(goal__parent=goal))
        return self.filter(pk__in=under.values("measure"))


class Measure(PublicId, Versioned):
    """Tiltak: what a unit does for one or more goals. Its state is written by domain/measure_state.py only."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="measures")
    title = models.CharField(_("tittel"), max_length=250)
    goals = models.ManyToManyField(Goal, related_name="measures", verbose_name=_("mål"))
    responsible_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="measures", verbose_name=_("ansvarlig enhet")
    )
    partners = models.ManyToManyField(
        Unit, related_name="partner_measures", blank=True, verbose_name=_("samarbeidspartnere")
    )
    approach = models.CharField(_("innretning"), max_length=12, choices=Approach, blank=True)
    note = models.TextField(_("kort om tiltaket"), blank=True)
    funding = models.CharField(_("finansiering"), max_length=200, blank=True)
    case_references = ArrayField(
        models.CharField(max_length=50), verbose_name=_("arkivsaker"), default=list, blank=True
    )
    starts_on = models.DateField(_("starter"), null=True, blank=True)
    ends_on = models.DateField(_("slutter"), null=True, blank=True)
    due_on = models.DateField(_("frist"), null=True, blank=True)
    due_as_printed = models.CharField(
        _("frist, slik den står i planen"), max_length=60, blank=True, help_text=_("For eksempel «andre halvår 2011».")
    )
    zones = models.ManyToManyField(
        LivingConditionZone, blank=True, related_name="measures", verbose_name=_("levekårssoner")
    )
    life_areas = models.ManyToManyField(LifeArea, blank=True, related_name="measures", verbose_name=_("livsområder"))
    evaluation_cadence = models.CharField(_("evalueres"), max_length=25, choices=EvaluationCadence, blank=True)
    evaluation_by = models.CharField(_("evalueres ut fra"), max_length=250, blank=True)
    evaluation_due_on = models.DateField(_("evalueres innen"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    state = models.CharField(
        _("tilstand"), max_length=15, choices=MeasureState, default=MeasureState.PLANNED, editable=False
    )
    state_since = models.DateField(editable=False)
    state_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    state_reason = models.TextField(blank=True, editable=False)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("tiltak")
        verbose_name_plural = _("tiltak")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="measure_ends_after_start",
                violation_error_message=_("Tiltaket slutter før det starter."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=STATES_WITH_REASON) | ~Q(state_reason=""),
                name="ended_measure_says_why",
                violation_error_message=_("Skriv hvorfor."),
            ),
            models.CheckConstraint(
                condition=Q(evaluation_cadence=EvaluationCadence.BY_DATE, evaluation_due_on__isnull=False)
                | ~Q(evaluation_cadence=EvaluationCadence.BY_DATE),
                name="evaluation_by_date_has_date",
                violation_error_message=_("Skriv datoen tiltaket skal være evaluert innen."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def period_label(self) -> str:
        """ "2010–2013", "fra 2008", "til 2011" or ""."""
        if self.starts_on and self.ends_on:
            first, last = self.starts_on.year, self.ends_on.year
            return str(first) if first == last else f"{first}–{last}"
        if self.starts_on:
            return str(_("fra %(year)s") % {"year": self.starts_on.year})
        return str(_("til %(year)s") % {"year": self.ends_on.year}) if self.ends_on else ""


class StateChange(models.Model):
    """One step in a measure's life. Append-only; `before` is empty for the state it was made with."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="state_changes")
    before = models.CharField(max_length=15, choices=MeasureState, blank=True)
    after = models.CharField(max_length=15, choices=MeasureState)
    on = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Target(PublicId, Versioned):
    """Something countable about a measure, with the number to reach where one was agreed ("50 boliger per år")."""

    class Counting(models.TextChoices):
        SUM = "sum", _("Tallene legges sammen")
        LATEST = "latest", _("Det siste tallet gjelder")

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="targets")
    name = models.CharField(_("hva som telles"), max_length=150)
    value = models.DecimalField(_("måltall"), max_digits=12, decimal_places=2, null=True, blank=True)
    counting = models.CharField(_("slik telles det"), max_length=10, choices=Counting, default=Counting.SUM)
    # What counts persons or families is protected in reports; whoever has said nothing is on the safe side.
    counts_people = models.BooleanField(_("tallet gjelder personer eller familier"), default=True)

    class Meta:
        verbose_name = _("måltall")
        verbose_name_plural = _("måltall")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "name"],
                name="target_name_unique",
                violation_error_message=_("Tiltaket har allerede et måltall med dette navnet."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class MeasureFate(models.Model):
    """What became of a measure when its plan was revised."""

    class Kind(models.TextChoices):
        CARRIED_OVER = "carried_over", _("Videreført")
        CHANGED = "changed", _("Videreført med endringer")
        ENDED = "ended", _("Avsluttet")

    measure = models.OneToOneField(Measure, models.CASCADE, related_name="fate")
    kind = models.CharField(_("hva skjer med tiltaket"), max_length=15, choices=Kind)
    successor = models.OneToOneField(Measure, models.CASCADE, related_name="predecessor_fate", null=True, blank=True)
    reason = models.CharField(_("begrunnelse"), max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="ended", successor__isnull=True) | (~Q(kind="ended") & Q(successor__isnull=False)),
                name="fate_agrees_with_successor",
            ),
            models.CheckConstraint(
                condition=Q(kind="carried_over") | ~Q(reason=""),
                name="fate_says_why",
                violation_error_message=_("Skriv en kort begrunnelse."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
