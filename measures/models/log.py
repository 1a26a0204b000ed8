from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from measures.models.measure import Measure, Target
from organisation.models import CASE_ROLES, Municipality, PublicId, User, new_public_id


class LogKind(models.TextChoices):
    ACTIVITY = "activity", _("Aktivitet")
    RESULT = "result", _("Resultat")
    DEVIATION = "deviation", _("Avvik")
    DECISION = "decision", _("Beslutning")


class Attachment(models.Model):
    """A file of a log entry: checked by content, stored under a random name, given out by the application only."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    file = models.FileField(upload_to="log/%Y/", max_length=200)
    name = models.CharField(max_length=200, help_text="The name the user's file had.")
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes.")

    def __str__(self) -> str:
        return self.name


def new_form_key() -> str:
    """A random key for one rendered form: 20 characters, nothing that can be guessed or met by chance."""
    return new_public_id() + new_public_id()


class LogEntryQuerySet(models.QuerySet["LogEntry"]):
    def visible_to(self, user: User) -> "LogEntryQuerySet":
        return self.filter(measure__plan__municipality__in=user.municipality_ids(*CASE_ROLES))

    def current(self) -> "LogEntryQuerySet":
        """The entries as they stand: the last version of each, without those taken back."""
        return self.last_versions().filter(withdrawn=False)

    def last_versions(self) -> "LogEntryQuerySet":
        """Each entry once, also what was taken back.

        Said as "there is no correction": an outer join (`corrected_by=None`) PostgreSQL takes for a handful of rows, and
        reads the whole log for it.
        """
        return self.filter(~Exists(LogEntry.objects.filter(corrects=OuterRef("pk"))))


class LogEntry(PublicId):
    """What was done on a measure on a day. Append-only: a correction is a new version, so is taking an entry back.

    `thread` is the same for all versions of an entry and stands in links. `form_key` is that of the form the entry came
    from: the same form makes one entry, however often it is sent. What comes by other ways has none.
    """

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="log_entries")
    thread = models.CharField(max_length=10, default=new_public_id, editable=False)
    corrects = models.OneToOneField("self", models.PROTECT, related_name="corrected_by", null=True, blank=True)
    withdrawn = models.BooleanField(default=False)
    reason = models.CharField(_("hvorfor"), max_length=300, blank=True)
    happened_on = models.DateField(_("dato"))
    kind = models.CharField(_("type"), max_length=10, choices=LogKind, default=LogKind.ACTIVITY)
    text = models.TextField(_("tekst"))
    is_evaluation = models.BooleanField(_("dette er evalueringen av tiltaket"), default=False)
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="entries", null=True, blank=True)
    form_key = models.CharField(max_length=20, blank=True, editable=False)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("loggføring")
        verbose_name_plural = _("loggføringer")
        ordering = ["-happened_on", "-id"]
        indexes = [
            # A measure's timeline and a period's entries; also the last entry of each measure.
            models.Index(fields=["measure", "-happened_on", "-id"], name="log_timeline"),
            # The last evaluation of each measure.
            models.Index(fields=["measure", "-happened_on"], condition=Q(is_evaluation=True), name="log_evaluation"),
            models.Index(fields=["thread", "id"], name="log_versions"),
            # Whether an entry has been corrected: few have, so it is small.
            models.Index(fields=["corrects"], condition=Q(corrects__isnull=False), name="log_corrections"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="log_entry_says_something"),
            models.CheckConstraint(
                condition=Q(corrects=None, withdrawn=False) | Q(corrects__isnull=False), name="only_versions_withdraw"
            ),
            models.UniqueConstraint(fields=["form_key"], condition=~Q(form_key=""), name="log_form_key_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.happened_on}: {self.get_kind_display()}"


class LogFigure(models.Model):
    """A number that a log entry reports against one of the measure's targets."""

    entry = models.ForeignKey(LogEntry, models.CASCADE, related_name="figures")
    target = models.ForeignKey(Target, models.PROTECT, related_name="figures")
    value = models.DecimalField(_("antall"), max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["target_id"]
        constraints = [models.UniqueConstraint(fields=["entry", "target"], name="figure_unique")]

    def __str__(self) -> str:
        return f"{self.target}: {self.value}"
