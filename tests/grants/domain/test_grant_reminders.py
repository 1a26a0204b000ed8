"""Who is reminded of what about grants, when, and once."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grants import tasks
from grants.domain.grant_reminders import (
    GIVES_UP,
    holders,
    last_reminded,
    remind_missing,
    remind_of_grants,
    report_address,
)
from grants.models import Grant, GrantScheme, GrantState, ReportState, ReportStep, YearlyReport
from organisation.models import Membership, Municipality, Notice, Role, Unit, User
from povertyplan.settings import BEFORE_THE_MAIL, CELERY_BEAT_SCHEDULE
from tests.factories import (
    GrantFactory,
    GrantSchemeFactory,
    ReportingUnitFactory,
    UnitFactory,
    UserFactory,
    YearlyReportFactory,
    make_member,
    make_report,
)

pytestmark = pytest.mark.django_db
DUE = datetime.date(2026, 3, 1)
RETURNED = datetime.datetime(2026, 2, 1, 23, 30, tzinfo=datetime.UTC)  # the second of February in Oslo


class Town:
    """A municipality that has been awarded a grant, and those who work in it."""

    def __init__(self, **scheme: Any) -> None:
        self.root: Unit = UnitFactory()
        self.municipality: Municipality = self.root.municipality  # type: ignore[assignment]
        self.district: Unit = UnitFactory(municipality=self.municipality, parent=self.root)
        self.coordinator: User = make_member(Role.COORDINATOR, self.root)
        self.project_lead: User = make_member(Role.PROJECT_LEAD, self.district)
        self.leader: User = make_member(Role.UNIT_LEADER, self.district)
        self.others = [
            make_member(role, self.district) for role in (Role.CASEWORKER, Role.BOARD_MEMBER, Role.ADMINISTRATOR)
        ]
        self.others.append(make_member(Role.UNIT_LEADER, UnitFactory(municipality=self.municipality, parent=self.root)))
        self.reporting_unit = ReportingUnitFactory(municipality=self.municipality, unit=self.district)
        self.scheme: GrantScheme = GrantSchemeFactory(**scheme)
        self.grant: Grant = GrantFactory(
            reporting_unit=self.reporting_unit, scheme=self.scheme, year=2025, report_by=DUE
        )

    @property
    def holders(self) -> set[User]:
        return {self.coordinator, self.project_lead, self.leader}

    def report(self, state: str, **fields: Any) -> YearlyReport:
        report: YearlyReport = YearlyReportFactory(grant=self.grant, state=state, **fields)
        return report


@pytest.fixture
def town() -> Town:
    return Town()


def days(number: int) -> datetime.date:
    return DUE + datetime.timedelta(days=number)


def told(user: User) -> list[str]:
    """The last part of the keys: the stage."""
    keys = Notice.objects.filter(user=user).order_by("pk").values_list("key", flat=True)
    return [key.split("-", 2)[2] for key in keys]


def test_a_report_is_told_of_before_on_the_day_and_every_week_after(town: Town) -> None:
    seen = []
    for number in (-31, -30, -8, -7, -1, 0, 6, 7, 13, 14):
        for _again in range(2):
            remind_of_grants(on=days(number))
        seen.append((number, told(town.coordinator)))
    assert seen == [
        (-31, []),
        (-30, ["30"]),
        (-8, ["30"]),
        (-7, ["30", "7"]),
        (-1, ["30", "7"]),
        (0, ["30", "7", "due"]),
        (6, ["30", "7", "due"]),
        (7, ["30", "7", "due", "late-1"]),
        (13, ["30", "7", "due", "late-1"]),
        (14, ["30", "7", "due", "late-1", "late-2"]),
    ]
    assert set(User.objects.filter(notices__isnull=False)) == town.holders


def test_the_reminder_says_what_is_due_in_each_ones_language_and_leads_to_the_report(town: Town) -> None:
    report = town.report(ReportState.DRAFT)
    (notice,) = [row for row in remind_of_grants(on=days(-30)) if row.user == town.coordinator]
    unit, scheme = town.reporting_unit.name, town.scheme.name
    assert notice.text == f"Årsrapporten for {unit} 2025 ({scheme}) skal sendes innen 1. mars 2026."
    assert notice.url_path == report_address(town.grant) == reverse("yearly-report", args=[report.public_id])
    User.objects.filter(pk=town.leader.pk).update(language="en")
    (english,) = [row for row in remind_of_grants(on=days(-7)) if row.user == town.leader]
    assert "1 March 2026" in english.text or "March 1, 2026" in english.text


def test_without_a_report_the_reminder_leads_to_the_grant(town: Town) -> None:
    notice = remind_of_grants(on=DUE)[0]
    assert notice.url_path == report_address(town.grant) == reverse("grant", args=[town.grant.public_id])


def test_nobody_is_told_of_what_is_sent_has_no_duty_or_was_not_awarded(town: Town) -> None:
    quiet: list[dict[str, Any]] = [{"state": GrantState.REPORTED}, {"state": GrantState.CLOSED}, {"report_by": None}]
    for change in quiet:
        Grant.objects.filter(pk=town.grant.pk).update(**{"state": GrantState.GRANTED, "report_by": DUE} | change)
        assert remind_of_grants(on=DUE) == []
    Grant.objects.filter(pk=town.grant.pk).update(state=GrantState.GRANTED, report_by=DUE)
    GrantScheme.objects.filter(pk=town.scheme.pk).update(has_reporting_duty=False, reported_here=False)
    assert remind_of_grants(on=DUE) == []
    GrantScheme.objects.filter(pk=town.scheme.pk).update(has_reporting_duty=True)
    assert len(remind_of_grants(on=DUE)) == 3  # also where the report is not written here


def test_a_report_that_came_from_a_file_is_not_asked_for(town: Town) -> None:
    town.report(ReportState.SUBMITTED, imported=True)
    assert town.grant.state == GrantState.GRANTED
    assert remind_of_grants(on=days(14)) == []


def test_a_deadline_that_is_moved_makes_no_reminder_a_second_time(town: Town) -> None:
    remind_of_grants(on=days(-30))
    Grant.objects.filter(pk=town.grant.pk).update(report_by=days(5))
    assert remind_of_grants(on=days(-25)) == []
    remind_of_grants(on=days(-2))
    assert told(town.coordinator) == ["30", "7"]


def test_nobody_is_told_for_ever(town: Town) -> None:
    """A file of an earlier year brings in grants that are late from the first day."""
    assert remind_of_grants(on=days(GIVES_UP)) != []
    assert remind_of_grants(on=days(GIVES_UP + 7)) == []


def returned(town: Town, at: datetime.datetime = RETURNED) -> None:
    report = YearlyReport.objects.filter(grant=town.grant).first() or town.report(ReportState.RETURNED)
    ReportStep.objects.create(
        report=report, before="submitted", after="returned", at=at, by=UserFactory(), comment="Se over."
    )


def test_a_report_that_was_sent_back_is_told_of_after_a_week_and_after_two(town: Town) -> None:
    returned(town)
    day = datetime.date(2026, 2, 2)
    seen = []
    for number in (6, 7, 13, 14, 40):
        for _again in range(2):
            remind_of_grants(on=day + datetime.timedelta(days=number))
        seen.append([stage.rsplit("-", 1)[1] for stage in told(town.leader)])
    assert seen == [[], ["7"], ["7"], ["7", "14"], ["7", "14"]]
    assert "ble sendt tilbake" in Notice.objects.latest("pk").text
    again = RETURNED + datetime.timedelta(days=50)
    returned(town, again)
    remind_of_grants(on=(again + datetime.timedelta(days=8)).date())
    assert len(told(town.leader)) == 3


def test_a_scheme_is_told_of_where_the_money_was_had_and_is_not_yet_sought(town: Town) -> None:
    """A deadline of the autumn is for the next year's money."""
    deadline = datetime.date(2026, 11, 1)
    GrantScheme.objects.filter(pk=town.scheme.pk).update(apply_by=deadline)
    Grant.objects.filter(pk=town.grant.pk).update(report_by=None)
    stranger = make_member(Role.COORDINATOR)
    sought = Town()
    for year in (2025, 2027):
        GrantFactory(reporting_unit=sought.reporting_unit, scheme=town.scheme, year=year, report_by=None)
    refused = Town()
    GrantFactory(reporting_unit=refused.reporting_unit, scheme=town.scheme, year=2025, state=GrantState.REFUSED)
    for number in (-31, -30, -8, -7, 0, 1):
        for _again in range(2):
            remind_of_grants(on=deadline + datetime.timedelta(days=number))
    keys = Notice.objects.filter(key__startswith="scheme-").values_list("user", "key")
    expected = [f"scheme-{town.scheme.public_id}-2027-{stage}" for stage in (30, 7)]
    leadership = (town.coordinator.pk, town.project_lead.pk)
    assert sorted(keys) == sorted((user, key) for user in leadership for key in expected)
    assert not Notice.objects.filter(user=stranger).exists()
    notice = Notice.objects.filter(key__startswith="scheme-")[0]
    assert notice.url_path == reverse("scheme", args=[town.scheme.public_id])
    assert notice.text == f"Søknadsfristen for {town.scheme.name} 2027 er 1. november 2026."


def test_a_deadline_of_the_spring_is_for_the_same_year(town: Town) -> None:
    GrantScheme.objects.filter(pk=town.scheme.pk).update(apply_by=datetime.date(2026, 2, 15))
    Grant.objects.filter(pk=town.grant.pk).update(report_by=None)
    assert len(remind_of_grants(on=datetime.date(2026, 2, 1))) == 2
    Notice.objects.all().delete()
    GrantFactory(reporting_unit=town.reporting_unit, scheme=town.scheme, year=2026, state=GrantState.APPLIED)
    assert remind_of_grants(on=datetime.date(2026, 2, 1)) == []


def test_ones_own_scheme_is_told_of_also_before_the_first_grant(town: Town) -> None:
    deadline = datetime.date(2026, 11, 1)
    Grant.objects.filter(pk=town.grant.pk).update(report_by=None)
    own = GrantSchemeFactory(municipality=town.municipality, apply_by=deadline)
    assert {row.user for row in remind_of_grants(on=deadline)} == {town.coordinator, town.project_lead}
    GrantScheme.objects.filter(pk=own.pk).update(active=False)
    Notice.objects.all().delete()
    assert remind_of_grants(on=deadline) == []


def test_who_is_told_is_who_may_write_the_report(town: Town) -> None:
    """The same as the queryset of the pages, for everybody there is."""
    holding = UnitFactory(municipality=town.municipality, parent=town.root)
    make_member(Role.UNIT_LEADER, holding)
    make_member(Role.UNIT_LEADER, town.root)
    Grant.objects.filter(pk=town.grant.pk).update(responsible_unit=holding)
    other = Town()
    found = holders(grants=Grant.objects.all(), on=datetime.date.today())
    for grant in Grant.objects.all():
        may = {user.pk for user in User.objects.all() if Grant.objects.editable_by(user).filter(pk=grant.pk).exists()}
        assert {user.pk for user in found[grant.pk]} == may
    assert len(found[town.grant.pk]) == 5
    assert set(found[other.grant.pk]) == other.holders


def test_who_can_not_log_in_or_has_left_holds_nothing(town: Town) -> None:
    today = datetime.date.today()
    User.objects.filter(pk=town.coordinator.pk).update(is_active=False)
    Membership.objects.filter(user=town.leader).update(valid_to=today - datetime.timedelta(days=1))
    assert holders(grants=[town.grant], on=today)[town.grant.pk] == [town.project_lead]


def test_the_directorate_reminds_of_what_is_missing_once_a_day() -> None:
    analyst = make_member(Role.ANALYST)
    town, other = Town(), Town()
    sent = Town()
    sent.report(ReportState.SUBMITTED)
    other.report(ReportState.RETURNED)
    elsewhere = Town(reported_here=False)
    grants = [town.grant, other.grant, sent.grant, elsewhere.grant]
    assert remind_missing(grants=grants, by=analyst, on=DUE) == 6
    assert set(User.objects.filter(notices__isnull=False)) == town.holders | other.holders
    assert remind_missing(grants=grants, by=analyst, on=DUE) == 0
    assert Notice.objects.count() == 6
    assert remind_missing(grants=[town.grant], by=analyst, on=days(1)) == 3
    assert told(town.leader) == ["asked-2026-03-01", "asked-2026-03-02"]
    assert "var 1. mars 2026" in Notice.objects.latest("pk").text


def test_who_has_two_units_is_one_person_with_two_reminders(town: Town) -> None:
    second = GrantFactory(
        reporting_unit=ReportingUnitFactory(municipality=town.municipality), scheme=town.scheme, year=2025
    )
    assert remind_missing(grants=[town.grant, second], by=make_member(Role.ANALYST), on=DUE) == 3
    assert [Notice.objects.filter(user=user).count() for user in (town.coordinator, town.leader)] == [2, 1]


@pytest.mark.parametrize(("report_by", "words"), [(None, ")."), (days(1), "Fristen er 2. mars 2026.")])
def test_the_directorates_words_say_the_deadline_where_there_is_one(
    report_by: datetime.date | None, words: str, town: Town
) -> None:
    Grant.objects.filter(pk=town.grant.pk).update(report_by=report_by)
    remind_missing(grants=[town.grant], by=make_member(Role.ANALYST), on=DUE)
    assert Notice.objects.latest("pk").text.endswith(words)


def test_the_last_reminder_is_that_of_those_who_hold_the_grant_now(town: Town) -> None:
    today, other = datetime.date.today(), Town()
    assert last_reminded(grants=[town.grant, other.grant], on=today) == {}
    remind_of_grants(on=DUE)
    remind_missing(grants=[town.grant], by=make_member(Role.ANALYST), on=DUE)
    first = Notice.objects.filter(key__contains=other.grant.public_id).latest("made_at").made_at
    last = Notice.objects.filter(key__contains=town.grant.public_id).latest("made_at").made_at
    assert last_reminded(grants=[town.grant, other.grant], on=today) == {town.grant.pk: last, other.grant.pk: first}
    Membership.objects.filter(user__in=town.holders).delete()
    assert last_reminded(grants=[town.grant], on=today) == {}


def test_the_daily_job_takes_no_more_queries_for_many_that_are_not_due(town: Town) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            remind_of_grants(on=days(-40))
        return len(queries)

    few = count()
    for _ in range(5):
        make_report(year=2025, grant__report_by=DUE)
    assert count() == few <= 5


def test_the_job_runs_every_day(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """In time for the mail of the same morning."""
    job = {"task": "grants.tasks.remind_of_grants", "schedule": BEFORE_THE_MAIL}
    assert CELERY_BEAT_SCHEDULE["remind-of-grants"] == job
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: DUE)
    tasks.remind_of_grants()
    assert told(town.leader) == ["due"]
