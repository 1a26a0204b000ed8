"""What the one search box looks in: the words of live rows. PostgreSQL writes them itself, beside the rows (migration 0016)."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.models import Municipality


class SearchKind(models.TextChoices):
    """What can be found, in the order of the page. The values stand in addresses; the first five and the log in the database."""

    FAMILY = "familie", _("Familier")
    PLAN = "plan", _("Planer")
    GOAL = "mal", _("Mål")
    MEASURE = "tiltak", _("Tiltak")
    SUB_PROJECT = "delprosjekt", _("Delprosjekter")
    FUNDED_MEASURE = "tilskuddstiltak", _("Tilskuddstiltak")
    LOG = "logg", _("Loggføringer")
    REPORT = "rapport", _("Rapporter i lesesalen")
    USER = "bruker", _("Brukere")


class ThingWords(models.Model):
    """The words of a plan, goal, measure, sub-project or grant-funded measure, cut down to their stems.

    The title's words stand there as they are written too, for whoever is still typing. There is no policy, since PostgreSQL
    asks no index of words before a policy; instead the application can't read the table. A function of the owner asks it
    (`reporting_find`), and asks first which municipalities the connection shows.
    """

    kind = models.CharField(max_length=16, choices=SearchKind)
    row_id = models.BigIntegerField()
    municipality = models.ForeignKey(Municipality, models.DO_NOTHING, related_name="+")
    title = models.CharField(max_length=300, help_text="In small letters, to be compared with what was typed.")
    words = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "row_id"], name="thing_words_once")]
        indexes = [
            GinIndex(fields=["words"], name="thing_words", fastupdate=False),
            # The very title, and titles that begin so.
            models.Index(fields=["kind", "title"], opclasses=["varchar_ops", "text_pattern_ops"], name="thing_titles"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"


class LogWords(models.Model):
    """The same of a log entry as it stands: what has been corrected or taken back is not there."""

    entry_id = models.BigIntegerField(primary_key=True)
    municipality = models.ForeignKey(Municipality, models.DO_NOTHING, related_name="+", db_index=False)
    happened_on = models.DateField()
    words = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="log_words", fastupdate=False),
            # The newest first, for words that stand in very many entries.
            models.Index(fields=["municipality", "-happened_on", "-entry_id"], name="log_words_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}"
