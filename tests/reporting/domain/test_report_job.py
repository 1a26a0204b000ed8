"""The job that makes a report: claimed by one, kept by a lease, given up after some attempts, never done twice."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.functions import Now

from organisation.domain.errors import DomainError
from reporting.domain import report_job
from reporting.domain.report_job import LostLease, claim, make_again, make_report, queue_report, renew, unfinished
from reporting.models import JobState, Report, ReportJob
from reporting.pdf.render import RenderFailed
from tests.factories import ReportFactory, ReportJobFactory, UserFactory
from tests.reporting.closed_round import Scene
from tests.reporting.fake_render import fake_render, made_from

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_weasyprint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_job, "render_pdf", fake_render)


def expire(job: ReportJob) -> None:
    """As if the worker had been silent for longer than its lease."""
    ReportJob.objects.filter(pk=job.pk).update(leased_until=Now() - report_job.datetime.timedelta(seconds=1))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def taken_over(job: ReportJob) -> int:
    """Another worker takes the job, because the one that has it seems to be gone; the other's token."""
    expire(job)
    token = claim(job.pk)
    assert token is not None
    return token


def test_a_report_is_made_from_the_frozen_copy_with_its_size_and_checksum(media_root: Path) -> None:
    report = Scene.make().close()
    make_report(report.job.pk)
    report.refresh_from_db()
    job = ReportJob.objects.get(report=report)
    with report.file.open("rb") as file:
        content = file.read()
    assert content == made_from(report.frozen.content)
    assert (report.file_sha256, report.file_size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (job.state, job.percent, job.attempts, job.leased_until, job.error) == ("done", 100, 1, None, "")
    assert job.finished_at is not None


def test_made_again_from_the_same_copy_it_has_the_same_content(media_root: Path) -> None:
    first = ReportJobFactory()
    second = ReportJobFactory(report=ReportFactory(frozen=first.report.frozen, number=2))
    for job in (first, second):
        make_report(job.pk)
    assert len(set(Report.objects.values_list("file_sha256", flat=True))) == 1
    assert len(files(media_root)) == 2


def test_a_message_that_comes_twice_finds_nothing_to_do(media_root: Path) -> None:
    job = ReportJobFactory()
    make_report(job.pk)
    finished_at = ReportJob.objects.get().finished_at
    make_report(job.pk)
    job.refresh_from_db()
    assert (job.attempts, job.finished_at) == (1, finished_at)
    assert files(media_root) == ["1-1.pdf"]


def test_a_claimed_job_is_nobody_elses_until_its_lease_is_over() -> None:
    job = ReportJobFactory()
    assert claim(job.pk) == 1
    assert claim(job.pk) is None
    expire(job)
    assert claim(job.pk) == 2
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.RUNNING, 2)


def test_a_job_that_does_not_exist_is_not_claimed() -> None:
    ReportJobFactory()
    assert claim(0) is None


def test_progress_is_written_and_keeps_the_lease() -> None:
    job = ReportJobFactory()
    token = claim(job.pk)
    assert token is not None
    expire(job)
    renew(job.pk, token, "Lager sidene", 40)
    job.refresh_from_db()
    assert (job.step, job.percent) == ("Lager sidene", 40)
    assert claim(job.pk) is None


def test_a_new_claim_starts_its_progress_anew() -> None:
    job = ReportJobFactory()
    renew(job.pk, claim(job.pk) or 0, "Lager sidene", 40)
    taken_over(job)
    job.refresh_from_db()
    assert (job.step, job.percent) == ("", 0)


def test_a_slow_worker_that_was_taken_for_dead_can_not_write_any_more() -> None:
    job = ReportJobFactory()
    token = claim(job.pk)
    assert token is not None
    taken_over(job)
    with pytest.raises(LostLease):
        renew(job.pk, token, "Lager sidene", 90)
    job.refresh_from_db()
    assert job.percent == 0


def test_a_worker_that_loses_its_lease_while_it_works_stops_and_leaves_no_trace(
    media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ReportJobFactory()

    def slow(content: Any, out: Path, *, on_progress: Callable[[str, int], None]) -> None:
        taken_over(job)
        fake_render(content, out, on_progress=on_progress)

    monkeypatch.setattr(report_job, "render_pdf", slow)
    make_report(job.pk)
    job.refresh_from_db()
    assert (job.state, job.token, job.error) == (JobState.RUNNING, 2, "")
    assert files(media_root) == []
    assert Report.objects.get().file.name == ""


def test_a_worker_that_loses_its_lease_at_the_very_end_leaves_only_the_others_report(
    media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the PDF ready, and was silent too long before storing it: the other one's result stands."""
    job = ReportJobFactory()
    real = report_job._finish

    def late(job_id: int, token: int, report: Report, path: Path) -> None:
        if token == 1:
            expire(job)
            make_report(job_id)
        real(job_id, token, report, path)

    monkeypatch.setattr(report_job, "_finish", late)
    make_report(job.pk)
    job.refresh_from_db()
    report = Report.objects.get()
    assert (job.state, job.token, job.attempts) == (JobState.DONE, 2, 2)
    assert files(media_root) == ["1-2.pdf"]
    assert report.file.name.endswith("1-2.pdf")


def test_what_a_dead_worker_had_stored_is_cleared_away(media_root: Path) -> None:
    job = ReportJobFactory()
    assert claim(job.pk) == 1
    default_storage.save(f"reports/{job.report.public_id}/1-1.pdf", ContentFile(b"halvferdig"))
    expire(job)
    make_report(job.pk)
    assert files(media_root) == ["1-2.pdf"]


def test_a_job_whose_workers_die_again_and_again_is_given_up_with_a_reason(settings: Any) -> None:
    job = ReportJobFactory()
    for _ in range(settings.JOB_MAX_ATTEMPTS):
        assert unfinished() == [job.pk]
        assert claim(job.pk)
        expire(job)
    assert claim(job.pk) is None
    assert unfinished() == []
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, settings.JOB_MAX_ATTEMPTS)
    assert "avbrutt flere ganger" in job.error
    assert job.finished_at is not None


def test_a_last_attempt_that_is_still_under_way_is_not_given_up(settings: Any) -> None:
    job = ReportJobFactory(attempts=settings.JOB_MAX_ATTEMPTS - 1)
    claim(job.pk)
    assert unfinished() == []
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_the_sweep_finds_what_waits_and_what_was_left_and_nothing_else(media_root: Path) -> None:
    waiting, left, running, done, failed = (ReportJobFactory() for _ in range(5))
    claim(left.pk)
    expire(left)
    claim(running.pk)
    make_report(done.pk)
    ReportJob.objects.filter(pk=failed.pk).update(state=JobState.FAILED, error="feil", finished_at=Now())
    assert unfinished() == [waiting.pk, left.pk]


def test_a_failure_says_what_the_renderer_said(monkeypatch: pytest.MonkeyPatch, media_root: Path) -> None:
    def too_big(*args: Any, **kwargs: Any) -> None:
        raise RenderFailed("memory")

    monkeypatch.setattr(report_job, "render_pdf", too_big)
    job = ReportJobFactory()
    make_report(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, RenderFailed("memory").reason)
    assert files(media_root) == []


def test_an_unexpected_failure_tells_the_user_nothing_of_its_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise KeyError("internt")

    monkeypatch.setattr(report_job, "render_pdf", broken)
    job = ReportJobFactory()
    make_report(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "Noe gikk galt" in job.error
    assert "internt" not in job.error


def test_a_failure_of_a_worker_that_lost_its_lease_does_not_fail_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    job = ReportJobFactory()

    def broken(*args: Any, **kwargs: Any) -> None:
        taken_over(job)
        raise KeyError

    monkeypatch.setattr(report_job, "render_pdf", broken)
    make_report(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.RUNNING, "")


def test_a_failed_job_is_taken_up_again(
    monkeypatch: pytest.MonkeyPatch, media_root: Path, django_capture_on_commit_callbacks: Any
) -> None:
    woken: list[int] = []
    monkeypatch.setattr(report_job, "wake", woken.append)
    job = ReportJobFactory(attempts=5)
    ReportJob.objects.update(state=JobState.FAILED, error="feil", finished_at=Now())
    with django_capture_on_commit_callbacks(execute=True):
        make_again(report=job.report, by=UserFactory())
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts, job.percent) == (JobState.QUEUED, "", 0, 0)
    assert woken == [job.pk]
    make_report(job.pk)
    assert ReportJob.objects.get().state == JobState.DONE


def test_a_file_that_was_lost_is_made_again_with_the_same_bytes(media_root: Path) -> None:
    job = ReportJobFactory()
    make_report(job.pk)
    first = Report.objects.get()
    default_storage.delete(first.file.name)
    make_again(report=first, by=UserFactory())
    make_report(job.pk)
    assert Report.objects.get().file_sha256 == first.file_sha256
    assert files(media_root) == ["1-2.pdf"]


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_job_that_is_under_way_is_not_taken_up_again(state: str, media_root: Path) -> None:
    job = ReportJobFactory()
    if state == "running":
        claim(job.pk)
    with pytest.raises(DomainError):
        make_again(report=job.report, by=UserFactory())
    assert ReportJob.objects.get().state == state


def test_a_worker_is_woken_after_the_commit_and_not_before(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    woken: list[int] = []
    monkeypatch.setattr(report_job, "wake", woken.append)
    with django_capture_on_commit_callbacks(execute=True):
        job = queue_report(ReportFactory())
        assert woken == []
    assert woken == [job.pk]
