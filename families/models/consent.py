import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from families.models.base import InFamily, VaultQuerySet, VaultRow
from families.models.member import Member
from families.models.privacy import STRUCTURE, Privacy, Purpose, Topic
from organisation.models import Unit, User


class ConsentPurpose(models.TextChoices):
    COORDINATION = "coordination", _("Tjenestene skal samordne hjelpen")
    APPLICATION = "application", _("Tjenestene skal søke om støtte sammen med familien")
    TRANSITION = "transition", _("Overgang mellom barnehage, skole eller tjenester")


class ConsentForm(models.TextChoices):
    ORAL = "oral", _("Muntlig")
    WRITTEN = "written", _("Skriftlig")


class ConsentQuerySet(VaultQuerySet):
    def valid(self, on: datetime.date) -> "ConsentQuerySet":
        """Those that hold on a day. One that is withdrawn holds no more, from the same moment."""
        return self.standing().filter(withdrawn_at=None, given_on__lte=on, expires_on__gte=on)


class Consent(VaultRow):
    """One person's consent: why, which services may share what with each other, how it was given and how long it holds.

    Written once; afterwards it can be withdrawn and nothing else.
    """

    privacy: ClassVar[Privacy] = Privacy(
        topic=None,
        purpose=Purpose.CONSENT,
        sensitive=("member", "reason", "topics", "form", "note"),
        texts=("note",),
        plain=(*STRUCTURE[:-1], "given_on", "expires_on", "withdrawn_at", "withdrawn_by"),
    )

    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("hvem samtykker"))
    reason = models.CharField(_("formål"), max_length=14, choices=ConsentPurpose)
    topics = ArrayField(models.CharField(max_length=14, choices=Topic), verbose_name=_("hva som kan deles"))
    form = models.CharField(_("form"), max_length=8, choices=ConsentForm)
    note = models.CharField(_("merknad"), max_length=200, blank=True)
    given_on = models.DateField(_("gitt"))
    expires_on = models.DateField(_("gjelder til"))
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)

    objects: ClassVar[Any] = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("samtykke")
        verbose_name_plural = _("samtykker")
        ordering = ["-given_on", "-id"]
        indexes = [models.Index(fields=["family"], name="consents_of_family")]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("given_on")),
                name="consent_expires_after_given",
                violation_error_message=_("Samtykket utløper før det er gitt."),
            ),
            models.CheckConstraint(condition=Q(topics__len__gte=1), name="consent_is_about_something"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="withdrawn_consent_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.given_on}"


class ConsentService(InFamily):
    """A service that a consent names: it may see what the others named there have recorded, and they what it has."""

    privacy: ClassVar[Privacy] = Privacy(
        topic=None,
        purpose=Purpose.CONSENT,
        sensitive=("consent", "unit"),
        plain=("id", "public_id", "family", "municipality"),
    )

    consent = models.ForeignKey(Consent, models.CASCADE, related_name="services")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("tjeneste"))

    class Meta:
        verbose_name = _("tjeneste i et samtykke")
        verbose_name_plural = _("tjenester i samtykker")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["consent", "unit"], name="service_in_consent_once")]

    def __str__(self) -> str:
        return f"{self.unit_id}"
