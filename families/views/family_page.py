"""What every page of a family stands on: open it, log the read, and only then run the view, all in one transaction."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from families.domain.reading import log_refusal, reading
from families.domain.vault import OpenFamily, open_by_reference
from families.models import TEAM_ROLES
from organisation.access import SignedInRequest, roles
from organisation.domain.errors import DomainError
from organisation.models import ReadBasis
from organisation.views.form_page import Crumbs

# The rule of every page of a family: who can be in a team at all. Which family is the vault's matter.
TEAM = roles(*TEAM_ROLES)
FamilyView = Callable[..., HttpResponseBase]


def family_page(view: FamilyView) -> FamilyView:
    """Wrap `view(request, vault, ...)`: the URL's `reference` becomes an opened family. A miss is 404, and logged.

    The response is made inside the transaction that holds the line of the read log: without the one there is not the
    other. Never cached anywhere.
    """

    @functools.wraps(view)
    def wrapped(request: SignedInRequest, reference: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        page = request.resolver_match.url_name if request.resolver_match else view.__name__
        try:
            response = _inside(view, request, reference, str(page), *args, **kwargs)
        except (PermissionDenied, Http404):
            # Its line of the log went with the transaction: also when the family was there, and something in it was not.
            log_refusal(reference=reference, page=str(page), by=request.user)
            raise
        if response is None:
            raise Http404
        add_never_cache_headers(response)
        return response

    return wrapped


def _inside(
    view: FamilyView, request: SignedInRequest, reference: str, page: str, *args: Any, **kwargs: Any
) -> HttpResponseBase | None:
    with reading(request.user):
        vault = open_by_reference(
            reference=reference, page=page, by=request.user, on=timezone.localdate(), basis=ReadBasis.TEAM
        )
        return view(request, vault, *args, **kwargs) if vault else None


def vault_page(view: FamilyView) -> FamilyView:
    """For pages that open families by themselves (the list, a new one): the transaction in which one reads."""

    @functools.wraps(view)
    def wrapped(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with reading(request.user):
            response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return wrapped


def family_crumbs(vault: OpenFamily) -> Crumbs:
    from django.utils.translation import gettext as _

    return [(_("Familier"), reverse("family-list")), (vault.family.reference, family_url(vault))]


def family_url(vault: OpenFamily) -> str:
    return reverse("family", args=[vault.family.public_id])


def done_or_refused(
    request: SignedInRequest, vault: OpenFamily, action: Callable[[], Any], message: str
) -> HttpResponse:
    """A button that was pressed: do it, or say why not, and go back to the family."""
    try:
        action()
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, message)
    return redirect(family_url(vault))
