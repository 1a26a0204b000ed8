"""The activity of sub-projects and grants: letters, reviews, states and reports, each for whoever may read it."""

import datetime

import pytest
from django.utils import timezone

from grants.models import AwardLetter, Grant, ReportStep, Review, SubProject
from organisation.domain.activity import Event, activity
from organisation.models import Role
from tests.pages.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(timezone.localdate())


def lines(world: World, row: object, role: Role) -> list[Event]:
    return activity(row=row, reader=world.users[role], size=200).events  # type: ignore[arg-type]


def test_letters_stand_there_once_they_are_sent_and_never_as_drafts(world: World) -> None:
    for letter in AwardLetter.objects.filter(sub_project__municipality=world.municipality).select_related(
        "sub_project"
    ):
        for role in (Role.COORDINATOR, Role.CASEWORKER):
            shown = [line for line in lines(world, letter.sub_project, role) if letter.public_id in line.url]
            assert bool(shown) == (letter.offered_on is not None), letter
    assert AwardLetter.objects.filter(offered_on=None).exists()
    assert AwardLetter.objects.filter(offered_on__isnull=False).exists()


def test_reviews_stand_there_once_they_are_held(world: World) -> None:
    review = Review.objects.filter(sub_project__municipality=world.municipality, concluded_at__isnull=False)[0]
    (line,) = [line for line in lines(world, review.sub_project, Role.PROJECT_LEAD) if review.public_id in line.url]
    assert str(line.what) == f"{review}: {review.get_decision_display().lower()}"
    assert line.who == review.concluded_by.name


def test_states_of_a_sub_project_stand_on_their_day(world: World) -> None:
    sub_project = SubProject.objects.filter(municipality=world.municipality, state_changes__isnull=False)[0]
    shown = [line for line in lines(world, sub_project, Role.COORDINATOR) if str(line.what).startswith("Ny tilstand")]
    days = sorted(change.on for change in sub_project.state_changes.all())
    assert sorted(timezone.localtime(line.at).date() for line in shown if line.at) == days


def test_the_log_of_its_measure_stands_there_for_a_partner_without_a_way_into_the_plan(world: World) -> None:
    sub_project = SubProject.objects.filter(municipality=world.municipality).exclude(measure=None).first()
    if sub_project is None:
        sub_project = SubProject.objects.filter(municipality=world.municipality)[0]
        sub_project.measure = world.measure
        sub_project.save()
    logged = [line for line in lines(world, sub_project, Role.PARTNER) if str(line.what).startswith("Loggført")]
    assert all(line.url == "" for line in logged)
    inside = [line for line in lines(world, sub_project, Role.COORDINATOR) if str(line.what).startswith("Loggført")]
    assert len(inside) == len(logged)
    assert all(line.url for line in inside)


def test_the_steps_of_a_yearly_report_stand_on_its_grant(world: World) -> None:
    step = ReportStep.objects.filter(report__grant__reporting_unit__municipality=world.municipality)[0]
    grant = Grant.objects.get(report=step.report_id)
    said = [str(line.what) for line in lines(world, grant, Role.COORDINATOR)]
    assert f"Årsrapporten: {step.get_after_display().lower()}" in said


def test_a_step_of_the_future_is_not_before_the_past(world: World) -> None:
    grant = Grant.objects.filter(reporting_unit__municipality=world.municipality)[0]
    at = [line.at for line in lines(world, grant, Role.COORDINATOR)]
    assert at == sorted(at, key=lambda moment: moment or datetime.datetime.min, reverse=True)
