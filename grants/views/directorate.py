"""The directorate's pages: the year in figures, the units that got money, who has not reported; reminders to those."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Case, QuerySet, When
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from grants.domain.directorate import Overview, missing, overview, to_judge, units_of
from grants.domain.grant_reminders import holders, last_reminded, remind_missing
from grants.forms.directorate import Choice, DirectorateFilter, MissingFilter, UnitFilter
from grants.models import Grant, ReportState
from organisation.access import SignedInRequest, access, roles
from organisation.models import Role
from organisation.paging import numbered
from organisation.spreadsheets import asked_file, csv_file

DIRECTORATE = roles(Role.ANALYST)
WAITING_SHOWN = 5  # the rest is in the list of reports: the year and its regions are what the page is for
MOST_DAYS = 60  # reports of long ago come in by file: "6 123 days ago" tells nothing
NAMED = 10  # units that a message names one by one
UNIT_COLUMNS = (
    gettext_lazy("Enhet"), gettext_lazy("Region"), gettext_lazy("Kroner tildelt"), gettext_lazy("Årsrapport"),
    gettext_lazy("Tiltak"), gettext_lazy("Barn og unge"),
)  # fmt: skip
EVERYBODY = "alle"  # what the button says that reminds of all that are missing


@access(DIRECTORATE)
@require_GET
def directorate_overview(request: SignedInRequest) -> HttpResponse:
    """The first page of an analyst: one year of one scheme."""
    choice, today = Choice(request.GET), timezone.localdate()
    context: dict[str, Any] = {"section": "grants", "choice": choice}
    if choice.scheme:
        found = overview(scheme=choice.scheme, year=choice.year, region=choice.region, on=today)
        # Those of the year that is looked at first; a file of old years shall not hide them.
        waiting = to_judge().order_by(Case(When(grant__year=choice.year, then=0), default=1), "submitted_at", "id")
        context |= {
            "filter": DirectorateFilter(choice=choice, user=request.user, queryset=Grant.objects.none()),
            "figures": _figures(found, choice),
            "before": found.before,
            "year_before": choice.year - 1,
            "regions": [_region(choice, name, sums) for name, sums in found.regions],
            "total": sum((sums for _name, sums in found.regions[1:]), found.regions[0][1]) if found.regions else None,
            "waiting": [{"report": row, "days": _days_ago(row.submitted_at, today)} for row in waiting[:WAITING_SHOWN]],
            "waiting_count": waiting.count(),
            "shown": WAITING_SHOWN,
            "missing_url": f"{reverse('directorate-missing')}?{choice.address()}",
        }
    return render(request, "grants/directorate/overview.html", context)


def _days_ago(at: Any, today: datetime.date) -> int | None:
    """None where the day itself says more."""
    days = (today - timezone.localtime(at).date()).days
    return days if days <= MOST_DAYS else None


def _region(choice: Choice, name: str, sums: Any) -> dict[str, Any]:
    """A row of the regions; units without one can't be chosen."""
    address = choice.address(region=name)
    return {
        "name": name, "sums": sums, "is_chosen": bool(name) and name == choice.region,
        "url": f"?{address}" if name else "", "missing_url": f"{reverse('directorate-missing')}?{address}" if name else "",
    }  # fmt: skip


def _figures(found: Overview, choice: Choice) -> list[dict[str, Any]]:
    """Seven figures with what has changed since the year before; each leads to the list it counts."""
    units, not_sent = reverse("directorate-units"), reverse("directorate-missing")
    rows = [
        (_("enheter med tilskudd"), "units", units, {}),
        (_("kroner tildelt"), "awarded_nok", units, {"sorter": "-belop"}),
        (_("årsrapporter sendt inn"), "sent", units, {"rapport": "inne"}),
        (_("årsrapporter godkjent"), "accepted", units, {"rapport": "godkjent"}),
        (_("har ikke sendt inn"), "not_sent", not_sent, {}),
        (_("tiltak i årsrapportene"), "measures", units, {"sorter": "-tiltak"}),
        (_("barn og unge nådd"), "children", units, {"sorter": "-barn"}),
    ]
    return [
        {
            "label": label, "value": getattr(found.now, name), "is_money": name == "awarded_nok",
            "url": f"{url}?{choice.address(**more)}", "change": _change(found, name, choice.year - 1),
        }
        for label, name, url, more in rows
    ]  # fmt: skip


def _change(found: Overview, name: str, year: int) -> str:
    now, before = getattr(found.now, name), getattr(found.before, name, None)
    if now is None or before is None:
        return ""
    difference = now - before
    if not difference:
        return _("som i %(year)s") % {"year": year}
    sign = "+" if difference > 0 else "−"
    amount = number_format(abs(difference), decimal_pos=0, force_grouping=True)
    return _("%(change)s fra %(year)s") % {"change": f"{sign}{amount}", "year": year}


@access(DIRECTORATE)
@require_GET
def directorate_units(request: SignedInRequest) -> HttpResponseBase:
    """Everybody who was awarded something, with what has become of the report: what the figures count."""
    choice = Choice(request.GET)
    chosen = UnitFilter(choice=choice, user=request.user, queryset=_rows(choice))
    if file := asked_file(request, "enheter-med-tilskudd", UNIT_COLUMNS, chosen.qs, _unit_cells):
        return file
    context = _list_context(request, chosen, choice, _("Enheter med tilskudd"))
    return render(request, "grants/directorate/units.html", context)


def _unit_cells(row: Any) -> list[Any]:
    known = {
        ReportState.ACCEPTED: _("Godkjent"), ReportState.SUBMITTED: _("Sendt inn"), ReportState.RETURNED: _("Sendt tilbake"),
    }  # fmt: skip
    unit, state = row.reporting_unit, known.get(row.sent_state, _("Ikke sendt"))
    return [unit.name, unit.region, row.awarded_nok, state, row.measures, row.children]


@access(DIRECTORATE)
@require_GET
def directorate_missing(request: SignedInRequest) -> HttpResponse:
    choice = Choice(request.GET)
    chosen = MissingFilter(choice=choice, user=request.user, queryset=missing(_rows(choice)))
    context = _list_context(request, chosen, choice, _("Har ikke sendt inn"))
    lines = _lines(context["page_obj"].object_list)
    return render(request, "grants/directorate/missing.html", context | {"lines": lines, "everybody": EVERYBODY})


@access(DIRECTORATE)
@require_GET
def directorate_missing_csv(request: SignedInRequest) -> HttpResponse:
    """The whole list, as it is narrowed and sorted on the page."""
    choice = Choice(request.GET)
    chosen = MissingFilter(choice=choice, user=request.user, queryset=missing(_rows(choice)))
    header = [
        _("Enhet"), _("Region"), _("Tildelt"), _("Frist"), _("Dager over fristen"), _("Årsrapport"), _("Sist påminnet"),
    ]  # fmt: skip
    return csv_file(f"ikke-sendt-{choice.year}", header, [_cells(line) for line in _lines(chosen.qs)])


@access(DIRECTORATE)
@require_POST
def directorate_remind(request: SignedInRequest) -> HttpResponse:
    """To those that were chosen, or to all in the list as it is narrowed. What isn't in it is passed over."""
    choice = Choice(request.POST)
    chosen = MissingFilter(choice=choice, user=request.user, queryset=missing(_rows(choice))).qs
    if request.POST.get("hvem") != EVERYBODY:
        chosen = chosen.filter(public_id__in=[text for text in request.POST.getlist("tilskudd") if text.isalnum()])
    grants, today = list(chosen), timezone.localdate()
    if grants:
        people = remind_missing(grants=grants, by=request.user, on=today)
        told = holders(grants=grants, on=today)
        _say(request, people, [row.reporting_unit.name for row in grants if not told[row.pk]], len(grants))
    else:
        messages.error(request, _("Ingen påminnelse er sendt. Kryss av for minst én enhet i lista."))
    return redirect(f"{reverse('directorate-missing')}?{choice.address()}")


def _say(request: SignedInRequest, people: int, unreachable: list[str], asked: int) -> None:
    """How many got one; and whom nobody can be reached for, which has to be done in another way."""
    if people:
        text = ngettext("%(n)s person har fått påminnelse.", "%(n)s personer har fått påminnelse.", people)
        messages.success(request, text % {"n": people})
    elif len(unreachable) < asked:
        messages.info(request, _("De ansvarlige har allerede fått påminnelse i dag. Ingen ny er sendt."))
    if unreachable:
        names = ", ".join(sorted(unreachable)[:NAMED])
        rest = len(unreachable) - NAMED
        names += _(" og %(n)s til") % {"n": rest} if rest > 0 else ""
        text = _("Ingen av de ansvarlige kan logge inn hos: %(names)s. Ta kontakt på en annen måte.")
        messages.warning(request, text % {"names": names})


def _rows(choice: Choice) -> QuerySet[Grant]:
    if choice.scheme is None:
        return Grant.objects.none()
    # The longest late first, then by name: where the page says nothing else.
    return units_of(scheme=choice.scheme, year=choice.year).order_by("report_by", "reporting_unit__name", "id")


def _list_context(request: SignedInRequest, chosen: DirectorateFilter, choice: Choice, title: Any) -> dict[str, Any]:
    return {
        "section": "grants",
        "choice": choice,
        "filter": chosen,
        "page_obj": numbered(request, chosen.qs),
        "sorter": request.GET.get("sorter", ""),
        "query": choice.address(),
        "crumbs": [(_("Tilskudd"), f"{reverse('directorate')}?{choice.address()}"), (title, None)],
    }


def _lines(grants: Iterable[Any]) -> list[dict[str, Any]]:
    """Each with how late it is and when somebody was last reminded."""
    grants, today = list(grants), timezone.localdate()
    reminded = last_reminded(grants=grants, on=today)
    return [
        {
            "grant": row, "days_late": max(0, (today - row.report_by).days) if row.report_by else 0,
            "is_returned": row.sent_state == ReportState.RETURNED, "reminded_at": reminded.get(row.pk),
        }
        for row in grants
    ]  # fmt: skip


def _cells(line: dict[str, Any]) -> list[Any]:
    grant, at = line["grant"], line["reminded_at"]
    return [
        grant.reporting_unit.name, grant.reporting_unit.region, grant.awarded_nok,
        date_format(grant.report_by) if grant.report_by else "", line["days_late"],
        _("Sendt tilbake") if line["is_returned"] else _("Ikke sendt"),
        date_format(timezone.localtime(at)) if at else "",
    ]  # fmt: skip
