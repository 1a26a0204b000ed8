"""What every row of the vault has in common."""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from families.models.family import Family
from families.models.privacy import Privacy
from organisation.models import Municipality, PublicId, Unit, User


class VaultQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """Without what has been removed; a removed row is empty, and says only that it was there."""
        return self.filter(removed_at=None)


class InFamily(PublicId):
    """A row of one family, in the family's municipality (held by a composite key)."""

    privacy: ClassVar[Privacy]

    family = models.ForeignKey(Family, models.PROTECT, related_name="+", editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.municipality_id:
            self.municipality_id = self.family.municipality_id
        super().save(*args, **kwargs)


class VaultRow(InFamily):
    """Something a service has recorded of a family: `unit` owns it, others see it by consent (domain/sharing.py).

    Models with a `subject` say whom of the family it is about; without one it is about the family as a whole.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("tjeneste"), editable=False)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    written_at = models.DateTimeField(editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = VaultQuerySet.as_manager()

    class Meta:
        abstract = True
