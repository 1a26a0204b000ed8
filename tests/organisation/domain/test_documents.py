"""Documents: frozen with their content, made by a worker who is woken after the commit, made again when need be."""

from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.db.models.functions import Now

from organisation.documents import content_of, kind_called, register
from organisation.domain import document_jobs, documents
from organisation.domain.document_jobs import claim, run
from organisation.domain.documents import make_again, make_document
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting
from organisation.models import AuditEntry, Document, DocumentJob, JobState
from tests.factories import TEST_KIND, DocumentFactory, DocumentJobFactory, MunicipalityFactory, UserFactory
from tests.organisation.fake_render import fake_render

pytestmark = pytest.mark.django_db


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    jobs: list[int] = []
    monkeypatch.setattr(documents, "wake", jobs.append)
    return jobs


def test_a_worker_is_woken_after_the_commit_and_not_before(
    woken: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        document = make_document(
            municipality=MunicipalityFactory(),
            kind=TEST_KIND,
            title="Tildelingsbrev",
            content={"title": "Tildelingsbrev"},
        )
        assert woken == []
    assert woken == [document.job.pk]
    assert (document.job.state, document.file.name) == (JobState.QUEUED, "")


def test_a_document_of_an_unknown_kind_is_not_made() -> None:
    with pytest.raises(KeyError):
        make_document(municipality=MunicipalityFactory(), kind="ukjent", title="Brev", content={})
    assert not Document.objects.exists()


def test_a_document_has_its_content_from_one_place() -> None:
    """Either its own, or found by its kind: with both nobody could say which one the file was made from."""
    with pytest.raises(ValueError, match="not both"):
        make_document(municipality=MunicipalityFactory(), kind=TEST_KIND, title="Brev")
    with pytest.raises(ValueError, match="not both"):
        make_document(municipality=MunicipalityFactory(), kind="report", title="Rapport", content={})
    assert not Document.objects.exists()


def test_a_document_without_anything_to_be_made_from_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing"):
        content_of(DocumentFactory(content=None))


def test_a_kind_is_registered_once_and_means_one_thing() -> None:
    register(TEST_KIND, template=kind_called(TEST_KIND).template)
    with pytest.raises(ValueError, match=TEST_KIND):
        register(TEST_KIND, template="another.html")


@pytest.mark.parametrize("columns", [{"content": {}}, {"title": "Ny"}, {"kind": "report"}], ids=str)
def test_what_a_document_is_made_from_can_not_be_changed(columns: dict[str, Any]) -> None:
    document = DocumentFactory()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**columns)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        document.delete()


def test_the_log_tells_of_the_document_and_not_what_is_in_it() -> None:
    by = UserFactory()
    with acting(by, "letter.offer"):
        document = make_document(
            municipality=MunicipalityFactory(),
            kind=TEST_KIND,
            title="Tildelingsbrev",
            content={"name": "Kjennelig Navn"},
        )
    (entry,) = AuditEntry.objects.filter(table_name="organisation_document", row_id=document.pk)
    assert (entry.actor_id, entry.action, entry.after["title"]) == (by.pk, "letter.offer", "Tildelingsbrev")
    assert "content" not in entry.after


def test_a_failed_job_is_taken_up_again(
    monkeypatch: pytest.MonkeyPatch, media_root: Path, woken: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(document_jobs, "render_pdf", fake_render)
    job = DocumentJobFactory(attempts=5)
    DocumentJob.objects.update(state=JobState.FAILED, error="feil", finished_at=Now())
    with django_capture_on_commit_callbacks(execute=True):
        make_again(document=job.document, by=UserFactory())
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts, job.percent) == (JobState.QUEUED, "", 0, 0)
    assert woken == [job.pk]
    run(job.pk)
    assert DocumentJob.objects.get().state == JobState.DONE


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_job_that_is_under_way_is_not_taken_up_again(state: str) -> None:
    job = DocumentJobFactory()
    if state == "running":
        claim(job.pk)
    with pytest.raises(DomainError):
        make_again(document=job.document, by=UserFactory())
    assert DocumentJob.objects.get().state == state
