"""The overview a municipality never had: what is due, which grants there are, what can be applied for. As page and as file."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from grants.domain.grant_money import GrantMoney, money_seen
from grants.domain.grant_overview import Opening, due, is_due, last_years, openings
from grants.domain.grant_totals import totals_of, with_spent
from grants.grant_filters import GrantFilter
from grants.models import GRANT_ROLES, Grant, GrantScheme
from grants.permissions import can_register_grants, reads_inside
from grants.views.directorate import directorate_overview
from organisation.access import SignedInRequest, access, roles
from organisation.models import CASE_ROLES, Role, User
from organisation.paging import numbered
from organisation.spreadsheets import AT_A_TIME, FILES, asked_file, batched, streamed

READERS = roles(*GRANT_ROLES)
PAGE_SIZE = 25
FILE_NAME = "tilskudd"
COLUMNS = (
    gettext_lazy("Ordning"), gettext_lazy("Tilskuddsgiver"), gettext_lazy("Rapporterende enhet"), gettext_lazy("År"),
    gettext_lazy("Tilstand"), gettext_lazy("Søkt, kroner"), gettext_lazy("Tildelt, kroner"),
    gettext_lazy("Overført, kroner"), gettext_lazy("Brukt, kroner"), gettext_lazy("Brukt, kilde"),
    gettext_lazy("Igjen, kroner"), gettext_lazy("Rapportfrist"), gettext_lazy("Enheten som har tilskuddet"),
    gettext_lazy("Arkivsaksnummer"),
)  # fmt: skip


@access(READERS)
@require_GET
def grant_list(request: SignedInRequest) -> HttpResponseBase:
    """A municipality's own; whoever works in the directorate gets the year of all."""
    if request.user.has_role(Role.ANALYST) and not request.user.has_role(*CASE_ROLES):
        return directorate_overview(request)
    today, own = timezone.localdate(), request.user.municipality_ids(*CASE_ROLES)
    chosen = GrantFilter(request.GET, queryset=_rows(request.user), user=request.user, forgiving=True)
    if file := asked_file(request, FILE_NAME, COLUMNS, _file_rows(chosen.qs, request.user), list):
        return file
    totals = totals_of(grants=chosen.qs, own=own)
    page = numbered(request, with_spent(grants=chosen.qs, own=own), PAGE_SIZE, count=totals.count)
    context: dict[str, Any] = {
        "section": "grants",
        "filter": chosen,
        "page_obj": page,
        "lines": [_line(row, today) for row in page],
        "totals": totals.sums,
        "carries_over": totals.carries_over,
        "sorter": request.GET.get("sorter", ""),
        "several_units": totals.units > 1,
        "can_register": can_register_grants(request.user),
    }
    if request.user.has_role(*CASE_ROLES) and not chosen.is_used and page.number == 1:
        context |= _first_things(request.user, today)
    fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return render(request, f"grants/received/{'_grants' if fragment else 'grants'}.html", context)


def _rows(user: User) -> QuerySet[Grant]:
    rows = Grant.objects.visible_to(user).select_related("scheme", "responsible_unit", "reporting_unit__unit", "report")
    return rows.order_by("-year", "scheme__name", "id")


def _line(grant: Any, today: Any) -> dict[str, Any]:
    awarded, spent = grant.awarded_nok if grant.is_awarded else None, grant.spent
    left = None if awarded is None or spent is None else awarded + (grant.carried_over_nok or 0) - spent
    return {
        "grant": grant, "money": {"awarded": awarded, "spent": spent, "left": left},
        "is_due": is_due(grant, today), "is_late": grant.is_late(today),
        "holder": grant.responsible_unit or grant.reporting_unit.unit,
    }  # fmt: skip


def _first_things(user: User, today: Any) -> dict[str, Any]:
    """What the reader can do about what is due, and what can be applied for."""
    schemes = GrantScheme.objects.visible_to(user)
    own = Grant.objects.visible_to(user).filter(reporting_unit__municipality__in=user.case_municipality_ids())
    # Openings are for the money of this year or the next.
    taken = own.filter(year__gte=today.year).order_by().values_list("scheme_id", "year").distinct()
    found = openings(schemes=schemes, taken=taken, on=today)
    grants = Grant.objects.editable_by(user)
    urgent = [
        *_due_reports(due(grants=_rows(user).filter(pk__in=grants).filter(pk__in=own), on=today), today),
        *(_deadlines(found) if can_register_grants(user) else []),
    ]
    urgent.sort(key=lambda row: (row["due_on"] is not None, row["due_on"] or today))
    urgent += [
        {"text": f"{row.title}, {row.grant_year}", "tag": row.warning, "url": reverse("funded-measure", args=[row.public_id])}
        for row in last_years(grants=grants, on=today)
    ]  # fmt: skip
    return {"urgent": urgent, "openings": found, "shows_first_things": True}


def _due_reports(rows: Iterable[Grant], today: Any) -> list[dict[str, Any]]:
    """Those that were sent back first: they have no day."""
    found = []
    for row in rows:
        returned = hasattr(row, "report") and row.report.state == "returned"
        text = _("Årsrapporten ble sendt tilbake: %(grant)s") if returned else _("Send årsrapporten: %(grant)s")
        found.append(
            {
                "text": text % {"grant": f"{row}, {row.reporting_unit}"},
                "url": report_url(row),
                "due_on": None if returned else row.report_by,
                "is_late": row.is_late(today),
            }
        )
    return found


def _deadlines(found: list[Opening]) -> list[dict[str, Any]]:
    text = _("Søk om penger for %(year)s: %(scheme)s")
    return [
        {
            "text": text % {"year": row.year, "scheme": row.scheme.name},
            "due_on": row.scheme.apply_by,
            "url": reverse("scheme", args=[row.scheme.public_id]),
        }
        for row in found
        if row.is_soon
    ]


def report_url(grant: Grant) -> str:
    """Where the report is written: here, or where it is said that it has gone."""
    if hasattr(grant, "report"):
        return reverse("yearly-report", args=[grant.report.public_id])
    return reverse("grant", args=[grant.public_id])


@access(READERS)
@require_GET
def grant_file(request: SignedInRequest, file_format: str) -> HttpResponseBase:
    """The list as it is narrowed and sorted on the page, all of it; an address of its own for it that was there first."""
    chosen = GrantFilter(request.GET, queryset=_rows(request.user), user=request.user, forgiving=True)
    return FILES[file_format](FILE_NAME, [str(text) for text in COLUMNS], _file_rows(chosen.qs, request.user))


def _file_rows(rows: QuerySet[Grant], user: User) -> Iterator[list[Any]]:
    own = user.municipality_ids(*CASE_ROLES)
    for part in batched(streamed(rows), AT_A_TIME):
        money = money_seen(part, own=own)
        for row in part:
            yield _cells(row, money[row.pk], user)


def _cells(grant: Grant, money: GrantMoney, user: User) -> list[Any]:
    holder = grant.responsible_unit or grant.reporting_unit.unit
    return [
        grant.scheme.name, grant.scheme.funder, grant.reporting_unit.name, grant.year, grant.get_state_display(),
        grant.applied_nok, grant.awarded_nok, grant.carried_over_nok, money.spent, money.source_text, money.left,
        grant.report_by, holder.name if holder else "", grant.case_number if reads_inside(user, grant) else "",
    ]  # fmt: skip
