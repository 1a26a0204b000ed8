"""What has been logged, counted by month, so that a dashboard takes as long with a million entries as with few.

The database keeps both tables while the log is written (migration 0006): they are as fresh as the log itself, and the
application can only read them. Only entries as they stand count; a correction moves its figures, a withdrawal takes them out.
"""

import datetime

from django.db import models
from django.db.models import Case, DecimalField, Exists, F, OuterRef, Q, Subquery, Sum, When

from measures.models.evaluation import After
from measures.models.log import LogEntry, LogFigure
from measures.models.measure import Measure, Target

FIGURE = DecimalField(max_digits=18, decimal_places=2)


class LogMonth(models.Model):
    """How many entries a measure has in a month, which its first day stands for, and the days of the last of them."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="log_months")
    month = models.DateField()
    entries = models.IntegerField()
    last_logged_on = models.DateField(null=True)
    last_evaluated_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "month"], name="log_month_unique")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.entries}"


class TargetMonth(models.Model):
    """What the entries of a month reported against a target, added up."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="months")
    month = models.DateField()
    entries = models.IntegerField()
    total = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["target", "month"], name="target_month_unique")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.total}"


def with_result(
    targets: "models.QuerySet[Target]", until: datetime.date, name: str = "result"
) -> "models.QuerySet[Target]":
    """Adds what has been counted up to the end of the month that `until` is in, as `domain/results.py` does; None: nothing.

    A sum is that of the months. For the latest figure the months say where to look, and only that one is read.
    """
    months = TargetMonth.objects.filter(target=OuterRef("pk"), entries__gt=0, month__lte=until)
    last, total = f"{name}_month", months.order_by().values("target").annotate(sum=Sum("total")).values("sum")
    targets = targets.annotate(**{last: Subquery(months.order_by("-month").values("month")[:1])})
    first_version = LogEntry.objects.filter(thread=OuterRef("entry__thread")).order_by("id").values("id")[:1]
    corrected = LogEntry.objects.filter(corrects=OuterRef("entry"))
    latest = LogFigure.objects.filter(
        ~Exists(corrected),
        target=OuterRef("pk"), entry__measure=OuterRef("measure"), entry__withdrawn=False,
        entry__happened_on__gte=OuterRef(last), entry__happened_on__lt=After(OuterRef(last), interval="1 month"),
    ).order_by("-entry__happened_on", Subquery(first_version).desc())  # fmt: skip
    result = Case(
        When(counting=Target.Counting.LATEST, then=Subquery(latest.values("value")[:1], output_field=FIGURE)),
        default=Subquery(total, output_field=FIGURE),
        output_field=FIGURE,
    )
    return targets.annotate(**{name: result})


def with_target_set(targets: "models.QuerySet[Target]") -> "models.QuerySet[Target]":
    return targets.filter(value__gt=0)


def unreached(name: str = "result") -> Q:
    return Q(**{name: None}) | Q(**{f"{name}__lt": F("value")})


FEWEST = 5  # fewer persons are never told as a number on a dashboard


def comparable(targets: "models.QuerySet[Target]") -> "models.QuerySet[Target]":
    """Those of which may be told whether they are reached. Of three persons "reached" would say which number "<5" is."""
    return targets.exclude(counts_people=True, value__lt=FEWEST)
