"""Saved views: made from a dashboard or a list, renamed, removed and taken back by their owner."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from organisation.access import SIGNED_IN, SignedInRequest, access
from organisation.domain.errors import DomainError
from organisation.views.form_page import form_page, posted
from reporting.domain.saved_view import own_address, remove_view, rename_view, restore_view, save_view
from reporting.models import SavedView
from reporting.saved_view_forms import NameForm


@access(SIGNED_IN)
@require_POST
def saved_view_new(request: SignedInRequest) -> HttpResponse:
    """Save the page that the form stood on, and go back to it."""
    sent = {name: request.POST.get(name, "") for name in ("name", "path", "query")}
    try:
        view = save_view(by=request.user, **sent)
    except DomainError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(_page_before(sent["path"], sent["query"]))
    undo = reverse("saved-view-remove", args=[view.public_id])
    messages.success(request, _("Visningen er lagret. Du finner den også på Min side."), extra_tags=undo)
    return HttpResponseRedirect(view.url)


def _page_before(path: str, query: str) -> str:
    try:
        return own_address(path) + (f"?{query}" if query.isprintable() and query else "")
    except DomainError:
        return reverse("home")


@access(SIGNED_IN)
def saved_view_rename(request: SignedInRequest, public_id: str) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.visible_to(request.user).kept(), public_id=public_id)
    form = NameForm(posted(request), initial={"name": view.name, "version": view.version})

    def rename(data: dict[str, Any]) -> SavedView:
        return rename_view(view=view, by=request.user, **data)

    return form_page(
        request, form, action=rename, done=lambda row: row.url, title=_("Endre navnet på visningen"),
        crumbs=[(_("Min side"), reverse("home"))], cancel_url=view.url, message=_("Navnet er endret."),
    )  # fmt: skip


@access(SIGNED_IN)
@require_POST
def saved_view_remove(request: SignedInRequest, public_id: str) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.visible_to(request.user), public_id=public_id)
    remove_view(view=view, by=request.user)
    undo = reverse("saved-view-restore", args=[view.public_id])
    messages.success(request, _("Visningen er fjernet."), extra_tags=undo)
    return HttpResponseRedirect(view.url)


@access(SIGNED_IN)
@require_POST
def saved_view_restore(request: SignedInRequest, public_id: str) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.visible_to(request.user), public_id=public_id)
    try:
        restore_view(view=view, by=request.user)
        messages.success(request, _("Visningen er her igjen."))
    except DomainError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(view.url)
