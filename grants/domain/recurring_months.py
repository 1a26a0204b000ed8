"""The months of a recurring payment."""

import datetime
from collections.abc import Iterator

from grants.models import RecurringPayment, month_of


def payment_days(recurring: RecurringPayment) -> Iterator[datetime.date]:
    """The days it is paid on, one a month, until its end; those that lie in the sub-project's period as it is now."""
    sub_project, month = recurring.sub_project, recurring.first_month
    while month <= recurring.last_month:
        day = month.replace(day=recurring.day_of_month)
        if recurring.ended_on is not None and day > recurring.ended_on:
            return
        if sub_project.starts_on <= day <= sub_project.ends_on:
            yield day
        month = month_of(month + datetime.timedelta(days=31))


def months_left(recurring: RecurringPayment, on: datetime.date) -> int:
    """How many payments are still to come after a day."""
    return sum(day > on for day in payment_days(recurring))
