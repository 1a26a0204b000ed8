"""The free texts of a draft: read, edited, and confirmed to identify nobody."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import LEADERSHIP_ROLES, Role
from organisation.paging import numbered
from organisation.views.form_page import form_page, posted
from reporting.domain.report_texts import StandingText, clear_texts, edit_text, left_in, same_words, standing_texts
from reporting.domain.sections import SECTIONS_OF
from reporting.models import ReportVersion
from reporting.permissions import can_clear_texts, can_write_report
from reporting.report_forms import TextForm
from reporting.views.report import crumbs_of, found, written

ON_A_PAGE = 25
ALL = "alle"


def _texts_page(version: ReportVersion, query: str = "") -> str:
    return reverse("report-texts", args=[version.report.public_id]) + (f"?{query}" if query else "")


def _is_fixed(request: SignedInRequest, version: ReportVersion) -> HttpResponse:
    messages.info(request, _("Rapporten er sendt til gjennomgang, og tekstene kan ikke endres."))
    return redirect("report", version.report.public_id)


@access(roles(*LEADERSHIP_ROLES))
def report_texts(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Those that nobody has confirmed yet, or all; ticked and confirmed with the hashes of what was on the page."""
    version = found(request, public_id)
    if not can_clear_texts(request.user, version.report):
        raise PermissionDenied
    if not version.is_draft:
        return _is_fixed(request, version)
    if request.method == "POST":
        return _confirm(request, version)
    texts = standing_texts(version)
    waiting = [row for row in texts if not row.is_cleared]
    shows_all = request.GET.get("vis") == ALL
    page = numbered(request, texts if shows_all else waiting, ON_A_PAGE)
    context = {
        "report": version.report,
        "report_version": version,
        "page_obj": page,
        "groups": _by_section(version.report.kind, list(page)),
        "waiting": len(waiting),
        "waiting_here": sum(not row.is_cleared for row in page),
        "total": len(texts),
        "shows_all": shows_all,
        "left_in": left_in(texts, request.GET.get("endret", "")),
        "can_edit": can_write_report(request.user, version.report),
        "crumbs": [*crumbs_of(version.report, request.user), (_("Tekster"), None)],
    }
    return render(request, "reporting/report_texts.html", context)


def _by_section(kind: str, rows: list[StandingText]) -> list[dict[str, Any]]:
    titles = {section.key: section.title for section in SECTIONS_OF[kind]} | {"forslag": _("Forslag til vedtak")}
    groups: dict[str, list[StandingText]] = {}
    for row in rows:
        groups.setdefault(row.came.section, []).append(row)
    return [{"title": titles.get(key, _("Andre tekster")), "rows": rows} for key, rows in groups.items()]


def _confirm(request: SignedInRequest, version: ReportVersion) -> HttpResponse:
    """`hash|key` of each text that was ticked, or of all on the page."""
    sent = request.POST.getlist("shown" if request.POST.get("action") == "all" else "read")
    pairs = [one.partition("|") for one in sent]
    try:
        if not pairs:
            raise DomainError(_("Kryss av for tekstene du har lest."))
        read = {key: sha256 for sha256, _bar, key in pairs}
        count = clear_texts(draft=version, read=read, by=request.user, at=timezone.now())
        said = ngettext("%(n)s tekst er bekreftet.", "%(n)s tekster er bekreftet.", count)
        messages.success(request, said % {"n": count})
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(_texts_page(version, request.GET.urlencode()))


@access(roles(Role.COORDINATOR))
def report_text(request: SignedInRequest, public_id: str, key: str) -> HttpResponse:
    """One text, edited."""
    version = written(request, public_id)
    if not version.is_draft:
        return _is_fixed(request, version)
    texts = standing_texts(version)
    text = next((row for row in texts if row.came.key == key), None)
    if text is None or text.came.is_fixed:
        raise Http404
    form = TextForm(posted(request), initial={"text": text.text, "version": text.version})
    url = _texts_page(version)
    return form_page(
        request, form, action=lambda data: edit_text(draft=version, key=key, by=request.user, **data),
        done=lambda _row: _texts_page(version, urlencode({"endret": key})),
        title=text.came.label, crumbs=[*crumbs_of(version.report, request.user), (_("Tekster"), url)],
        cancel_url=url, lead=_("En tekst som endres, må bekreftes på nytt før den kommer med i rapporten."),
        message=_("Teksten er lagret."), template="reporting/report_text.html", report=version.report,
        others=same_words(texts, key),
    )  # fmt: skip
