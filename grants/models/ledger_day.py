"""What the ledger comes to day by day, so that a list of sub-projects or a page of their money never reads the whole ledger.

The database keeps it while the ledger is written (migration 0012), in the transaction of the line; the application can only
read it. What a sub-project has paid in all, in a half-year or of late is a sum of days.
"""

from django.db import models
from django.db.models import Sum

from grants.models.sub_project import SubProject


class LedgerDayQuerySet(models.QuerySet["LedgerDay"]):
    def entries(self) -> int:
        """How many lines there are."""
        return self.aggregate(n=Sum("lines"))["n"] or 0


class LedgerDay(models.Model):
    """The lines of a sub-project with one date: how many, their kroner, and the kroner of those that don't recur."""

    # Nobody takes out a sub-project with lines; the application may not take out days either.
    sub_project = models.ForeignKey(SubProject, models.DO_NOTHING, related_name="ledger_days")
    paid_on = models.DateField()
    lines = models.IntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    once = models.DecimalField(max_digits=18, decimal_places=2)

    objects = LedgerDayQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sub_project", "paid_on"], name="ledger_day_unique")]

    def __str__(self) -> str:
        return f"{self.paid_on}: {self.amount}"
