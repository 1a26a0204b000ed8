from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from families.models.base import InFamily, VaultRow
from families.models.privacy import STRUCTURE, Privacy, Purpose


class VoiceLanguage(models.TextChoices):
    """Each language in its own words; Arabic is written from right to left."""

    BOKMAL = "nb", "Bokmål"
    NYNORSK = "nn", "Nynorsk"
    ENGLISH = "en", "English"
    ARABIC = "ar", "العربية"
    UKRAINIAN = "uk", "Українська"
    POLISH = "pl", "Polski"


class Helpful(models.TextChoices):
    YES = "yes", _("Ja")
    PARTLY = "partly", _("Litt")
    NO = "no", _("Nei")
    UNSURE = "unsure", _("Vet ikke")


class VoiceLink(VaultRow):
    """A one-time link to the family's own form. Only a hash of it is stored: whoever reads the table can't use it."""

    privacy: ClassVar[Privacy] = Privacy(
        topic=None,
        purpose=Purpose.VOICE,
        sensitive=("token_sha256", "language"),
        plain=(*STRUCTURE[:-1], "expires_at", "used_at", "revoked_at"),
    )

    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    language = models.CharField(_("språk"), max_length=2, choices=VoiceLanguage, default=VoiceLanguage.BOKMAL)
    expires_at = models.DateTimeField(_("gjelder til"))
    used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("lenke til familiens skjema")
        verbose_name_plural = _("lenker til familiens skjema")
        ordering = ["-id"]
        indexes = [models.Index(fields=["family"], name="voice_links_of_family")]
        constraints = [
            models.CheckConstraint(condition=Q(used_at=None) | Q(revoked_at=None), name="voice_link_used_or_revoked"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class VoiceAnswer(InFamily):
    """What the family said. Written by a function of the database, once for each link (migrations/0002_vault.py)."""

    privacy: ClassVar[Privacy] = Privacy(
        topic=None,
        purpose=Purpose.VOICE,
        sensitive=("helpful", "matters", "wants_contact", "language", "answered_on"),
        texts=("matters",),
        plain=("id", "public_id", "family", "municipality", "link"),
        # What is counted, for reports.
        kept=True,
        blanks={"link": None, "matters": "", "wants_contact": False, "language": VoiceLanguage.BOKMAL},
        coarse=("answered_on",),
        counted=("helpful",),
    )

    # None when the link's row has been erased.
    link = models.OneToOneField(VoiceLink, models.PROTECT, related_name="answer", null=True)
    helpful = models.CharField(_("er hjelpen nyttig?"), max_length=6, choices=Helpful)
    matters = models.TextField(_("hva er viktigst nå?"), blank=True)
    wants_contact = models.BooleanField(_("vil snakke med noen"), default=False)
    language = models.CharField(_("språk"), max_length=2, choices=VoiceLanguage)
    answered_on = models.DateField(_("dato"))

    class Meta:
        verbose_name = _("familiens svar")
        verbose_name_plural = _("familiens svar")
        ordering = ["-answered_on", "-id"]
        indexes = [models.Index(fields=["family"], name="voice_answers_of_family")]

    def __str__(self) -> str:
        return f"{self.answered_on}"
