"""What a measure's log comes to, so that a list of measures never reads the log.

The database keeps it while the log is written (migration 0007), in the transaction of the entry; the application can only
read it. Lists, dashboards and reports ask here when a measure was last logged and evaluated. What was so on an earlier day
is read from the log (standing.py).
"""

import datetime

from django.db import models

from measures.models.measure import Measure


class LogSummary(models.Model):
    """One row for each measure that has a log. `threads`: its entries, each once whatever became of it."""

    measure = models.OneToOneField(Measure, models.CASCADE, related_name="log_summary", primary_key=True)
    threads = models.IntegerField(default=0)
    last_logged_on = models.DateField(null=True)
    last_evaluated_on = models.DateField(null=True)

    def __str__(self) -> str:
        last: datetime.date | None = self.last_logged_on
        return f"{self.threads}, {last or '–'}"
