import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from families.models.base import InFamily
from families.models.privacy import Privacy, Purpose
from organisation.models import Unit, User, Versioned


class TeamQuerySet(models.QuerySet["TeamMember"]):
    def active(self, on: datetime.date) -> "TeamQuerySet":
        return self.filter(Q(to_day=None) | Q(to_day__gte=on), from_day__lte=on)


class TeamMember(InFamily, Versioned):
    """Somebody who works with the family, for a service, from a day to a day (both included).

    The case holder answers for the case: she gives access, and reads the log of who has read.
    """

    privacy: ClassVar[Privacy] = Privacy(
        topic=None,
        purpose=Purpose.FOLLOW_UP,
        plain=("id", "public_id", "version", "family", "municipality", "user", "unit", "is_case_holder", "from_day", "to_day",
               "form_key"),
        # Somebody must be able to read what is kept for other purposes.
        lingers=True,
    )  # fmt: skip

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("tjeneste"))
    is_case_holder = models.BooleanField(_("saksansvarlig"), default=False)
    from_day = models.DateField(_("fra"))
    to_day = models.DateField(_("til"), null=True, blank=True)

    # Of the form that opened the case, so that it opened one. Here, because one sees that one is in a team without opening
    # the family; with a default of the database, whose own functions make such rows too.
    form_key = models.CharField(max_length=20, blank=True, editable=False, default="", db_default="")

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("medlem av teamet")
        verbose_name_plural = _("medlemmer av teamet")
        ordering = ["-is_case_holder", "from_day", "id"]
        indexes = [
            # Asked by row-level security: the families of a reader.
            models.Index(fields=["user", "family"], name="team_of_user"),
            models.Index(fields=["family"], name="team_of_family"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["form_key"], condition=~Q(form_key=""), name="team_form_key_unique"),
            models.CheckConstraint(
                # The day before it began is how a membership is ended that never should have been.
                condition=Q(to_day=None) | Q(to_day__gte=F("from_day") - datetime.timedelta(days=1)),
                name="team_member_leaves_after_coming",
                violation_error_message=_("Sluttdatoen er før startdatoen."),
            ),
            models.UniqueConstraint(
                fields=["family", "user", "unit"],
                condition=Q(to_day=None),
                name="team_member_once",
                violation_error_message=_("Personen er allerede i teamet for denne tjenesten."),
            ),
            models.UniqueConstraint(
                fields=["family"],
                condition=Q(is_case_holder=True, to_day=None),
                name="one_case_holder",
                violation_error_message=_("Familien har allerede en saksansvarlig."),
            ),
        ]

    def is_active(self, on: datetime.date) -> bool:
        """As `TeamQuerySet.active` asks it."""
        return self.from_day <= on and (self.to_day is None or self.to_day >= on)

    def __str__(self) -> str:
        return f"{self.user_id} {self.unit_id}"
