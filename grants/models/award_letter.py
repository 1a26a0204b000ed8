from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grants.models.outcome import OutcomeKind
from grants.models.sub_project import SubProject, SubProjectPartner
from measures.models import Target
from organisation.models import LEADERSHIP_ROLES, PublicId, User, Versioned


class LetterState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    OFFERED = "offered", _("Til godkjenning")
    IN_FORCE = "in_force", _("Gjelder")
    SUPERSEDED = "superseded", _("Erstattet")
    WITHDRAWN = "withdrawn", _("Trukket")


class AwardLetterQuerySet(models.QuerySet["AwardLetter"]):
    def visible_to(self, user: User) -> "AwardLetterQuerySet":
        """Drafts are the leadership's; what has been offered, everyone reads who sees the sub-project."""
        seen = SubProject.objects.visible_to(user)
        leads = Q(sub_project__municipality__in=user.municipality_ids(*LEADERSHIP_ROLES))
        return self.filter(sub_project__in=seen).filter(leads | ~Q(state=LetterState.DRAFT))

    def editable_by(self, user: User) -> "AwardLetterQuerySet":
        return self.filter(sub_project__municipality__in=user.municipality_ids(*LEADERSHIP_ROLES))


class AwardLetter(PublicId, Versioned):
    """Tildelingsbrev: the agreed goals, amounts and conditions of a sub-project, in numbered versions.

    A draft can be edited. Once offered it stands as it is: `content` is the frozen text the partners accept, and the
    PDF is made from. Changed terms make a new version. State: domain/award_letter.py.
    """

    sub_project = models.ForeignKey(SubProject, models.PROTECT, related_name="letters")
    number = models.PositiveSmallIntegerField(editable=False)
    # The agreed period; it becomes the sub-project's when the letter comes into force. None: the sub-project's as it is.
    starts_on = models.DateField(_("starter"), null=True, blank=True)
    ends_on = models.DateField(_("slutter"), null=True, blank=True)
    target_group = models.TextField(_("målgruppe"), blank=True)
    conditions = models.TextField(_("vilkår"), blank=True)
    case_number = models.CharField(_("arkivsaksnummer"), max_length=50, blank=True)
    change_reason = models.CharField(_("hva som er endret, og hvorfor"), max_length=500, blank=True)

    state = models.CharField(max_length=12, choices=LetterState, default=LetterState.DRAFT, editable=False)
    offered_on = models.DateField(null=True, editable=False)
    offered_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    in_force_on = models.DateField(null=True, editable=False)
    content = models.JSONField(null=True, editable=False)
    document = models.OneToOneField(
        "organisation.Document", models.PROTECT, related_name="award_letter", null=True, editable=False
    )

    objects = AwardLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("tildelingsbrev")
        verbose_name_plural = _("tildelingsbrev")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["sub_project", "number"], name="letter_number_unique"),
            models.UniqueConstraint(
                fields=["sub_project"], condition=Q(state=LetterState.IN_FORCE), name="one_letter_in_force"
            ),
            models.UniqueConstraint(
                fields=["sub_project"],
                condition=Q(state__in=(LetterState.DRAFT, LetterState.OFFERED)),
                name="one_letter_in_the_making",
                violation_error_message=_("Det finnes allerede en ny versjon som ikke er godkjent."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=(LetterState.DRAFT, LetterState.WITHDRAWN))
                | Q(offered_on__isnull=False, offered_by__isnull=False, content__isnull=False),
                name="offered_letter_says_who_when_and_what",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(LetterState.IN_FORCE, LetterState.SUPERSEDED)) | Q(in_force_on__isnull=False),
                name="letter_in_force_says_since_when",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Tildelingsbrev, versjon %(number)s") % {"number": self.number})


class GoalKind(models.TextChoices):
    EFFECT = "effect", _("Effektmål")
    RESULT = "result", _("Resultatmål")


class GoalAbout(models.TextChoices):
    RESIDENTS = "residents", _("Innbyggerne")
    COLLABORATION = "collaboration", _("Samhandlingen mellom aktørene")


class AwardGoal(PublicId):
    """A goal of one version of the letter. A result goal has an indicator, a number to reach and a date.

    What is reached is counted once: in the log of the sub-project's measure (`log_target`), or as an outcome of a kind.
    """

    letter = models.ForeignKey(AwardLetter, models.CASCADE, related_name="goals")
    kind = models.CharField(_("type"), max_length=6, choices=GoalKind)
    about = models.CharField(_("handler om"), max_length=13, choices=GoalAbout)
    number = models.PositiveSmallIntegerField()
    text = models.CharField(_("mål"), max_length=500)
    indicator = models.CharField(_("indikator"), max_length=150, blank=True)
    target_value = models.DecimalField(_("måltall"), max_digits=12, decimal_places=2, null=True, blank=True)
    due_on = models.DateField(_("innen"), null=True, blank=True)
    log_target = models.ForeignKey(Target, models.PROTECT, related_name="+", null=True, blank=True, editable=False)
    outcome_kind = models.CharField(_("telles som"), max_length=20, choices=OutcomeKind, blank=True)

    class Meta:
        verbose_name = _("mål i tildelingsbrevet")
        ordering = ["kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "kind", "number"], name="award_goal_number_unique"),
            models.CheckConstraint(condition=~Q(text=""), name="award_goal_says_something"),
            models.CheckConstraint(
                condition=Q(kind=GoalKind.EFFECT)
                | ~Q(indicator="") & Q(target_value__isnull=False, due_on__isnull=False),
                name="result_goal_can_be_measured",
                violation_error_message=_("Et resultatmål må ha indikator, måltall og dato."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Instalment(models.Model):
    """The amount awarded for one half-year."""

    letter = models.ForeignKey(AwardLetter, models.CASCADE, related_name="instalments")
    year = models.PositiveSmallIntegerField()
    half = models.PositiveSmallIntegerField()
    amount = models.DecimalField(_("kroner"), max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["year", "half"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "year", "half"], name="instalment_unique"),
            models.CheckConstraint(condition=Q(half__in=(1, 2)), name="instalment_half_is_1_or_2"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="instalment_is_money"),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.half}: {self.amount}"


class Signature(models.Model):
    """One partner's place under an offered letter. Signed in the system, or on paper with a reference to the archive."""

    letter = models.ForeignKey(AwardLetter, models.CASCADE, related_name="signatures")
    partner = models.ForeignKey(SubProjectPartner, models.PROTECT, related_name="signatures")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    paper_reference = models.CharField(_("arkivreferanse"), max_length=100, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "partner"], name="signature_unique"),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="signature_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id}: {self.partner_id}"

    @property
    def is_signed(self) -> bool:
        return self.accepted_at is not None
