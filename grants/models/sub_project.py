import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grants.models.application import Application
from grants.models.call import READING_ROLES, Call
from measures.models import Measure
from organisation.models import (
    LEADERSHIP_ROLES,
    LOGGING_ROLES,
    LivingConditionZone,
    Municipality,
    PublicId,
    Role,
    Unit,
    User,
    Versioned,
    within,
)

# Who may answer for a partner: its own representative, or the unit's leader where it is one of the municipality's.
REPRESENTING_ROLES = (Role.PARTNER, Role.UNIT_LEADER)


class SubProjectState(models.TextChoices):
    PLANNED = "planned", _("Planlagt")
    RUNNING = "running", _("I gang")
    WITH_CONDITIONS = "with_conditions", _("Videre med vilkår")
    STOPPED = "stopped", _("Stoppet ved stoppunkt")
    ENDED = "ended", _("Avsluttet")
    IN_LINE = "in_line", _("Videreført i linja")


RUNNING_STATES = (SubProjectState.RUNNING, SubProjectState.WITH_CONDITIONS)
OVER_STATES = (SubProjectState.STOPPED, SubProjectState.ENDED, SubProjectState.IN_LINE)


class SubProjectQuerySet(models.QuerySet["SubProject"]):
    def visible_to(self, user: User) -> "SubProjectQuerySet":
        """All of them for those who work in the municipality, and for a partner those it takes part in today."""
        seen = Q(municipality__in=user.municipality_ids(*READING_ROLES))
        if user.has_role(Role.PARTNER):
            seen |= Q(Exists(_partners_of(user, Role.PARTNER)))
        return self.filter(seen)

    def editable_by(self, user: User) -> "SubProjectQuerySet":
        """Leadership: terms, reviews, approval of payments."""
        return self.filter(municipality__in=user.municipality_ids(*LEADERSHIP_ROLES))

    def worked_on_by(self, user: User) -> "SubProjectQuerySet":
        """Those who carry it out: the units that take part today, and leadership. They log, record results, propose payments."""
        return self.filter(
            Q(Exists(_partners_of(user, *LOGGING_ROLES))) | Q(municipality__in=user.municipality_ids(*LEADERSHIP_ROLES))
        )


def _partners_of(user: User, *roles: str) -> "models.QuerySet[SubProjectPartner]":
    """The part that the user's units have today, as with her own roles: whoever has left has no part in it any more."""
    active = SubProjectPartner.objects.active(timezone.localdate())
    return active.filter(within(user.unit_paths(*roles), "unit__path"), sub_project=OuterRef("pk"))


class SubProject(PublicId, Versioned):
    """Delprosjekt: services and volunteers who work together on an award letter. State: domain/sub_project_state.py."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="sub_projects")
    call = models.ForeignKey(Call, models.PROTECT, related_name="sub_projects", null=True, blank=True)
    application = models.OneToOneField(
        Application, models.PROTECT, related_name="sub_project", null=True, blank=True, editable=False
    )
    title = models.CharField(_("navn"), max_length=200)
    target_group = models.TextField(_("målgruppe"), blank=True)
    note = models.TextField(_("kort om delprosjektet"), blank=True)
    zones = models.ManyToManyField(
        LivingConditionZone, blank=True, related_name="sub_projects", verbose_name=_("levekårssoner")
    )
    starts_on = models.DateField(_("starter"))
    ends_on = models.DateField(_("slutter"))
    # One log entry on the measure serves the plan's report and the sub-project's review.
    measure = models.OneToOneField(
        Measure, models.PROTECT, related_name="sub_project", null=True, blank=True, verbose_name=_("tiltak i plan")
    )

    state = models.CharField(max_length=16, choices=SubProjectState, default=SubProjectState.PLANNED, editable=False)
    state_since = models.DateField(editable=False)
    state_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    state_reason = models.TextField(blank=True, editable=False)

    objects = SubProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("delprosjekt")
        verbose_name_plural = _("delprosjekter")
        ordering = ["starts_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "title"],
                name="sub_project_title_unique",
                violation_error_message=_("Kommunen har allerede et delprosjekt med dette navnet."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="sub_project_ends_after_start",
                violation_error_message=_("Delprosjektet slutter før det starter."),
            ),
            models.CheckConstraint(
                condition=~Q(state=SubProjectState.STOPPED) | ~Q(state_reason=""),
                name="stopped_sub_project_says_why",
                violation_error_message=_("Skriv hvorfor delprosjektet stoppes."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def takes_payments(self) -> bool:
        return self.state in RUNNING_STATES

    @property
    def is_over(self) -> bool:
        return self.state in OVER_STATES


class PartnerRole(models.TextChoices):
    RESPONSIBLE = "responsible", _("Hovedansvarlig")
    PARTNER = "partner", _("Samarbeidspartner")
    REFERENCE = "reference", _("Referansegruppe")


class PartnerQuerySet(models.QuerySet["SubProjectPartner"]):
    def active(self, on: datetime.date) -> "PartnerQuerySet":
        return self.filter(Q(left_on=None) | Q(left_on__gt=on))

    def staying(self) -> "PartnerQuerySet":
        """Those whose last day is not set: they are the ones a new letter is laid before."""
        return self.filter(left_on=None)

    def represented_by(self, user: User) -> "PartnerQuerySet":
        """The partners of today that the user may answer for: accept letters, fill in questionnaires."""
        return self.active(timezone.localdate()).filter(within(user.unit_paths(*REPRESENTING_ROLES), "unit__path"))

    def worked_in_by(self, user: User) -> "PartnerQuerySet":
        """The partners of today whose helpers the user is one of."""
        return self.active(timezone.localdate()).filter(
            within(user.unit_paths(*LOGGING_ROLES, Role.PARTNER), "unit__path")
        )


class SubProjectPartner(PublicId, Versioned):
    """A unit or organisation that takes part, with its role."""

    sub_project = models.ForeignKey(SubProject, models.CASCADE, related_name="partners")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="sub_project_partners", verbose_name=_("enhet"))
    role = models.CharField(_("rolle"), max_length=12, choices=PartnerRole, default=PartnerRole.PARTNER)
    left_on = models.DateField(_("gikk ut"), null=True, blank=True)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partnere")
        ordering = ["-role", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sub_project", "unit"],
                name="sub_project_partner_unique",
                violation_error_message=_("Enheten er allerede med i delprosjektet."),
            ),
            models.UniqueConstraint(
                fields=["sub_project"],
                condition=Q(role=PartnerRole.RESPONSIBLE, left_on=None),
                name="one_responsible_partner",
                violation_error_message=_("Delprosjektet har allerede en hovedansvarlig."),
            ),
        ]

    def __str__(self) -> str:
        return self.unit.name


class SubProjectStateChange(models.Model):
    """One step in a sub-project's life. Append-only; `before` is empty for the state it was made with."""

    sub_project = models.ForeignKey(SubProject, models.CASCADE, related_name="state_changes")
    before = models.CharField(max_length=16, choices=SubProjectState, blank=True)
    after = models.CharField(max_length=16, choices=SubProjectState)
    on = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
