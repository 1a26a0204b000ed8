from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from families.models.base import VaultRow
from families.models.member import Member
from families.models.privacy import NO_DAY, STRUCTURE, Privacy, Purpose, Topic
from grants.models import OutcomeKind, PaymentProposal, SpendingMode, SubProject
from organisation.models import Versioned


class SupportKind(models.TextChoices):
    FURNITURE = "furniture", _("Inventar")
    EQUIPMENT = "equipment", _("Utstyr")
    DRIVING = "driving", _("Førerkort")
    LEISURE = "leisure", _("Fritidsaktivitet")
    TRAVEL = "travel", _("Reise og transport")
    HOME = "home", _("Bolig")
    INCOME = "income", _("Fast beløp")
    OTHER = "other", _("Annet")


class Support(VaultRow, Versioned):
    """What a family was given, and who in the family agreed.

    Money has one truth, the sub-project's payments: the amount is never stored here, it is that of `proposal`.
    """

    privacy: ClassVar[Privacy] = Privacy(
        topic=Topic.SUPPORT,
        purpose=Purpose.SUPPORT,
        sensitive=("subject", "kind", "what", "given_on", "mode", "agreed_with", "proposal"),
        texts=("what",),
        plain=(*STRUCTURE, "form_key"),
        removed={"kind": "other", "given_on": NO_DAY, "mode": "individual"},
    )

    subject = models.ForeignKey(
        Member, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("hvem det gjelder")
    )
    kind = models.CharField(_("type"), max_length=10, choices=SupportKind)
    what = models.CharField(_("hva"), max_length=200)
    given_on = models.DateField(_("dato"))
    mode = models.CharField(_("måte"), max_length=20, choices=SpendingMode, default=SpendingMode.INDIVIDUAL)
    agreed_with = models.ForeignKey(
        Member, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("avtalt med")
    )
    proposal = models.OneToOneField(
        PaymentProposal, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    # Of the form it came from: sent twice, it makes one row.
    form_key = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        verbose_name = _("støtte")
        verbose_name_plural = _("støtte")
        ordering = ["-given_on", "-id"]
        indexes = [models.Index(fields=["family"], name="support_of_family")]
        constraints = [
            models.UniqueConstraint(fields=["form_key"], condition=~Q(form_key=""), name="support_form_key_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"


class ResultKind(models.TextChoices):
    """What can change for a family. The values are those of the sub-projects' outcomes, where they are counted."""

    HOUSING = OutcomeKind.HOUSING.value, _("Har fått bolig")
    OWN_HOME = OutcomeKind.OWN_HOME.value, _("Har kjøpt egen bolig")
    DRIVING_LICENCE = OutcomeKind.DRIVING_LICENCES.value, _("Har fått førerkort")
    WORK_OR_EDUCATION = OutcomeKind.WORK_OR_EDUCATION.value, _("Har begynt i arbeid eller utdanning")
    LEISURE = "leisure", _("Har begynt i en fritidsaktivitet")


class FamilyOutcome(VaultRow, Versioned):
    """Something that has changed for the family. Counted, never named, in the results of the sub-project it is in."""

    privacy: ClassVar[Privacy] = Privacy(
        topic=Topic.OUTCOMES,
        purpose=Purpose.FOLLOW_UP,
        sensitive=("subject", "note", "happened_on"),
        texts=("note",),
        plain=(*STRUCTURE, "kind", "sub_project", "form_key"),
        kept=True,
        blanks={"subject": None, "note": "", "form_key": ""},
        coarse=("happened_on", "written_at"),
        removed={"happened_on": NO_DAY},
    )

    subject = models.ForeignKey(
        Member, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("hvem det gjelder")
    )
    kind = models.CharField(_("hva som har skjedd"), max_length=20, choices=ResultKind)
    happened_on = models.DateField(_("dato"))
    sub_project = models.ForeignKey(
        SubProject, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("delprosjekt")
    )
    note = models.CharField(_("merknad"), max_length=200, blank=True)
    # Of the form it came from: sent twice, it makes one row.
    form_key = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        verbose_name = _("resultat for familien")
        verbose_name_plural = _("resultater for familien")
        ordering = ["-happened_on", "-id"]
        indexes = [
            models.Index(fields=["family"], name="outcomes_of_family"),
            models.Index(fields=["sub_project"], name="outcomes_in_sub_project", condition=Q(removed_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["form_key"], condition=~Q(form_key=""), name="family_outcome_form_key_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"
