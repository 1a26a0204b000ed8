from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from grants.models.call import Call, CallState
from grants.models.spending import SpendingUse
from organisation.models import LEADERSHIP_ROLES, LOGGING_ROLES, PublicId, Role, Unit, UnitKind, User, Versioned, within


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    SUBMITTED = "submitted", _("Sendt inn")
    AWARDED = "awarded", _("Fikk plass")
    NOT_AWARDED = "not_awarded", _("Fikk ikke plass")


SENT_STATES = (ApplicationState.SUBMITTED, ApplicationState.AWARDED, ApplicationState.NOT_AWARDED)


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User) -> "ApplicationQuerySet":
        """The applicant and the partners see theirs from the first draft, leadership and steering group what was sent."""
        partner = ApplicationPartner.objects.filter(
            within(user.unit_paths(*LOGGING_ROLES, Role.PARTNER), "unit__path"), application=OuterRef("pk")
        )
        sent = user.municipality_ids(*LEADERSHIP_ROLES, Role.STEERING_GROUP)
        return self.filter(
            within(user.unit_paths(*LOGGING_ROLES), "responsible_unit__path")
            | Q(Exists(partner))
            | Q(written_by=user, call__municipality__in=user.municipality_ids(*LOGGING_ROLES))
            | Q(call__municipality__in=sent, state__in=SENT_STATES)
        )

    def editable_by(self, user: User) -> "ApplicationQuerySet":
        """Those who stand for it: the responsible unit, and whoever began to write it."""
        return self.filter(
            within(user.unit_paths(*LOGGING_ROLES), "responsible_unit__path")
            | Q(written_by=user, call__municipality__in=user.municipality_ids(*LOGGING_ROLES))
        )

    def judged_by(self, user: User) -> "ApplicationQuerySet":
        """What is before the juries the user sits on, from the call's closing on. Exclusion: domain/jury.py."""
        return self.sent().filter(
            call__municipality__in=user.municipality_ids(Role.JUROR),
            call__jury__user=user,
            call__state__in=(CallState.CLOSED, CallState.DECIDED),
        )

    def sent(self) -> "ApplicationQuerySet":
        return self.filter(state__in=SENT_STATES)


class Application(PublicId, Versioned):
    """Søknad: saved half-finished, checked against the call's rules, submitted once. State: domain/application.py."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="applications")
    title = models.CharField(_("navn på delprosjektet"), max_length=200)
    responsible_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="applications", verbose_name=_("hovedansvarlig enhet")
    )
    target_group = models.TextField(_("målgruppe"), blank=True)
    text = models.TextField(_("kort om deltakerne og hva dere vil"), blank=True)
    film_url = models.URLField(_("lenke til film"), max_length=300, blank=True)
    accepts_terms = models.BooleanField(_("alle partnerne godtar vilkårene"), default=False)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    state = models.CharField(max_length=12, choices=ApplicationState, default=ApplicationState.DRAFT, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("søknad")
        verbose_name_plural = _("søknader")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "title"],
                name="application_title_unique",
                violation_error_message=_("Det finnes allerede en søknad med dette navnet i utlysningen."),
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.DRAFT, submitted_at=None, submitted_by=None)
                | ~Q(state=ApplicationState.DRAFT) & Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="sent_application_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ApplicationPartner(models.Model):
    """Who takes part beside the responsible unit: one of the municipality's registered units, or somebody new by name."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="partners")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", null=True, blank=True)
    name = models.CharField(_("navn"), max_length=150)
    kind = models.CharField(_("type"), max_length=20, choices=UnitKind)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "name"], name="application_partner_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="application_partner_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class BudgetLine(models.Model):
    application = models.ForeignKey(Application, models.CASCADE, related_name="budget")
    text = models.CharField(_("hva"), max_length=200)
    use = models.CharField(_("brukes til"), max_length=12, choices=SpendingUse)
    amount = models.DecimalField(_("kroner"), max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="budget_line_costs_something")]

    def __str__(self) -> str:
        return self.text
