"""Stale writes of accounts of social investments."""

from collections.abc import Callable
from typing import Any

from reporting.domain import investment_case
from tests.architecture.stale_case import Case
from tests.factories.investments import InvestmentAssumptionFactory, InvestmentCaseFactory


def an_account() -> Case:
    row = InvestmentCaseFactory()
    return row, {"case": row, "persons": 20}


def a_saving() -> Case:
    row = InvestmentAssumptionFactory()
    return row, {"assumption": row, "name": "Noe annet"}


def one_to_delete() -> Case:
    row = InvestmentAssumptionFactory()
    return row, {"assumption": row}


CASES: dict[Callable[..., Any], Callable[[], Case]] = {
    investment_case.update_case: an_account,
    investment_case.update_assumption: a_saving,
    investment_case.delete_assumption: one_to_delete,
}
