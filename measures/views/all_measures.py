"""The measures of all plans in one list, with what the list of a plan can be searched by; also as files."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from measures.filters import MeasureFilter
from measures.models import Measure
from organisation.access import SignedInRequest, access, roles
from organisation.models import CASE_ROLES
from organisation.paging import keyset
from organisation.spreadsheets import asked_file

COLUMNS = (
    gettext_lazy("Tiltak"), gettext_lazy("Plan"), gettext_lazy("Ansvarlig"), gettext_lazy("Tilstand"),
    gettext_lazy("Tilstand siden"), gettext_lazy("Sist loggført"), gettext_lazy("Neste evaluering"), gettext_lazy("Frist"),
    gettext_lazy("Forfalt"),
)  # fmt: skip


def found_measures(request: SignedInRequest) -> MeasureFilter:
    rows = (
        Measure.objects.visible_to(request.user)
        .with_overdue(timezone.localdate())
        .select_related("responsible_unit", "plan")
        .order_by("-plan__starts_on", "plan__id", "position", "id")
    )
    return MeasureFilter(request.GET, queryset=rows, user=request.user, of_all=True)


@access(roles(*CASE_ROLES))
@require_GET
def all_measures(request: SignedInRequest) -> HttpResponseBase:
    found = found_measures(request)
    if file := asked_file(request, "tiltak", COLUMNS, found.qs, _cells):
        return file
    page = keyset(request, found.qs, 50)
    template = "measures/_all_measures_table.html" if request.htmx else "measures/all_measures.html"  # type: ignore[attr-defined]
    context = {
        "filter": found,
        "page_obj": page,
        "sorter": request.GET.get("sorter", ""),
        "crumbs": [(_("Tiltak i alle planer"), None)],
    }
    return render(request, template, context)


def _cells(row: Any) -> list[Any]:
    return [
        row.title, row.plan.name, row.responsible_unit.name, row.get_state_display(), row.state_since,
        row.last_logged_on, row.next_evaluation, row.due_as_printed or row.due_on, _("ja") if row.is_overdue else "",
    ]  # fmt: skip
