from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisation.models.base import PublicId, Versioned
from organisation.models.municipality import Municipality
from organisation.models.ordering import by_name

if TYPE_CHECKING:
    from organisation.models.user import User


class UnitKind(models.TextChoices):
    MUNICIPAL = "municipal", _("Kommunal")
    STATE = "state", _("Statlig")
    COUNTY = "county", _("Fylkeskommunal")
    VOLUNTARY = "voluntary", _("Frivillig")
    BUSINESS = "business", _("Næringsliv")
    HIGHER_EDUCATION = "higher_education", _("Universitet eller høyskole")


class UnitQuerySet(models.QuerySet["Unit"]):
    def visible_to(self, user: "User") -> "UnitQuerySet":
        """Every member of a municipality knows its units and partners."""
        return self.filter(municipality__in=user.municipality_ids())

    def editable_by(self, user: "User") -> "UnitQuerySet":
        return self.filter(municipality__in=user.administered_municipality_ids())

    def under(self, paths: list[str]) -> "UnitQuerySet":
        """The units with one of these paths, and everything below them."""
        return self.filter(within(paths))


def within(paths: list[str], field: str = "path") -> Q:
    """A condition: the unit behind `field` is one of those at `paths` or stands below one."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition


class Unit(PublicId, Versioned):
    """A unit (enhet) or partner that a municipality works with: a tree, each node with a kind.

    `path` holds the ids from the root, "/3/17/", kept by domain/units.py.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="units", null=True, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, related_name="children", null=True, blank=True)
    name = models.CharField(_("navn"), max_length=150)
    kind = models.CharField(_("type"), max_length=20, choices=UnitKind, default=UnitKind.MUNICIPAL)
    path = models.CharField(max_length=200, editable=False, db_index=True)
    active = models.BooleanField(_("i bruk"), default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("enhet")
        verbose_name_plural = _("enheter")
        ordering = [by_name()]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"],
                name="unit_name_unique",
                violation_error_message=_("Kommunen har allerede en enhet med dette navnet."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")),
                name="unit_not_its_own_parent",
                violation_error_message=_("En enhet kan ikke ligge under seg selv."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
