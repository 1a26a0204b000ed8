from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisation.models import (
    CASE_ROLES,
    LEADERSHIP_ROLES,
    Municipality,
    PublicId,
    Role,
    Unit,
    User,
    Versioned,
    within,
)
from organisation.models.ordering import by_name

# Who reads about grants in a municipality. The directorate's analysts read what has been awarded and reported, of all.
GRANT_ROLES = (*CASE_ROLES, Role.ANALYST)


class SchemeQuerySet(models.QuerySet["GrantScheme"]):
    def visible_to(self, user: User) -> "SchemeQuerySet":
        """The national ones, and the municipality's own."""
        return self.filter(Q(municipality=None) | Q(municipality__in=user.municipality_ids(*CASE_ROLES)))

    def editable_by(self, user: User) -> "SchemeQuerySet":
        """The national ones are kept by the directorate, the others by the municipality's leadership."""
        own = Q(municipality__in=user.municipality_ids(*LEADERSHIP_ROLES))
        return self.filter(own | Q(municipality=None)) if user.has_role(Role.ANALYST) else self.filter(own)

    def reported_here(self) -> "SchemeQuerySet":
        return self.filter(reported_here=True)


class GrantScheme(PublicId, Versioned):
    """Tilskuddsordning: money that can be applied for. Without a municipality it is national, and everybody's to see.

    `reported_here`: its yearly report is filled in here, and the directorate reads it. Others only have a day to report by.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="grant_schemes", null=True, blank=True, editable=False
    )
    name = models.CharField(_("navn"), max_length=200)
    funder = models.CharField(_("tilskuddsgiver"), max_length=150)
    purpose = models.TextField(_("formål"), blank=True)
    max_years = models.PositiveSmallIntegerField(
        _("høyst så mange år"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("Så mange år kan et tiltak få penger. Tomt felt: ingen grense."),
    )  # fmt: skip
    apply_by = models.DateField(_("neste søknadsfrist"), null=True, blank=True)
    has_reporting_duty = models.BooleanField(_("skal rapporteres hvert år"), default=True)
    reported_here = models.BooleanField(_("årsrapporten fylles ut i Povertyplan"), default=False)
    report_by_month = models.PositiveSmallIntegerField(
        _("rapportfrist, måned"), default=3, validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text=_("I året etter tilskuddsåret."),
    )  # fmt: skip
    report_by_day = models.PositiveSmallIntegerField(
        _("rapportfrist, dag"), default=1, validators=[MinValueValidator(1), MaxValueValidator(28)]
    )
    active = models.BooleanField(_("i bruk"), default=True)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("tilskuddsordning")
        verbose_name_plural = _("tilskuddsordninger")
        ordering = [by_name(), "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"], name="scheme_name_unique", nulls_distinct=False,
                violation_error_message=_("Det finnes allerede en ordning med dette navnet."),
            ),
            models.CheckConstraint(
                condition=Q(reported_here=False) | Q(municipality=None, has_reporting_duty=True),
                name="only_national_schemes_are_reported_here",
            ),
            models.CheckConstraint(
                condition=Q(report_by_month__range=(1, 12), report_by_day__range=(1, 28)),
                name="scheme_report_by_is_a_day",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def is_national(self) -> bool:
        return self.municipality_id is None


class ReportingUnitQuerySet(models.QuerySet["ReportingUnit"]):
    def visible_to(self, user: User) -> "ReportingUnitQuerySet":
        if user.has_role(Role.ANALYST):
            return self
        return self.filter(municipality__in=user.municipality_ids(*CASE_ROLES))

    def editable_by(self, user: User) -> "ReportingUnitQuerySet":
        """Whose grants one writes: the leadership of its municipality, and whoever leads the unit that it is."""
        return self.filter(
            Q(municipality__in=user.municipality_ids(*LEADERSHIP_ROLES))
            | within(user.unit_paths(Role.UNIT_LEADER), "unit__path")
        )

    def named_by(self, user: User) -> "ReportingUnitQuerySet":
        """Whose name, region and unit one sets: whoever leads a unit doesn't say herself what it is."""
        if user.has_role(Role.ANALYST):
            return self
        return self.filter(municipality__in=user.municipality_ids(*LEADERSHIP_ROLES))


class ReportingUnit(PublicId, Versioned):
    """Who gets grants and reports on them: a municipality, or one of its city districts.

    Municipalities merge and change their names and numbers. `aliases` are what it was called before, for files of those
    years; `successor` is the one of today that it has become part of, always today's and never one between.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="reporting_units")
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="reporting_units", null=True, blank=True, verbose_name=_("enhet"),
        help_text=_("Lederen for enheten kan føre tilskudd og sende rapporten."),
    )  # fmt: skip
    name = models.CharField(_("navn"), max_length=150)
    region = models.CharField(_("region"), max_length=100, blank=True)
    aliases = models.JSONField(_("andre navn og numre"), default=list, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, related_name="predecessors", null=True, blank=True, verbose_name=_("slått sammen til")
    )

    objects = ReportingUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("rapporterende enhet")
        verbose_name_plural = _("rapporterende enheter")
        ordering = [by_name(), "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], name="reporting_unit_name_unique",
                violation_error_message=_("Det finnes allerede en rapporterende enhet med dette navnet."),
            ),
            models.CheckConstraint(
                condition=~Q(successor=models.F("id")), name="reporting_unit_is_not_its_own_successor"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
