"""What log entries and states say in an activity."""

import datetime

import pytest
from django.utils import timezone

from measures.domain.log import correct_log_entry, withdraw_log_entry
from measures.domain.measure_state import change_state
from measures.models import LogEntry
from organisation.domain.activity import activity
from organisation.models import Role
from tests.factories import LogEntryFactory, MeasureFactory, UnitFactory, make_member

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 3, 1)


def test_an_entry_stands_once_as_it_is_now_and_not_when_it_was_taken_back() -> None:
    measure = MeasureFactory()
    entry = LogEntryFactory(measure=measure, happened_on=DAY, written_at=timezone.now())
    by = make_member(Role.COORDINATOR, UnitFactory(municipality=measure.plan.municipality))
    assert activity(row=measure, reader=by).events[0].what == "Loggført for 1. mars 2025: aktivitet"
    corrected = correct_log_entry(entry=entry, text="Rettet.", happened_on=DAY, by=by, today=DAY, kind="result")
    lines = activity(row=measure, reader=by).events
    assert [(line.what, line.text) for line in lines][:1] == [
        ("Rettet loggføring for 1. mars 2025: resultat", "Rettet.")
    ]
    assert len(lines) == 2
    withdraw_log_entry(entry=LogEntry.objects.get(pk=corrected.pk), by=by)
    assert [line.what for line in activity(row=measure, reader=by).events] == ["Lagt til"]


def test_a_new_state_stands_on_the_measure_and_with_its_name_on_plan_and_goal() -> None:
    measure = MeasureFactory(title="Sommerjobb", state_since=DAY)
    by = make_member(Role.COORDINATOR, UnitFactory(municipality=measure.plan.municipality))
    today = timezone.localdate()
    change_state(measure=measure, version=1, to="in_progress", reason="", on=today, today=today, by=by)
    (line,) = [line for line in activity(row=measure, reader=by).events if line.is_day]
    assert (line.what, line.who, line.url) == ("Ny tilstand: under arbeid", by.name, "")
    for row in (measure.plan, measure.goals.all()[0]):
        (line,) = [line for line in activity(row=row, reader=by).events if line.is_day]
        assert line.what == "Sommerjobb: under arbeid"
        assert measure.public_id in line.url
