from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisation.models import PublicId, User, Versioned


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> "SavedViewQuerySet":
        """Each person's own, and nobody else's."""
        return self.filter(user=user)

    def kept(self) -> "SavedViewQuerySet":
        return self.filter(removed=False)


class SavedView(PublicId, Versioned):
    """A dashboard or a list with its filters, under a name that its owner gave it. A removed one can be taken back."""

    user = models.ForeignKey(User, models.PROTECT, related_name="saved_views")
    name = models.CharField(_("navn"), max_length=80)
    path = models.CharField(max_length=200, editable=False)
    query = models.CharField(max_length=1000, blank=True, editable=False)
    removed = models.BooleanField(default=False, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("lagret visning")
        verbose_name_plural = _("lagrede visninger")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], condition=Q(removed=False), name="saved_view_name_unique"),
            models.CheckConstraint(
                condition=Q(path__startswith="/") & ~Q(path__startswith="//"), name="saved_view_is_inside"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path
