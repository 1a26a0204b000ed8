from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from families.models.base import InFamily, VaultRow
from families.models.member import Member
from families.models.privacy import STRUCTURE, Privacy, Purpose
from organisation.models import Document, Role, Unit, User
from organisation.models.unit import within

EMERGENCY_HOURS = 24


class EmergencyQuerySet(models.QuerySet["EmergencyAccess"]):
    def running(self) -> "EmergencyQuerySet":
        """By the database's clock, as row-level security asks it."""
        return self.filter(ended_at=None, expires_at__gt=Now())

    def led_by(self, user: User) -> "EmergencyQuerySet":
        """Those to families of the units she leads. PostgreSQL shows her these and her own (sql/case.sql)."""
        return self.filter(within(user.unit_paths(Role.UNIT_LEADER), "unit__path"))


class EmergencyAccess(InFamily):
    """Nødtilgang: somebody outside the team opened a family, with a reason, for 24 hours at most. Her leader sees it."""

    privacy: ClassVar[Privacy] = Privacy(
        topic=None,
        purpose=Purpose.FOLLOW_UP,
        sensitive=("reason",),
        texts=("reason",),
        plain=(
            "id", "public_id", "family", "municipality", "user", "unit", "opened_at", "expires_at", "ended_at",
            "seen_by", "seen_at",
        ),
    )  # fmt: skip

    user = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", editable=False, help_text="The service that answers for the family."
    )
    reason = models.CharField(_("grunn"), max_length=300)
    opened_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    seen_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    seen_at = models.DateTimeField(null=True, editable=False)

    objects = EmergencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("nødtilgang")
        verbose_name_plural = _("nødtilganger")
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["user", "family"], name="emergency_of_user"),
            models.Index(fields=["unit", "-opened_at"], name="emergency_of_unit"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="emergency_access_says_why"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("opened_at")), name="emergency_access_expires_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(seen_by=None, seen_at=None) | Q(seen_by__isnull=False, seen_at__isnull=False),
                name="seen_emergency_access_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.family_id}"


class InsightRequest(VaultRow):
    """Innsyn: a member of the family asks for all that is stored. The PDF is kept until it has been handed over."""

    privacy: ClassVar[Privacy] = Privacy(
        topic=None,
        purpose=Purpose.FOLLOW_UP,
        sensitive=("member", "document"),
        plain=(*STRUCTURE[:-1], "asked_on", "handed_over_at"),
    )

    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("hvem ber om innsyn"))
    asked_on = models.DateField(_("bedt om"))
    document = models.OneToOneField(Document, models.PROTECT, related_name="+", null=True, editable=False)
    handed_over_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("innsyn")
        verbose_name_plural = _("innsyn")
        ordering = ["-id"]
        indexes = [models.Index(fields=["family"], name="insight_of_family")]

    def __str__(self) -> str:
        return f"{self.asked_on}"
