import datetime

import pytest
from django.utils import timezone

from grants import tasks
from grants.models import LedgerEntry
from tests.factories import RecurringPaymentFactory, make_funded

pytestmark = pytest.mark.django_db


def test_what_recurs_is_paid_when_its_day_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    row = RecurringPaymentFactory(sub_project=make_funded(("2025-1", 500_000)))
    monkeypatch.setattr(timezone, "localdate", lambda: datetime.date(2025, 2, 14))
    monkeypatch.setattr(tasks.pay_recurring, "delay", tasks.pay_recurring)
    tasks.pay_due_recurring()
    assert LedgerEntry.objects.total() == row.amount
    monkeypatch.setattr(timezone, "localdate", lambda: datetime.date(2025, 2, 15))
    tasks.pay_due_recurring()
    assert LedgerEntry.objects.total() == 2 * row.amount
