import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from families.models.base import VaultQuerySet, VaultRow
from families.models.member import Member
from families.models.privacy import NO_DAY, STRUCTURE, Privacy, Purpose, Topic
from organisation.models import Unit, Versioned


class DecisionKind(models.TextChoices):
    DECISION = "decision", _("Vedtak")
    BENEFIT = "benefit", _("Ytelse")
    REDUCTION = "reduction", _("Moderasjon")


class Scheme(models.TextChoices):
    """The schemes that matter most in a family's month; what influences what: domain/scheme_notes.py."""

    HOUSING_ALLOWANCE = "housing_allowance", _("Bostøtte")
    SOCIAL_ASSISTANCE = "social_assistance", _("Økonomisk sosialhjelp")
    CHILD_BENEFIT = "child_benefit", _("Barnetrygd")
    CASH_FOR_CARE = "cash_for_care", _("Kontantstøtte")
    INTRODUCTION = "introduction", _("Introduksjonsstønad")
    QUALIFICATION = "qualification", _("Kvalifiseringsstønad")
    WORK_ASSESSMENT = "work_assessment", _("Arbeidsavklaringspenger")
    DISABILITY = "disability", _("Uføretrygd")
    UNEMPLOYMENT = "unemployment", _("Dagpenger")
    TRANSITIONAL = "transitional", _("Overgangsstønad")
    MAINTENANCE = "maintenance", _("Barnebidrag eller bidragsforskott")
    PAY = "pay", _("Lønn")
    BASIC_INCOME = "basic_income", _("Borgerlønn fra delprosjekt")
    KINDERGARTEN = "kindergarten", _("Redusert betaling i barnehage")
    AFTER_SCHOOL = "after_school", _("Redusert betaling i SFO")
    CHILD_WELFARE = "child_welfare", _("Tiltak fra barnevernet")
    HEALTH_CARE = "health_care", _("Helse- og omsorgstjeneste")
    OTHER = "other", _("Annet")


class Rhythm(models.TextChoices):
    NONE = "none", _("Ikke penger")
    MONTHLY = "monthly", _("Hver måned")
    QUARTERLY = "quarterly", _("Hvert kvartal")
    YEARLY = "yearly", _("Hvert år")
    ONCE = "once", _("Én gang")


class DecisionQuerySet(VaultQuerySet):
    def current(self, on: datetime.date) -> "DecisionQuerySet":
        """Those that hold on a day, and those that begin later."""
        return self.standing().filter(Q(ends_on=None) | Q(ends_on__gte=on))


class Decision(VaultRow, Versioned):
    """A decision (vedtak), benefit (ytelse) or fee reduction (moderasjon) of one service for one person or the family.

    `amount` is kroner each time it is paid, or each month's saving for a reduction; `pay_day` the day of the month.
    """

    privacy: ClassVar[Privacy] = Privacy(
        topic=Topic.DECISIONS,
        purpose=Purpose.FOLLOW_UP,
        sensitive=(
            "subject", "kind", "scheme", "title", "service", "starts_on", "ends_on", "conditions", "amount", "rhythm",
            "pay_day",
        ),
        texts=("title", "conditions"),
        plain=STRUCTURE,
        removed={"kind": "decision", "scheme": "other", "service": F("unit"), "starts_on": NO_DAY, "rhythm": "none"},
    )  # fmt: skip

    subject = models.ForeignKey(
        Member, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("hvem det gjelder")
    )
    kind = models.CharField(_("type"), max_length=10, choices=DecisionKind)
    scheme = models.CharField(_("ordning"), max_length=20, choices=Scheme)
    title = models.CharField(_("hva vedtaket går ut på"), max_length=200, blank=True)
    service = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("tjeneste som har bestemt"))
    starts_on = models.DateField(_("gjelder fra"))
    ends_on = models.DateField(_("gjelder til"), null=True, blank=True)
    conditions = models.TextField(_("vilkår"), blank=True)
    amount = models.DecimalField(_("kroner"), max_digits=10, decimal_places=2, null=True, blank=True)
    rhythm = models.CharField(_("hvor ofte"), max_length=9, choices=Rhythm, default=Rhythm.NONE)
    pay_day = models.PositiveSmallIntegerField(_("dag i måneden"), null=True, blank=True)

    objects = DecisionQuerySet.as_manager()  # type: ignore[misc]  # as in Consent; two abstract bases confuse the plugin

    class Meta:
        verbose_name = _("vedtak eller ytelse")
        verbose_name_plural = _("vedtak og ytelser")
        ordering = ["ends_on", "starts_on", "id"]
        indexes = [
            models.Index(fields=["family"], name="decisions_of_family"),
            # Warnings of what expires are looked for each day.
            models.Index(fields=["ends_on"], name="decisions_that_expire", condition=Q(removed_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="decision_ends_after_start",
                violation_error_message=_("Sluttdatoen er før startdatoen."),
            ),
            models.CheckConstraint(
                condition=Q(rhythm=Rhythm.NONE, amount=None, pay_day=None) | ~Q(rhythm=Rhythm.NONE) & Q(amount__gt=0),
                name="decision_about_money_says_how_much",
                violation_error_message=_("Skriv beløpet, eller velg «Ikke penger»."),
            ),
            models.CheckConstraint(
                condition=Q(pay_day=None) | Q(pay_day__range=(1, 31)),
                name="pay_day_is_in_a_month",
                violation_error_message=_("Dagen må være fra 1 til 31."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()}"
