from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grants.models import SubProject
from organisation.models import LEADERSHIP_ROLES, Municipality, PublicId, Role, User


class FamilyReleaseQuerySet(models.QuerySet["FamilyRelease"]):
    def visible_to(self, user: User) -> "FamilyReleaseQuerySet":
        """Leadership and the steering group of the municipality; others see the numbers of their sub-projects there."""
        return self.filter(municipality__in=user.municipality_ids(*LEADERSHIP_ROLES, Role.STEERING_GROUP))

    def newest_first(self) -> "FamilyReleaseQuerySet":
        return self.order_by("-until", "-id")


class FamilyRelease(PublicId):
    """Tall fra familiene: what left the vault on a day, as counts that passed the gate. Append-only.

    `content` is what pages show, and nothing else (domain/family_release.py says how it looks).
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="family_releases")
    until = models.DateField(_("per dato"))
    content = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = FamilyReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("tall fra familiene")
        verbose_name_plural = _("tall fra familiene")
        ordering = ["-until", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "until"], name="one_family_release_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.until}"

    def figures_of(self, sub_project: SubProject) -> list[dict[str, Any]]:
        """What is shown of one sub-project; empty where it was not there yet."""
        found = [row["figures"] for row in self.content["sub_projects"] if row["id"] == sub_project.public_id]
        return found[0] if found else []


class FamilyFigure(models.Model):
    """The gate's memory: a number the first time it was published, and whose it was. No page shows it. Append-only.

    `families` are primary keys. They may stay when a family is anonymised: of its row, its participation and its results
    the same remains (families/models/privacy.py). Of the families' own answers nothing may, so there it is null.
    `value` is null for what was withheld: only that it was is remembered.
    """

    release = models.ForeignKey(FamilyRelease, models.PROTECT, related_name="figures")
    sub_project = models.ForeignKey(SubProject, models.PROTECT, related_name="+", null=True)
    figure = models.CharField(max_length=20)
    value = models.PositiveIntegerField(null=True)
    families = ArrayField(models.BigIntegerField(), null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "sub_project", "figure"], name="family_figure_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=5), name="published_family_figure_is_not_small"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.figure} {self.value}"
