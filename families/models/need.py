from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from families.models.base import InFamily, VaultRow
from families.models.member import Member
from families.models.privacy import NO_DAY, STRUCTURE, Privacy, Purpose, Topic
from organisation.models import User, Versioned


class FamilyNeed(models.TextChoices):
    """Familiens modell: from basic needs up ("God hjelp til familier", Trondheim)."""

    ECONOMY = "economy", _("Økonomi")
    HOUSING = "housing", _("Bolig")
    WORK = "work", _("Arbeid eller utdanning")
    SAFETY = "safety", _("Trygghet")
    HEALTH = "health", _("Helse")
    RELATIONS = "relations", _("Relasjoner")
    TAKING_PART = "taking_part", _("Deltakelse")
    POTENTIAL = "potential", _("Realisering av eget potensial")


BASIC_NEEDS = (FamilyNeed.ECONOMY, FamilyNeed.HOUSING, FamilyNeed.WORK, FamilyNeed.SAFETY)
COMPLEX_NEEDS = (FamilyNeed.HEALTH, FamilyNeed.RELATIONS, FamilyNeed.TAKING_PART, FamilyNeed.POTENTIAL)


class LifeArea(models.TextChoices):
    """Where success is to be noticed, for adults and children (the same plan, figure 1)."""

    ECONOMY = "economy", _("Oversiktlig, forutsigbar og håndterlig økonomi")
    HOUSING = "housing", _("Egen bolig eller stabil, trygg bosituasjon")
    WORK = "work", _("Tilknytning til arbeidslivet")
    SKILLS = "skills", _("Grunnleggende ferdigheter (lesing, skriving, regning)")
    HEALTH = "health", _("Psykisk og somatisk helse hos barn og voksne")
    LEISURE = "leisure", _("Deltakelse i fritidsaktiviteter")


class HowIsIt(models.IntegerChoices):
    """The family's own answer, in words it can agree on."""

    VERY_HARD = 1, _("Veldig vanskelig")
    HARD = 2, _("Vanskelig")
    SO_SO = 3, _("Både og")
    GOOD = 4, _("Bra")
    VERY_GOOD = 5, _("Veldig bra")


class Need(VaultRow, Versioned):
    """What matters to the family, in its own words, placed where the services look for it."""

    privacy: ClassVar[Privacy] = Privacy(
        topic=Topic.NEEDS,
        purpose=Purpose.FOLLOW_UP,
        sensitive=("subject", "words", "need", "life_area", "said_on", "met_on"),
        texts=("words",),
        plain=STRUCTURE,
        removed={"need": "economy", "life_area": "economy", "said_on": NO_DAY},
    )

    subject = models.ForeignKey(
        Member, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("hvem det gjelder")
    )
    words = models.TextField(_("hva er viktig for dere?"))
    need = models.CharField(_("behov"), max_length=12, choices=FamilyNeed)
    life_area = models.CharField(_("livsområde"), max_length=8, choices=LifeArea)
    said_on = models.DateField(_("sagt"))
    met_on = models.DateField(_("ikke lenger et behov fra"), null=True, blank=True)

    class Meta:
        verbose_name = _("behov")
        verbose_name_plural = _("behov")
        ordering = ["id"]
        indexes = [models.Index(fields=["family"], name="needs_of_family")]

    def __str__(self) -> str:
        return f"{self.get_need_display()}"


class NeedRating(InFamily, Versioned):
    """How the family itself says it is, from 1 (very hard) to 5 (very good): one for each need and half-year."""

    privacy: ClassVar[Privacy] = Privacy(
        topic=Topic.NEEDS,
        purpose=Purpose.FOLLOW_UP,
        sensitive=("value", "rated_on", "year", "half"),
        plain=("id", "public_id", "version", "family", "municipality", "need", "written_by", "written_at"),
    )

    need = models.ForeignKey(Need, models.CASCADE, related_name="ratings")
    year = models.PositiveSmallIntegerField()
    half = models.PositiveSmallIntegerField()
    value = models.PositiveSmallIntegerField(_("slik er det nå"), choices=HowIsIt)
    rated_on = models.DateField(_("dato"))
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    written_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("vurdering")
        verbose_name_plural = _("vurderinger")
        ordering = ["year", "half"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "year", "half"],
                name="need_rated_once_each_half_year",
                violation_error_message=_("Behovet er allerede vurdert i dette halvåret."),
            ),
            models.CheckConstraint(condition=Q(value__range=(1, 5), half__range=(1, 2)), name="rating_is_on_the_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.half}: {self.value}"
