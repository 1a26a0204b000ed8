"""Who has read a family: for its case holder's own control, and for what she tells the family when it asks."""

from itertools import chain
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from families.domain.read_log import ReadLine, in_words, readers, reads
from families.domain.vault import OpenFamily
from families.forms.privacy import ReadFilter
from families.permissions import can_read_log
from families.views.family_page import TEAM, family_crumbs, family_page
from families.views.tabs import page
from organisation.access import SignedInRequest, access
from organisation.paging import keyset
from organisation.spreadsheets import AT_A_TIME, batched, csv_on_disk, streamed

PAGE_SIZE = 50


def privacy_part(vault: OpenFamily) -> tuple[str, dict[str, Any]] | None:
    """On the overview: the way to the read log and to innsyn, for the case holder."""
    return ("families/_overview_privacy.html", {}) if can_read_log(vault) else None


@access(TEAM)
@require_GET
@family_page
def read_log(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    """Newest first, by person and period."""
    chosen, found = _chosen(request, vault)
    pages = keyset(request, found, PAGE_SIZE)
    context = page(
        vault, "family-reads", title=_("Hvem har lest"), crumbs=[*family_crumbs(vault), (_("Hvem har lest"), None)],
        filter=chosen, page_obj=pages, lines=in_words(vault=vault, entries=pages.object_list),
        query=request.GET.urlencode(),
    )  # fmt: skip
    return render(request, "families/read_log/list.html", context)


@access(TEAM)
@require_GET
@family_page
def read_log_csv(request: SignedInRequest, vault: OpenFamily) -> HttpResponseBase:
    """The same lines, all of them, as a file for the service's own control: nothing is masked in it, and it says so."""
    _filter, found = _chosen(request, vault)
    note = _("Til intern kontroll. Gå gjennom den før noen utenfor tjenesten får se den.")
    header = [_("Når"), _("Hvem"), _("Tjeneste"), _("Hva"), _("Hvorfor")]
    # Made now, and not while it is sent: the family is open in this transaction only.
    parts = batched(streamed(found), AT_A_TIME)
    rows = (_cells(line) for part in parts for line in in_words(vault=vault, entries=part))
    return csv_on_disk("intern-kontroll-hvem-har-lest", [note], chain([header], rows))


def _chosen(request: SignedInRequest, vault: OpenFamily) -> tuple[ReadFilter, Any]:
    if not can_read_log(vault):
        raise PermissionDenied
    chosen = ReadFilter(request.GET, readers=readers(vault=vault))
    wanted = chosen.wanted()
    found = reads(vault=vault, **(wanted or {}))
    return chosen, found if wanted is not None else found.none()


def _cells(line: ReadLine) -> list[Any]:
    at = date_format(timezone.localtime(line.at), "DATETIME_FORMAT")
    return [at, line.who, line.services, line.page, line.basis]
