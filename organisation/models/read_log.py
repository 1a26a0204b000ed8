from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisation.models.user import User


class ReadBasis(models.TextChoices):
    """Why a family could be read, or that it could not."""

    TEAM = "team", _("I teamet til familien")
    EMERGENCY = "emergency", _("Nødtilgang")
    INSIGHT = "insight", _("Innsyn på vegne av familien")
    RETENTION = "retention", _("Sletting når oppbevaringstiden er ute")
    CONTROL = "control", _("Leders kontroll av nødtilgang")
    DENIED = "denied", _("Avvist")


class ReadEntry(models.Model):
    """One read of a family's data, or one that was refused: who, when, which page, on what basis.

    Written by a function of the database, which opens the family's rows for the transaction only when the line stands
    here (families/schema.py). The application's role can neither write, change nor remove one. Only primary keys.
    """

    at = models.DateTimeField()
    transaction = models.BigIntegerField(help_text="The database's number of the transaction that read.")
    reader = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, help_text="Null for the system.")
    family = models.BigIntegerField(null=True, help_text="Its primary key; null where there was none to refuse.")
    page = models.CharField(max_length=60, help_text="The name of the page, address or job that asked.")
    basis = models.CharField(max_length=10, choices=ReadBasis)

    class Meta:
        verbose_name = _("lesning")
        verbose_name_plural = _("lesninger")
        ordering = ["-id"]
        indexes = [
            # Asked by row-level security in each statement that reads a family.
            models.Index(fields=["transaction"], name="reads_of_transaction"),
            models.Index(fields=["family", "-id"], name="reads_of_family"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(family__isnull=False) | Q(basis="denied"), name="read_names_the_family",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.reader_id} {self.page} {self.family}"
