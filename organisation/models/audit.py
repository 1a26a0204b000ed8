from django.db import models
from django.db.models import BigIntegerField, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from organisation.models.municipality import LivingConditionZone
from organisation.models.unit import Unit
from organisation.models.user import Membership, User

# What an administrator reads about: users, roles, units, zones and the municipality.
SETTINGS_TABLES = (
    "organisation_municipality",
    "organisation_livingconditionzone",
    "organisation_unit",
    "organisation_user",
    "organisation_membership",
)


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def administered_by(self, user: User) -> "AuditEntryQuerySet":
        """The changes of users, roles and units in the municipality of an administrator. No case data.

        A user may belong to two municipalities: of her own row only what was done from here or by the system is shown.
        What moves along with another row (the path of a unit below one that was moved) is left out.
        """
        towns = user.administered_municipality_ids()
        users, units = User.objects.editable_by(user).values("pk"), Unit.objects.editable_by(user).values("pk")
        zones = LivingConditionZone.objects.filter(municipality__in=towns).values("pk")
        memberships = Membership.objects.editable_by(user).values("pk")
        deleted = Q(operation="DELETE")
        return (
            self.alias(before_unit=Cast(KT("before__unit_id"), BigIntegerField()))
            .filter(table_name__in=SETTINGS_TABLES)
            .filter(
                Q(table_name="organisation_municipality", row_id__in=towns)
                | Q(table_name="organisation_livingconditionzone", row_id__in=zones)
                | Q(table_name="organisation_unit")
                & (Q(row_id__in=units) | deleted & Q(before__municipality_id__in=towns))
                | Q(table_name="organisation_user", row_id__in=users) & (Q(actor_id=None) | Q(actor_id__in=users))
                | Q(table_name="organisation_membership")
                & (Q(row_id__in=memberships) | deleted & Q(before_unit__in=units))
            )
            .exclude(~Q(after__has_key="version"), table_name="organisation_unit", operation="UPDATE")
        )

    def about(self, user: User) -> "AuditEntryQuerySet":
        """The changes of one user and her roles."""
        return self.filter(
            Q(table_name="organisation_user", row_id=user.pk)
            | Q(table_name="organisation_membership", row_id__in=user.memberships.values("pk"))
            | Q(table_name="organisation_membership", operation="DELETE", before__user_id=user.pk)
        )


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
    operation = models.CharField(
        max_length=6, choices=[("INSERT", "insert"), ("UPDATE", "update"), ("DELETE", "delete")]
    )
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("endring")
        verbose_name_plural = _("endringslogg")
        ordering = ["-id"]
        indexes = [
            # The history of one row, newest first.
            models.Index(fields=["table_name", "row_id", "-id"], name="audit_row"),
            # The administrators' log: what measures and money leave behind, of which there is most, isn't walked through.
            models.Index(fields=["-id"], condition=Q(table_name__in=SETTINGS_TABLES), name="audit_of_settings"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.table_name} {self.row_id}"
