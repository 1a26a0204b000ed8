import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from families.models.privacy import Privacy, Purpose, Topic
from organisation.models import LivingConditionZone, Municipality, PublicId, Role, Unit, User, Versioned

# Who can be in a family's team. Leadership of projects and plans sees counts only.
TEAM_ROLES = (Role.CASEWORKER, Role.UNIT_LEADER, Role.PARTNER)


class ClosingReason(models.TextChoices):
    DONE = "done", _("Familien klarer seg videre selv")
    OWN_WISH = "own_wish", _("Familien ønsket å avslutte")
    MOVED = "moved", _("Familien har flyttet")
    OTHER = "other", _("Annet")


class FamilyQuerySet(models.QuerySet["Family"]):
    def visible_to(self, user: User, on: datetime.date) -> "FamilyQuerySet":
        """Those of one's own teams, and those one has emergency access to. PostgreSQL asks the same (schema.py)."""
        from families.models.access import EmergencyAccess
        from families.models.team import TeamMember

        of_row = {"family": OuterRef("pk"), "user": user}
        team = TeamMember.objects.active(on).filter(**of_row)
        emergency = EmergencyAccess.objects.running().filter(**of_row)
        return self.filter(Q(Exists(team)) | Q(Exists(emergency)))

    def running(self) -> "FamilyQuerySet":
        return self.filter(closed_on=None)


class Family(PublicId, Versioned):
    """A family that services work with together. The public id is its case reference; no name, no identity number.

    `unit` is the service that answers for the case. A family with a protected address has no zone anywhere.
    """

    privacy: ClassVar[Privacy] = Privacy(
        topic=Topic.HOUSEHOLD,
        purpose=Purpose.FOLLOW_UP,
        # The case reference stands in letters and journals: where it goes, nothing may lead to what is left.
        sensitive=("public_id", "zone", "protected", "closed_reason"),
        plain=(
            "id", "version", "municipality", "unit", "opened_on", "closed_on", "closed_at", "anonymised_on", "adults",
            "children", "erased",
        ),
        kept=True,
        blanks={"zone": None, "protected": False, "closed_reason": ""},
        renewed=("public_id",),
    )  # fmt: skip

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("ansvarlig tjeneste"))
    zone = models.ForeignKey(
        LivingConditionZone, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("levekårssone")
    )
    protected = models.BooleanField(_("skjermet adresse"), default=False)
    opened_on = models.DateField(_("fra"))
    closed_on = models.DateField(_("avsluttet"), null=True, blank=True)
    # When that was said, by the database's clock (sql/privacy.sql). Whatever day was written, what is kept counts from here.
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_reason = models.CharField(_("grunn"), max_length=10, choices=ClosingReason, blank=True)
    anonymised_on = models.DateField(null=True, editable=False)
    # How many there were when the members' rows were erased; until then they are counted.
    adults = models.PositiveSmallIntegerField(null=True, editable=False)
    children = models.PositiveSmallIntegerField(null=True, editable=False)
    erased = ArrayField(
        models.CharField(max_length=10, choices=Purpose), default=list, editable=False,
        help_text="The purposes for which nothing is kept any more.",
    )  # fmt: skip

    objects = FamilyQuerySet.as_manager()

    class Meta:
        verbose_name = _("familie")
        verbose_name_plural = _("familier")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(protected=False) | Q(zone=None),
                name="protected_family_has_no_zone",
                violation_error_message=_("En familie med skjermet adresse kan ikke ha levekårssone."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                name="family_closed_after_opened",
                violation_error_message=_("Sluttdatoen er før startdatoen."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, closed_at=None) | Q(closed_on__isnull=False, closed_at__isnull=False),
                name="closed_family_says_when",
            ),
            models.CheckConstraint(
                condition=Q(anonymised_on=None) | Q(closed_on__isnull=False), name="only_closed_family_is_anonymised"
            ),
            models.CheckConstraint(
                condition=Q(erased=[]) | Q(closed_on__isnull=False), name="nothing_is_erased_of_open_family"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The case reference as people read it aloud: two groups of five."""
        return f"{self.public_id[:5]}-{self.public_id[5:]}"
