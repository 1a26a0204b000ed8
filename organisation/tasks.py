"""Celery tasks: ids in, one call."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from organisation.domain import daily_mail, document_jobs, log_chain, outbox


@shared_task
def clear_expired() -> None:
    """Forget sessions that have run out, and log-in attempts older than 30 days."""
    call_command("clearsessions")
    call_command("axes_reset_logs", age=30)


@shared_task
def make_daily_mails() -> None:
    """The sweep of the outbox finds them."""
    daily_mail.make_mails(at=timezone.now())


@shared_task
def send_mail(mail_id: int) -> None:
    outbox.send(mail_id)


@shared_task
def wake_outbox() -> None:
    for mail_id in outbox.unsent():
        send_mail.delay(mail_id)


@shared_task
def make_document(job_id: int) -> None:
    document_jobs.run(job_id)


@shared_task
def wake_document_jobs() -> None:
    for job_id in document_jobs.unfinished():
        make_document.delay(job_id)


@shared_task
def seal_logs() -> None:
    log_chain.seal()
