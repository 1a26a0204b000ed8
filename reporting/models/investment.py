from decimal import Decimal

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from grants.models import SubProject
from measures.models import Measure
from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, Municipality, PublicId, User, Versioned

LEAST_PERSONS = 5  # an account about fewer would be about persons whom people know


class Payer(models.TextChoices):
    """Who saves, or gains."""

    MUNICIPALITY = "municipality", _("Kommunen")
    COUNTY = "county", _("Fylkeskommunen")
    STATE = "state", _("Staten")
    PERSON = "person", _("Personen selv")


class InvestmentCaseQuerySet(models.QuerySet["InvestmentCase"]):
    def visible_to(self, user: User) -> "InvestmentCaseQuerySet":
        """Those who see the sub-project, or the measure."""
        own = SubProject.objects.visible_to(user).filter(pk=OuterRef("sub_project"))
        measures = Q(sub_project=None, municipality__in=user.municipality_ids(*CASE_ROLES))
        return self.filter(measures | Q(Exists(own)))

    def editable_by(self, user: User) -> "InvestmentCaseQuerySet":
        return self.filter(municipality__in=user.municipality_ids(*LEADERSHIP_ROLES))


class InvestmentCase(PublicId, Versioned):
    """Gevinstregnskap: what a sub-project or measure costs, and what it is expected to save, from assumptions that are stated.

    An estimate. Every assumption has a source and a range; what follows from them is worked out when it is shown
    (domain/investment.py). Percent are written as percent.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="investment_cases", editable=False)
    sub_project = models.OneToOneField(
        SubProject, models.PROTECT, related_name="investment_case", null=True, editable=False
    )
    measure = models.OneToOneField(Measure, models.PROTECT, related_name="investment_case", null=True, editable=False)
    price_year = models.PositiveSmallIntegerField(_("kroner i året"))
    cost = models.DecimalField(_("kostnad i kroner"), max_digits=12, decimal_places=2, null=True, blank=True)
    cost_source = models.CharField(_("kilde til kostnaden"), max_length=300, blank=True)
    persons = models.PositiveIntegerField(_("personer som deltar"))
    persons_source = models.CharField(_("kilde til antall personer"), max_length=300)
    share = models.DecimalField(_("andel som lykkes, prosent"), max_digits=5, decimal_places=2)
    share_low = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    share_high = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    share_source = models.CharField(_("kilde til andelen"), max_length=300)
    years = models.PositiveSmallIntegerField(_("antall år virkningen varer"))
    years_low = models.PositiveSmallIntegerField(null=True, blank=True)
    years_high = models.PositiveSmallIntegerField(null=True, blank=True)
    years_source = models.CharField(_("kilde til antall år"), max_length=300)
    discount = models.DecimalField(_("kalkulasjonsrente, prosent"), max_digits=5, decimal_places=2, default=Decimal(4))
    discount_source = models.CharField(_("kilde til renten"), max_length=300)
    note = models.TextField(_("merknad"), blank=True)

    objects = InvestmentCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("gevinstregnskap")
        verbose_name_plural = _("gevinstregnskaper")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(sub_project=None) ^ Q(measure=None), name="investment_is_of_one_thing"),
            models.CheckConstraint(
                condition=Q(measure=None) | Q(cost__isnull=False),
                name="measure_investment_says_its_cost",
                violation_error_message=_("Skriv hva tiltaket koster. Et tiltak har ikke regnskap her."),
            ),
            models.CheckConstraint(
                condition=Q(cost=None) | Q(cost__gte=0) & ~Q(cost_source=""),
                name="investment_cost_has_source",
                violation_error_message=_("Skriv hvor kostnaden kommer fra."),
            ),
            models.CheckConstraint(
                condition=Q(persons__gte=LEAST_PERSONS),
                name="investment_is_about_five_or_more",
                violation_error_message=_("Et regnskap for færre enn fem ville handlet om personer noen kjenner."),
            ),
            models.CheckConstraint(
                condition=Q(share__range=(0, 100), discount__range=(0, 20), years__range=(1, 60))
                & Q(price_year__range=(1990, 2200)),
                name="investment_assumptions_make_sense",
            ),
            models.CheckConstraint(
                condition=(Q(share_low=None) | Q(share_low__gte=0, share_low__lte=F("share")))
                & (Q(share_high=None) | Q(share_high__lte=100, share_high__gte=F("share"))),
                name="investment_share_lies_in_its_range",
                violation_error_message=_("Andelen må ligge mellom lav og høy."),
            ),
            models.CheckConstraint(
                condition=(Q(years_low=None) | Q(years_low__gte=1, years_low__lte=F("years")))
                & (Q(years_high=None) | Q(years_high__lte=60, years_high__gte=F("years"))),
                name="investment_years_lie_in_their_range",
                violation_error_message=_("Antall år må ligge mellom lavt og høyt."),
            ),
            models.CheckConstraint(
                condition=~Q(persons_source="") & ~Q(share_source="") & ~Q(years_source="") & ~Q(discount_source=""),
                name="investment_assumptions_have_sources",
            ),
        ]

    def __str__(self) -> str:
        return self.of.title

    @property
    def of(self) -> SubProject | Measure:
        """What it is about."""
        found = self.sub_project or self.measure
        assert found is not None  # a constraint has seen to it
        return found


class InvestmentAssumptionQuerySet(models.QuerySet["InvestmentAssumption"]):
    def visible_to(self, user: User) -> "InvestmentAssumptionQuerySet":
        return self.filter(Exists(InvestmentCase.objects.visible_to(user).filter(pk=OuterRef("case"))))


class InvestmentAssumption(PublicId, Versioned):
    """One thing that is saved: an amount per person who succeeds and year, who saves it, and where that is known from.

    Without a range it is shown with a fourth less and a fourth more.
    """

    case = models.ForeignKey(InvestmentCase, models.CASCADE, related_name="assumptions")
    name = models.CharField(_("hva som spares"), max_length=150)
    payer = models.CharField(_("hvem som sparer"), max_length=12, choices=Payer)
    amount = models.DecimalField(_("kroner per person per år"), max_digits=10, decimal_places=2)
    amount_low = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    amount_high = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    source = models.CharField(_("kilde"), max_length=300)

    objects = InvestmentAssumptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("forutsetning i gevinstregnskap")
        verbose_name_plural = _("forutsetninger i gevinstregnskap")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "name", "payer"],
                name="investment_saving_once",
                violation_error_message=_("Dette står der allerede for den samme som sparer."),
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(source=""), name="investment_saving_has_source"),
            models.CheckConstraint(
                condition=Q(amount__gte=0)
                & (Q(amount_low=None) | Q(amount_low__gte=0, amount_low__lte=F("amount")))
                & (Q(amount_high=None) | Q(amount_high__gte=F("amount"))),
                name="investment_amount_lies_in_its_range",
                violation_error_message=_("Beløpet må ligge mellom lavt og høyt."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
