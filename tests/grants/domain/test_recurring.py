import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from grants.domain import recurring, spending
from grants.domain.recurring_months import months_left, payment_days
from grants.models import LedgerEntry, ProposalState, RecurringPayment, SpendingMode, SpendingUse, SubProject
from organisation.domain.errors import DomainError, StaleWrite
from organisation.models import Notice, Role
from tests.factories import (
    LedgerEntryFactory,
    MembershipFactory,
    RecurringPaymentFactory,
    UnitFactory,
    UserFactory,
    make_funded,
    make_member,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
D = datetime.date


def propose(sub_project: SubProject, **fields: Any) -> RecurringPayment:
    values: dict[str, Any] = {
        "amount_each": Decimal(1600), "receivers": 52, "first_month": D(2025, 1, 10), "last_month": D(2025, 6, 1),
        "purpose": "1 600 kroner per barn per måned", "mode": SpendingMode.BASIC_INCOME,
        "use": SpendingUse.RESIDENTS, "day_of_month": 15, "voucher_prefix": "BL", "by": UserFactory(), "at": NOW,
    }  # fmt: skip
    return recurring.propose_recurring(sub_project=sub_project, **values | fields)


def agreed(sub_project: SubProject, **fields: Any) -> RecurringPayment:
    return recurring.approve_recurring(recurring=propose(sub_project, **fields), version=1, by=UserFactory(), at=NOW)


def pay(row: RecurringPayment, on: datetime.date) -> list[LedgerEntry]:
    return recurring.pay_recurring(recurring_id=row.pk, on=on, at=NOW)


def test_sixteen_hundred_for_each_child_each_month() -> None:
    sub_project = make_funded(("2025-1", 500_000))
    row = agreed(sub_project)
    assert (row.first_month, row.amount) == (D(2025, 1, 1), 83_200)
    assert [(entry.paid_on, entry.amount, entry.voucher) for entry in pay(row, D(2025, 2, 20))] == [
        (D(2025, 1, 15), 83_200, "BL-2025-01"),
        (D(2025, 2, 15), 83_200, "BL-2025-02"),
    ]
    assert pay(row, D(2025, 2, 20)) == [], "a month is paid once"
    line = pay(row, D(2025, 3, 15))[0]
    assert (line.proposed_by, line.approved_by) == (row.proposed_by, row.decided_by)
    assert line.recurring == row


def test_nobody_agrees_with_herself() -> None:
    row = propose(make_funded(("2025-1", 500_000)))
    with pytest.raises(DomainError, match="kan ikke godkjenne"):
        recurring.approve_recurring(recurring=row, version=1, by=row.proposed_by, at=NOW)
    assert pay(row, D(2025, 6, 30)) == []


def test_more_than_what_is_left_is_not_agreed() -> None:
    sub_project = make_funded(("2025-1", 499_199))
    with pytest.raises(DomainError, match=r"499\s200 kroner"):
        agreed(sub_project)
    agreed(sub_project, receivers=51, voucher_prefix="B")


def test_pay_and_what_lies_outside_the_period_are_refused() -> None:
    sub_project = make_funded(("2025-1", 500_000))
    for fields, match in (
        ({"use": SpendingUse.PAY}, "stillinger"), ({"first_month": D(2024, 12, 1)}, "perioden"),
        ({"last_month": D(2025, 7, 1)}, "perioden"), ({"amount_each": Decimal(0)}, "større enn 0"),
        ({"first_month": D(2025, 5, 1), "last_month": D(2025, 4, 1)}, "før den første"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match=match):
            propose(sub_project, **fields)


def test_when_the_money_is_used_up_the_month_is_not_paid_and_leadership_is_told_once() -> None:
    sub_project = make_funded(("2025-1", 500_000))
    leader = make_member(Role.PROJECT_LEAD, UnitFactory(municipality=sub_project.municipality))
    outsider = make_member(Role.PROJECT_LEAD)
    row = agreed(sub_project)
    LedgerEntryFactory(sub_project=sub_project, amount=400_000)
    for _again in range(2):
        pay(row, D(2025, 6, 30))
    assert row.entries.count() == 1
    assert [notice.user for notice in Notice.objects.all()] == [leader]
    assert outsider not in {notice.user for notice in Notice.objects.all()}


def test_a_stop_ends_it_at_once() -> None:
    sub_project = make_funded(("2025-1", 500_000))
    row = agreed(sub_project)
    SubProject.objects.filter(pk=sub_project.pk).update(state="stopped", state_reason="x")
    assert pay(row, D(2025, 6, 30)) == []


def test_ended_by_people_it_pays_the_months_before() -> None:
    row = agreed(make_funded(("2025-1", 500_000)))
    end = {"last_day": D(2025, 3, 1), "by": UserFactory()}
    with pytest.raises(DomainError, match="hvorfor"):
        recurring.end_recurring(recurring=row, reason="", version=row.version, **end)
    ended = recurring.end_recurring(recurring=row, reason="Familiene flytter", version=row.version, **end)
    assert len(pay(row, D(2025, 6, 30))) == 2
    with pytest.raises(DomainError, match="ikke i gang"):
        recurring.end_recurring(recurring=row, reason="x", version=ended.version, **end)
    with pytest.raises(StaleWrite):
        recurring.end_recurring(recurring=row, reason="x", version=1, **end)


def test_a_month_that_was_reversed_is_not_paid_again_by_itself() -> None:
    row = agreed(make_funded(("2025-1", 500_000)))
    entry = pay(row, D(2025, 1, 31))[0]
    asked = spending.propose_reversal(entry=entry, reason="Feil", on=entry.paid_on, by=UserFactory(), at=NOW)
    spending.approve(proposal=asked, version=1, by=UserFactory(), at=NOW)
    assert pay(row, D(2025, 1, 31)) == []
    assert LedgerEntry.objects.total() == 0


def test_a_refusal_says_why_and_the_proposer_may_take_back() -> None:
    sub_project = make_funded(("2025-1", 500_000))
    row = propose(sub_project)
    with pytest.raises(DomainError, match="hvorfor"):
        recurring.refuse_recurring(recurring=row, reason="", version=1, by=UserFactory(), at=NOW)
    refused = recurring.refuse_recurring(recurring=row, reason="For dyrt", version=1, by=UserFactory(), at=NOW)
    with pytest.raises(DomainError, match="avgjort allerede"):
        recurring.approve_recurring(recurring=row, version=refused.version, by=UserFactory(), at=NOW)
    other = propose(sub_project)
    with pytest.raises(DomainError, match="Bare den som foreslo"):
        recurring.withdraw_recurring(recurring=other, version=1, by=UserFactory(), at=NOW)
    taken = recurring.withdraw_recurring(recurring=other, version=1, by=other.proposed_by, at=NOW)
    assert taken.state == ProposalState.WITHDRAWN


def test_the_job_finds_what_has_begun_and_still_runs() -> None:
    sub_project = make_funded(("2025-1", 500_000))
    running = RecurringPaymentFactory(sub_project=sub_project)
    RecurringPaymentFactory(sub_project=sub_project, first_month=D(2025, 5, 1))
    RecurringPaymentFactory(sub_project=sub_project, state=ProposalState.PROPOSED)
    RecurringPaymentFactory(sub_project=make_funded(("2025-1", 1), state="ended"))
    assert recurring.due_recurring(D(2025, 4, 1)) == [running.pk]


def test_a_month_that_cannot_be_paid_keeps_none_of_the_others_back() -> None:
    """A voucher of its series was used by hand before the agreement was made: leadership hears of that month."""
    sub_project = make_funded(("2025-1", 500_000))
    leader = make_member(Role.COORDINATOR, UnitFactory(municipality=sub_project.municipality))
    row = RecurringPaymentFactory(sub_project=sub_project, voucher_prefix="F", last_month=D(2025, 6, 1))
    LedgerEntryFactory(sub_project=sub_project, voucher="F-2025-02")
    assert [entry.paid_on.month for entry in pay(row, D(2025, 6, 30))] == [1, 3, 4, 5, 6]
    assert [notice.key for notice in Notice.objects.filter(user=leader)] == [f"recurring-{row.public_id}-2025-02"]


def test_a_series_of_vouchers_is_one_agreements() -> None:
    sub_project = make_funded(("2025-1", 500_000))
    LedgerEntryFactory(sub_project=sub_project, voucher="BRUKT-2025-02")
    propose(sub_project, voucher_prefix="A", receivers=1)
    for prefix in ("A", "BRUKT"):
        with pytest.raises(DomainError, match="Bilagsserien") as error:
            propose(sub_project, voucher_prefix=prefix)
        assert error.value.field == "voucher_prefix"


def test_what_is_promised_already_is_not_promised_again() -> None:
    sub_project = make_funded(("2025-1", 499_200))
    that_day = datetime.datetime(2025, 1, 2, tzinfo=datetime.UTC)
    recurring.approve_recurring(recurring=propose(sub_project), version=1, by=UserFactory(), at=that_day)
    other = propose(sub_project, receivers=1, voucher_prefix="B")
    with pytest.raises(DomainError, match="0 kroner igjen"):
        recurring.approve_recurring(recurring=other, version=1, by=UserFactory(), at=that_day)


def test_only_days_in_the_period_are_paid_also_when_a_new_letter_has_cut_it() -> None:
    sub_project = make_funded(("2025-1", 500_000), starts_on=D(2025, 1, 20))
    row = agreed(sub_project)
    SubProject.objects.filter(pk=sub_project.pk).update(ends_on=D(2025, 3, 31))
    assert [entry.paid_on for entry in pay(row, D(2025, 6, 30))] == [D(2025, 2, 15), D(2025, 3, 15)]


def test_who_leads_today_is_told_of_a_month_that_was_missed_before() -> None:
    sub_project = make_funded(("2025-1", 500_000))
    row = agreed(sub_project)
    LedgerEntryFactory(sub_project=sub_project, amount=500_000)
    newcomer = MembershipFactory(
        role=Role.COORDINATOR, unit=UnitFactory(municipality=sub_project.municipality), valid_from=D(2025, 2, 1)
    ).user
    pay(row, D(2025, 3, 1))
    assert Notice.objects.filter(user=newcomer).exists()


@given(
    first=st.dates(D(2020, 1, 1), D(2027, 12, 31)),
    months=st.integers(0, 40),
    day=st.integers(1, 28),
    on=st.dates(D(2020, 1, 1), D(2030, 1, 1)),
)
def test_one_day_in_each_month_from_the_first_to_the_last(
    first: datetime.date, months: int, day: int, on: datetime.date
) -> None:
    index = first.year * 12 + first.month - 1 + months
    row = RecurringPayment(
        first_month=first.replace(day=1), last_month=D(index // 12, index % 12 + 1, 1), day_of_month=day,
        sub_project=SubProject(starts_on=D(2020, 1, 1), ends_on=D(2040, 1, 1)),
    )  # fmt: skip
    days = list(payment_days(row))
    assert len(days) == months + 1 == len({(d.year, d.month) for d in days})
    assert {d.day for d in days} == {day}
    assert months_left(row, on) == len([d for d in days if d > on])
