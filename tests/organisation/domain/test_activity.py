"""Activity: everything once and in order, however it is paged; what was changed in words, never what stood there."""

import datetime
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from measures.domain.measure import update_measure
from measures.domain.plan import adopt_plan
from measures.models import MeasureState, StateChange
from organisation.domain.activity import activity, day_as_moment
from organisation.domain.comments import add_comment, withdraw_comment
from organisation.models import Comment, Role
from tests.factories import LogEntryFactory, MeasureFactory, PlanFactory, UnitFactory, UserFactory, make_member
from tests.factories.comments import make_comment

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2025, 3, 1, 12, tzinfo=datetime.UTC)


def what(row: Any, reader: Any) -> list[str]:
    return [str(event.what) for event in activity(row=row, reader=reader).events]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    hours=st.lists(st.integers(0, 4), max_size=12), days=st.lists(st.integers(0, 1), max_size=5), size=st.integers(1, 5)
)
def test_every_line_stands_on_one_page_in_the_order_of_time(hours: list[int], days: list[int], size: int) -> None:
    """Many at one moment too: a place in the feed is a moment and how many of it have been shown."""
    reader = UserFactory()
    measure = MeasureFactory()
    for hour in hours:
        make_comment(measure, written_at=AT + datetime.timedelta(hours=hour))
    for day in days:
        on = AT.date() + datetime.timedelta(days=day)
        StateChange.objects.create(measure=measure, after=MeasureState.STOPPED, on=on, by=reader, reason="x")
    whole = activity(row=measure, reader=reader, size=100).events
    assert len(whole) == len(hours) + len(days) + 1  # that it was made
    assert [event.at for event in whole] == sorted((event.at for event in whole if event.at), reverse=True)
    paged, before = [], ""
    for _ in range(40):
        page = activity(row=measure, reader=reader, before=before, size=size)
        paged += page.events
        before = page.older
        if not before:
            break
    assert paged == whole


@pytest.mark.parametrize("nonsense", ["x", "1", "-1-1", "99999999999999999-1", "1-1' OR 1=1", "٣-١"])
def test_a_place_that_is_none_never_fails(nonsense: str) -> None:
    measure = MeasureFactory()
    assert isinstance(activity(row=measure, reader=UserFactory(), before=nonsense).events, list)


def test_a_change_says_which_fields_and_who_and_never_what_stood_there() -> None:
    measure = MeasureFactory(note="Hemmelig merknad")
    by = make_member(Role.COORDINATOR, UnitFactory(municipality=measure.plan.municipality), name="Kari Prøve")
    update_measure(measure=measure, version=1, by=by, title="En annen tittel", note="Ny merknad")
    newest = activity(row=measure, reader=by).events[0]
    assert newest.what == "Endret: tittel, kort om tiltaket"
    assert newest.who == "Kari Prøve"
    assert "merknad" not in newest.text.lower()
    assert newest.at and timezone.now() - newest.at < datetime.timedelta(minutes=5)


def test_a_new_state_is_told_in_words() -> None:
    plan = PlanFactory(state="draft", adopted_on=datetime.date(2025, 1, 1))
    by = make_member(Role.COORDINATOR, UnitFactory(municipality=plan.municipality))
    adopt_plan(plan=plan, version=plan.version, by=by)
    assert what(plan, by) == ["Ny tilstand: vedtatt", "Lagt til"]


def test_a_comment_stands_there_until_it_is_taken_back() -> None:
    measure = MeasureFactory()
    by = make_member(Role.COORDINATOR, UnitFactory(municipality=measure.plan.municipality))
    comment = add_comment(row=measure, text="Se her.", by=by, at=timezone.now())
    newest = activity(row=measure, reader=by).events[0]
    assert (newest.what, newest.text, newest.who) == ("Kommentar", "Se her.", by.name)
    assert newest.url.endswith(f"#kommentar-{comment.public_id}")
    withdraw_comment(comment=comment, version=1, by=by, at=timezone.now())
    assert what(measure, by) == ["Lagt til"]


def test_a_day_begins_in_norway() -> None:
    StateChange.objects.create(
        measure=MeasureFactory(), after=MeasureState.PLANNED, on=datetime.date(2025, 7, 1), by=UserFactory()
    )
    found = StateChange.objects.annotate(moment=day_as_moment("on")).get(on=datetime.date(2025, 7, 1))
    assert found.moment == datetime.datetime(2025, 6, 30, 22, tzinfo=datetime.UTC)  # type: ignore[attr-defined]


def test_the_number_of_queries_does_not_grow(django_assert_num_queries: Any) -> None:
    measure = MeasureFactory()
    reader = make_member(Role.COORDINATOR, UnitFactory(municipality=measure.plan.municipality))
    reader.has_role(Role.COORDINATOR)
    for _ in range(5):
        make_comment(measure, answers=make_comment(measure))
        LogEntryFactory(measure=measure)
        StateChange.objects.create(measure=measure, after=MeasureState.PLANNED, on=AT.date(), by=reader)
    assert Comment.objects.count() == 10
    with django_assert_num_queries(5):  # which lines, and each of the four kinds
        activity(row=measure, reader=reader)
