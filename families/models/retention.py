from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from families.models.privacy import Purpose
from organisation.models import Municipality, PublicId, Versioned


class RetentionRule(PublicId, Versioned):
    """How long a municipality keeps what it has for a purpose, in months after a family's case was closed.

    A lawyer's setting. Where there is no rule, nothing is erased, nor for 30 days after one was set or shortened.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", editable=False)
    purpose = models.CharField(_("formål"), max_length=10, choices=Purpose)
    months = models.PositiveSmallIntegerField(_("måneder etter at saken er avsluttet"))
    # By the database (sql/privacy.sql): until that day a mistake can be put right.
    in_force_from = models.DateField(editable=False)
    basis = models.CharField(_("hjemmel"), max_length=200)

    class Meta:
        verbose_name = _("oppbevaringstid")
        verbose_name_plural = _("oppbevaringstider")
        ordering = ["purpose"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "purpose"],
                name="one_retention_rule_each_purpose",
                violation_error_message=_("Det er satt en oppbevaringstid for dette formålet."),
            ),
            models.CheckConstraint(condition=Q(months__range=(1, 1200)), name="retention_is_a_while"),
            models.CheckConstraint(condition=~Q(basis=""), name="retention_has_a_legal_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.months}"
