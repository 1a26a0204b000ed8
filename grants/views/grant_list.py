"""The overview a municipality never had: what is due, which grants there are, what can be applied for. As page and as file."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from grants.domain.grant_money import GrantMoney, money_seen
from grants.domain.grant_overview import Opening, is_due, last_years, openings
from grants.grant_filters import GrantFilter
from grants.models import GRANT_ROLES, Grant, GrantScheme
from grants.permissions import can_register_grants, reads_inside
from grants.views.directorate import directorate_overview
from organisation.access import SignedInRequest, access, roles
from organisation.models import CASE_ROLES, Role, User
from organisation.paging import numbered
from organisation.spreadsheets import csv_file, xlsx_file

READERS = roles(*GRANT_ROLES)
PAGE_SIZE = 25


@access(READERS)
@require_GET
def grant_list(request: SignedInRequest) -> HttpResponse:
    """A municipality's own; whoever works in the directorate gets the year of all."""
    if request.user.has_role(Role.ANALYST) and not request.user.has_role(*CASE_ROLES):
        return directorate_overview(request)
    today = timezone.localdate()
    chosen = GrantFilter(request.GET, queryset=_rows(request.user), user=request.user, forgiving=True)
    rows = list(chosen.qs)
    money = money_seen(rows, own=request.user.municipality_ids(*CASE_ROLES))
    lines = [_line(row, money[row.pk], today) for row in rows]
    page = numbered(request, lines, PAGE_SIZE)
    context: dict[str, Any] = {
        "section": "grants",
        "filter": chosen,
        "page_obj": page,
        "totals": _totals(rows, money),
        "carries_over": any(money[row.pk].carried_over for row in rows if row.is_awarded),
        "sorter": request.GET.get("sorter", ""),
        "query": request.GET.urlencode(),
        "several_units": len({row.reporting_unit_id for row in rows}) > 1,
        "can_register": can_register_grants(request.user),
    }
    if request.user.has_role(*CASE_ROLES) and not chosen.is_used and page.number == 1:
        context |= _first_things(request.user, rows, today)
    fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return render(request, f"grants/received/{'_grants' if fragment else 'grants'}.html", context)


def _rows(user: User) -> QuerySet[Grant]:
    rows = Grant.objects.visible_to(user).select_related("scheme", "responsible_unit", "reporting_unit__unit", "report")
    return rows.order_by("-year", "scheme__name", "id")


def _line(grant: Grant, money: GrantMoney, today: Any) -> dict[str, Any]:
    return {
        "grant": grant, "money": money, "is_due": is_due(grant, today), "is_late": grant.is_late(today),
        "holder": grant.responsible_unit or grant.reporting_unit.unit,
    }  # fmt: skip


@dataclass(frozen=True)
class Total:
    """The sum of what is known, and how many should have been in it. None where nothing of it is known."""

    amount: Decimal | None
    missing: int = 0


def _totals(rows: list[Grant], money: dict[int, GrantMoney]) -> dict[str, Total]:
    """Of all that were chosen and not of the page only. What isn't awarded has nothing to spend, and lacks nothing."""
    found = [money[row.pk] for row in rows if row.is_awarded]
    return {
        "applied": _total([row.applied_nok for row in rows]), "awarded": _total([one.awarded for one in found]),
        "spent": _total([one.spent for one in found]), "left": _total([one.left for one in found]),
    }  # fmt: skip


def _total(amounts: list[Decimal | None]) -> Total:
    known = [amount for amount in amounts if amount is not None]
    return Total(sum(known, Decimal(0)) if known or not amounts else None, len(amounts) - len(known))


def _first_things(user: User, rows: list[Grant], today: Any) -> dict[str, Any]:
    """What the reader can do about what is due, and what can be applied for. `rows` are all the grants that she sees."""
    schemes = GrantScheme.objects.visible_to(user)
    municipalities = user.case_municipality_ids()
    own = [row for row in rows if row.reporting_unit.municipality_id in municipalities]
    found = openings(schemes=schemes, taken=[(row.scheme_id, row.year) for row in own], on=today)
    grants = Grant.objects.editable_by(user)
    editable = set(grants.values_list("pk", flat=True))
    urgent = [
        *_due_reports([row for row in own if row.pk in editable], today),
        *(_deadlines(found) if can_register_grants(user) else []),
    ]
    urgent.sort(key=lambda row: (row["due_on"] is not None, row["due_on"] or today))
    urgent += [
        {"text": f"{row.title}, {row.grant_year}", "tag": row.warning, "url": reverse("funded-measure", args=[row.public_id])}
        for row in last_years(grants=grants, on=today)
    ]  # fmt: skip
    return {"urgent": urgent, "openings": found, "shows_first_things": True}


def _due_reports(rows: list[Grant], today: Any) -> list[dict[str, Any]]:
    """Those that were sent back first: they have no day."""
    found = []
    for row in rows:
        if not is_due(row, today):
            continue
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
def grant_file(request: SignedInRequest, file_format: str) -> HttpResponse:
    """The list as it is narrowed and sorted on the page, all of it."""
    rows = list(GrantFilter(request.GET, queryset=_rows(request.user), user=request.user, forgiving=True).qs)
    money = money_seen(rows, own=request.user.municipality_ids(*CASE_ROLES))
    header = [
        _("Ordning"), _("Tilskuddsgiver"), _("Rapporterende enhet"), _("År"), _("Tilstand"), _("Søkt, kroner"),
        _("Tildelt, kroner"), _("Overført, kroner"), _("Brukt, kroner"), _("Brukt, kilde"), _("Igjen, kroner"),
        _("Rapportfrist"), _("Enheten som har tilskuddet"), _("Arkivsaksnummer"),
    ]  # fmt: skip
    write = csv_file if file_format == "csv" else xlsx_file
    return write(str(_("tilskudd")), header, [_cells(row, money[row.pk], request.user) for row in rows])


def _cells(grant: Grant, money: GrantMoney, user: User) -> list[Any]:
    holder = grant.responsible_unit or grant.reporting_unit.unit
    return [
        grant.scheme.name, grant.scheme.funder, grant.reporting_unit.name, grant.year, grant.get_state_display(),
        grant.applied_nok, grant.awarded_nok, grant.carried_over_nok, money.spent, money.source_text, money.left,
        grant.report_by, holder.name if holder else "", grant.case_number if reads_inside(user, grant) else "",
    ]  # fmt: skip
