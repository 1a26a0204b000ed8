"""Reports after they are made: published to the board."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, locked
from organisation.models import User
from reporting.models import JobState, Report


def publish(*, report: Report, version: int, by: User) -> Report:
    """Let the board and the directorate read a finished report. A published report is never taken back silently."""
    with acting(by, "report.publish"):
        report = locked(report, version)
        if report.is_published:
            raise DomainError(_("Rapporten er allerede publisert."))
        if report.job.state != JobState.DONE:
            raise DomainError(_("Rapporten må være ferdig laget før den kan publiseres."))
        report.published_at, report.published_by = timezone.now(), by
        report.save()
    return report
