"""The steps of a report's life: sent, approved, sent back, published, withdrawn, corrected."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisation.access import SignedInRequest, access, roles
from organisation.forms import BaseForm
from organisation.models import JobState, Role
from organisation.views.form_page import form_page, posted
from reporting.domain.free_texts import HELD, count_of_held
from reporting.domain.report import approve, clearances_of, edits_of, publish, send_for_review, take_back, withdraw
from reporting.domain.report_versions import (
    can_be_thrown_away,
    correct,
    delete_draft,
    refresh_draft,
    set_case_number,
)
from reporting.models import ReportVersion, VersionState
from reporting.permissions import can_return_report, can_review_report, can_write_report, reviews_reports
from reporting.report_forms import CaseNumberForm, CorrectForm, ReturnForm, StepForm, VersionForm, WithdrawForm
from reporting.views.report import REVIEWERS, crumbs_of, found, page_of, written

STATE_IS_ANOTHER = gettext_lazy("Rapporten er «%(state)s», og da kan du ikke gjøre dette.")
RETURNED_FROM = (VersionState.IN_REVIEW, VersionState.APPROVED)


def _another(request: SignedInRequest, version: ReportVersion) -> HttpResponse:
    """Where somebody else has gone on meanwhile, or there is nothing to do any more."""
    messages.info(request, STATE_IS_ANOTHER % {"state": version.get_state_display().lower()})
    return redirect(page_of(version.report))


def _step_page(
    request: SignedInRequest,
    version: ReportVersion,
    form: BaseForm,
    action: Callable[[dict[str, Any]], Any],
    done: Callable[[Any], str] | None = None,
    **context: Any,
) -> HttpResponse:
    report = version.report
    comments = version.comments.open().select_related("written_by")
    return form_page(
        request, form, action=action, done=done or (lambda _row: page_of(report)), crumbs=crumbs_of(report, request.user),
        cancel_url=page_of(report), report=report, report_version=version, open_comments=comments, **context,
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def report_send(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What sending means, how many texts will be held back, and which comments are not settled."""
    version = written(request, public_id)
    if not version.is_draft:
        return _another(request, version)
    form = StepForm(posted(request), initial={"version": version.version})
    held = count_of_held(version.figures, edits_of(version), clearances_of(version))
    return _step_page(
        request, version, form,
        lambda data: send_for_review(draft=version, by=request.user, at=timezone.now(), **data),
        title=_("Send rapporten til gjennomgang"), button=_("Send til gjennomgang"), held=held,
        message=_("Rapporten er sendt til gjennomgang."), template="reporting/report_send.html",
    )  # fmt: skip


@access(roles(*REVIEWERS))
def report_approve(request: SignedInRequest, public_id: str) -> HttpResponse:
    version = found(request, public_id)
    if not reviews_reports(request.user, version.report):
        raise PermissionDenied
    if version.state != VersionState.IN_REVIEW:
        return _another(request, version)
    if not can_review_report(request.user, version):
        messages.error(
            request, _("Du har laget, skrevet i eller sendt denne versjonen. Derfor må en annen godkjenne den.")
        )
        return redirect(page_of(version.report))
    form = StepForm(posted(request), initial={"version": version.version})
    return _step_page(
        request, version, form, lambda data: approve(reviewed=version, by=request.user, at=timezone.now(), **data),
        title=_("Godkjenn rapporten"), button=_("Godkjenn"), message=_("Rapporten er godkjent."),
        held=_held_in(version), template="reporting/report_approve.html",
    )  # fmt: skip


def _held_in(version: ReportVersion) -> int:
    """How many texts of a version that was sent are held back."""
    return str(version.content).count(HELD)


@access(roles(*REVIEWERS))
def report_return(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Back to draft: by who reviews it, or by the coordinator, who takes it back."""
    version = found(request, public_id)
    if version.state not in RETURNED_FROM:
        return _another(request, version)
    if not can_return_report(request.user, version):
        raise PermissionDenied
    takes_back = can_write_report(request.user, version.report)
    form = ReturnForm(posted(request), initial={"version": version.version}, takes_back=takes_back)
    lead = _(
        "Den som har skrevet rapporten, får merknaden din. PDF-en som er laget, slettes, "
        "og en ny lages når rapporten sendes igjen."
    )
    if takes_back:
        lead = _(
            "Ingen venter på gjennomgang så lenge rapporten er et utkast. PDF-en som er laget, slettes, "
            "og en ny lages når du sender rapporten igjen."
        )
    return _step_page(
        request, version, form, lambda data: take_back(reviewed=version, by=request.user, at=timezone.now(), **data),
        title=_("Ta rapporten tilbake til utkast") if takes_back else _("Send rapporten tilbake til utkast"),
        button=_("Ta tilbake til utkast") if takes_back else _("Send tilbake"),
        message=_("Rapporten er et utkast igjen."), lead=lead,
        template="reporting/report_return.html",
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def report_withdraw(request: SignedInRequest, public_id: str, number: int) -> HttpResponse:
    version = written(request, public_id, number)
    if not version.is_published:
        return _another(request, version)
    form = WithdrawForm(posted(request), initial={"version": version.version})

    def take(data: dict[str, Any]) -> ReportVersion:
        told = {name: data[name] for name in ("version", "reason")}
        return withdraw(published=version, by=request.user, at=timezone.now(), **told)

    return _step_page(
        request, version, form, take,
        title=_("Trekk rapporten tilbake"), button=_("Trekk tilbake"), button_color="danger",
        message=_("Rapporten er trukket tilbake."),
        lead=_("Formannskapet og direktoratet kan ikke lese rapporten lenger. De ser at den er trukket tilbake, og hvorfor. Det kan ikke gjøres om."),  # noqa: E501
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def report_correct(request: SignedInRequest, public_id: str) -> HttpResponse:
    """A new version of what has gone out."""
    version = written(request, public_id)
    if version.is_at_work:
        messages.info(request, _("Rapporten har allerede en versjon som det arbeides med."))
        return redirect(page_of(version.report))
    form = CorrectForm(posted(request))

    def make(data: dict[str, Any]) -> ReportVersion:
        return correct(out=version, by=request.user, at=timezone.now(), on=timezone.localdate(), **data)

    return _step_page(
        request, version, form, make, title=_("Lag rettet versjon"), button=_("Lag rettet versjon"),
        lead=_("Den nye versjonen er et utkast. Versjonen som er ute, står til den nye er gjennomgått og publisert."),
        message=_("Den nye versjonen er et utkast. Rett det som skal rettes, og send den til gjennomgang."),
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def report_refresh(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The figures of a draft taken anew, after a page that says what that means."""
    version = written(request, public_id)
    if not version.is_draft:
        return _another(request, version)
    form = VersionForm(posted(request), initial={"version": version.version})

    def take(data: dict[str, Any]) -> ReportVersion:
        return refresh_draft(draft=version, by=request.user, at=timezone.now(), on=timezone.localdate(), **data)

    return _step_page(
        request, version, form, take, title=_("Hent tallene på nytt"), button=_("Hent tallene på nytt"),
        lead=_("Tallene blir slik de er i dag. Tekster du har endret, og tekster som er bekreftet, beholdes der de finnes fortsatt."),  # noqa: E501
        message=_("Tallene er hentet på nytt."),
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def report_case_number(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The archive often has its case after the draft was made."""
    version = written(request, public_id)
    if not version.is_draft:
        return _another(request, version)
    report = version.report
    form = CaseNumberForm(posted(request), initial={"version": report.version, "case_number": report.case_number})
    return _step_page(
        request, version, form, lambda data: set_case_number(report=report, by=request.user, **data),
        title=_("Arkivsaksnummer"), button=_("Lagre"), message=_("Arkivsaksnummeret er lagret."),
        lead=_("Nummeret står i rapporten når den er sendt til gjennomgang, og i arkivpakken."),
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def report_throw_away(request: SignedInRequest, public_id: str) -> HttpResponse:
    version = written(request, public_id)
    if not can_be_thrown_away(version):
        return _another(request, version)
    form = VersionForm(posted(request), initial={"version": version.version})

    def throw(data: dict[str, Any]) -> ReportVersion:
        delete_draft(draft=version, by=request.user, **data)
        return version

    lead = _("Utkastet til rettelse slettes, med tekster og kommentarer. Versjonen som er ute, blir stående.")
    if is_first := version.number == 1:
        lead = _("Rapporten slettes, med tekster og kommentarer. Du kan lage en ny for den samme perioden.")
    return _step_page(
        request, version, form, throw, title=_("Kast utkastet"), button=_("Kast utkastet"), button_color="danger",
        lead=lead, done=(lambda _row: reverse("report-list")) if is_first else None,
        message=_("Utkastet er kastet."),
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def report_publish(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What publishing does, which comments are not settled, and how many texts are held back."""
    version = written(request, public_id)
    if version.state != VersionState.APPROVED:
        return _another(request, version)
    form = VersionForm(posted(request), initial={"version": version.version})
    return _step_page(
        request, version, form, lambda data: publish(approved=version, by=request.user, at=timezone.now(), **data),
        title=_("Publiser rapporten"), button=_("Publiser"), held=_held_in(version),
        made=version.document is not None and version.document.job.state == JobState.DONE,
        message=_("Rapporten er publisert. Formannskapet kan lese den nå."), template="reporting/report_publish.html",
    )  # fmt: skip
