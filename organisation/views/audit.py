"""The change log of users, roles and units."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from organisation import change_log
from organisation.access import SignedInRequest, access, roles
from organisation.filters import ChangeFilter
from organisation.models import AuditEntry, Role, User
from organisation.paging import keyset
from organisation.spreadsheets import AT_A_TIME, asked_file, batched, streamed

PAGE_SIZE = 50
COLUMNS = (gettext_lazy("Når"), gettext_lazy("Hvem"), gettext_lazy("Hva"), gettext_lazy("Opplysninger"))


@access(roles(Role.ADMINISTRATOR))
@require_safe
def change_list(request: SignedInRequest) -> HttpResponseBase:
    rows = AuditEntry.objects.administered_by(request.user).order_by("-id")
    found = ChangeFilter(request.GET, queryset=rows, user=request.user)
    if file := asked_file(request, "endringer", COLUMNS, _all_lines(found.qs, request.user), _cells):
        return file
    page = keyset(request, found.qs, PAGE_SIZE)
    context = {"filter": found, "page_obj": page, "lines": change_log.lines(page.object_list, request.user)}
    return render(request, "organisation/settings/change_list.html", context)


def _all_lines(rows: QuerySet[AuditEntry], reader: User) -> Iterator[change_log.Line]:
    """In plain words, a thousand at a time: the names in them are read for each thousand."""
    for part in batched(streamed(rows), AT_A_TIME):
        yield from change_log.lines(part, reader)


def _cells(line: change_log.Line) -> list[Any]:
    changes = [
        f"{row.label}: {row.after if row.before is None else row.before if row.after is None else f'{row.before} → {row.after}'}"
        for row in line.changes
    ]
    return [timezone.localtime(line.at), line.who, line.what, "; ".join(changes)]
