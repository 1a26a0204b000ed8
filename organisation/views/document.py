"""What a page does with a document it has: how far it has come, the file, and making it again.

The page finds its row in `visible_to` and asks its own predicate; nothing here knows who may see what.
The parts that are shown: templates/partials/document.html.
"""

import logging
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.text import slugify
from django.utils.translation import gettext as _

from organisation.domain.documents import make_again
from organisation.domain.errors import DomainError
from organisation.models import Document, User

logger = logging.getLogger(__name__)


def document_response(request: HttpRequest, document: Document, *, page: str) -> HttpResponse | FileResponse:
    """The PDF as a download that no cache keeps; 404 before it is made. When its file is lost, `page` says so."""
    if not document.file:
        raise Http404
    try:
        stored = document.file.open("rb")
    except FileNotFoundError:
        logger.exception("The file of document %s is gone", document.pk)
        messages.error(request, _("Filen mangler. Plankoordinatoren kan lage den på nytt med samme innhold."))
        return redirect(page)
    name = f"{slugify(document.title)}.pdf"
    response = FileResponse(stored, as_attachment=True, filename=name, content_type="application/pdf")
    response["Cache-Control"] = "private, no-store"
    return response


def document_progress(
    request: HttpRequest, document: Document, *, template: str = "partials/document.html", **context: Any
) -> HttpResponse:
    """The state of the job, asked for each second by the page while the document is made."""
    response = render(request, template, context | {"document": document})
    add_never_cache_headers(response)
    if document.job.is_over and request.htmx:  # type: ignore[attr-defined]
        # The page around it changes too: what can be done with the document.
        response["HX-Refresh"] = "true"
    return response


def document_again(request: HttpRequest, document: Document, *, page: str, by: User) -> HttpResponse:
    """Make it again, and back to `page`, which shows how far it has come or why it can't be."""
    try:
        make_again(document=document, by=by)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(page)
