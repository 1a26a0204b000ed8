"""The user's own notices. Reading the list changes nothing: each is marked as read with a button."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from organisation.access import SIGNED_IN, SignedInRequest, access
from organisation.domain import notices as domain
from organisation.models import Notice
from organisation.paging import AFTER, BEFORE, keyset
from organisation.spreadsheets import asked_file

PAGE_SIZE = 25
COLUMNS = (gettext_lazy("Varsel"), gettext_lazy("Når"), gettext_lazy("Lest"))


def _cells(row: Notice) -> list[Any]:
    return [
        row.text,
        timezone.localtime(row.made_at).date(),
        timezone.localtime(row.read_at).date() if row.read_at else None,
    ]


@access(SIGNED_IN)
@require_safe
def notice_list(request: SignedInRequest) -> HttpResponseBase:
    rows = Notice.objects.visible_to(request.user)
    if file := asked_file(request, "varsler", COLUMNS, rows, _cells):
        return file
    page = keyset(request, rows, PAGE_SIZE)
    crumbs = [(_("Min side"), reverse("home")), (_("Varsler"), None)]
    # On the first page it is the first row.
    newest = page[0] if page and not page.has_previous else rows.first()
    context = {"page_obj": page, "newest": newest, "crumbs": crumbs}
    context["here"] = [(name, request.GET[name]) for name in (AFTER, BEFORE) if request.GET.get(name)]
    return render(request, "organisation/notice_list.html", context)


@access(SIGNED_IN)
@require_POST
def notice_read(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Mark one as read, and go on to what it is about, or back to the list."""
    notice = _find(request, public_id)
    domain.mark_read(notice=notice, by=request.user)
    if "open" in request.POST:
        return HttpResponseRedirect(notice.url_path)  # inside the product: the database sees to it
    messages.success(request, _("Varselet er merket som lest."))
    return _back(request)


@access(SIGNED_IN)
@require_POST
def notice_read_all(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Mark the newest that was on the page, and all before it. What came in meanwhile stays unread."""
    domain.mark_all_read(newest=_find(request, public_id), by=request.user)
    messages.success(request, _("Alle varsler er merket som lest."))
    return redirect("notice-list")


def _find(request: SignedInRequest, public_id: str) -> Notice:
    return get_object_or_404(Notice.objects.visible_to(request.user), public_id=public_id)


def _back(request: SignedInRequest) -> HttpResponse:
    """To the page of the list that the button stood on; a mark that is none gives the first page."""
    marks = {name: request.POST[name] for name in (AFTER, BEFORE) if request.POST.get(name)}
    return HttpResponseRedirect(reverse("notice-list") + (f"?{urlencode(marks)}" if marks else ""))
