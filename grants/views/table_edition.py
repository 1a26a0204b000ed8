"""Collections of the tables as a PDF: made by the directorate, kept as they were."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from grants.domain.table_edition import make_edition
from grants.models import TableEdition
from grants.views.table import chosen_by, reports_of
from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import JobState, Role
from organisation.views.document import document_again, document_progress, document_response

DIRECTORATE = roles(Role.ANALYST)


@access(DIRECTORATE)
@require_POST
def edition_new(request: SignedInRequest) -> HttpResponse:
    """Of the scheme and the year in the URL, for the whole country whatever region was looked at."""
    chosen = chosen_by(request)
    if chosen is None:
        messages.error(request, _("Ingen har svart ennå, så det er ingen tabeller å lage PDF av."))
        return redirect("grant-table-list")
    try:
        with reports_of(request.user):
            edition = make_edition(scheme=chosen.scheme, year=chosen.year, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("grant-table-list")
    messages.success(request, _("Tallene er frosset. PDF-en lages nå."))
    return redirect(_page_of(edition))


@access(DIRECTORATE)
@require_GET
def edition_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    edition = _edition(request, public_id)
    title = _("Tabellsamling %(year)s") % {"year": edition.year}
    context = {
        "section": "tables",
        "crumbs": [(_("Tabeller"), reverse("grant-table-list")), (title, None)],
        "title": title,
        "edition": edition,
        "can_make_again": edition.document.job.state == JobState.DONE,
        **_document(edition),
    }
    return render(request, "grants/tables/edition.html", context)


def _edition(request: SignedInRequest, public_id: str) -> TableEdition:
    """Without the frozen content, which only the worker reads."""
    rows = TableEdition.objects.visible_to(request.user).select_related("scheme", "made_by", "document__job")
    return get_object_or_404(rows.defer("document__content"), public_id=public_id)


def _page_of(edition: TableEdition) -> str:
    return reverse("grant-table-edition", args=[edition.public_id])


def _document(edition: TableEdition) -> dict[str, Any]:
    """What templates/partials/document.html needs."""
    return {
        "document": edition.document,
        "pdf_url": reverse("grant-table-edition-pdf", args=[edition.public_id]),
        "progress_url": reverse("grant-table-edition-progress", args=[edition.public_id]),
        "retry_url": reverse("grant-table-edition-again", args=[edition.public_id]),
        "label": _("Tabellsamling"),
    }


@access(DIRECTORATE)
@require_GET
def edition_pdf(request: SignedInRequest, public_id: str) -> HttpResponse | FileResponse:
    edition = _edition(request, public_id)
    return document_response(request, edition.document, page=_page_of(edition))


@access(DIRECTORATE)
@require_GET
def edition_progress(request: SignedInRequest, public_id: str) -> HttpResponse:
    return document_progress(request, **_document(_edition(request, public_id)))


@access(DIRECTORATE)
@require_POST
def edition_again(request: SignedInRequest, public_id: str) -> HttpResponse:
    edition = _edition(request, public_id)
    return document_again(request, edition.document, page=_page_of(edition), by=request.user)
