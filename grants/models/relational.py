from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grants.models.sub_project import SubProject, SubProjectPartner
from organisation.models import User


class Dimension(models.TextChoices):
    """The six dimensions of relational capacity (relasjonell kapasitet)."""

    CONTRIBUTES = "contributes", _("Bidrar")
    SHARES_KNOWLEDGE = "shares_knowledge", _("Deler kunnskap")
    KNOWS_EACH_OTHER = "knows_each_other", _("Kjenner hverandre")
    SOLVES_PROBLEMS = "solves_problems", _("Løser problemer")
    INNOVATES = "innovates", _("Tenker nytt")
    RESPECTS = "respects", _("Viser respekt")


class Strength(models.IntegerChoices):
    WEAK = 1, _("Svak")
    RATHER_WEAK = 2, _("Ganske svak")
    MIDDLING = 3, _("Middels")
    RATHER_STRONG = 4, _("Ganske sterk")
    STRONG = 5, _("Sterk")


class RelationalRating(models.Model):
    """How a helper of one partner finds the working relation to another partner's service, in one half-year.

    Kept per person so that she can change it; shown only as the service's mean.
    """

    sub_project = models.ForeignKey(SubProject, models.CASCADE, related_name="ratings")
    year = models.PositiveSmallIntegerField()
    half = models.PositiveSmallIntegerField()
    rater = models.ForeignKey(SubProjectPartner, models.PROTECT, related_name="ratings_given")
    rated = models.ForeignKey(SubProjectPartner, models.PROTECT, related_name="ratings_got")
    dimension = models.CharField(max_length=16, choices=Dimension)
    strength = models.PositiveSmallIntegerField(choices=Strength)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("vurdering av samarbeidet")
        constraints = [
            models.UniqueConstraint(
                fields=["sub_project", "year", "half", "rater", "rated", "dimension", "by"],
                name="rated_once_per_person",
            ),
            models.CheckConstraint(condition=~Q(rater=F("rated")), name="nobody_rates_herself"),
            models.CheckConstraint(condition=Q(strength__range=(1, 5)), name="strength_on_the_scale"),
            models.CheckConstraint(condition=Q(half__in=(1, 2)), name="rating_half_is_1_or_2"),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.half}: {self.dimension}"
