"""When a measure is to be evaluated next. One rule, said once, as SQL: lists, counts and reports all ask this.

The eight cadences are those of the last column in Lillehammer's action plan matrix.
"""

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Case, DateField, F, Func, Q, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from measures.models.measure import MeasureQuerySet

    Measures = TypeVar("Measures", bound=MeasureQuerySet)


class EvaluationCadence(models.TextChoices):
    CONTINUOUS = "continuous", _("Fortløpende")
    HALF_YEARLY = "half_yearly", _("Hvert halvår")
    YEARLY = "yearly", _("Hvert år")
    EVERY_THIRD_YEAR = "every_third_year", _("Hvert tredje år")
    BY_DATE = "by_date", _("Innen en frist")
    ON_COMPLETION = "on_completion", _("Når tiltaket er gjennomført")
    AT_PLAN_REVISION = "at_plan_revision", _("Når planen rulleres")
    THROUGH_OTHER_REPORT = "through_other_report", _("Gjennom annen rapportering")


class After(Func):
    """A date plus an SQL interval, as a date."""

    template = "(%(expressions)s + interval '%(interval)s')::date"
    output_field = DateField()


class _EndOfNextHalfYear(Func):
    """The last day of the half-year after the one a date is in."""

    # The expression stands once: it may have parameters of its own.
    template = (
        "(SELECT (date_trunc('year', a.day) + CASE WHEN extract(month FROM a.day) <= 6 THEN interval '12 months'"
        " ELSE interval '18 months' END - interval '1 day')::date FROM (SELECT %(expressions)s AS day) a)"
    )
    output_field = DateField()


def with_next_evaluation(measures: "Measures") -> "Measures":
    """Annotate when each measure was last logged and evaluated, and when it is to be evaluated next (None = never, or done).

    - recurring: that long after the last evaluation, or after the start of the measure or of the plan, whichever is
      later (a measure carried over is evaluated anew in its new plan); only while in progress or in operation
    - continuous: any log entry counts, and there is to be one in every half-year
    - by a date: that date, until it has been evaluated or has ended
    - on completion: the day it was completed, until it has been evaluated on that day or later
    - at plan revision: the last day of the plan, or the first day of the plan that revises it where it has none, until it
      has been evaluated in the year before
    - through another report: never here; the other report has its own deadline
    """
    # Kept beside the log: the same for a measure with ten thousand entries as for one with ten.
    measures = measures.annotate(
        last_logged_on=F("log_summary__last_logged_on"), last_evaluated_on=F("log_summary__last_evaluated_on")
    )
    return measures.annotate(next_evaluation=next_evaluation())


def next_evaluation(
    state: str = "state",
    since: str = "state_since",
    last_evaluated: str = "last_evaluated_on",
    last_logged: str = "last_logged_on",
) -> Case:
    """The rule of `with_next_evaluation`, on the columns and annotations of these names."""
    cadence = EvaluationCadence
    # PostgreSQL's GREATEST passes over what is not known.
    start = Greatest("starts_on", Coalesce("plan__starts_on", "plan__adopted_on"), output_field=DateField())
    revision = Coalesce("plan__ends_on", "plan__revised_by__starts_on", output_field=DateField())
    evaluated = Coalesce(last_evaluated, start, output_field=DateField())
    logged = Coalesce(last_logged, start, output_field=DateField())
    at_work = Q(**{f"{state}__in": ("in_progress", "in_operation")})
    live = at_work | Q(**{state: "planned"})
    never = Q(**{last_evaluated: None})
    return Case(
        When(at_work & Q(evaluation_cadence=cadence.CONTINUOUS), then=_EndOfNextHalfYear(logged)),
        When(at_work & Q(evaluation_cadence=cadence.HALF_YEARLY), then=After(evaluated, interval="6 months")),
        When(at_work & Q(evaluation_cadence=cadence.YEARLY), then=After(evaluated, interval="1 year")),
        When(at_work & Q(evaluation_cadence=cadence.EVERY_THIRD_YEAR), then=After(evaluated, interval="3 years")),
        When(live & never & Q(evaluation_cadence=cadence.BY_DATE), then=F("evaluation_due_on")),
        When(
            Q(**{"evaluation_cadence": cadence.ON_COMPLETION, state: "completed"})
            & (never | Q(**{f"{last_evaluated}__lt": F(since)})),
            then=F(since),
        ),
        When(
            live
            & Q(evaluation_cadence=cadence.AT_PLAN_REVISION)
            & (never | Q(**{f"{last_evaluated}__lt": After(revision, interval="-1 year")})),
            then=revision,
        ),
        default=Value(None),
        output_field=DateField(null=True),
    )
