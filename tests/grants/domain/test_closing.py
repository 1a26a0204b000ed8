"""The closing report: begun with what is known, submitted once."""

import datetime
from typing import Any

import pytest

from grants.domain.closing import save_closing_report, start_closing_report
from grants.models import ClosingReport, Lesson, Outcome
from organisation.domain.errors import DomainError
from tests.factories import ClosingReportFactory, LedgerEntryFactory, UserFactory, make_agreed

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
