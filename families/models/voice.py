import hashlib
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from families.models.base import InFamily, VaultQuerySet, VaultRow
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


class LinkState(models.TextChoices):
    """What has become of a link; worked out, never stored."""

    OPEN = "open", _("Ikke brukt")
    USED = "used", _("Brukt")
    OUT_OF_TIME = "out_of_time", _("Tiden er ute")
    REVOKED = "revoked", _("Trukket tilbake")


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
            models.CheckConstraint(condition=Q(language__in=VoiceLanguage.values), name="voice_link_in_a_language"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @staticmethod
    def hash_of(token: str) -> str:
        """What is stored of a token. It is random, so there is nothing to salt."""
        return hashlib.sha256(token.encode()).hexdigest()


class AnswerQuerySet(VaultQuerySet):
    def standing(self) -> Self:
        """All of them: what a family has said is not taken away by those it was said to."""
        return self


class VoiceAnswer(InFamily):
    """What the family said. Written by a function of the database, once for each link (sql/voice.sql)."""

    LONGEST = 1000  # characters of `matters`

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

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("familiens svar")
        verbose_name_plural = _("familiens svar")
        ordering = ["-answered_on", "-id"]
        indexes = [models.Index(fields=["family"], name="voice_answers_of_family")]
        constraints = [
            models.CheckConstraint(condition=Q(helpful__in=Helpful.values), name="voice_answer_is_one_of_four"),
            models.CheckConstraint(condition=Q(language__in=VoiceLanguage.values), name="voice_answer_in_a_language"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("matters"), 1000), name="voice_answer_has_some_words_only"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answered_on}"
