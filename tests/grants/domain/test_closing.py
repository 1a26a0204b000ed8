"""The closing report: begun with what is known, submitted once."""

import datetime
from typing import Any

import pytest

from grants.domain.closing import save_closing_report, start_closing_report
from grants.models import ClosingReport, Lesson, Outcome, PartnerRole
from organisation.domain.errors import DomainError
from organisation.models import Notice, Role
from tests.factories import (
    ClosingReportFactory,
    LedgerEntryFactory,
    UnitFactory,
    UserFactory,
    make_agreed,
    make_member,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 12, 1)
NOW = datetime.datetime(2025, 12, 10, tzinfo=datetime.UTC)
TEXTS = {"achieved": "Mye", "learnt": "At det nytter", "carried_on": "", "remaining": ""}


def save(report: ClosingReport, submit: bool = False, **texts: Any) -> ClosingReport:
    return save_closing_report(
        report=report, **{**TEXTS, **texts}, submit=submit, version=report.version, by=UserFactory(), at=NOW
    )


def test_it_is_due_in_sixty_days_and_filled_from_results_lessons_and_money() -> None:
    sub_project = make_agreed()
    someone = UserFactory()
    Outcome.objects.create(
        sub_project=sub_project, kind="families", value=70, is_at_least=True, counted_on=DAY, source="Oversikten",
        written_at=NOW, written_by=someone,
    )  # fmt: skip
    Lesson.objects.create(sub_project=sub_project, text="Begynn tidlig.", written_on=DAY, written_by=someone)
    LedgerEntryFactory(sub_project=sub_project, amount=400_000)
    report = start_closing_report(sub_project=sub_project, by=someone, on=DAY)
    assert (report.started_on, report.due_on) == (DAY, datetime.date(2026, 1, 30))
    assert (report.achieved, report.learnt) == ("Familier: minst 70", "Begynn tidlig.")
    assert report.remaining.replace("\xa0", " ") == (
        "Tildelt 1 000 000 kroner, utbetalt 400 000 kroner. 600 000 kroner er ikke brukt."
    )
    assert start_closing_report(sub_project=sub_project, by=someone, on=NOW.date()) == report


def test_leadership_and_the_responsible_partner_are_told_once_when_it_begins() -> None:
    sub_project = make_agreed()
    Notice.objects.all().delete()
    responsible, other = sub_project.partners.order_by("id")
    assert responsible.role == PartnerRole.RESPONSIBLE
    town = UnitFactory(municipality=sub_project.municipality)
    told = {make_member(role, town) for role in (Role.PROJECT_LEAD, Role.COORDINATOR)}
    told |= {make_member(role, responsible.unit) for role in (Role.PARTNER, Role.UNIT_LEADER)}
    before = set(responsible.unit.memberships.values_list("user", flat=True))
    for role, unit in ((Role.PARTNER, other.unit), (Role.CASEWORKER, responsible.unit), (Role.STEERING_GROUP, town)):
        make_member(role, unit)
    make_member(Role.PROJECT_LEAD)  # of another municipality
    start_closing_report(sub_project=sub_project, by=UserFactory(), on=DAY)
    asked = {notice.user for notice in Notice.objects.all()}
    assert told <= asked
    assert {user.pk for user in asked - told} <= before, "nobody but those who answer for it"
    notice = Notice.objects.first()
    assert notice is not None
    assert sub_project.title in notice.text and "30. januar 2026" in notice.text
    count = Notice.objects.count()
    start_closing_report(sub_project=sub_project, by=UserFactory(), on=NOW.date())
    assert Notice.objects.count() == count


def test_a_draft_is_kept_and_what_is_submitted_stands() -> None:
    report = save(ClosingReportFactory(), achieved="")
    assert (report.learnt, report.submitted_at) == ("At det nytter", None)
    report = save(report, submit=True)
    assert report.submitted_at == NOW
    for submit in (True, False):
        with pytest.raises(DomainError, match="sendt inn"):
            save(report, submit=submit)


@pytest.mark.parametrize("name", ["achieved", "learnt"])
def test_what_was_reached_and_learnt_is_written_before_it_is_submitted(name: str) -> None:
    with pytest.raises(DomainError) as refusal:
        save(ClosingReportFactory(), submit=True, **{name: " "})
    assert refusal.value.field == name
    assert ClosingReport.objects.get().submitted_at is None
