"""Reports after they are made: published to the board."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, locked
from organisation.models import Document, JobState, User
from reporting.models import Report

DOCUMENT_KIND = "report"


def publish(*, report: Report, version: int, by: User) -> Report:
    """Let the board and the directorate read a finished report. A published report is never taken back silently."""
    with acting(by, "report.publish"):
        report = locked(report, version)
        if report.is_published:
            raise DomainError(_("Rapporten er allerede publisert."))
        document = Document.objects.select_related("job").get(report=report)
        if document.job.state != JobState.DONE or not document.file:
            raise DomainError(_("Rapporten må være ferdig laget før den kan publiseres."))
        report.published_at, report.published_by = timezone.now(), by
        report.save()
    return report


def frozen_content(document: Document) -> dict[str, Any]:
    """What a report's PDF is made from: the frozen copy, whose one place is its own table."""
    content: dict[str, Any] = document.report.frozen.content
    return content
