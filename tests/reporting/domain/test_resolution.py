"""Resolutions of the board: registered, handed out, followed up, reported until closed, and reminded of once."""

import datetime
from typing import Any

import pytest

from measures.models import Plan
from organisation.domain.errors import DomainError, StaleWrite
from organisation.models import Notice, Role
from reporting.domain.resolution import (
    close_point,
    note_point,
    points_to_report,
    register_resolution,
    remind_of_resolutions,
    reopen_point,
    update_point,
    update_resolution,
)
from reporting.models import PointNote, Resolution, ResolutionPoint
from reporting.permissions import can_follow_up, can_register_resolution
from tests.factories import (
    PlanFactory,
    ReportVersionFactory,
    ResolutionFactory,
    ResolutionPointFactory,
    UnitFactory,
    UserFactory,
    make_member,
)

pytestmark = pytest.mark.django_db
DECIDED = datetime.date(2025, 9, 2)
LATER = datetime.date(2025, 11, 3)


def register(plan: Plan | None = None, **changes: Any) -> Resolution:
    values: dict[str, Any] = {
        "plan": plan or PlanFactory(), "text": "Formannskapet ber om mer.", "points": ["Se på fristene.", "Tell opp."],
        "decided_on": DECIDED, "by": UserFactory(), "on": LATER,
    }  # fmt: skip
    return register_resolution(**values | changes)


def test_a_resolution_has_its_points_in_order() -> None:
    made = register(case_number="25/7")
    assert [(point.number, point.text, point.state) for point in made.points.all()] == [
        (1, "Se på fristene.", "open"),
        (2, "Tell opp.", "open"),
    ]
    assert (made.body, made.case_number, made.municipality) == ("Formannskapet", "25/7", made.plan.municipality)


def test_it_is_not_decided_in_the_future() -> None:
    with pytest.raises(DomainError, match="fram i tid") as error:
        register(decided_on=LATER + datetime.timedelta(days=1))
    assert error.value.field == "decided_on"
    assert not Resolution.objects.exists()


def test_it_is_on_a_report_that_has_gone_out_on_the_same_plan() -> None:
    published = ReportVersionFactory(state="published")
    plan = published.report.round.plan
    assert register(plan, report_version=published).report_version == published
    with pytest.raises(DomainError, match="annen plan"):
        register(PlanFactory(municipality=plan.municipality), report_version=published)
    draft = ReportVersionFactory(report__round__plan=plan, report__round__year=2024)
    with pytest.raises(DomainError, match="publisert"):
        register(plan, report_version=draft)


def put_right(row: Resolution, **changes: Any) -> Resolution:
    values: dict[str, Any] = {
        "resolution": row, "text": row.text, "points": [], "decided_on": row.decided_on, "body": row.body,
        "case_number": row.case_number, "version": row.version, "by": UserFactory(), "on": LATER,
    }  # fmt: skip
    return update_resolution(**values | changes)


def test_what_was_registered_is_put_right_and_gets_more_points() -> None:
    made = register()
    by, day = UserFactory(), DECIDED + datetime.timedelta(days=1)
    row = put_right(made, text="Rettet.", points=["Nytt."], decided_on=day, body="Bystyret", case_number="25/8", by=by)
    row.refresh_from_db()
    assert (row.text, row.decided_on, row.body, row.case_number, row.version) == ("Rettet.", day, "Bystyret", "25/8", 2)
    assert [(p.number, p.text) for p in row.points.all()] == [(1, "Se på fristene."), (2, "Tell opp."), (3, "Nytt.")]
    with pytest.raises(StaleWrite):
        put_right(made, text="Et annet.")


def test_it_is_not_moved_past_today_or_what_has_been_done_with_its_points() -> None:
    made, after = register(), LATER + datetime.timedelta(days=1)
    with pytest.raises(DomainError, match="fram i tid"):
        put_right(made, decided_on=after)
    point, by = made.points.all()[0], UserFactory()
    note_point(point=point, text="Ringte.", happened_on=DECIDED, version=1, by=by, on=LATER)
    with pytest.raises(DomainError, match="før denne dagen") as error:
        put_right(made, decided_on=DECIDED + datetime.timedelta(days=1))
    assert error.value.field == "decided_on"
    made.refresh_from_db()
    assert (made.decided_on, made.version) == (DECIDED, 1)


def test_a_point_is_handed_out_to_a_unit_of_the_municipality() -> None:
    point = register().points.all()[0]
    unit = UnitFactory(municipality=point.resolution.municipality)
    by = UserFactory()
    given = update_point(point=point, text="Se!", responsible_unit=unit, due_on=LATER, version=1, by=by)
    assert (given.text, given.responsible_unit, given.due_on, given.version) == ("Se!", unit, LATER, 2)
    with pytest.raises(DomainError, match="enhet i kommunen"):
        update_point(point=given, text="Se!", responsible_unit=UnitFactory(), due_on=None, version=2, by=by)
    with pytest.raises(DomainError, match="før vedtaket"):
        early = DECIDED - datetime.timedelta(days=1)
        update_point(point=given, text="Se!", responsible_unit=unit, due_on=early, version=2, by=by)


def test_a_note_sent_twice_is_written_once() -> None:
    point = ResolutionPointFactory()
    by = UserFactory()
    note_point(point=point, text="Ringte.", happened_on=LATER, version=1, by=by, on=LATER)
    with pytest.raises(StaleWrite):
        note_point(point=point, text="Ringte.", happened_on=LATER, version=1, by=by, on=LATER)
    assert [note.text for note in PointNote.objects.all()] == ["Ringte."]


@pytest.mark.parametrize(("days", "message"), [(1, "fram i tid"), (-90, "før vedtaket")])
def test_a_note_is_of_a_day_between_the_resolution_and_today(days: int, message: str) -> None:
    with pytest.raises(DomainError, match=message):
        note_point(
            point=ResolutionPointFactory(), text="Ringte.", happened_on=LATER + datetime.timedelta(days=days),
            version=1, by=UserFactory(), on=LATER,
        )  # fmt: skip


def test_a_closed_point_says_what_came_of_it_and_takes_no_more() -> None:
    by, point = UserFactory(), ResolutionPointFactory()
    closed = close_point(point=point, text="Talt opp.", version=1, by=by, on=LATER)
    assert (closed.state, closed.closed_on, closed.closed_by, closed.closing_text) == ("closed", LATER, by, "Talt opp.")
    with pytest.raises(DomainError, match="lukket"):
        note_point(point=closed, text="Mer.", happened_on=LATER, version=2, by=by, on=LATER)
    with pytest.raises(DomainError, match="lukket"):
        close_point(point=closed, text="Igjen.", version=2, by=by, on=LATER)


def test_a_point_that_is_opened_again_keeps_what_was_said() -> None:
    by, point = UserFactory(), ResolutionPointFactory()
    closed = close_point(point=point, text="Talt opp.", version=1, by=by, on=LATER)
    opened = reopen_point(point=closed, reason="Det manglet to.", version=2, by=by, on=LATER)
    assert (opened.state, opened.closing_text) == ("open", "")
    assert [note.text for note in opened.notes.all()] == ["Talt opp.", "Åpnet igjen: Det manglet to."]
    with pytest.raises(DomainError, match="åpent allerede"):
        reopen_point(point=opened, reason="Igjen.", version=3, by=by, on=LATER)


def test_the_leader_of_the_unit_and_the_coordinator_follow_up() -> None:
    unit = UnitFactory()
    point = ResolutionPointFactory(resolution__plan=PlanFactory(municipality=unit.municipality), responsible_unit=unit)
    coordinator = make_member(Role.COORDINATOR, unit)
    assert can_follow_up(make_member(Role.UNIT_LEADER, unit), point)
    assert can_follow_up(coordinator, point)
    assert can_register_resolution(coordinator, point.resolution.plan)
    other = UnitFactory(municipality=unit.municipality)
    for outsider in (
        make_member(Role.UNIT_LEADER, other),
        make_member(Role.CASEWORKER, unit),
        make_member(Role.COORDINATOR),
    ):
        assert not can_follow_up(outsider, point)
    assert not can_register_resolution(make_member(Role.COORDINATOR), point.resolution.plan)


def test_min_side_has_the_open_points_of_the_units_that_the_user_leads() -> None:
    unit = UnitFactory()
    of_plan = {"resolution__plan": PlanFactory(municipality=unit.municipality)}
    late = ResolutionPointFactory(**of_plan, responsible_unit=unit, due_on=LATER)
    soon = ResolutionPointFactory(**of_plan, responsible_unit=unit, due_on=DECIDED)
    ResolutionPointFactory(**of_plan, responsible_unit=unit, closed_on=LATER, closed_by=UserFactory())
    ResolutionPointFactory(**of_plan)
    assert list(ResolutionPoint.objects.waiting_for(make_member(Role.UNIT_LEADER, unit))) == [soon, late]
    assert not ResolutionPoint.objects.waiting_for(make_member(Role.CASEWORKER, unit)).exists()


def test_a_point_that_is_due_reminds_the_unit_s_leader_once_at_each_stage() -> None:
    unit = UnitFactory()
    leader, coordinator = make_member(Role.UNIT_LEADER, unit), make_member(Role.COORDINATOR, unit)
    of_plan = {"resolution__plan": PlanFactory(municipality=unit.municipality)}
    ResolutionPointFactory(**of_plan, responsible_unit=unit, due_on=LATER)
    ResolutionPointFactory(**of_plan, responsible_unit=None, due_on=LATER)
    assert remind_of_resolutions(on=LATER - datetime.timedelta(days=15)) == []
    soon = remind_of_resolutions(on=LATER - datetime.timedelta(days=14))
    assert {notice.user for notice in soon} == {leader, coordinator}
    assert remind_of_resolutions(on=LATER) == []
    late = remind_of_resolutions(on=LATER + datetime.timedelta(days=1))
    assert len(late) == 2 and all("skulle vært fulgt opp" in notice.text for notice in late)
    assert {notice.kind for notice in Notice.objects.all()} == {"resolution_due"}


def test_a_reminder_is_settled_when_the_point_is_closed() -> None:
    unit = UnitFactory()
    make_member(Role.UNIT_LEADER, unit)
    point = ResolutionPointFactory(
        resolution__plan=PlanFactory(municipality=unit.municipality), responsible_unit=unit, due_on=LATER
    )
    remind_of_resolutions(on=LATER)
    assert Notice.objects.unread().count() == 1
    close_point(point=point, text="Gjort.", version=1, by=UserFactory(), on=LATER)
    assert not Notice.objects.unread().exists()


def test_a_report_tells_of_open_points_and_of_those_closed_since_the_one_before() -> None:
    resolution = ResolutionFactory()
    points = {
        name: ResolutionPointFactory(resolution=resolution, text=name, **closed)
        for name, closed in {
            "åpent": {},
            "lukket nå": {"closed_on": LATER, "closed_by": UserFactory()},
            "lukket før": {"closed_on": DECIDED, "closed_by": UserFactory()},
        }.items()
    }
    PointNote.objects.create(point=points["åpent"], text="Ringte.", on=LATER, by=UserFactory())
    ResolutionPointFactory(resolution__decided_on=LATER + datetime.timedelta(days=3))
    plans = list(Plan.objects.values_list("pk", flat=True))
    (told,) = points_to_report(plans=plans, since=datetime.date(2025, 10, 1), until=LATER)
    assert [(row["text"]["text"], row["state"]) for row in told["points"]] == [
        ("åpent", "open"),
        ("lukket nå", "closed"),
    ]
    assert [note["text"]["text"] for note in told["points"][0]["notes"]] == ["Ringte."]
    (first,) = points_to_report(plans=plans, since=None, until=LATER)
    assert len(first["points"]) == 3


def test_no_person_is_named_in_a_report_of_resolutions() -> None:
    by = UserFactory(name="Kari Kåseri")
    point = ResolutionPointFactory(closed_on=LATER, closed_by=by, resolution__registered_by=by)
    PointNote.objects.create(point=point, text="Ringte.", on=LATER, by=by)
    told = points_to_report(plans=[point.resolution.plan_id], since=None, until=LATER)
    assert "Kåseri" not in str(told)
