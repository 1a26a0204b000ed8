"""Celery tasks: ids in, one domain call."""

from celery import shared_task

from reporting.domain import report_job


@shared_task
def make_report(job_id: int) -> None:
    report_job.make_report(job_id)


@shared_task
def wake_report_jobs() -> None:
    for job_id in report_job.unfinished():
        make_report.delay(job_id)
