from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from grants.models.application import Application
from grants.models.call import Call, Criterion
from organisation.models import LEADERSHIP_ROLES, PublicId, Role, Unit, User, Versioned

LOWEST_POINTS, HIGHEST_POINTS = 1, 5


class Exclusion(models.TextChoices):
    """Why a member takes no part in judging any application of the call."""

    LEADERSHIP = "leadership", _("Hører til prosjektledelsen")
    STEERING_GROUP = "steering_group", _("Sitter i styringsgruppa")
    TAKES_PART = "takes_part", _("Hører til en søker eller partner")


class JuryMemberQuerySet(models.QuerySet["JuryMember"]):
    def of_user(self, user: User) -> "JuryMemberQuerySet":
        """The user's own seats, while she is a juror of the municipality."""
        return self.filter(user=user, call__municipality__in=user.municipality_ids(Role.JUROR))

    def editable_by(self, user: User) -> "JuryMemberQuerySet":
        return self.filter(call__municipality__in=user.municipality_ids(*LEADERSHIP_ROLES))


class JuryMember(PublicId, Versioned):
    """A resident in the jury of one call: an age and a background, but no rank. `number` stands in the protocol."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="jury")
    user = models.ForeignKey(User, models.PROTECT, related_name="jury_seats", verbose_name=_("person"))
    number = models.PositiveSmallIntegerField(editable=False)
    age = models.PositiveSmallIntegerField(_("alder"), null=True, blank=True)
    background = models.CharField(_("bakgrunn"), max_length=150, blank=True)
    group = models.PositiveSmallIntegerField(_("gruppe"), default=1)
    connected_units = models.ManyToManyField(
        Unit, blank=True, related_name="+", verbose_name=_("tilknytning"),
        help_text=_("Enheter og organisasjoner medlemmet hører til, for eksempel som frivillig."),
    )  # fmt: skip
    # Worked out each time it is asked for (domain/jury.py), and kept here as it was when the scoring was closed.
    excluded_as = models.CharField(max_length=15, choices=Exclusion, blank=True, editable=False)

    objects = JuryMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("jurymedlem")
        verbose_name_plural = _("jurymedlemmer")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "user"],
                name="jury_member_unique",
                violation_error_message=_("Personen er allerede med i juryen."),
            ),
            models.UniqueConstraint(fields=["call", "number"], name="jury_number_unique"),
            models.CheckConstraint(condition=Q(group__gte=1), name="jury_group_has_number"),
        ]

    def __str__(self) -> str:
        return str(_("Medlem %(number)s") % {"number": self.number})


class ConflictOfInterest(models.Model):
    """Inhabil: the member says that she can't judge one application, and why."""

    member = models.ForeignKey(JuryMember, models.CASCADE, related_name="conflicts")
    application = models.ForeignKey(Application, models.CASCADE, related_name="conflicts")
    reason = models.CharField(_("hvorfor"), max_length=300)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "application"], name="conflict_unique"),
            models.CheckConstraint(condition=~Q(reason=""), name="conflict_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.application_id}"


class ScoreSheetQuerySet(models.QuerySet["ScoreSheet"]):
    def visible_to(self, user: User) -> "ScoreSheetQuerySet":
        """Blind: a member sees her own, and the others' of an application when hers is delivered and she has no conflict
        of interest in it; leadership sees none before the scoring is closed. Whoever leads has no seat."""
        leads = user.municipality_ids(*LEADERSHIP_ROLES, Role.STEERING_GROUP)
        seats = JuryMember.objects.of_user(user).exclude(call__municipality__in=leads)
        delivered = self.model._default_manager.filter(
            member__in=seats, application=OuterRef("application"), delivered_at__isnull=False
        )
        torn = ConflictOfInterest.objects.filter(member=OuterRef("member"), application=OuterRef("application"))
        delivered = delivered.filter(~Exists(torn))
        return self.filter(
            Q(member__in=seats)
            | Q(Exists(delivered), delivered_at__isnull=False)
            | Q(
                application__call__municipality__in=leads,
                application__call__scoring_closed_at__isnull=False,
                delivered_at__isnull=False,
            )
        )


class ScoreSheet(PublicId, Versioned):
    """One member's judgement of one application. Hers alone until she delivers it; after that it stands."""

    member = models.ForeignKey(JuryMember, models.CASCADE, related_name="sheets")
    application = models.ForeignKey(Application, models.PROTECT, related_name="sheets")
    comment = models.TextField(_("kommentar"), blank=True)
    delivered_at = models.DateTimeField(null=True, editable=False)

    objects = ScoreSheetQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "application"], name="score_sheet_unique")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.application_id}"


class Score(models.Model):
    """What a member said of one criterion: points, or null for "can't judge it". No row where she has not answered."""

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(_("poeng"), null=True)

    class Meta:
        ordering = ["criterion__number"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="score_unique"),
            models.CheckConstraint(
                condition=Q(points=None) | Q(points__gte=LOWEST_POINTS, points__lte=HIGHEST_POINTS),
                name="points_on_the_scale",
            ),
        ]

    def __str__(self) -> str:
        return str(self.points)


class Placement(models.Model):
    """What the jury's ranking came to for one application, kept when the scoring was closed. Append-only.

    `total` is the weighted mean of the criteria's means, exact: "137/40". `rank` is shared by ties. `sheets` are those
    that counted, `needed` how many it took for a quorum.
    """

    application = models.OneToOneField(Application, models.PROTECT, related_name="placement")
    rank = models.PositiveSmallIntegerField()
    total = models.CharField(max_length=300)
    sheets = models.PositiveSmallIntegerField()
    needed = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["rank", "application_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rank__gte=1, needed__gte=1, sheets__gte=F("needed")), name="placement_has_quorum"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rank}: {self.application_id}"
