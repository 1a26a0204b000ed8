"""Innsyn: who has asked, the files for her, and that they have been handed over. The case holder's alone."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from families.domain.insight import FILE_DAYS, ask_for_insight, hand_over
from families.domain.insight_content import insight
from families.domain.vault import OpenFamily, open_by_reference
from families.forms.privacy import InsightForm
from families.models import InsightRequest
from families.permissions import can_read_log
from families.views.family_page import TEAM, family_crumbs, family_page
from families.views.tabs import page
from organisation.access import SignedInRequest, access
from organisation.domain.documents import DISCARDED
from organisation.domain.errors import DomainError
from organisation.models import JobState, ReadBasis
from organisation.views.document import document_again, document_progress, document_response
from organisation.views.form_page import posted

RECENT = 50  # a family asks a handful of times


@access(TEAM)
@family_page
def insight_list(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    """Those who have asked, and the form that registers one more."""
    _check(vault)
    form = InsightForm(posted(request), vault=vault)
    if request.method == "POST" and _asked(request, vault, form):
        return redirect(_url(vault))
    rows = [_shown(vault, row) for row in _requests(vault)[:RECENT]]
    context = page(
        vault, "family-insight-list", title=_("Innsyn"), crumbs=[*family_crumbs(vault), (_("Innsyn"), None)], form=form,
        rows=rows, days=FILE_DAYS, is_made=any(row["state"] == "making" for row in rows),
    )  # fmt: skip
    return render(request, "families/insight/list.html", context, status=422 if request.method == "POST" else 200)


def _asked(request: SignedInRequest, vault: OpenFamily, form: InsightForm) -> bool:
    made = form.submit(
        lambda data: ask_for_insight(
            vault=vault, member=data["member"], by=request.user, on=data["on"], at=timezone.now()
        )
    )
    return made is not None


@access(TEAM)
@require_GET
@family_page
def insight_progress(request: SignedInRequest, vault: OpenFamily, public_id: str) -> HttpResponse:
    row = _request(vault, public_id)
    return document_progress(request, _file(row), **_parts(vault, row))


@access(TEAM)
@require_GET
@family_page
def insight_pdf(request: SignedInRequest, vault: OpenFamily, public_id: str) -> HttpResponse:
    """The file. That it left is logged as innsyn, beside the line of the page."""
    row = _request(vault, public_id)
    _opened(request, vault, "family-insight-pdf")
    return document_response(request, _file(row), page=_url(vault))  # type: ignore[return-value]


@access(TEAM)
@require_GET
@family_page
def insight_json(request: SignedInRequest, vault: OpenFamily, public_id: str) -> HttpResponse:
    """The same as data, read now; it is stored nowhere."""
    row = _request(vault, public_id)
    if row.handed_over_at is not None:
        raise Http404
    opened = _opened(request, vault, "family-insight-json")
    content = insight(vault=opened, member=row.member, asked_on=row.asked_on, at=timezone.now())
    text = json.dumps(content, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="innsyn.json"'
    return response


@access(TEAM)
@require_POST
@family_page
def insight_again(request: SignedInRequest, vault: OpenFamily, public_id: str) -> HttpResponse:
    row = _request(vault, public_id)
    document = _file(row)
    if not document.job.is_over:
        return redirect(_url(vault))
    return document_again(request, document, page=_url(vault), by=request.user)


@access(TEAM)
@require_POST
@family_page
def insight_hand_over(request: SignedInRequest, vault: OpenFamily, public_id: str) -> HttpResponse:
    from django.contrib import messages

    row = _request(vault, public_id)
    try:
        hand_over(vault=vault, request=row, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Innsynet er levert, og filen er slettet."))
    return redirect(_url(vault))


def _check(vault: OpenFamily) -> None:
    if not can_read_log(vault):
        raise PermissionDenied


def _opened(request: SignedInRequest, vault: OpenFamily, name: str) -> OpenFamily:
    """The family opened once more, for innsyn: all services' rows, whatever the consents. It is the family's right."""
    opened = open_by_reference(
        reference=vault.family.public_id, page=name, by=request.user, on=vault.on, basis=ReadBasis.INSIGHT
    )
    if opened is None:
        raise Http404
    return opened


def _requests(vault: OpenFamily) -> Any:
    return vault.rows(InsightRequest).select_related("member", "document__job")


def _request(vault: OpenFamily, public_id: str) -> InsightRequest:
    _check(vault)
    row: InsightRequest = get_object_or_404(_requests(vault), public_id=public_id)
    return row


def _file(row: InsightRequest) -> Any:
    if row.document is None or row.handed_over_at is not None:
        raise Http404
    return row.document


def _shown(vault: OpenFamily, row: InsightRequest) -> dict[str, Any]:
    """`state`: handed_over, making, failed, deleted (nobody fetched it in time) or ready."""
    state = "handed_over"
    if row.handed_over_at is None and row.document is not None:
        job = row.document.job
        state = {JobState.DONE: "ready", JobState.FAILED: "failed"}.get(JobState(job.state), "making")
        if state == "failed" and job.error == str(DISCARDED):
            state = "deleted"
    shown = {"row": row, "who": vault.member(row.member_id), "state": state, "document": row.document}
    return shown | _parts(vault, row)


def _parts(vault: OpenFamily, row: InsightRequest) -> dict[str, Any]:
    """What templates/partials/document.html needs beside the document."""
    where = [vault.family.public_id, row.public_id]
    return {
        "pdf_url": reverse("family-insight-pdf", args=where),
        "progress_url": reverse("family-insight-progress", args=where),
        "retry_url": reverse("family-insight-again", args=where), "label": "",
    }  # fmt: skip


def _url(vault: OpenFamily) -> str:
    return reverse("family-insight-list", args=[vault.family.public_id])
