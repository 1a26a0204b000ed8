from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Log(models.TextChoices):
    """The logs that the chain is made over."""

    AUDIT = "audit", _("endringsloggen")
    READ = "read", _("leseloggen")


class ChainLink(models.Model):
    """One link of the hash chain over the logs: this row, as it stood, came after all those before.

    `hash` is made of the hash of the link before and of all that the row holds (organisation/chain_schema.py). Written
    by a function of the database; the application's role can read the table and nothing else.
    """

    position = models.BigIntegerField(primary_key=True, help_text="1, 2, 3 and so on, without a gap.")
    log = models.CharField(max_length=5, choices=Log)
    row_id = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("lenke")
        verbose_name_plural = _("lenker")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["log", "row_id"], name="log_row_is_linked_once"),
            models.CheckConstraint(condition=Q(position__gte=1), name="chain_begins_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.log} {self.row_id}"


class UnlinkedRow(models.Model):
    """A row of a log that waits for its link; a trigger puts it here in the transaction that writes the log.

    So a row can be seen here exactly when the log row can, however late its transaction commits: none is passed over.
    """

    pk = models.CompositePrimaryKey("log", "row_id")
    log = models.CharField(max_length=5, choices=Log)
    row_id = models.BigIntegerField()
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("rad uten lenke")
        verbose_name_plural = _("rader uten lenke")

    def __str__(self) -> str:
        return f"{self.log} {self.row_id}"
