"""Publishing: a finished report, once, with who and when."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from organisation.documents import content_of
from organisation.domain.errors import DomainError
from organisation.models import Document, DocumentJob, JobState
from reporting.domain.report import publish
from reporting.models import Report
from tests.factories import DocumentJobFactory, ReportFactory, UserFactory

pytestmark = pytest.mark.django_db


def finished() -> Report:
    report = ReportFactory(document__file="documents/x/1.pdf")
    job = DocumentJobFactory(document=report.document)
    DocumentJob.objects.filter(pk=job.pk).update(state=JobState.DONE, percent=100, finished_at=timezone.now())
    return Report.objects.get(pk=report.pk)


def test_a_finished_report_is_published_with_who_and_when() -> None:
    report, by = finished(), UserFactory()
    assert not report.is_published
    report = publish(report=report, version=report.version, by=by)
    report.refresh_from_db()
    assert report.is_published
    assert report.published_by == by
    assert report.document.file.name == "documents/x/1.pdf"


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
    DocumentJob.objects.update(state=state, error="feil", leased_until=now, finished_at=now)
    with pytest.raises(DomainError, match="ferdig"):
        publish(report=report, version=report.version, by=UserFactory())
    report.refresh_from_db()
    assert not report.is_published


def test_a_report_without_a_file_is_not_published() -> None:
    report = finished()
    Document.objects.update(file="")
    with pytest.raises(DomainError, match="ferdig"):
        publish(report=report, version=report.version, by=UserFactory())


def test_the_database_takes_no_published_report_without_a_person_or_a_day() -> None:
    for columns in ({"published_at": timezone.now()}, {"published_by": UserFactory()}):
        report = ReportFactory()
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**columns)


def test_a_report_is_made_from_the_frozen_copy_and_nothing_else() -> None:
    report = ReportFactory(frozen__content={"schema": 1, "summary": "Frosset"})
    assert report.document.content is None
    assert content_of(report.document) == {"schema": 1, "summary": "Frosset"}
