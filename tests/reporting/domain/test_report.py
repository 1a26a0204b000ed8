"""Publishing: a finished report, once, with who and when."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from organisation.domain.errors import DomainError
from reporting.domain.report import publish
from reporting.models import JobState, Report, ReportJob
from tests.factories import ReportFactory, ReportJobFactory, UserFactory

pytestmark = pytest.mark.django_db


def finished() -> Report:
    job = ReportJobFactory(report__file="reports/x/1-1.pdf")
    ReportJob.objects.filter(pk=job.pk).update(state=JobState.DONE, percent=100, finished_at=timezone.now())
    return Report.objects.get(pk=job.report.pk)


def test_a_finished_report_is_published_with_who_and_when() -> None:
    report, by = finished(), UserFactory()
    assert not report.is_published
    report = publish(report=report, version=report.version, by=by)
    report.refresh_from_db()
    assert report.is_published
    assert report.published_by == by
    assert report.file.name == "reports/x/1-1.pdf"


def test_a_report_is_published_once() -> None:
    report = finished()
    report = publish(report=report, version=report.version, by=UserFactory())
    first = report.published_at
    with pytest.raises(DomainError, match="allerede"):
        publish(report=report, version=report.version, by=UserFactory())
    report.refresh_from_db()
    assert report.published_at == first


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING, JobState.FAILED])
def test_a_report_that_is_not_made_is_not_published(state: JobState) -> None:
    report = finished()
    now = timezone.now()
    ReportJob.objects.update(state=state, error="feil", leased_until=now, finished_at=now)
    with pytest.raises(DomainError, match="ferdig"):
        publish(report=report, version=report.version, by=UserFactory())
    report.refresh_from_db()
    assert not report.is_published


def test_the_database_takes_no_published_report_without_a_file_or_a_person() -> None:
    now, by = timezone.now(), UserFactory()
    for file, person in (("", by), ("reports/x/1-1.pdf", None)):
        report = ReportFactory(file=file)
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(published_at=now, published_by=person)
