from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grants.models.sub_project import SubProject
from organisation.models import PublicId, User, Versioned


class OutcomeKind(models.TextChoices):
    FAMILIES = "families", _("Familier")
    CHILDREN = "children", _("Barn og unge")
    HOUSING = "housing", _("Familier som har fått bolig")
    OWN_HOME = "own_home", _("Familier som har kjøpt egen bolig")
    DRIVING_LICENCES = "driving_licences", _("Førerkort")
    WORK_OR_EDUCATION = "work_or_education", _("Begynt i arbeid eller utdanning")
    EVENTS = "events", _("Felles arrangementer")
    OTHER = "other", _("Annet som telles")


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def current(self) -> "OutcomeQuerySet":
        """As they stand: the last version of each, without those taken back."""
        return self.filter(corrected_by=None, withdrawn=False)


class Outcome(PublicId):
    """A countable result of a sub-project as of a day, with its source. Append-only: corrections are new versions.

    The number is what has been reached in all by that day, not what was added since the last. "At least" is kept as
    such wherever it is shown or summed. `label` names what is counted where the kind is "other".
    """

    sub_project = models.ForeignKey(SubProject, models.PROTECT, related_name="outcomes")
    kind = models.CharField(_("hva som telles"), max_length=20, choices=OutcomeKind)
    label = models.CharField(_("navn"), max_length=150, blank=True)
    measured_in = models.CharField(_("måles i"), max_length=40, blank=True)
    value = models.DecimalField(_("antall"), max_digits=12, decimal_places=2)
    is_at_least = models.BooleanField(_("minst så mange"), default=False)
    counted_on = models.DateField(_("per dato"))
    source = models.CharField(_("kilde"), max_length=200)
    note = models.CharField(_("merknad"), max_length=300, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, related_name="corrected_by", null=True, blank=True)
    withdrawn = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("resultat")
        verbose_name_plural = _("resultater")
        ordering = ["kind", "label", "-counted_on", "-id"]
        indexes = [models.Index(fields=["sub_project", "kind", "-counted_on"], name="outcomes_of_sub_project")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=OutcomeKind.OTHER) & ~Q(label="") | ~Q(kind=OutcomeKind.OTHER) & Q(label=""),
                name="other_outcome_has_a_name",
            ),
            models.CheckConstraint(
                condition=Q(kind=OutcomeKind.OTHER) | Q(value__gte=0), name="outcome_counts_from_nought"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="outcome_has_source"),
            models.CheckConstraint(
                condition=Q(corrects=None, withdrawn=False) | Q(corrects__isnull=False),
                name="only_outcome_versions_withdraw",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.label or str(self.get_kind_display())


class Lesson(PublicId, Versioned):
    """What was learnt, for the next ones."""

    sub_project = models.ForeignKey(SubProject, models.PROTECT, related_name="lessons")
    text = models.TextField(_("erfaring"))
    written_on = models.DateField(editable=False)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    class Meta:
        verbose_name = _("erfaring")
        verbose_name_plural = _("erfaringer")
        ordering = ["-written_on", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="lesson_says_something")]

    def __str__(self) -> str:
        return str(self.written_on)


class QuoteQuerySet(models.QuerySet["Quote"]):
    def usable(self) -> "QuoteQuerySet":
        """Those whose consent stands."""
        return self.filter(consent_withdrawn_on=None)


class Quote(PublicId, Versioned):
    """What somebody said, kept only with consent. When the consent is withdrawn the words are erased, the row stays."""

    sub_project = models.ForeignKey(SubProject, models.PROTECT, related_name="quotes")
    text = models.TextField(_("sitat"), blank=True)
    said_by = models.CharField(
        _("hvem sa det"), max_length=100, help_text=_("Ikke navn. For eksempel «mor» eller «ungdom».")
    )
    consent_given_on = models.DateField(_("samtykke gitt"))
    consent_note = models.CharField(
        _("hvordan samtykket ble gitt"), max_length=200, help_text=_("For eksempel «signert skjema, arkivert».")
    )
    consent_withdrawn_on = models.DateField(null=True, editable=False)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    objects = QuoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("sitat")
        verbose_name_plural = _("sitater")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(consent_withdrawn_on=None) & ~Q(text="") | Q(consent_withdrawn_on__isnull=False, text=""),
                name="quote_stands_with_its_consent",
            ),
            models.CheckConstraint(condition=~Q(consent_note=""), name="quote_says_how_consent_was_given"),
        ]

    def __str__(self) -> str:
        return self.said_by
