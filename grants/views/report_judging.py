"""What becomes of a yearly report: the municipality sends it, the directorate accepts it or sends it back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grants.domain.report_answers import mark_of, read_answers
from grants.domain.yearly_report import accept, return_report, submit
from grants.forms.yearly_report import AcceptForm, ReturnForm, SubmitForm
from grants.models import ReportState, YearlyReport
from grants.permissions import can_judge_report
from grants.views.report_sections import sections
from grants.views.yearly_report import EDITORS, crumbs_of, found, page_of, title_of, written
from organisation.access import SignedInRequest, access, roles
from organisation.models import Role
from organisation.views.form_page import form_page, posted

JUDGES = roles(Role.ANALYST)
# What is said to whoever presses a button that has been pressed already, in another window or by somebody else.
ALREADY = {
    ReportState.SUBMITTED: gettext_lazy("Rapporten er alt sendt inn."),
    ReportState.ACCEPTED: gettext_lazy("Rapporten er alt godkjent."),
    ReportState.RETURNED: gettext_lazy("Rapporten er alt sendt tilbake."),
}


@access(EDITORS)
def report_submit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What is sent, and what hinders it, with the way to each question."""
    report = written(request, public_id)
    if not report.is_open:
        return _already(request, report)
    answers = read_answers(report)
    form = SubmitForm(posted(request), initial={"version": report.version, "shown": mark_of(answers)})
    parts = sections(report, with_problems=True, answers=answers)
    return form_page(
        request, form, title=_("Send inn årsrapporten"), crumbs=crumbs_of(report), button=_("Send inn"),
        action=lambda data: submit(report=report, by=request.user, at=timezone.now(), **data),
        done=page_of, cancel_url=page_of(report), message=_("Årsrapporten er sendt inn."),
        template="grants/reports_yearly/submit.html", report=report, sections=parts, lead=title_of(report),
        missing=sum(len(part.missing) for part in parts), taken=[part for part in parts if part.taken_texts],
    )  # fmt: skip


def _judged(request: SignedInRequest, public_id: str) -> YearlyReport:
    """The report, if she may judge it, or if it has been judged already."""
    report = found(request, public_id)
    if report.state == ReportState.SUBMITTED and not can_judge_report(request.user, report):
        raise PermissionDenied
    return report


def _already(request: SignedInRequest, report: YearlyReport) -> HttpResponse:
    """Where there is nothing to do any more."""
    messages.info(request, ALREADY[ReportState(report.state)])
    return redirect(page_of(report))


@access(JUDGES)
def report_accept(request: SignedInRequest, public_id: str) -> HttpResponse:
    report = _judged(request, public_id)
    if report.state != ReportState.SUBMITTED:
        return _already(request, report)
    form = AcceptForm(posted(request), initial={"version": report.version})

    def take(data: dict[str, Any]) -> YearlyReport:
        taken = accept(report=report, by=request.user, at=timezone.now(), **data)
        messages.success(request, _accepted(request))
        return taken

    return form_page(
        request, form, title=_("Godkjenn årsrapporten"), crumbs=crumbs_of(report), button=_("Godkjenn"),
        action=take, done=page_of, cancel_url=page_of(report),
        template="grants/reports_yearly/accept.html", report=report, lead=title_of(report),
    )  # fmt: skip


def _accepted(request: SignedInRequest) -> str:
    """With the way to the one that has waited longest, so that one goes from report to report."""
    said = _("Årsrapporten er godkjent.")
    waiting = YearlyReport.objects.to_be_judged_by(request.user).order_by("submitted_at", "id")
    following = waiting.select_related("grant__reporting_unit").first()
    if following is None:
        return said
    link = format_html('<a class="ds-link" href="{}">{}</a>', page_of(following), title_of(following))
    left = _("(%(count)s igjen)") % {"count": waiting.count()}
    return format_html("{} {} {} {}", said, _("Neste som venter:"), link, left)


@access(JUDGES)
def report_return(request: SignedInRequest, public_id: str) -> HttpResponse:
    report = _judged(request, public_id)
    if report.state != ReportState.SUBMITTED:
        return _already(request, report)
    form = ReturnForm(posted(request), parts=[None, *report.measure_reports.all()], initial={"version": report.version})

    def send_back(data: dict[str, Any]) -> YearlyReport:
        return return_report(
            report=report, version=data["version"], comment=data["comment"], remarks=form.remarks(), by=request.user,
            at=timezone.now(),
        )  # fmt: skip

    return form_page(
        request, form, title=_("Send årsrapporten tilbake"), crumbs=crumbs_of(report), button=_("Send tilbake"),
        action=send_back, done=page_of, cancel_url=page_of(report), message=_("Årsrapporten er sendt tilbake."),
        lead=title_of(report), template="grants/reports_yearly/return.html", report=report,
        year_before=str(report.grant.year - 1),
        boxes=list(zip(sections(report, with_problems=False, compared=True), form.boxes, strict=True)),
    )  # fmt: skip
