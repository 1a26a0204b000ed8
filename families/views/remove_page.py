"""Taking away a row of a family that was recorded by mistake: a page that says what happens, or "angre" right after saving."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from families.domain.vault import OpenFamily
from families.forms.contact import RemoveForm
from organisation.access import SignedInRequest
from organisation.views.form_page import Crumbs, form_page, posted


def remove_page(
    request: SignedInRequest,
    vault: OpenFamily,
    row: Any,
    *,
    action: Callable[[int], Any],
    title: str,
    crumbs: Crumbs,
    back: str,
    message: str,
) -> HttpResponse:
    """`action` gets the version the user read and takes the row away."""
    lead = _(
        "Gjør dette når det er ført på feil familie eller ved en feil. "
        "Det som er skrevet, slettes og kan ikke hentes tilbake."
    )
    if not vault.owns(row):
        raise PermissionDenied
    form = RemoveForm(with_version(request), initial={"version": row.version})
    return form_page(
        request, form, action=lambda data: action(data["version"]), done=lambda _row: back, title=title, lead=lead,
        crumbs=crumbs, cancel_url=back, button=_("Fjern"), button_color="danger", message=message,
    )  # fmt: skip


def with_version(request: SignedInRequest) -> QueryDict | None:
    """What was sent, with the version from the address where the form had none: that of "angre" beside a message."""
    data = posted(request)
    if data is not None and "version" not in data and "version" in request.GET:
        data = data.copy()
        data["version"] = request.GET["version"]
    return data


def undo_url(url: str, row: Any) -> str:
    """Where "angre" sends, with the version of what was just written: nobody's later change goes with it."""
    return f"{url}?version={row.version}"
