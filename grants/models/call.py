import datetime
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, Municipality, PublicId, Role, User, Versioned

# Who reads about calls and sub-projects in the whole municipality.
READING_ROLES = (*CASE_ROLES, Role.STEERING_GROUP)


class CallState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    OPEN = "open", _("Åpen")
    CLOSED = "closed", _("Lukket")
    DECIDED = "decided", _("Avgjort")


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: User) -> "CallQuerySet":
        """Drafts are the leadership's; what is announced, everyone who works with it and the partners read."""
        readers = user.municipality_ids(*READING_ROLES, Role.PARTNER)
        return self.filter(
            Q(municipality__in=readers) & ~Q(state=CallState.DRAFT)
            | Q(municipality__in=user.municipality_ids(*LEADERSHIP_ROLES))
        )

    def editable_by(self, user: User) -> "CallQuerySet":
        return self.filter(municipality__in=user.municipality_ids(*LEADERSHIP_ROLES))


class Call(PublicId, Versioned):
    """Utlysning: what can be applied for, by whom and until when. Its state is written by domain/call.py only."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="calls")
    title = models.CharField(_("tittel"), max_length=200)
    text = models.TextField(_("tekst"))
    opens_at = models.DateTimeField(_("åpner"))
    closes_at = models.DateTimeField(_("søknadsfrist"))
    places = models.PositiveSmallIntegerField(_("plasser"))
    amount_per_half_year = models.DecimalField(_("kroner per halvår"), max_digits=12, decimal_places=2)
    half_years = models.PositiveSmallIntegerField(_("antall halvår"), default=4)
    min_partners = models.PositiveSmallIntegerField(_("minste antall partnere"), default=3)
    responsible_is_municipal = models.BooleanField(_("en kommunal enhet er hovedansvarlig"), default=True)
    allows_pay = models.BooleanField(_("pengene kan brukes til stillinger og lønn"), default=False)
    wants_film = models.BooleanField(_("søknaden skal ha en film"), default=False)
    terms = models.TextField(_("vilkår"), blank=True, help_text=_("Vilkårene alle partnerne må godta."))
    quorum = models.PositiveSmallIntegerField(
        _("vedtaksført med"), null=True, blank=True,
        help_text=_("Hvor mange medlemmer som må ha vurdert hver søknad. Står feltet tomt, er det flere enn halvparten."),
    )  # fmt: skip

    state = models.CharField(max_length=10, choices=CallState, default=CallState.DRAFT, editable=False)
    scoring_closed_at = models.DateTimeField(null=True, editable=False)
    scoring_closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    decision_reason = models.TextField(blank=True, editable=False)
    protocol = models.OneToOneField(
        "organisation.Document", models.PROTECT, related_name="call", null=True, editable=False
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("utlysning")
        verbose_name_plural = _("utlysninger")
        ordering = ["-closes_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="call_closes_after_opening",
                violation_error_message=_("Søknadsfristen er før utlysningen åpner."),
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1, half_years__gte=1, min_partners__gte=1, amount_per_half_year__gt=0),
                name="call_gives_something",
            ),
            models.CheckConstraint(condition=Q(quorum=None) | Q(quorum__gte=1), name="call_quorum_is_somebody"),
            models.CheckConstraint(
                condition=~Q(state=CallState.DECIDED)
                | Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision_reason=""),
                name="decided_call_says_who_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(scoring_closed_at=None, scoring_closed_by=None)
                | Q(scoring_closed_at__isnull=False, scoring_closed_by__isnull=False),
                name="closed_scoring_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def amount(self) -> Decimal:
        """Kroner a sub-project can get in all."""
        return self.amount_per_half_year * self.half_years

    def takes_applications(self, at: datetime.datetime) -> bool:
        """The deadline holds to the second: an application at the second itself is in time, one after it is not."""
        return self.state == CallState.OPEN and self.opens_at <= at and not self.deadline_has_passed(at)

    def deadline_has_passed(self, at: datetime.datetime) -> bool:
        return at.replace(microsecond=0) > self.closes_at

    @property
    def takes_scores(self) -> bool:
        return self.state == CallState.CLOSED and self.scoring_closed_at is None


class Criterion(models.Model):
    """What the jury scores by, with its weight."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="criteria")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    weight = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="criterion_number_unique"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="criterion_weighs_something"),
        ]

    def __str__(self) -> str:
        return self.text
