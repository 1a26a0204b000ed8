from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisation.models import Municipality, Role, User, Versioned

LONGEST_DEADLINE, LONGEST_REMINDER = 180, 60  # days
# No round opens on 29 February: it would open every fourth year only.
SHORT_MONTHS = (4, 6, 9, 11)


class ReportScheduleQuerySet(models.QuerySet["ReportSchedule"]):
    def editable_by(self, user: User) -> "ReportScheduleQuerySet":
        """The coordinator's, as the rounds are."""
        return self.filter(municipality__in=user.municipality_ids(Role.COORDINATOR))


def a_day_of_the_year(month: str, day: str) -> Q:
    """Such a day is there in every year."""
    short = Q(**{f"{month}__in": SHORT_MONTHS})
    return (
        Q(**{f"{month}__range": (1, 12), f"{day}__range": (1, 31)})
        & (~short | Q(**{f"{day}__lte": 30}))
        & (~Q(**{month: 2}) | Q(**{f"{day}__lte": 28}))
    )


class ReportSchedule(Versioned):
    """The municipality's calendar of rounds (rundenes kalender): when they open by themselves, and who is reminded when.

    A municipality without a row has the fields' defaults. What follows from it: domain/schedule.py.
    """

    municipality = models.OneToOneField(Municipality, models.PROTECT, related_name="report_schedule")
    opens_rounds = models.BooleanField(_("åpne rundene av seg selv"), default=True)
    first_day = models.PositiveSmallIntegerField(default=1)
    first_month = models.PositiveSmallIntegerField(default=6)
    second_day = models.PositiveSmallIntegerField(default=1)
    second_month = models.PositiveSmallIntegerField(default=12)
    deadline_days = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_DEADLINE)]
    )
    reminds = models.BooleanField(_("send påminnelser om frister"), default=True)
    days_before = models.PositiveSmallIntegerField(
        default=7, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_REMINDER)]
    )
    days_after = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_REMINDER)]
    )

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rundenes kalender")
        verbose_name_plural = _("rundenes kalendere")
        constraints = [
            models.CheckConstraint(
                condition=a_day_of_the_year("first_month", "first_day"),
                name="first_round_opens_on_a_day",
                violation_error_message=_("Velg en dag som finnes i måneden hvert år."),
            ),
            models.CheckConstraint(
                condition=a_day_of_the_year("second_month", "second_day"),
                name="second_round_opens_on_a_day",
                violation_error_message=_("Velg en dag som finnes i måneden hvert år."),
            ),
            models.CheckConstraint(
                condition=~Q(first_month=F("second_month"), first_day=F("second_day")),
                name="rounds_open_on_two_days",
                violation_error_message=_("De to rundene kan ikke åpne samme dag."),
            ),
            models.CheckConstraint(
                condition=Q(
                    deadline_days__range=(1, LONGEST_DEADLINE),
                    days_before__range=(1, LONGEST_REMINDER),
                    days_after__range=(1, LONGEST_REMINDER),
                ),
                name="schedule_counts_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}"
