import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from grants import tasks
from grants.domain import call as calls
from grants.domain.call import TRANSITIONS
from grants.models import Application, ApplicationState, Call, CallState
from organisation.domain.errors import DomainError
from organisation.models import LEADERSHIP_ROLES, AuditEntry, Notice, Role
from tests.factories import (
    TODAY_AT,
    ApplicationFactory,
    CallFactory,
    JuryMemberFactory,
    MunicipalityFactory,
    UnitFactory,
    UserFactory,
    make_judged_call,
    make_member,
)

pytestmark = pytest.mark.django_db
OSLO = ZoneInfo("Europe/Oslo")
DAY = datetime.timedelta(days=1)


def refused(match: str) -> Any:
    return pytest.raises(DomainError, match=match)


def values(**fields: Any) -> dict[str, Any]:
    return {
        "title": "Sammen", "text": "Søk nå.", "opens_at": TODAY_AT, "closes_at": TODAY_AT + DAY, "places": 8,
        "amount_per_half_year": Decimal(500_000), **fields,
    }  # fmt: skip


def make(**fields: Any) -> Call:
    criteria = fields.pop("criteria", [("Samarbeid", 2), ("Mot", 1)])
    return calls.create_call(
        municipality=MunicipalityFactory(), by=UserFactory(), criteria=criteria, **values(**fields)
    )


def move(function: Any, call: Call, **fields: Any) -> Call:
    return function(**{"call": call, "version": call.version, "by": UserFactory(), "at": TODAY_AT} | fields)


def decide(call: Call, **fields: Any) -> Call:
    return move(calls.decide_call, call, **{"chosen": [], "reason": "Juryens rekkefølge"} | fields)


def test_a_call_begins_as_a_draft_with_its_criteria_in_order() -> None:
    call = make()
    assert (call.state, calls.criteria_of(call)) == (CallState.DRAFT, [("Samarbeid", 2), ("Mot", 1)])


def test_a_call_without_text_or_criteria_is_not_opened() -> None:
    with refused("mangler kriterier"):
        move(calls.open_call, make(criteria=[]))
    with refused("mangler tekst"):
        move(calls.open_call, make(text="  "))


def test_a_call_whose_deadline_has_passed_is_not_opened() -> None:
    with refused("har allerede gått ut"):
        move(calls.open_call, make(), at=TODAY_AT + 2 * DAY)


def test_a_call_opens_no_earlier_than_somebody_opens_it() -> None:
    late = move(calls.open_call, make(opens_at=TODAY_AT - DAY))
    assert late.opens_at == TODAY_AT
    early = move(calls.open_call, make(opens_at=TODAY_AT + DAY / 2))
    assert early.opens_at == TODAY_AT + DAY / 2
    assert not early.takes_applications(TODAY_AT)
    assert early.takes_applications(TODAY_AT + DAY / 2)


@pytest.mark.parametrize(
    "criteria", [[("", 1)], [("Mot", 1), (" mot ", 1)], [("Mot", 0)], [(f"Nummer {n}", 1) for n in range(21)]]
)
def test_criteria_are_different_and_weigh_something(criteria: list[tuple[str, int]]) -> None:
    with refused("kriteri"):
        make(criteria=criteria)


def test_a_deadline_before_the_opening_is_refused() -> None:
    with refused("før utlysningen åpner") as error:
        make(closes_at=TODAY_AT - DAY)
    assert error.value.field == "closes_at"


# --- The deadline ---------------------------------------------------------------------------------------


def test_the_deadline_holds_to_the_second() -> None:
    call = CallFactory(closes_at=datetime.datetime(2026, 5, 15, 12, 0, 0, tzinfo=OSLO))
    assert call.takes_applications(datetime.datetime(2026, 5, 15, 12, 0, 0, 999_999, tzinfo=OSLO))
    assert not call.takes_applications(datetime.datetime(2026, 5, 15, 12, 0, 1, tzinfo=OSLO))


@pytest.mark.parametrize(("month", "day", "utc_hour"), [(3, 29, 10), (10, 25, 11), (1, 15, 11), (7, 15, 10)])
def test_the_deadline_is_norwegian_time_also_when_the_clocks_change(month: int, day: int, utc_hour: int) -> None:
    noon = datetime.datetime(2026, month, day, 12, tzinfo=OSLO)
    call = CallFactory(opens_at=noon - 10 * DAY, closes_at=noon)
    second = datetime.timedelta(seconds=1)
    last = datetime.datetime(2026, month, day, utc_hour, tzinfo=datetime.UTC)
    call.refresh_from_db()
    assert call.takes_applications(last)
    assert not call.takes_applications(last + second)


@given(st.integers(-3_000_000, 3_000_000), st.sampled_from(CallState.values))
def test_applications_are_taken_from_the_opening_to_the_deadline_and_only_while_open(
    microseconds: int, state: str
) -> None:
    call = Call(state=state, opens_at=TODAY_AT, closes_at=TODAY_AT + datetime.timedelta(seconds=1))
    inside = 0 <= microseconds < 2_000_000
    at = TODAY_AT + datetime.timedelta(microseconds=microseconds)
    assert call.takes_applications(at) == (state == CallState.OPEN and inside)


def test_the_deadline_is_moved_later_and_never_earlier() -> None:
    call = CallFactory()
    with refused("må være senere"):
        move(calls.extend_call, call, closes_at=call.closes_at)
    assert move(calls.extend_call, call, closes_at=call.closes_at + DAY).closes_at == call.closes_at + DAY


def test_a_deadline_that_has_passed_is_not_moved() -> None:
    call = CallFactory()
    with refused("ikke har gått ut"):
        move(calls.extend_call, call, closes_at=call.closes_at + DAY, at=call.closes_at + DAY / 24)
    with refused("ikke har gått ut"):
        move(calls.extend_call, CallFactory(state=CallState.CLOSED), closes_at=call.closes_at + DAY)


# --- Closing --------------------------------------------------------------------------------------------


def test_a_call_is_closed_after_its_deadline_and_the_jury_told() -> None:
    call = CallFactory()
    member = JuryMemberFactory(call=call)
    with refused("har ikke gått ut"):
        move(calls.close_call, call, at=call.closes_at)
    closed = move(calls.close_call, call, at=call.closes_at + datetime.timedelta(seconds=1))
    assert closed.state == CallState.CLOSED
    assert Notice.objects.get().user == member.user


def test_the_job_closes_what_is_past_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    past, ahead = CallFactory(), CallFactory(closes_at=TODAY_AT + 30 * DAY)
    draft = CallFactory(state=CallState.DRAFT)
    monkeypatch.setattr(tasks.timezone, "now", lambda: past.closes_at + datetime.timedelta(seconds=2))
    tasks.close_calls()
    tasks.close_calls()
    states = dict(Call.objects.values_list("pk", "state"))
    assert states == {past.pk: CallState.CLOSED, ahead.pk: CallState.OPEN, draft.pk: CallState.DRAFT}
    assert [call.pk for call in calls.close_calls_past_deadline(ahead.closes_at + DAY)] == [ahead.pk]
    assert AuditEntry.objects.filter(table_name="grants_call", action="call.close", actor_id=None).count() == 2


MOVES = {CallState.OPEN: calls.open_call, CallState.CLOSED: calls.close_call, CallState.DECIDED: decide}


@pytest.mark.parametrize("before", CallState.values)
@pytest.mark.parametrize("after", list(MOVES))
def test_a_call_moves_along_the_table_and_no_other_way(before: str, after: str) -> None:
    call = CallFactory(state=CallState.DRAFT)
    fields = {"state": before}
    if before == CallState.DECIDED:
        fields |= {"decided_at": TODAY_AT, "decided_by": UserFactory(), "decision_reason": "Fordi"}
    Call.objects.filter(pk=call.pk).update(**fields)
    at = TODAY_AT if after == CallState.OPEN else TODAY_AT + 60 * DAY
    if after in TRANSITIONS[before]:
        assert move(MOVES[after], call, at=at).state == after
    else:
        with refused("kan ikke bli"):
            move(MOVES[after], call, at=at)


# --- What may be changed --------------------------------------------------------------------------------


def change(call: Call, **fields: Any) -> Call:
    return calls.update_call(call=call, version=call.version, by=UserFactory(), **fields)


def test_a_draft_can_be_changed_in_everything() -> None:
    call = change(make(), title="Nytt", places=3, closes_at=TODAY_AT + 9 * DAY, criteria=[("Helhet", 3)])
    assert (call.title, call.places, calls.criteria_of(call)) == ("Nytt", 3, [("Helhet", 3)])


@pytest.mark.parametrize("fields", [{name: 7} for name in calls.RULES if name != "terms"] + [{"terms": "Nye"}])
def test_rules_stand_once_an_application_has_come_in(fields: dict[str, Any]) -> None:
    call = ApplicationFactory(state=ApplicationState.SUBMITTED).call
    with refused("Det har kommet inn søknader") as error:
        change(call, **fields)
    assert error.value.field in fields


def test_criteria_stand_once_an_application_has_come_in_and_texts_do_not() -> None:
    call = ApplicationFactory(state=ApplicationState.SUBMITTED).call
    with refused("Det har kommet inn søknader"):
        change(call, criteria=[("Noe annet", 1)])
    same = calls.criteria_of(call)
    changed = change(call, title="Ny tittel", text="Ny tekst", places=call.places, criteria=same)
    assert (changed.title, changed.text) == ("Ny tittel", "Ny tekst")


def test_rules_can_be_changed_while_there_are_only_drafts() -> None:
    call = ApplicationFactory().call
    assert change(call, places=5, criteria=[("Noe annet", 1)]).places == 5


def test_the_times_of_an_open_call_are_not_changed_by_editing() -> None:
    call = CallFactory()
    with refused("flyttes for seg"):
        change(call, closes_at=call.closes_at + DAY)


@pytest.mark.parametrize("state", [CallState.CLOSED])
def test_nothing_of_a_closed_call_is_changed(state: str) -> None:
    with refused("er lukket"):
        change(CallFactory(state=state), title="Ny tittel")


# --- The decision ---------------------------------------------------------------------------------------


def closed_without_jury(**fields: Any) -> tuple[Call, list[Application]]:
    call = CallFactory(state=CallState.CLOSED, **fields)
    return call, [ApplicationFactory(call=call, state=ApplicationState.SUBMITTED) for _ in range(3)]


def test_the_chosen_get_places_and_the_others_do_not() -> None:
    call, rows = closed_without_jury()
    draft = ApplicationFactory(call=call)
    by = UserFactory()
    decided = decide(call, chosen=rows[:2], reason="Best for innbyggerne", by=by)
    assert (decided.state, decided.decided_by, decided.decision_reason) == (
        CallState.DECIDED,
        by,
        "Best for innbyggerne",
    )
    states = dict(Application.objects.values_list("pk", "state"))
    assert [states[row.pk] for row in [*rows, draft]] == ["awarded", "awarded", "not_awarded", "draft"]
    assert decided.protocol is not None
    assert decided.protocol.content["decision"]["chosen"] == [1, 2]


def test_a_decision_always_has_a_reason() -> None:
    with refused("Skriv hvorfor"):
        decide(closed_without_jury()[0], reason=" ")


def test_no_more_are_chosen_than_there_are_places() -> None:
    call, rows = closed_without_jury(places=2)
    with refused("3 søknader, men utlysningen har 2 plasser"):
        decide(call, chosen=rows)
    assert Application.objects.filter(state=ApplicationState.SUBMITTED).count() == 3


def test_one_place_is_written_as_one() -> None:
    call, rows = closed_without_jury(places=1)
    with refused("3 søknader, men utlysningen har 1 plass\\."):
        decide(call, chosen=rows)


def test_only_what_was_sent_in_to_this_call_can_be_chosen() -> None:
    call, _rows = closed_without_jury()
    for row in (ApplicationFactory(call=call), ApplicationFactory(state=ApplicationState.SUBMITTED)):
        with refused("ikke sendt inn i denne utlysningen"):
            decide(call, chosen=[row])


def test_a_call_with_a_jury_is_not_decided_before_the_scoring_is_closed() -> None:
    call = make_judged_call()
    with refused("Juryen er ikke ferdig"):
        decide(call)


def test_the_applicants_are_told_of_the_decision() -> None:
    call, rows = closed_without_jury()
    applicant = make_member(Role.CASEWORKER, UnitFactory(municipality=call.municipality))
    Application.objects.filter(pk=rows[0].pk).update(submitted_by=applicant, written_by=applicant)
    decide(call, chosen=[rows[0]])
    assert [notice.user for notice in Notice.objects.all()] == [applicant]


def test_the_database_refuses_a_decision_without_its_reason() -> None:
    call = CallFactory()
    with pytest.raises(IntegrityError, match="decided_call_says_who_when_and_why"), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(state=CallState.DECIDED)


# --- Who sees ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_drafts_are_the_leaderships_and_what_is_announced_everyone_reads_who_works_with_it(role: Role) -> None:
    unit = UnitFactory()
    user = make_member(role) if role == Role.ANALYST else make_member(role, unit)
    draft = CallFactory(municipality=unit.municipality, state=CallState.DRAFT)
    opened = CallFactory(municipality=unit.municipality)
    CallFactory()
    nobody = (Role.JUROR, Role.BOARD_MEMBER, Role.ANALYST, Role.ADMINISTRATOR)
    expected = set() if role in nobody else {draft, opened} if role in LEADERSHIP_ROLES else {opened}
    assert set(Call.objects.visible_to(user)) == expected
    assert set(Call.objects.editable_by(user)) == ({draft, opened} if role in LEADERSHIP_ROLES else set())
