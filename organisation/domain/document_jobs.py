"""The job that makes a document. PostgreSQL owns it: a lease, a token, attempts, progress, and the result, all in rows.

Celery only wakes a worker. A message that is lost is made good by the sweep (`unfinished`); a message that comes twice
finds no job to take. Times are the database's, so that the hosts' clocks don't matter.
"""

import datetime
import hashlib
import logging
import tempfile
from contextlib import suppress
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

from organisation.documents import attachments_of, content_of, kind_called
from organisation.domain.documents import file_name
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting
from organisation.models import Document, DocumentJob, JobState
from organisation.pdf.render import RenderFailed, disk_full_is_told, render_pdf

logger = logging.getLogger(__name__)
LEASE = settings.JOB_LEASE_SECONDS
FREE = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, leased_until__lt=Now())
GAVE_UP = gettext_lazy(
    "Arbeidet ble avbrutt flere ganger. Prøv igjen, og si fra til administratoren om det gjentar seg."
)
UNEXPECTED = gettext_lazy(
    "Noe gikk galt da PDF-en ble laget. Prøv igjen, og si fra til administratoren om det gjentar seg."
)


NOT_THE_SAME = gettext_lazy(
    "Filen som ble laget på nytt, er ikke lik den som ble laget først. Den første står, og den nye er kastet."
)


class NotTheSame(DomainError):
    """A document that was made before came out otherwise; its hash has been told, so what was made first stands."""


class LostLease(Exception):
    """Another worker has the job now; this one must stop and leave no trace."""


def unfinished() -> list[int]:
    """Ids of the jobs that wait for a worker, or whose worker is gone. A job that was given up becomes failed here."""
    DocumentJob.objects.filter(FREE, attempts__gte=settings.JOB_MAX_ATTEMPTS).update(
        state=JobState.FAILED, error=str(GAVE_UP), finished_at=Now()
    )
    return list(DocumentJob.objects.filter(FREE).order_by("id").values_list("pk", flat=True))


def claim(job_id: int) -> int | None:
    """Take the job for LEASE seconds. Returns the token to write with, or None when there is nothing to take."""
    with transaction.atomic():
        job = DocumentJob.objects.select_for_update(skip_locked=True).filter(FREE, pk=job_id).first()
        if job is None or job.attempts >= settings.JOB_MAX_ATTEMPTS:
            return None
        token = job.token + 1
        DocumentJob.objects.filter(pk=job_id).update(
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
    held = DocumentJob.objects.filter(pk=job_id, token=token, state=JobState.RUNNING)
    if not held.update(step=step, percent=percent, leased_until=_lease_end()):
        raise LostLease


def run(job_id: int) -> None:
    """Make the PDF of a job, if it is free: the whole work of a worker."""
    token = claim(job_id)
    if token is None:
        return
    try:
        _make(job_id, token)
    except LostLease:
        logger.warning("Document job %s: lease %s was lost", job_id, token)
    except (RenderFailed, DomainError) as error:
        _fail(job_id, token, str(error))
    except Exception:
        logger.exception("Document job %s failed", job_id)
        _fail(job_id, token, str(UNEXPECTED))


def _make(job_id: int, token: int) -> None:
    document = Document.objects.get(job=job_id)
    content = content_of(document)
    with disk_full_is_told(), tempfile.TemporaryDirectory(prefix="povertyplan-") as folder:
        path = Path(folder, "document.pdf")
        render_pdf(
            kind_called(document.kind).template,
            content,
            path,
            attachments=attachments_of(document.kind, content),
            on_progress=lambda step, percent: renew(job_id, token, step, percent),
        )
        renew(job_id, token, _("Lagrer PDF-en"), 99)
        _finish(job_id, token, document, path)


def _finish(job_id: int, token: int, document: Document, path: Path) -> None:
    """Store the file under a name of this lease's own, then make it the document's in one transaction with "done".

    What is made again is the same, byte by byte, or it isn't taken: a new template or font doesn't change an old document.
    """
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    name = _store(file_name(document, token), path)
    try:
        with acting(None, "document.made"):
            held = DocumentJob.objects.select_for_update().filter(pk=job_id, token=token, state=JobState.RUNNING)
            if not held.exists():
                raise LostLease
            row = Document.objects.filter(pk=document.pk)
            replaced, made_before = row.values_list("file", "file_sha256").get()
            if made_before not in ("", sha256):
                raise NotTheSame(str(NOT_THE_SAME))
            row.update(file=name, file_sha256=sha256, file_size=len(content))
            held.update(state=JobState.DONE, percent=100, step="", leased_until=None, finished_at=Now())
    except (LostLease, NotTheSame):
        # Only here: after another error nobody knows whether the row was written, and a file too many harms nobody.
        default_storage.delete(name)
        raise
    # The file made before, and what workers that died had stored.
    for earlier in {replaced, *(file_name(document, other) for other in range(1, token))} - {"", name}:
        default_storage.delete(earlier)


def _store(name: str, path: Path) -> str:
    """The file in the store, or nothing of it: on a full disk the storage leaves what it had written."""
    try:
        with path.open("rb") as file:
            return default_storage.save(name, File(file))
    except OSError:
        with suppress(OSError):
            default_storage.delete(name)
        raise


def _fail(job_id: int, token: int, reason: str) -> None:
    DocumentJob.objects.filter(pk=job_id, token=token, state=JobState.RUNNING).update(
        state=JobState.FAILED, error=reason, leased_until=None, finished_at=Now()
    )


def _lease_end() -> CombinedExpression:
    return Now() + datetime.timedelta(seconds=LEASE)
