from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One change of one row: who, what, when, before and after. Written by a trigger in the database.

    The application's role can read the table and nothing else, so that no code, raw SQL or bulk update can leave the
    log out, change it or empty it. `action` names the domain function; `before` and `after` hold the changed columns
    only (all columns for a new or deleted row). Rows of the families' vault will have a log of their own.
    """

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, help_text="User, no foreign key: the log outlives the row.")
    action = models.CharField(max_length=60)
    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    operation = models.CharField(max_length=6, choices=[("INSERT", "insert"), ("UPDATE", "update"), ("DELETE", "delete")])
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        verbose_name = _("endring")
        verbose_name_plural = _("endringslogg")
        ordering = ["-id"]
        indexes = [
            # The history of one row, newest first.
            models.Index(fields=["table_name", "row_id", "-id"], name="audit_row"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.table_name} {self.row_id}"
