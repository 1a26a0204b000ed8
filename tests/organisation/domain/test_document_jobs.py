"""The job that makes a document: claimed by one, kept by a lease, given up after some attempts, never done twice."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.functions import Now

from organisation import documents
from organisation.domain import document_jobs
from organisation.domain.document_jobs import LostLease, claim, renew, run, unfinished
from organisation.domain.documents import discard, make_again
from organisation.models import Document, DocumentJob, JobState
from organisation.pdf.render import RenderFailed
from tests.factories import DocumentFactory, DocumentJobFactory, UserFactory
from tests.organisation.fake_render import fake_render, made_from

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_weasyprint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_jobs, "render_pdf", fake_render)


def expire(job: DocumentJob) -> None:
    """As if the worker had been silent for longer than its lease."""
    DocumentJob.objects.filter(pk=job.pk).update(leased_until=Now() - document_jobs.datetime.timedelta(seconds=1))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def taken_over(job: DocumentJob) -> int:
    """Another worker takes the job, because the one that has it seems to be gone; the other's token."""
    expire(job)
    token = claim(job.pk)
    assert token is not None
    return token


def test_a_document_is_made_from_its_content_with_its_size_and_checksum(media_root: Path) -> None:
    job = DocumentJobFactory(document__content={"title": "Tildelingsbrev"})
    run(job.pk)
    job, document = DocumentJob.objects.get(), Document.objects.get()
    with document.file.open("rb") as file:
        content = file.read()
    assert content == made_from("pdf/base.html", {"title": "Tildelingsbrev"})
    assert (document.file_sha256, document.file_size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (job.state, job.percent, job.attempts, job.leased_until, job.error) == ("done", 100, 1, None, "")
    assert job.finished_at is not None


def test_two_made_of_the_same_content_are_the_same(media_root: Path) -> None:
    for _ in range(2):
        run(DocumentJobFactory(document__content={"title": "Tildelingsbrev"}).pk)
    assert len(set(Document.objects.values_list("file_sha256", flat=True))) == 1
    assert files(media_root) == ["1.pdf", "1.pdf"]


def test_a_document_of_a_kind_that_is_gone_fails(media_root: Path) -> None:
    job = DocumentJobFactory(document__kind="ukjent")
    run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert files(media_root) == []


def test_a_message_that_comes_twice_finds_nothing_to_do(media_root: Path) -> None:
    job = DocumentJobFactory()
    run(job.pk)
    finished_at = DocumentJob.objects.get().finished_at
    run(job.pk)
    job.refresh_from_db()
    assert (job.attempts, job.finished_at) == (1, finished_at)
    assert files(media_root) == ["1.pdf"]


def test_a_claimed_job_is_nobody_elses_until_its_lease_is_over() -> None:
    job = DocumentJobFactory()
    assert claim(job.pk) == 1
    assert claim(job.pk) is None
    expire(job)
    assert claim(job.pk) == 2
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.RUNNING, 2)


def test_a_job_that_does_not_exist_is_not_claimed() -> None:
    DocumentJobFactory()
    assert claim(0) is None


def test_progress_is_written_and_keeps_the_lease() -> None:
    job = DocumentJobFactory()
    token = claim(job.pk)
    assert token is not None
    expire(job)
    renew(job.pk, token, "Lager sidene", 40)
    job.refresh_from_db()
    assert (job.step, job.percent) == ("Lager sidene", 40)
    assert claim(job.pk) is None


def test_a_new_claim_starts_its_progress_anew() -> None:
    job = DocumentJobFactory()
    renew(job.pk, claim(job.pk) or 0, "Lager sidene", 40)
    taken_over(job)
    job.refresh_from_db()
    assert (job.step, job.percent) == ("", 0)


def test_a_slow_worker_that_was_taken_for_dead_can_not_write_any_more() -> None:
    job = DocumentJobFactory()
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
    job = DocumentJobFactory()

    def slow(*args: Any, **kwargs: Any) -> None:
        taken_over(job)
        fake_render(*args, **kwargs)

    monkeypatch.setattr(document_jobs, "render_pdf", slow)
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.token, job.error) == (JobState.RUNNING, 2, "")
    assert files(media_root) == []
    assert Document.objects.get().file.name == ""


def test_a_worker_that_loses_its_lease_at_the_very_end_leaves_only_the_others_file(
    media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the PDF ready, and was silent too long before storing it: the other one's result stands."""
    job = DocumentJobFactory()
    real = document_jobs._finish

    def late(job_id: int, token: int, document: Document, path: Path) -> None:
        if token == 1:
            expire(job)
            run(job_id)
        real(job_id, token, document, path)

    monkeypatch.setattr(document_jobs, "_finish", late)
    run(job.pk)
    job.refresh_from_db()
    document = Document.objects.get()
    assert (job.state, job.token, job.attempts) == (JobState.DONE, 2, 2)
    assert files(media_root) == ["2.pdf"]
    assert document.file.name.endswith("2.pdf")


def test_what_a_dead_worker_had_stored_is_cleared_away(media_root: Path) -> None:
    job = DocumentJobFactory()
    assert claim(job.pk) == 1
    default_storage.save(f"documents/{job.document.public_id}/1.pdf", ContentFile(b"halvferdig"))
    expire(job)
    run(job.pk)
    assert files(media_root) == ["2.pdf"]


def test_a_job_whose_workers_die_again_and_again_is_given_up_with_a_reason(settings: Any) -> None:
    job = DocumentJobFactory()
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
    job = DocumentJobFactory(attempts=settings.JOB_MAX_ATTEMPTS - 1)
    claim(job.pk)
    assert unfinished() == []
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_the_sweep_finds_what_waits_and_what_was_left_and_nothing_else(media_root: Path) -> None:
    waiting, left, running, done, failed = (DocumentJobFactory() for _ in range(5))
    claim(left.pk)
    expire(left)
    claim(running.pk)
    run(done.pk)
    DocumentJob.objects.filter(pk=failed.pk).update(state=JobState.FAILED, error="feil", finished_at=Now())
    assert unfinished() == [waiting.pk, left.pk]


def test_a_failure_says_what_the_renderer_said(monkeypatch: pytest.MonkeyPatch, media_root: Path) -> None:
    def too_big(*args: Any, **kwargs: Any) -> None:
        raise RenderFailed("memory")

    monkeypatch.setattr(document_jobs, "render_pdf", too_big)
    job = DocumentJobFactory()
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, RenderFailed("memory").reason)
    assert files(media_root) == []


def test_an_unexpected_failure_tells_the_user_nothing_of_its_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise KeyError("internt")

    monkeypatch.setattr(document_jobs, "render_pdf", broken)
    job = DocumentJobFactory()
    run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "Noe gikk galt" in job.error
    assert "internt" not in job.error


def test_a_failure_of_a_worker_that_lost_its_lease_does_not_fail_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    job = DocumentJobFactory()

    def broken(*args: Any, **kwargs: Any) -> None:
        taken_over(job)
        raise KeyError

    monkeypatch.setattr(document_jobs, "render_pdf", broken)
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.RUNNING, "")


def test_a_file_that_was_lost_is_made_again_with_the_same_bytes(media_root: Path) -> None:
    job = DocumentJobFactory()
    run(job.pk)
    first = Document.objects.get()
    default_storage.delete(first.file.name)
    make_again(document=first, by=UserFactory())
    run(job.pk)
    assert Document.objects.get().file_sha256 == first.file_sha256
    assert files(media_root) == ["2.pdf"]


def test_what_comes_out_otherwise_than_the_first_time_does_not_take_its_place(
    monkeypatch: pytest.MonkeyPatch, media_root: Path
) -> None:
    """After a change of a template, say: the hash that was told of the first one goes on being true."""
    job = DocumentJobFactory()
    run(job.pk)
    first = Document.objects.get()
    make_again(document=first, by=UserFactory())

    def otherwise(_template: str, _content: Any, out: Path, **_options: Any) -> None:
        out.write_bytes(b"%PDF-1.7 another font")

    monkeypatch.setattr(document_jobs, "render_pdf", otherwise)
    run(job.pk)
    job.refresh_from_db()
    now = Document.objects.get()
    assert (now.file.name, now.file_sha256, now.file_size) == (first.file.name, first.file_sha256, first.file_size)
    assert (job.state, "ikke lik den som ble laget først" in job.error) == (JobState.FAILED, True)
    assert files(media_root) == ["1.pdf"]
    monkeypatch.setattr(document_jobs, "render_pdf", fake_render)
    make_again(document=first, by=UserFactory())
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, Document.objects.get().file_sha256) == (JobState.DONE, first.file_sha256)


def test_what_was_thrown_away_may_come_out_otherwise(monkeypatch: pytest.MonkeyPatch, media_root: Path) -> None:
    job = DocumentJobFactory()
    run(job.pk)
    first = Document.objects.get()
    discard(document=first, by=UserFactory())
    make_again(document=first, by=UserFactory())
    monkeypatch.setattr(
        document_jobs, "render_pdf", lambda _template, _content, out, **_options: out.write_bytes(b"%PDF")
    )
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, Document.objects.get().file_sha256) == (JobState.DONE, hashlib.sha256(b"%PDF").hexdigest())


def test_the_file_before_is_cleared_away_wherever_it_lay(media_root: Path) -> None:
    """Files of reports from before there were documents lie in a folder of their own."""
    name = default_storage.save("reports/abc/1-1.pdf", ContentFile(b"gammel"))
    job = DocumentJobFactory(document=DocumentFactory(file=name))
    run(job.pk)
    assert files(media_root) == ["1.pdf"]


def test_the_files_of_a_kind_are_made_of_the_same_frozen_content(
    monkeypatch: pytest.MonkeyPatch, media_root: Path
) -> None:
    def attachments(content: dict[str, Any]) -> list[documents.Attachment]:
        return [documents.json_attachment("innhold.json", data=content, description="Innholdet")]

    kind = documents.Kind("pdf/base.html", attachments=attachments)
    monkeypatch.setitem(documents._kinds, "test-with-files", kind)
    job = DocumentJobFactory(document=DocumentFactory(kind="test-with-files", content={"title": "Tall"}))
    run(job.pk)
    assert default_storage.open(Document.objects.get().file.name).read().endswith(b'{\n "title": "Tall"\n}\n')
