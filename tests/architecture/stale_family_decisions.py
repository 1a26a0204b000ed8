"""Cases for test_stale_writes.py: decisions of families."""

import datetime
from decimal import Decimal
from typing import Any

from families.domain import decision
from families.models import Decision
from organisation.models import Versioned
from tests.factories.families import NOW, make_family, make_row, stay_inside

DAY = datetime.date(2025, 7, 1)
Case = tuple[Versioned, dict[str, Any]]


def a_decision() -> Case:
    family = make_family()
    vault = stay_inside(family)
    row = make_row(
        Decision, family, kind="benefit", scheme="housing_allowance", service=family.unit, starts_on=DAY,
        rhythm="monthly", amount=Decimal(1600),
    )  # fmt: skip
    return row, {"vault": vault, "decision": row, "by": family.case_holder}


def a_decision_to_change() -> Case:
    row, arguments = a_decision()
    return row, {
        **arguments, "kind": "benefit", "scheme": "housing_allowance", "title": "Nytt", "service": arguments["vault"].unit,
        "starts_on": DAY, "ends_on": None, "conditions": "", "rhythm": "none", "amount": None, "pay_day": None,
    }  # fmt: skip


def a_decision_to_end() -> Case:
    row, arguments = a_decision()
    return row, {**arguments, "last_day": DAY}


def a_decision_to_remove() -> Case:
    row, arguments = a_decision()
    return row, {**arguments, "at": NOW}


CASES = {
    decision.update_decision: a_decision_to_change,
    decision.end_decision: a_decision_to_end,
    decision.remove_decision: a_decision_to_remove,
}
