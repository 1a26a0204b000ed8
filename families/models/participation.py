import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from families.models.base import VaultQuerySet, VaultRow
from families.models.privacy import NO_DAY, STRUCTURE, Privacy, Purpose, Topic
from grants.models import SubProject
from measures.models import Measure
from organisation.models import Versioned


class ParticipationQuerySet(VaultQuerySet):
    def running(self, on: datetime.date) -> "ParticipationQuerySet":
        return self.standing().filter(Q(ended_on=None) | Q(ended_on__gte=on))


class Participation(VaultRow, Versioned):
    """The family takes part in a sub-project or a measure, from a day to a day (both included)."""

    privacy: ClassVar[Privacy] = Privacy(
        topic=Topic.PARTICIPATION,
        purpose=Purpose.FOLLOW_UP,
        sensitive=("started_on", "ended_on"),
        plain=(*STRUCTURE, "sub_project", "measure", "form_key"),
        kept=True,
        blanks={"form_key": ""},
        removed={"started_on": NO_DAY},
        coarse=("started_on", "ended_on", "written_at"),
    )

    sub_project = models.ForeignKey(
        SubProject, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("delprosjekt")
    )
    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("tiltak")
    )
    started_on = models.DateField(_("fra"))
    ended_on = models.DateField(_("til"), null=True, blank=True)
    form_key = models.CharField(max_length=20, blank=True, editable=False)

    objects: ClassVar[Any] = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("deltakelse")
        verbose_name_plural = _("deltakelser")
        ordering = ["-started_on", "-id"]
        indexes = [
            models.Index(fields=["family"], name="participations_of_family"),
            models.Index(fields=["sub_project"], name="participations_of_sub_project"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["form_key"], condition=~Q(form_key=""), name="participation_form_key_unique"),
            models.CheckConstraint(
                condition=Q(sub_project=None) ^ Q(measure=None), name="participation_in_one_thing",
                violation_error_message=_("Velg enten et delprosjekt eller et tiltak."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="participation_ends_after_start",
                violation_error_message=_("Sluttdatoen er før startdatoen."),
            ),
            # Of each service: another one may have recorded the same, and a refusal would tell.
            models.UniqueConstraint(
                fields=["family", "unit", "sub_project"],
                condition=Q(ended_on=None, removed_at=None),
                name="in_sub_project_once",
                violation_error_message=_("Familien er allerede med i delprosjektet."),
            ),
            models.UniqueConstraint(
                fields=["family", "unit", "measure"],
                condition=Q(ended_on=None, removed_at=None),
                name="in_measure_once",
                violation_error_message=_("Familien er allerede med i tiltaket."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.sub_project_id or self.measure_id}"
