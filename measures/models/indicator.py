from django.db import models
from django.utils.translation import gettext_lazy as _

from measures.models.goal import Goal
from measures.models.plan import Plan
from organisation.models import CASE_ROLES, PublicId, Role, User, Versioned, new_public_id


class IndicatorTableQuerySet(models.QuerySet["IndicatorTable"]):
    def visible_to(self, user: User) -> "IndicatorTableQuerySet":
        return self.filter(plan__municipality__in=user.municipality_ids(*CASE_ROLES))

    def editable_by(self, user: User) -> "IndicatorTableQuerySet":
        return self.filter(plan__municipality__in=user.municipality_ids(Role.COORDINATOR))


class IndicatorTable(PublicId, Versioned):
    """Indicators that are read together: rows are indicators, columns are periods, with a computed total where asked for."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="indicator_tables")
    goal = models.ForeignKey(
        Goal, models.PROTECT, related_name="indicator_tables", null=True, blank=True, verbose_name=_("mål")
    )
    title = models.CharField(_("tittel"), max_length=200)
    note = models.TextField(_("merknad"), blank=True)
    total_label = models.CharField(
        _("navn på sumraden"),
        max_length=100,
        blank=True,
        help_text=_("La feltet stå tomt når radene ikke skal summeres."),
    )
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = IndicatorTableQuerySet.as_manager()

    class Meta:
        verbose_name = _("indikatortabell")
        verbose_name_plural = _("indikatortabeller")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class Indicator(PublicId, Versioned):
    """One row of figures over time, in one measuring unit ("personer", "prosent")."""

    table = models.ForeignKey(IndicatorTable, models.CASCADE, related_name="indicators")
    name = models.CharField(_("navn"), max_length=200)
    measured_in = models.CharField(_("måles i"), max_length=40, blank=True)
    in_total = models.BooleanField(_("tas med i summen"), default=True)
    # What counts persons or families is protected in reports; whoever has said nothing is on the safe side.
    counts_people = models.BooleanField(_("tallet gjelder personer eller familier"), default=True)
    # The same in every plan that the row is carried over to: its figures are the same figures, published once.
    series = models.CharField(max_length=10, default=new_public_id, editable=False)
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("indikator")
        verbose_name_plural = _("indikatorer")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["table", "name"], name="indicator_name_unique")]

    def __str__(self) -> str:
        return self.name


class Observation(PublicId, Versioned):
    """A figure for a period, with the basis it rests on. A missing figure is a row with a remark, never a zero."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="observations")
    period = models.CharField(
        _("periode"), max_length=30, help_text=_("For eksempel «2011», «2011–2013» eller «1. halvår 2011».")
    )
    sort_year = models.PositiveSmallIntegerField(null=True, editable=False)
    value = models.DecimalField(_("verdi"), max_digits=14, decimal_places=2, null=True, blank=True)
    basis = models.CharField(
        _("grunnlag"),
        max_length=150,
        blank=True,
        help_text=_("Hvordan tallet er regnet ut, for eksempel «gjennomsnitt måned 1-8»."),
    )
    remark = models.CharField(_("merknad"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("observasjon")
        verbose_name_plural = _("observasjoner")
        ordering = ["sort_year", "period"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period"],
                name="observation_period_unique",
                violation_error_message=_("Indikatoren har allerede et tall for denne perioden."),
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=False) | ~models.Q(remark=""),
                name="missing_observation_says_why",
                violation_error_message=_("Skriv hvorfor tallet mangler."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}, {self.period}"
