import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grants.models.award_letter import AwardGoal, AwardLetter
from grants.models.sub_project import RUNNING_STATES, SubProject, SubProjectPartner
from organisation.models import LEADERSHIP_ROLES, PublicId, User, Versioned


class Decision(models.TextChoices):
    CONTINUE = "continue", _("Fortsetter")
    WITH_CONDITIONS = "with_conditions", _("Fortsetter med vilkår")
    STOP = "stop", _("Stoppes")


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: User) -> "ReviewQuerySet":
        return self.filter(sub_project__in=SubProject.objects.visible_to(user))

    def editable_by(self, user: User) -> "ReviewQuerySet":
        return self.filter(sub_project__municipality__in=user.municipality_ids(*LEADERSHIP_ROLES))

    def open(self) -> "ReviewQuerySet":
        """Those to be held. One that was not held before its sub-project was over will never be."""
        return self.filter(decision="", sub_project__state__in=RUNNING_STATES)

    def due_for_review(self, on: datetime.date, within_days: int = 0) -> "ReviewQuerySet":
        """The open ones whose day has come, or comes within some days."""
        return self.open().filter(due_on__lte=on + datetime.timedelta(days=within_days)).order_by("due_on", "id")


class Review(PublicId, Versioned):
    """Stoppunkt: every six months the results are held against the award letter, and people decide what follows.

    Made by itself when a letter comes into force and when a review ends with going on. Written by domain/review.py.
    """

    sub_project = models.ForeignKey(SubProject, models.PROTECT, related_name="reviews")
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField(help_text="First day of what is reviewed.")
    due_on = models.DateField(help_text="Last day of what is reviewed, and when the review is due.")
    summary = models.TextField(_("oppsummering av samtalen"), blank=True)

    letter = models.ForeignKey(AwardLetter, models.PROTECT, related_name="reviews", null=True, editable=False)
    held_on = models.DateField(null=True, editable=False)
    decision = models.CharField(max_length=16, choices=Decision, blank=True, editable=False)
    reason = models.TextField(blank=True, editable=False)
    conditions = models.TextField(blank=True, editable=False)
    concluded_at = models.DateTimeField(null=True, editable=False)
    concluded_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    # What the deciders had before them, as it stood: goals with numbers, spending, entries (domain/evidence.py).
    evidence = models.JSONField(null=True, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("stoppunkt")
        verbose_name_plural = _("stoppunkter")
        ordering = ["number"]
        indexes = [
            # The due list and the reminders: the open ones by date, few among all there have been.
            models.Index(fields=["due_on"], condition=Q(decision=""), name="open_reviews"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["sub_project", "number"], name="review_number_unique"),
            models.UniqueConstraint(fields=["sub_project"], condition=Q(decision=""), name="one_open_review"),
            models.CheckConstraint(condition=Q(due_on__gte=F("starts_on")), name="review_is_due_after_its_start"),
            models.CheckConstraint(
                condition=Q(decision="")
                | Q(
                    held_on__isnull=False,
                    concluded_at__isnull=False,
                    concluded_by__isnull=False,
                    letter__isnull=False,
                    evidence__isnull=False,
                )
                & ~Q(reason=""),
                name="concluded_review_says_who_when_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(decision=Decision.WITH_CONDITIONS) | ~Q(conditions=""),
                name="review_with_conditions_says_which",
                violation_error_message=_("Skriv vilkårene."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Stoppunkt %(number)s") % {"number": self.number})

    @property
    def is_open(self) -> bool:
        return not self.decision


class Verdict(models.TextChoices):
    REACHED = "reached", _("Nådd")
    PARTLY = "partly", _("Delvis nådd")
    NOT_REACHED = "not_reached", _("Ikke nådd")


class GoalJudgement(models.Model):
    """How one result goal stands at a review, as the people at the table see it."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="judgements")
    goal = models.ForeignKey(AwardGoal, models.PROTECT, related_name="judgements")
    verdict = models.CharField(_("vurdering"), max_length=11, choices=Verdict)
    comment = models.CharField(_("kommentar"), max_length=500, blank=True)

    class Meta:
        ordering = ["goal__number"]
        constraints = [models.UniqueConstraint(fields=["review", "goal"], name="goal_judged_once")]

    def __str__(self) -> str:
        return self.get_verdict_display()


class PartnerAnswer(PublicId, Versioned):
    """One partner's answer to the half-yearly questionnaire (halvårlig spørreskjema): 1 is not at all, 5 completely."""

    QUESTIONS = {
        "works_together": _("Samarbeidet på tvers er i gang og fungerer."),
        "listens": _("Familiene og ungdommene er med og bestemmer."),
        "anchored": _("Ledelsen hos oss står bak delprosjektet."),
        "reaches_goals": _("Vi er på vei til å nå målene i tildelingsbrevet."),
    }
    _scale = (MinValueValidator(1), MaxValueValidator(5))

    review = models.ForeignKey(Review, models.CASCADE, related_name="answers")
    partner = models.ForeignKey(SubProjectPartner, models.PROTECT, related_name="answers")
    works_together = models.PositiveSmallIntegerField(validators=_scale)
    listens = models.PositiveSmallIntegerField(validators=_scale)
    anchored = models.PositiveSmallIntegerField(validators=_scale)
    reaches_goals = models.PositiveSmallIntegerField(validators=_scale)
    went_well = models.TextField(_("hva har gått bra?"), blank=True)
    to_change = models.TextField(_("hva bør endres?"), blank=True)
    answered_at = models.DateTimeField(editable=False)
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["partner_id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "partner"], name="partner_answers_once"),
            models.CheckConstraint(
                condition=Q(works_together__range=(1, 5), listens__range=(1, 5))
                & Q(anchored__range=(1, 5), reaches_goals__range=(1, 5)),
                name="answers_on_the_scale",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.partner_id}"


class ClosingReport(PublicId, Versioned):
    """Sluttrapport: begun by itself when a sub-project is stopped or ended, filled from what is known already."""

    sub_project = models.OneToOneField(SubProject, models.PROTECT, related_name="closing_report")
    started_on = models.DateField(editable=False)
    due_on = models.DateField(editable=False)
    achieved = models.TextField(_("hva ble oppnådd?"), blank=True)
    learnt = models.TextField(_("hva har dere lært?"), blank=True)
    carried_on = models.TextField(_("hva lever videre, og hvem har ansvaret?"), blank=True)
    remaining = models.TextField(_("hva skjer med pengene som ikke er brukt?"), blank=True)
    submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)

    class Meta:
        verbose_name = _("sluttrapport")
        verbose_name_plural = _("sluttrapporter")
        constraints = [
            models.CheckConstraint(
                condition=Q(submitted_at=None, submitted_by=None)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="submitted_closing_report_says_who_and_when",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sub_project_id}"
