import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grants.models.answers import MeasureProfile
from grants.models.scheme import GrantScheme, ReportingUnit
from grants.models.sub_project import SubProject
from measures.models import Measure, Target
from organisation.models import (
    CASE_ROLES,
    LEADERSHIP_ROLES,
    PublicId,
    Role,
    Unit,
    User,
    Versioned,
    within,
)

YEARS = [MinValueValidator(1990), MaxValueValidator(2100)]


class GrantState(models.TextChoices):
    APPLIED = "applied", _("Søkt")
    GRANTED = "granted", _("Innvilget")
    REFUSED = "refused", _("Avslått")
    REPORTED = "reported", _("Rapportert")
    CLOSED = "closed", _("Avsluttet")


AWARDED_STATES = (GrantState.GRANTED, GrantState.REPORTED, GrantState.CLOSED)


class GrantQuerySet(models.QuerySet["Grant"]):
    def visible_to(self, user: User) -> "GrantQuerySet":
        """Those of one's municipalities; for an analyst what all have been awarded of the schemes that report here."""
        own = Q(reporting_unit__municipality__in=user.municipality_ids(*CASE_ROLES))
        if user.has_role(Role.ANALYST):
            own |= Q(scheme__reported_here=True, state__in=AWARDED_STATES)
        return self.filter(own)

    def editable_by(self, user: User) -> "GrantQuerySet":
        """The municipality's leadership, and the leader of the unit that reports or holds the grant."""
        led = user.unit_paths(Role.UNIT_LEADER)
        return self.filter(
            Q(reporting_unit__municipality__in=user.municipality_ids(*LEADERSHIP_ROLES))
            | within(led, "reporting_unit__unit__path")
            | within(led, "responsible_unit__path")
        )

    def awarded(self) -> "GrantQuerySet":
        return self.filter(state__in=AWARDED_STATES)

    def to_report(self) -> "GrantQuerySet":
        """Those whose money has come and whose report has not gone."""
        return self.filter(state=GrantState.GRANTED, scheme__has_reporting_duty=True)


class Grant(PublicId, Versioned):
    """Tilskudd: money of one scheme to one reporting unit for one year. State: domain/grant.py only. Amounts in kroner.

    `spent_nok` is what the accounts say; while it is None, what the ledgers of the sub-projects say is shown.
    """

    reporting_unit = models.ForeignKey(
        ReportingUnit, models.PROTECT, related_name="grants", verbose_name=_("rapporterende enhet")
    )
    scheme = models.ForeignKey(GrantScheme, models.PROTECT, related_name="grants", verbose_name=_("tilskuddsordning"))
    year = models.PositiveSmallIntegerField(_("tilskuddsår"), validators=YEARS)
    responsible_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="grants", null=True, blank=True, verbose_name=_("enheten som har tilskuddet")
    )
    case_number = models.CharField(_("arkivsaksnummer"), max_length=50, blank=True)
    note = models.TextField(_("merknad"), blank=True)
    applied_nok = models.DecimalField(_("søkt om"), max_digits=12, decimal_places=2, null=True, blank=True)
    awarded_nok = models.DecimalField(_("tildelt"), max_digits=12, decimal_places=2, null=True, blank=True)
    carried_over_nok = models.DecimalField(
        _("overført fra året før"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    spent_nok = models.DecimalField(_("brukt"), max_digits=12, decimal_places=2, null=True, blank=True)
    positions = models.DecimalField(
        _("årsverk lønnet av tilskuddet"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    report_by = models.DateField(_("rapportfrist"), null=True, blank=True)

    state = models.CharField(max_length=10, choices=GrantState, default=GrantState.APPLIED, editable=False)
    state_since = models.DateField(editable=False)
    state_reason = models.TextField(blank=True, editable=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("tilskudd")
        verbose_name_plural = _("tilskudd")
        ordering = ["-year", "id"]
        indexes = [
            # The tables and the directorate's overview: one scheme, one year or some.
            models.Index(fields=["scheme", "year"], name="grants_of_scheme"),
            # What is due: the few whose report has not gone.
            models.Index(fields=["report_by"], condition=Q(state=GrantState.GRANTED), name="grants_to_report"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reporting_unit", "scheme", "year"], name="grant_unique",
                violation_error_message=_("Tilskuddet for dette året er registrert allerede."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=AWARDED_STATES) | Q(awarded_nok__isnull=False), name="awarded_grant_says_how_much",
                violation_error_message=_("Skriv hvor mye som er tildelt."),
            ),
            models.CheckConstraint(
                condition=Q(applied_nok=None) | Q(applied_nok__gte=0), name="applied_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(awarded_nok=None) | Q(awarded_nok__gte=0), name="awarded_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(carried_over_nok=None) | Q(carried_over_nok__gte=0), name="carried_over_amount_not_negative"
            ),
            models.CheckConstraint(condition=Q(spent_nok=None) | Q(spent_nok__gte=0), name="spent_amount_not_negative"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.scheme.name}, {self.year}"

    @property
    def is_awarded(self) -> bool:
        return self.state in AWARDED_STATES

    def is_late(self, on: datetime.date) -> bool:
        return self.state == GrantState.GRANTED and self.report_by is not None and self.report_by < on


class FundedMeasureQuerySet(models.QuerySet["FundedMeasure"]):
    def visible_to(self, user: User) -> "FundedMeasureQuerySet":
        return self.filter(reporting_unit__municipality__in=user.municipality_ids(*CASE_ROLES))

    def editable_by(self, user: User) -> "FundedMeasureQuerySet":
        """Those who write the reporting unit's grants, or one that the measure has money of."""
        fundings = Funding.objects.filter(grant__in=Grant.objects.editable_by(user))
        return self.filter(
            Q(reporting_unit__in=ReportingUnit.objects.editable_by(user)) | Q(pk__in=fundings.values("funded_measure"))
        )


class FundedMeasure(PublicId, Versioned, MeasureProfile):
    """Grant-funded measure: what the money of a scheme goes to, from one year to the next.

    Linked to a measure of a plan or to a sub-project, so that numbers and words are taken from there. `children_target`
    says which number of the measure's log counts the children and young people who were reached.
    """

    reporting_unit = models.ForeignKey(ReportingUnit, models.PROTECT, related_name="funded_measures")
    scheme = models.ForeignKey(GrantScheme, models.PROTECT, related_name="funded_measures")
    title = models.CharField(_("navn"), max_length=200)
    description = models.TextField(_("kort om tiltaket"), blank=True)
    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="funded_measures", null=True, blank=True, verbose_name=_("tiltak i plan")
    )
    sub_project = models.ForeignKey(
        SubProject, models.PROTECT, related_name="funded_measures", null=True, blank=True, verbose_name=_("delprosjekt")
    )
    children_target = models.ForeignKey(
        Target, models.PROTECT, related_name="funded_measures", null=True, blank=True,
        verbose_name=_("tallet i loggen som teller barn og unge"),
    )  # fmt: skip

    objects = FundedMeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("tilskuddstiltak")
        verbose_name_plural = _("tilskuddstiltak")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reporting_unit", "scheme", "title"], name="funded_measure_title_unique",
                violation_error_message=_("Det finnes allerede et tilskuddstiltak med dette navnet i ordningen."),
            ),
            models.UniqueConstraint(
                fields=["reporting_unit", "scheme", "children_target"], name="children_counted_once"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Funding(Versioned):
    """What one year's grant gives to one measure, in kroner; None where it has not been set."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="fundings")
    funded_measure = models.ForeignKey(FundedMeasure, models.PROTECT, related_name="fundings")
    budget_nok = models.DecimalField(_("budsjett"), max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("finansiering")
        verbose_name_plural = _("finansieringer")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["grant", "funded_measure"], name="funding_unique"),
            models.CheckConstraint(
                condition=Q(budget_nok=None) | Q(budget_nok__gte=0), name="funding_budget_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.funded_measure_id}: {self.budget_nok}"


class PublishedFigure(models.Model):
    """A figure of an earlier year as it was published for the whole country, where the answers behind it are not here.

    `row` is an option's code (models/answers.py), or "" where the table has one row. Percents and means as printed.
    """

    scheme = models.ForeignKey(GrantScheme, models.CASCADE, related_name="published_figures")
    table = models.PositiveSmallIntegerField()
    year = models.PositiveSmallIntegerField(validators=YEARS)
    row = models.CharField(max_length=20, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        ordering = ["table", "year", "id"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "table", "year", "row"], name="published_figure_unique"),
            models.CheckConstraint(condition=Q(value__gte=0), name="published_figure_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.table}, {self.year}"
