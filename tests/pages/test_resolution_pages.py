"""The board's resolution on a published report, from registering to closing, through the pages."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organisation.models import Role
from reporting.domain.report import publish
from reporting.models import Resolution, ResolutionPoint
from tests.factories import ReportFactory, ReportVersionFactory, UnitFactory, make_member
from tests.pages.world import World, make_world
from tests.reporting.sub_project_content import make_content

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world(timezone.localdate())
    Resolution.objects.filter(plan=world.plan).update(case_number="eldre")
    approved = world.report.versions.get()
    publish(approved=approved, version=approved.version, by=world.users[Role.COORDINATOR], at=timezone.now())
    return world


def register(client: Client, world: World) -> Resolution:
    page = client.get(reverse("report", args=[world.report.public_id]))
    url = reverse("report-resolution", args=[world.report.public_id])
    assert url in page.content.decode()
    answer = client.post(
        url, {"body": "Formannskapet", "decided_on": "2026-01-15", "text": "Tas til orientering.", "points": "En\nTo"}
    )
    made: Resolution = Resolution.objects.get(report_version__report=world.report)
    assert answer["Location"] == reverse("resolution", args=[made.public_id])
    return made


def test_the_coordinator_registers_it_and_hands_out_its_points(world: World, client_for: Any) -> None:
    client = client_for(world.users[Role.COORDINATOR])
    made = register(client, world)
    point = made.points.get(number=1)
    answer = client.post(
        reverse("resolution-point-edit", args=[point.public_id]),
        {"text": "En", "responsible_unit": world.unit.pk, "due_on": "2026-02-01", "version": point.version},
    )
    assert answer.status_code == 302
    point.refresh_from_db()
    assert (point.responsible_unit, point.version) == (world.unit, 2)
    assert (
        reverse("resolution", args=[made.public_id])
        in client.get(reverse("report", args=[world.report.public_id])).content.decode()
    )
    assert (
        "Registrer vedtaket"
        not in client_for(world.users[Role.BOARD_MEMBER])
        .get(reverse("report", args=[world.report.public_id]))
        .content.decode()
    )


def test_the_coordinator_puts_it_right_and_a_stale_form_keeps_what_was_typed(world: World, client_for: Any) -> None:
    client = client_for(world.users[Role.COORDINATOR])
    made = register(client, world)
    url = reverse("resolution-edit", args=[made.public_id])
    assert url in client.get(reverse("resolution", args=[made.public_id])).content.decode()
    assert "Rapporten er offentlig" in client.get(url).content.decode()
    sent = {
        "body": "Bystyret",
        "decided_on": "2026-01-16",
        "case_number": "26/9",
        "text": "Rettet.",
        "points": "Tre",
        "version": 1,
    }
    assert client.post(url, sent)["Location"] == reverse("resolution", args=[made.public_id])
    made.refresh_from_db()
    assert (made.body, made.case_number, made.text, made.points.count()) == ("Bystyret", "26/9", "Rettet.", 3)
    again = client.post(url, {**sent, "text": "Min tekst."})
    assert again.status_code == 422 and "Min tekst." in again.content.decode() and "Rettet." in again.content.decode()
    leader = client_for(world.users[Role.UNIT_LEADER])
    assert url not in leader.get(reverse("resolution", args=[made.public_id])).content.decode()


def test_the_forms_say_that_points_are_public(world: World, client_for: Any) -> None:
    page = client_for(world.users[Role.COORDINATOR]).get(reverse("resolution-new", args=[world.plan.public_id]))
    assert page.content.decode().count("Rapporten er offentlig. Ikke skriv noe") == 2


def test_the_board_reads_what_it_decided_on_the_report_and_changes_nothing(world: World, client_for: Any) -> None:
    made = register(client_for(world.users[Role.COORDINATOR]), world)
    page = client_for(world.users[Role.BOARD_MEMBER]).get(reverse("report", args=[world.report.public_id]))
    said = page.content.decode()
    assert "Tas til orientering." in said and "<li>En</li>" in said
    assert reverse("resolution", args=[made.public_id]) not in said
    assert (
        client_for(world.users[Role.BOARD_MEMBER]).get(reverse("resolution", args=[made.public_id])).status_code == 403
    )


def test_a_report_that_belongs_to_no_plan_says_where_resolutions_are_registered(client_for: Any) -> None:
    unit = UnitFactory()
    report = ReportFactory(kind="sub_projects", round=None, municipality=unit.municipality, year=2025, half=1)
    ReportVersionFactory(report=report, state="published", figures=make_content())
    url = reverse("report", args=[report.public_id])
    said = "Vedtak registreres på planen eller på planens statusrapport"
    assert said in client_for(make_member(Role.COORDINATOR, unit)).get(url).content.decode()
    assert said not in client_for(make_member(Role.CASEWORKER, unit)).get(url).content.decode()


def test_another_towns_board_and_the_analyst_read_no_resolution(world: World) -> None:
    made = Resolution.objects.filter(plan=world.plan).first()
    published = world.report.versions.get()
    Resolution.objects.filter(pk=made.pk).update(report_version=published)
    rows = Resolution.objects.all()
    assert list(rows.read_by(world.users[Role.BOARD_MEMBER])) == [made]
    for outsider in (make_member(Role.BOARD_MEMBER), world.users[Role.ANALYST]):
        assert not rows.read_by(outsider).exists()
    Resolution.objects.filter(pk=made.pk).update(report_version=None)
    assert not rows.read_by(world.users[Role.BOARD_MEMBER]).exists()


def test_the_leader_finds_her_points_notes_and_closes_them(world: World, client_for: Any) -> None:
    client = client_for(world.users[Role.UNIT_LEADER])
    point = ResolutionPoint.objects.get(responsible_unit=world.unit)
    note = reverse("resolution-point-note", args=[point.public_id])
    assert note in client.get(reverse("home")).content.decode()
    today = timezone.localdate().isoformat()
    sent = {"text": "Møte med skolen.", "happened_on": today, "version": point.version}
    assert client.post(note, sent).status_code == 302
    again = client.post(note, sent)
    assert again.status_code == 422 and "Møte med skolen." in again.content.decode()
    assert point.notes.filter(text="Møte med skolen.").count() == 1
    point.refresh_from_db()
    close = reverse("resolution-point-close", args=[point.public_id])
    assert client.post(close, {"text": "Fristene er satt.", "version": point.version}).status_code == 302
    page = client.get(reverse("resolution", args=[point.resolution.public_id])).content.decode()
    assert "Fristene er satt." in page
    assert note not in client.get(reverse("home")).content.decode()
    point.refresh_from_db()
    reopen = reverse("resolution-point-reopen", args=[point.public_id])
    assert client.post(reopen, {"reason": "To mangler.", "version": point.version}).status_code == 302
    point.refresh_from_db()
    assert point.is_open


def test_a_resolution_waits_until_the_report_is_published(client_for: Any) -> None:
    world = make_world(timezone.localdate())
    client = client_for(world.users[Role.COORDINATOR])
    url = reverse("report-resolution", args=[world.report.public_id])
    assert client.get(url).status_code == 404
    assert url not in client.get(reverse("report", args=[world.report.public_id])).content.decode()


def test_the_steering_group_reads_and_changes_nothing(world: World, client_for: Any) -> None:
    client = client_for(world.users[Role.STEERING_GROUP])
    point = ResolutionPoint.objects.get(responsible_unit=world.unit)
    page = client.get(reverse("resolution", args=[point.resolution.public_id]))
    assert page.status_code == 200
    assert "Skriv hva som er gjort" not in page.content.decode()
    plan = reverse("plan", args=[world.plan.public_id])
    assert f'href="{plan}"' not in page.content.decode()
