"""The list of reports, of all kinds, and a new one of the kinds that no round makes."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from organisation.access import SignedInRequest, access, roles
from organisation.models import LEADERSHIP_ROLES, Municipality, Role
from organisation.paging import numbered
from organisation.spreadsheets import asked_file
from organisation.views.form_page import form_page, posted
from reporting.domain.report import make_report, title_of
from reporting.filters import ReportFilter
from reporting.models import INSIDE_ROLES, ReportVersion, VersionState
from reporting.report_forms import NewReportForm
from reporting.views.report import READERS, page_of

COLUMNS = (
    gettext_lazy("Rapport"),
    gettext_lazy("Periode"),
    gettext_lazy("Kommune"),
    gettext_lazy("Sak"),
    gettext_lazy("Tilstand"),
    gettext_lazy("Versjon"),
)


def _cells(row: Any) -> list[Any]:
    state = VersionState(row.newest_state).label
    return [row.title, row.period_label, row.municipality.name, row.case_number, state, row.newest_number]


@access(roles(*READERS))
@require_GET
def report_list(request: SignedInRequest) -> HttpResponseBase:
    chosen = ReportFilter(request.GET, user=request.user)
    if file := asked_file(request, "rapporter", COLUMNS, chosen.qs, _cells):
        return file
    page = numbered(request, chosen.qs)
    inside = request.user.municipality_ids(*INSIDE_ROLES)
    for row in page:
        row.newest = ReportVersion(state=row.newest_state)
        # Of a withdrawn one, those outside see that it was there.
        is_last = row.newest_number == row.last_number
        of_version = reverse("report-version", args=[row.public_id, row.newest_number])
        row.address = page_of(row) if is_last else of_version
        row.has_pdf = row.newest_document and (not row.newest.is_withdrawn or row.municipality_id in inside)
    context = {
        "filter": chosen,
        "page_obj": page,
        "sorter": request.GET.get("sorter", ""),
        "can_see_family_numbers": request.user.has_role(*LEADERSHIP_ROLES),
        "can_set_calendar": request.user.has_role(Role.COORDINATOR),
        "can_make": request.user.has_role(Role.COORDINATOR),
        # Whoever reads reports of one municipality only knows which.
        "has_many": request.user.has_role(Role.ANALYST) or len(request.user.municipality_ids()) > 1,
    }
    return render(request, "reporting/report_list.html", context)


@access(roles(Role.COORDINATOR))
def report_new(request: SignedInRequest) -> HttpResponse:
    """The kind and the period; the draft is made of what is known today."""
    municipalities = Municipality.objects.filter(pk__in=request.user.coordinated_municipality_ids())
    today = timezone.localdate()
    form = NewReportForm(posted(request), today=today, municipalities=municipalities)

    def make(data: dict[str, Any]) -> ReportVersion:
        kind, year, half = data["what"], data["year"], data["half"]
        return make_report(
            municipality=data.get("municipality") or municipalities.get(), kind=kind, year=year, half=half,
            title=title_of(kind, year, half), case_number=data["case_number"], by=request.user, at=timezone.now(), on=today,
        )  # fmt: skip

    return form_page(
        request, form, action=make, done=lambda row: page_of(row.report), title=_("Ny rapport"),
        crumbs=[(_("Rapporter"), reverse("report-list"))], cancel_url=reverse("report-list"), button=_("Lag utkast"),
        lead=_("Statusrapporten for en plan lages når runden lukkes. De to andre rapportene lager du her, av det som er registrert til i dag."),  # noqa: E501
        message=_("Utkastet er laget. Les det, skriv det som mangler, og send det til gjennomgang."),
    )  # fmt: skip
