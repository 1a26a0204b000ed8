"""The same benefit, recorded by two services."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from families.domain.family_money import money_of
from families.domain.money_months import months
from families.domain.same_money import perhaps_same, told_before
from families.models import Decision
from organisation.models import Role
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside, join_team, make_consent, make_family, make_family_member, make_row

pytestmark = pytest.mark.django_db
START = datetime.date(2026, 1, 1)


def totals(vault: Any, count: int) -> list[int]:
    return [int(month.total) for month in months(money_of(vault), START, count)]


def record(family: Any, unit: Any = None, **fields: Any) -> Decision:
    values = {
        "kind": "benefit", "scheme": "housing_allowance", "service": family.unit, "starts_on": START, "rhythm": "monthly",
        "amount": Decimal(1600), "pay_day": 20,
    }  # fmt: skip
    row: Decision = make_row(Decision, family, unit or family.unit, **(values | fields))
    return row


def test_the_same_benefit_of_two_services_counts_once_for_those_who_see_both_and_nobody_else_is_told() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    with inside(family):
        join_team(family, colleague, other)
        mother = make_family_member(family)
        record(family, subject=mother, ends_on=datetime.date(2026, 3, 31))
    with inside(family, colleague) as vault:
        record(family, other, subject=mother, written_by=colleague, pay_day=5, starts_on=datetime.date(2026, 2, 1))
        assert totals(vault, 4) == [0, 1600, 1600, 1600]
        assert told_before(vault.rows(Decision)) == {}
    with inside(family) as vault:
        assert totals(vault, 4) == [1600, 1600, 1600, 0]
        make_consent(mother, [family.unit, other], ["decisions"])
    with inside(family) as vault:
        assert totals(vault, 4) == [1600, 1600, 1600, 1600]
        assert len(told_before(vault.rows(Decision))) == 1
        assert perhaps_same(vault.rows(Decision)) == {}


def row(pk: int, unit: int, **fields: Any) -> Decision:
    values = {
        "scheme": "housing_allowance",
        "kind": "benefit",
        "starts_on": START,
        "rhythm": "monthly",
        "amount": Decimal(9),
    }
    return Decision(pk=pk, unit_id=unit, **(values | fields))


def test_what_one_service_has_recorded_twice_is_meant_so() -> None:
    rows = [row(1, 1), row(2, 1), row(3, 2), row(4, 2), row(5, 2)]
    assert told_before(rows) == {3: [rows[0]], 4: [rows[1]]}


@pytest.mark.parametrize(
    "fields",
    [
        {"scheme": "pay"}, {"subject_id": 7}, {"kind": "reduction"}, {"rhythm": "none", "amount": None},
        {"starts_on": datetime.date(2027, 1, 1)}, {"rhythm": "once", "starts_on": START + datetime.timedelta(days=1)},
    ],
)  # fmt: skip
def test_something_else_is_something_else(fields: dict[str, Any]) -> None:
    rows = [row(1, 1, ends_on=datetime.date(2026, 12, 31)), row(2, 2, **fields)]
    assert (told_before(rows), perhaps_same(rows)) == ({}, {})


def test_what_has_no_scheme_is_told_by_its_name() -> None:
    rows = [row(1, 1, scheme="other", title="Stipend"), row(2, 2, scheme="other", title="Buss")]
    assert told_before(rows) == {}
    assert set(told_before([*rows, row(3, 2, scheme="other", title="stipend ")])) == {3}


def test_another_amount_counts_and_is_marked() -> None:
    rows = [row(1, 1), row(2, 2, amount=Decimal(10))]
    assert told_before(rows) == {}
    assert perhaps_same(rows) == {1: rows[1], 2: rows[0]}
