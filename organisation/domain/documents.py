"""Documents as PDFs: made, and made again. A worker does the work (domain/document_jobs.py)."""

import logging
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from organisation.documents import kind_called
from organisation.domain.errors import DomainError
from organisation.domain.municipality import logo_of
from organisation.domain.writing import acting
from organisation.models import Document, DocumentJob, JobState, Municipality, User
from povertyplan.celery import app as celery_app

logger = logging.getLogger(__name__)
DISCARDED = gettext_lazy("Filen er slettet.")


def make_document(
    *, municipality: Municipality | None, kind: str, title: str, content: dict[str, Any] | None = None
) -> Document:
    """A document of a municipality (or of the directorate: None) and the job that makes it; a worker is woken after the commit.

    Called inside the transaction of what the document is about, which also says who acts. `content` is what it is made
    from, frozen from now on: JSON only, so dates and amounts as text; the municipality's logo is frozen with it. It is
    left out where the kind knows where to find it.
    """
    if (content is None) != (kind_called(kind).content is not None):
        raise ValueError(f"Documents of kind {kind} are made from content of their own or found by the kind, not both")
    if content is not None and (logo := logo_of(municipality)):
        content = {"logo": logo} | content
    with transaction.atomic():
        document = Document.objects.create(municipality=municipality, kind=kind, title=title, content=content)
        job = DocumentJob.objects.create(document=document, queued_at=Now())
    transaction.on_commit(partial(wake, job.pk))
    return document


def make_again(*, document: Document, by: User) -> None:
    """Take up a failed job again, or make a file anew that was lost. The same content gives the same bytes."""
    with acting(by, "document.make_again"):
        over = DocumentJob.objects.filter(document=document, state__in=(JobState.FAILED, JobState.DONE))
        if not over.update(
            state=JobState.QUEUED, attempts=0, percent=0, step="", error="", queued_at=Now(), finished_at=None
        ):
            raise DomainError(_("PDF-en lages allerede."))
        transaction.on_commit(partial(wake, document.job.pk))


def discard(*, document: Document, by: User | None) -> None:
    """Take the file away for good, and the job with its lease: whatever a worker still makes is thrown away.

    The file goes before the transaction is over. After an error it may be missing, and can be made again; the other
    order could leave it behind.
    """
    with acting(by, "document.discard"):
        job = DocumentJob.objects.select_for_update().filter(document=document).first()
        if job is not None:
            job.state, job.error, job.finished_at = JobState.FAILED, str(DISCARDED), Now()
            job.token, job.leased_until = job.token + 1, None
            job.save()
        name = Document.objects.values_list("file", flat=True).get(pk=document.pk)
        Document.objects.filter(pk=document.pk).update(file="", file_sha256="", file_size=None)
        stored_by_leases = [file_name(document, token) for token in range(1, job.token)] if job else []
        for path in {name, *stored_by_leases} - {""}:
            default_storage.delete(path)


def file_name(document: Document, token: int) -> str:
    """Where the worker that holds a lease stores what it has made."""
    return f"documents/{document.public_id}/{token}.pdf"


def wake(job_id: int) -> None:
    """Tell a worker. Where the broker can't be reached, the sweep finds the job later; nobody has to wait for that."""
    try:
        celery_app.send_task("organisation.tasks.make_document", [job_id], ignore_result=True, retry=False)
    except (OSError, KombuError, RedisError):
        logger.warning("Document job %s: no broker to wake a worker through; the sweep will find it", job_id)
