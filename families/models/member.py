import datetime
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from families.models.base import VaultRow
from families.models.privacy import STRUCTURE, Privacy, Purpose, Topic
from organisation.models import Versioned

# A child decides herself from 15 years. Only the year of birth is known, so from the year she turns 16 it is sure; the
# year before nobody can tell, and it takes both hers and her parents' consent (domain/sharing.py).
OWN_CONSENT_AGE = 16
ADULT_AGE = 18


class MemberRole(models.TextChoices):
    MOTHER = "mother", _("Mor")
    FATHER = "father", _("Far")
    PARENT = "parent", _("Forelder")
    ADULT = "adult", _("Annen voksen")
    CHILD = "child", _("Barn")


class Member(VaultRow, Versioned):
    """A person in the family: role, birth year and first name at most."""

    privacy: ClassVar[Privacy] = Privacy(
        topic=Topic.HOUSEHOLD,
        purpose=Purpose.FOLLOW_UP,
        sensitive=("first_name", "birth_year", "role", "is_guardian", "left_on"),
        texts=("first_name",),
        plain=(*STRUCTURE, "form_key"),
        # Consents and support point to whoever gave and got them.
        lingers=True,
        blanks={
            "first_name": "",
            "birth_year": None,
            "role": "adult",
            "is_guardian": False,
            "left_on": None,
            "form_key": "",
        },
        removed={"role": "adult", "is_guardian": False},
    )

    role = models.CharField(_("rolle"), max_length=8, choices=MemberRole)
    first_name = models.CharField(
        _("fornavn"),
        max_length=40,
        blank=True,
        validators=[RegexValidator(r"^[^\W\d_]+(['’-][^\W\d_]+)*$", _("Skriv bare fornavnet, uten mellomrom."))],
    )
    birth_year = models.PositiveSmallIntegerField(
        _("fødselsår"), null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2200)]
    )
    # Whose consent covers the children who are too young to consent themselves.
    is_guardian = models.BooleanField(_("har foreldreansvar"), default=False)
    left_on = models.DateField(_("ikke lenger i husstanden fra"), null=True, blank=True)

    # What the form it came from was made with, so that it is there once; see domain/once.py.
    form_key = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        verbose_name = _("familiemedlem")
        verbose_name_plural = _("familiemedlemmer")
        ordering = ["birth_year", "id"]
        indexes = [models.Index(fields=["family"], name="members_of_family")]
        constraints = [
            models.UniqueConstraint(fields=["form_key"], condition=~Q(form_key=""), name="member_form_key_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}"

    def is_adult(self, on: datetime.date) -> bool:
        """Of age for sure. Whoever has another role than child is grown up, whatever is known of the year."""
        return self.role != MemberRole.CHILD or self._turned(ADULT_AGE, on)

    def consents_herself(self, on: datetime.date) -> bool:
        return self.role != MemberRole.CHILD or self._turned(OWN_CONSENT_AGE, on)

    def may_consent(self, on: datetime.date) -> bool:
        """Whether a consent of hers counts: alone, or, the year before that is sure, together with her parents'."""
        return self.role != MemberRole.CHILD or self._turned(OWN_CONSENT_AGE - 1, on)

    def _turned(self, age: int, on: datetime.date) -> bool:
        return self.birth_year is not None and on.year - self.birth_year >= age
