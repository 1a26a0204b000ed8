from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.models.base import PublicId
from organisation.models.ordering import by_name

if TYPE_CHECKING:
    from organisation.models.user import User


class Accent(models.TextChoices):
    """The colours of the design system that buttons and links may have; static/organisation/accent.css has them."""

    BLUE = "blue", _("Blå")
    GREEN = "green", _("Grønn")
    PURPLE = "purple", _("Lilla")
    GREY = "grey", _("Grå")


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def visible_to(self, user: "User") -> "MunicipalityQuerySet":
        return self.filter(pk__in=user.municipality_ids())

    def editable_by(self, user: "User") -> "MunicipalityQuerySet":
        return self.filter(pk__in=user.administered_municipality_ids())


class Municipality(PublicId):
    """A Norwegian municipality. The number is the official one of the time and may be unknown."""

    name = models.CharField(_("navn"), max_length=100)
    number = models.CharField(
        _("kommunenummer"),
        max_length=4,
        blank=True,
        validators=[RegexValidator(r"^\d{4}$", _("Kommunenummeret har fire sifre."))],
    )
    region = models.CharField(_("region"), max_length=100, blank=True)
    accent = models.CharField(_("farge"), max_length=10, choices=Accent, default=Accent.BLUE)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("kommune")
        verbose_name_plural = _("kommuner")
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=~models.Q(number=""),
                name="municipality_number_unique",
                violation_error_message=_("Kommunenummeret er i bruk."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class LivingConditionZone(PublicId):
    """Levekårssone: a part of the municipality that an area-based plan gives priority."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="zones")
    name = models.CharField(_("navn"), max_length=100)

    class Meta:
        verbose_name = _("levekårssone")
        verbose_name_plural = _("levekårssoner")
        ordering = [by_name()]
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="zone_name_unique")]

    def __str__(self) -> str:
        return self.name
