import datetime
from typing import Any

import pytest
from django.utils import timezone

from families import tasks
from families.domain.decision import end_decision, remove_decision
from families.domain.decision_reminders import remind_of_expiring, settle_reminders
from families.models import Decision, Family
from organisation.models import Notice, Role, User
from tests.factories import UnitFactory, make_member
from tests.factories.families import NOW, inside, join_team, make_family, make_family_member, make_row

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def decision(family: Any, ends_in: int, **fields: Any) -> Decision:
    today = timezone.localdate()
    values = {
        "kind": "benefit", "scheme": "housing_allowance", "title": "Hemmelige ord", "service": family.unit,
        "starts_on": today - 100 * DAY, "ends_on": today + ends_in * DAY,
    }  # fmt: skip
    row: Decision = make_row(Decision, family, **(values | fields))
    return row


def notices(user: User) -> list[Notice]:
    return list(Notice.objects.filter(user=user))


@pytest.mark.parametrize(("ends_in", "warned"), [(0, True), (14, True), (60, True), (61, False), (-1, False)])
def test_the_team_is_warned_sixty_days_before(ends_in: int, warned: bool) -> None:
    family = make_family()
    with inside(family):
        decision(family, ends_in)
    remind_of_expiring(on=timezone.localdate())
    assert bool(notices(family.case_holder)) is warned


def test_each_stage_is_told_once_however_often_the_job_runs() -> None:
    family, today = make_family(), timezone.localdate()
    with inside(family):
        decision(family, 60)
    for days in (0, 0, 1, 45, 46, 47, 60, 61):
        remind_of_expiring(on=today + days * DAY)
    assert len(notices(family.case_holder)) == 2


def test_a_reminder_says_the_case_and_the_day_and_nothing_of_the_family() -> None:
    family = make_family()
    with inside(family):
        decision(family, 10, subject=make_family_member(family), ends_on=datetime.date(2027, 3, 3))
    remind_of_expiring(on=datetime.date(2027, 3, 1))
    (notice,) = notices(family.case_holder)
    assert notice.text == f"Et vedtak i familie {family.reference} går ut 3. mars 2027."
    assert notice.url_path == f"/familier/{family.public_id}/vedtak/"
    assert "housing" not in notice.key


def test_only_those_who_work_for_the_service_that_recorded_it_are_warned() -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    colleague, elsewhere = make_member(Role.CASEWORKER, family.unit), make_member(Role.CASEWORKER, other)
    left = make_member(Role.CASEWORKER, family.unit)
    with inside(family):
        join_team(family, colleague, family.unit)
        join_team(family, elsewhere, other)
        join_team(family, left, family.unit, to_day=timezone.localdate() - DAY)
        decision(family, 10)
    told = {notice.user for notice in remind_of_expiring(on=timezone.localdate())}
    assert told == {family.case_holder, colleague}


def test_what_is_renewed_removed_or_closed_reminds_nobody() -> None:
    renewed, removed, closed = make_family(), make_family(), make_family()
    with inside(renewed):
        decision(renewed, 10)
        decision(renewed, 300, starts_on=timezone.localdate() + 11 * DAY)
    with inside(removed) as vault:
        remove_decision(vault=vault, decision=decision(removed, 10), version=1, by=vault.user, at=NOW)
    with inside(closed):
        decision(closed, 10)
        Family.objects.filter(pk=closed.pk).update(closed_on=timezone.localdate(), closed_reason="done")
    assert remind_of_expiring(on=timezone.localdate()) == []


def test_another_persons_decision_or_a_gap_renews_nothing_in_the_database_either() -> None:
    family = make_family()
    with inside(family):
        decision(family, 10)
        decision(family, 300, starts_on=timezone.localdate() + 12 * DAY)
        decision(family, 300)
        decision(family, 300, starts_on=timezone.localdate() + 11 * DAY, subject=make_family_member(family))
    assert len(remind_of_expiring(on=timezone.localdate())) == 1


def test_whoever_has_ended_it_needs_no_reminder_any_more() -> None:
    family, today = make_family(), timezone.localdate()
    with inside(family) as vault:
        row = decision(family, 10)
        remind_of_expiring(on=today)
        assert Notice.objects.unread().count() == 1
        end_decision(vault=vault, decision=row, last_day=today, version=1, by=vault.user)
        assert Notice.objects.unread().count() == 0
        settle_reminders(decision=row.pk, ends_on=None, by=vault.user)


def test_the_job_opens_no_family() -> None:
    family = make_family()
    with inside(family):
        decision(family, 10)
        before = _reads()
    tasks.remind_of_expiring_decisions()
    assert len(notices(family.case_holder)) == 1
    with inside(family):
        assert _reads() == before + 1, "the test's own"


def _reads() -> int:
    from organisation.models import ReadEntry

    return ReadEntry.objects.count()


def test_the_schedule_runs_the_job() -> None:
    from povertyplan.celery import app

    names = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert tasks.remind_of_expiring_decisions.name in names
