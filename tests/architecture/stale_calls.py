"""Cases for test_stale_writes.py: calls, applications, the jury."""

import datetime
from collections.abc import Callable
from typing import Any

from grants.domain import application, call, jury, scoring
from grants.models import CallState
from organisation.models import Versioned
from tests.factories import TODAY_AT, ApplicationFactory, CallFactory, JuryMemberFactory, make_judged_call, make_sheet

Case = tuple[Versioned, dict[str, Any]]
DAY = datetime.timedelta(days=1)


def a_call(**fields: Any) -> Callable[[], Case]:
    def make() -> Case:
        row = CallFactory(state=fields.get("state", CallState.OPEN))
        return row, {"call": row, **{name: value for name, value in fields.items() if name != "state"}}

    return make


def a_call_to_extend() -> Case:
    row = CallFactory()
    return row, {"call": row, "closes_at": row.closes_at + DAY, "at": TODAY_AT}


def a_scoring() -> Case:
    row = make_judged_call()
    return row, {"call": row, "at": TODAY_AT, "on": TODAY_AT.date()}


def an_application(**fields: Any) -> Callable[[], Case]:
    def make() -> Case:
        row = ApplicationFactory(state=fields.get("state", "draft"))
        return row, {"application": row, "at": TODAY_AT}

    return make


def a_member() -> Case:
    row = JuryMemberFactory()
    return row, {"member": row, "group": 2}


def a_sheet() -> Case:
    call = CallFactory(state=CallState.CLOSED)
    row = make_sheet(
        JuryMemberFactory(call=call), ApplicationFactory(call=call, state="submitted"), 3, 3, delivered=False
    )
    points = dict.fromkeys(call.criteria.all(), 4)
    return row, {"member": row.member, "application": row.application, "points": points, "on": TODAY_AT.date()}


def a_sheet_to_deliver() -> Case:
    row, arguments = a_sheet()
    return row, {**arguments, "at": TODAY_AT}


CASES = {
    call.update_call: a_call(title="Ny tittel"),
    call.open_call: a_call(state=CallState.DRAFT, at=TODAY_AT),
    call.extend_call: a_call_to_extend,
    call.close_call: a_call(at=TODAY_AT + 60 * DAY),
    call.decide_call: a_call(state=CallState.CLOSED, chosen=[], reason="Ingen søkte", at=TODAY_AT),
    application.update_application: an_application(),
    application.submit_application: an_application(),
    application.withdraw_application: an_application(state="submitted"),
    jury.update_member: a_member,
    jury.save_sheet: a_sheet,
    jury.deliver_sheet: a_sheet_to_deliver,
    scoring.close_scoring: a_scoring,
}
