"""Yearly reports: the list, and one as a document with its state and what can be done with it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from grants.models import GRANT_ROLES, Grant, ReportState, YearlyReport
from grants.permissions import can_edit_grant, can_edit_report, can_judge_report
from grants.report_filters import YearlyReportFilter
from grants.views.report_sections import Section, open_return, progress, sections
from organisation.access import SignedInRequest, access, roles
from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, Role
from organisation.paging import numbered
from organisation.spreadsheets import asked_file
from organisation.views.form_page import Crumbs

READERS = roles(*GRANT_ROLES)
EDITORS = roles(*LEADERSHIP_ROLES, Role.UNIT_LEADER)
SHOWN_STATES = (ReportState.SUBMITTED, ReportState.ACCEPTED, ReportState.RETURNED)


def title_of(report: YearlyReport) -> str:
    return _("Årsrapport %(year)s: %(unit)s") % {
        "year": report.grant.year, "unit": report.grant.reporting_unit.name,
    }  # fmt: skip


def page_of(report: YearlyReport) -> str:
    return reverse("yearly-report", args=[report.public_id])


def crumbs_of(report: YearlyReport) -> Crumbs:
    return [(_("Årsrapporter"), reverse("yearly-report-list")), (title_of(report), page_of(report))]


def found(request: SignedInRequest, public_id: str) -> YearlyReport:
    """The report, if the user may see it."""
    rows = YearlyReport.objects.visible_to(request.user).select_related(
        "grant__reporting_unit", "grant__scheme", "submitted_by", "accepted_by"
    )
    return get_object_or_404(rows, public_id=public_id)


def written(request: SignedInRequest, public_id: str) -> YearlyReport:
    """The report, if the user writes it. Whether it is still open is asked for by itself, so that typed text is kept."""
    report = found(request, public_id)
    if not can_edit_grant(request.user, report.grant):
        raise PermissionDenied
    return report


def hides_answers(request: SignedInRequest, report: YearlyReport) -> bool:
    """What is being changed after the directorate has sent a report back is the municipality's own until it is sent again."""
    own = report.grant.reporting_unit.municipality_id in request.user.municipality_ids(*CASE_ROLES)
    return report.state == ReportState.RETURNED and not own


@access(READERS)
@require_GET
def yearly_report_list(request: SignedInRequest) -> HttpResponseBase:
    seen = YearlyReport.objects.visible_to(request.user)
    national = request.user.has_role(Role.ANALYST)
    chosen = YearlyReportFilter(request.GET, seen=seen, national=national)
    if file := asked_file(request, "arsrapporter", COLUMNS, chosen.qs, _cells):
        return file
    page = numbered(request, chosen.qs)
    rows = list(page)
    editable = YearlyReport.objects.editable_by(request.user).filter(pk__in=[row.pk for row in rows])
    context = {
        "section": "reports",
        "filter": chosen,
        "page_obj": page,
        "sorter": request.GET.get("sorter", ""),
        "today": timezone.localdate(),
        "national": national,
        "editable": set(editable.values_list("pk", flat=True)),
        "figures": _figures(request, seen, chosen.year) if national else [],
    }
    fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return render(request, f"grants/reports_yearly/{'_table' if fragment else 'list'}.html", context)


def _figures(request: SignedInRequest, seen: QuerySet[YearlyReport], year: int | None) -> list[dict[str, Any]]:
    """How many reports are in each state, and how many units have not sent theirs; each leads to its list."""
    grants = Grant.objects.visible_to(request.user).awarded().filter(scheme__reported_here=True)
    if year:
        seen, grants = seen.filter(grant__year=year), grants.filter(year=year)
    counted = dict(seen.order_by().values_list("state").annotate(Count("pk")))
    wanted = f"&ar={year or ''}"
    figures: list[dict[str, Any]] = [
        {"value": counted.get(state, 0), "label": ReportState(state).label, "query": f"tilstand={state}{wanted}"}
        for state in SHOWN_STATES
    ]
    there = YearlyReport.objects.counted().filter(grant=OuterRef("pk"))
    missing = {"value": grants.filter(~Exists(there)).count(), "label": _("Mangler")}
    missing["url"] = reverse("directorate-missing") + (f"?ar={year}" if year else "")
    return [*figures, missing]


COLUMNS = (
    gettext_lazy("Enhet"),
    gettext_lazy("Region"),
    gettext_lazy("Ordning"),
    gettext_lazy("År"),
    gettext_lazy("Tildelt"),
    gettext_lazy("Frist"),
    gettext_lazy("Tilstand"),
    gettext_lazy("Sendt inn"),
)


def _cells(row: YearlyReport) -> list[Any]:
    grant = row.grant
    return [
        grant.reporting_unit.name, grant.reporting_unit.region, grant.scheme.name, grant.year,
        grant.awarded_nok or "", grant.report_by or "", row.get_state_display(),
        timezone.localdate(row.submitted_at) if row.submitted_at else "",
    ]  # fmt: skip


@access(READERS)
@require_GET
def yearly_report_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    report = found(request, public_id)
    if request.GET.get("vis") == "framdrift":
        return _progress(request, report)
    edits, hides = can_edit_report(request.user, report), hides_answers(request, report)
    judges = can_judge_report(request.user, report)
    parts = [] if hides else sections(report, with_problems=edits, compared=judges)
    steps = report.steps.select_related("by").prefetch_related("remarks__measure_report").order_by("-id")
    context = {
        "section": "reports",
        "report": report,
        "grant": report.grant,
        "title": title_of(report),
        "crumbs": [*crumbs_of(report)[:1], (title_of(report), None)],
        "sections": parts,
        "answered": sum(part.answered for part in parts),
        "total": sum(part.total for part in parts),
        "missing": sum(len(part.missing) for part in parts),
        "hides_answers": hides,
        "returned": None if hides else open_return(report),
        "can_edit": edits,
        "can_judge": judges,
        "to_look_at": [part for part in parts if part.to_look_at] if judges else [],
        "year_before": str(report.grant.year - 1),
        "next_url": _first_unfinished(parts),
        "steps": steps,
        "is_late": report.grant.is_late(timezone.localdate()),
    }
    return render(request, "grants/reports_yearly/report.html", context)


def _progress(request: SignedInRequest, report: YearlyReport) -> HttpResponse:
    """How far the report has come, for its row of the list. By itself, for what is known takes many queries to read."""
    if hides_answers(request, report):
        raise PermissionDenied
    answered, total = progress(report)
    return render(request, "grants/reports_yearly/_progress.html", {"answered": answered, "total": total})


def _first_unfinished(parts: list[Section]) -> str:
    """The form to go on with."""
    return next((part.url for part in parts if part.missing), parts[0].url if parts else "")
