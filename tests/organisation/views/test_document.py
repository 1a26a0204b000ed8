"""What a page does with its document: shows how far it has come, hands out the file, has it made again."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.functions import Now
from django.http import Http404, HttpRequest
from django.test import RequestFactory

from organisation.domain.document_jobs import claim
from organisation.models import Document, DocumentJob, JobState
from organisation.views.document import document_again, document_progress, document_response
from tests.factories import DocumentFactory, DocumentJobFactory, UserFactory

pytestmark = pytest.mark.django_db
PARTS = {"pdf_url": "/her/pdf/", "progress_url": "/her/framdrift/", "retry_url": "/her/prov-igjen/"}


def a_request(*, htmx: bool = False) -> HttpRequest:
    request: Any = RequestFactory().get("/her/")
    request.htmx, request._messages = htmx, CookieStorage(RequestFactory().get("/"))
    return request


def messages_of(request: Any) -> list[str]:
    return [str(message) for message in request._messages]


def finished(job: DocumentJob, **columns: Any) -> DocumentJob:
    DocumentJob.objects.filter(pk=job.pk).update(**{"state": JobState.DONE, "finished_at": Now()} | columns)
    return DocumentJob.objects.select_related("document").get(pk=job.pk)


def test_the_file_comes_as_a_download_that_no_cache_keeps(media_root: Path) -> None:
    name = default_storage.save("documents/x/1.pdf", ContentFile(b"%PDF-1.7"))
    document = DocumentFactory(title="Tildelingsbrev 2: Åpen kafé", file=name)
    response = document_response(a_request(), document, page="/her/")
    assert b"".join(response.streaming_content) == b"%PDF-1.7"  # type: ignore[union-attr, arg-type]
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/pdf", "private, no-store")
    assert response["Content-Disposition"] == 'attachment; filename="tildelingsbrev-2-apen-kafe.pdf"'


def test_before_it_is_made_there_is_no_file() -> None:
    with pytest.raises(Http404):
        document_response(a_request(), DocumentFactory(), page="/her/")


def test_a_lost_file_is_told_on_the_page(media_root: Path) -> None:
    request = a_request()
    response = document_response(request, DocumentFactory(file="documents/x/1.pdf"), page="/her/")
    assert (response.status_code, response["Location"]) == (302, "/her/")
    assert "Filen mangler" in messages_of(request)[0]


def test_while_it_is_made_the_page_asks_again() -> None:
    job = DocumentJobFactory()
    claim(job.pk)
    DocumentJob.objects.update(step="Lager sidene", percent=40)
    document = Document.objects.get()
    response = document_progress(a_request(htmx=True), document, label="Tildelingsbrev", **PARTS)
    text = response.content.decode()
    assert 'hx-get="/her/framdrift/" hx-trigger="every 1s"' in text
    assert "Tildelingsbrev: Lager sidene: 40 %" in " ".join(text.split())
    assert "HX-Refresh" not in response
    assert "no-store" in response["Cache-Control"]


def test_the_button_says_what_is_downloaded() -> None:
    document = finished(DocumentJobFactory()).document
    named = document_progress(a_request(), document, label="Tildelingsbrev", **PARTS).content.decode()
    assert "Last ned PDF: tildelingsbrev (" in named
    assert "Last ned PDF (" in document_progress(a_request(), document, **PARTS).content.decode()


def test_when_it_is_over_the_page_is_fetched_anew() -> None:
    job = finished(DocumentJobFactory())
    assert document_progress(a_request(htmx=True), job.document, **PARTS)["HX-Refresh"] == "true"
    assert "HX-Refresh" not in document_progress(a_request(), job.document, **PARTS)


def test_a_failure_says_why_and_offers_another_try_to_who_may() -> None:
    job = finished(DocumentJobFactory(), state=JobState.FAILED, error="Det var ikke nok minne.")
    text = document_progress(a_request(), job.document, **PARTS).content.decode()
    assert "Det var ikke nok minne." in text
    assert 'action="/her/prov-igjen/"' in text
    without = document_progress(a_request(), job.document, **PARTS | {"retry_url": ""}).content.decode()
    assert "<form" not in without


def test_making_it_again_leads_back_and_says_when_it_can_not_be() -> None:
    job, by = finished(DocumentJobFactory()), UserFactory()
    for refused in (False, True):
        request = a_request()
        response = document_again(request, job.document, page="/her/", by=by)
        assert (response.status_code, response["Location"]) == (302, "/her/")
        assert bool(messages_of(request)) is refused
    assert DocumentJob.objects.get().state == JobState.QUEUED
