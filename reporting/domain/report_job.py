"""The job that makes a report's PDF. PostgreSQL owns it: a lease, a token, attempts, progress, and the result, all in rows.

Celery only wakes a worker. A message that is lost is made good by the sweep (`unfinished`); a message that comes twice
finds no job to take. Times are the database's, so that the hosts' clocks don't matter.
"""

import datetime
import hashlib
import logging
import tempfile
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from organisation.domain.errors import DomainError
from organisation.domain.writing import acting
from organisation.models import User
from povertyplan.celery import app as celery_app
from reporting.models import JobState, Report, ReportJob
from reporting.pdf.render import RenderFailed, render_pdf

logger = logging.getLogger(__name__)
LEASE = settings.JOB_LEASE_SECONDS
FREE = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, leased_until__lt=Now())
GAVE_UP = gettext_lazy(
    "Arbeidet ble avbrutt flere ganger. Prøv igjen, og si fra til administratoren om det gjentar seg."
)
UNEXPECTED = gettext_lazy(
    "Noe gikk galt da rapporten ble laget. Prøv igjen, og si fra til administratoren om det gjentar seg."
)


class LostLease(Exception):
    """Another worker has the job now; this one must stop and leave no trace."""


def queue_report(report: Report) -> ReportJob:
    """A job for a report that has none. A worker is woken after the commit."""
    job = ReportJob.objects.create(report=report, queued_at=Now())
    transaction.on_commit(partial(wake, job.pk))
    return job


def wake(job_id: int) -> None:
    """Tell a worker. Where the broker can't be reached, the sweep finds the job later; nobody has to wait for that."""
    try:
        celery_app.send_task("reporting.tasks.make_report", [job_id], ignore_result=True, retry=False)
    except (OSError, KombuError, RedisError):
        logger.warning("Report job %s: no broker to wake a worker through; the sweep will find it", job_id)


def make_again(*, report: Report, by: User) -> None:
    """Take up a failed job again, or make a file anew that was lost. The same frozen copy gives the same bytes."""
    with acting(by, "report.make_again"):
        changed = ReportJob.objects.filter(report=report, state__in=(JobState.FAILED, JobState.DONE)).update(
            state=JobState.QUEUED, attempts=0, percent=0, step="", error="", queued_at=Now(), finished_at=None
        )
        if not changed:
            raise DomainError(_("Rapporten lages allerede."))
        transaction.on_commit(partial(wake, report.job.pk))


def unfinished() -> list[int]:
    """Ids of the jobs that wait for a worker, or whose worker is gone. A job that was given up becomes failed here."""
    ReportJob.objects.filter(FREE, attempts__gte=settings.JOB_MAX_ATTEMPTS).update(
        state=JobState.FAILED, error=str(GAVE_UP), finished_at=Now()
    )
    return list(ReportJob.objects.filter(FREE).order_by("id").values_list("pk", flat=True))


def claim(job_id: int) -> int | None:
    """Take the job for LEASE seconds. Returns the token to write with, or None when there is nothing to take."""
    with transaction.atomic():
        job = ReportJob.objects.select_for_update(skip_locked=True).filter(FREE, pk=job_id).first()
        if job is None or job.attempts >= settings.JOB_MAX_ATTEMPTS:
            return None
        token = job.token + 1
        ReportJob.objects.filter(pk=job_id).update(
            state=JobState.RUNNING,
            token=token,
            attempts=F("attempts") + 1,
            leased_until=_lease_end(),
            percent=0,
            step="",
        )
    return token


def renew(job_id: int, token: int, step: str, percent: int) -> None:
    """Report progress and hold the lease; raises LostLease when the job has another holder."""
    held = ReportJob.objects.filter(pk=job_id, token=token, state=JobState.RUNNING)
    if not held.update(step=step, percent=percent, leased_until=_lease_end()):
        raise LostLease


def make_report(job_id: int) -> None:
    """Make the PDF of a job, if it is free: the whole work of a worker."""
    token = claim(job_id)
    if token is None:
        return
    try:
        _make(job_id, token)
    except LostLease:
        logger.warning("Report job %s: lease %s was lost", job_id, token)
    except RenderFailed as error:
        _fail(job_id, token, str(error))
    except Exception:
        logger.exception("Report job %s failed", job_id)
        _fail(job_id, token, str(UNEXPECTED))


def _make(job_id: int, token: int) -> None:
    report = Report.objects.select_related("frozen").get(job=job_id)
    with tempfile.TemporaryDirectory(prefix="povertyplan-") as folder:
        path = Path(folder, "report.pdf")
        render_pdf(report.frozen.content, path, on_progress=lambda step, percent: renew(job_id, token, step, percent))
        renew(job_id, token, _("Lagrer rapporten"), 99)
        _finish(job_id, token, report, path)


def _finish(job_id: int, token: int, report: Report, path: Path) -> None:
    """Store the file under a name of this lease's own, then make it the report's in one transaction with "done"."""
    content = path.read_bytes()
    with path.open("rb") as file:
        name = default_storage.save(_file_name(report, token), File(file))
    try:
        with acting(None, "report.made"):
            held = ReportJob.objects.select_for_update().filter(pk=job_id, token=token, state=JobState.RUNNING)
            if not held.exists():
                raise LostLease
            Report.objects.filter(pk=report.pk).update(
                file=name, file_sha256=hashlib.sha256(content).hexdigest(), file_size=len(content)
            )
            held.update(state=JobState.DONE, percent=100, step="", leased_until=None, finished_at=Now())
    except LostLease:
        # Only here: after another error nobody knows whether the row was written, and a file too many harms nobody.
        default_storage.delete(name)
        raise
    for earlier in range(1, token):  # what workers that died had stored
        default_storage.delete(_file_name(report, earlier))


def _file_name(report: Report, token: int) -> str:
    return f"reports/{report.public_id}/{report.number}-{token}.pdf"


def _fail(job_id: int, token: int, reason: str) -> None:
    ReportJob.objects.filter(pk=job_id, token=token, state=JobState.RUNNING).update(
        state=JobState.FAILED, error=reason, leased_until=None, finished_at=Now()
    )


def _lease_end() -> CombinedExpression:
    return Now() + datetime.timedelta(seconds=LEASE)
