"""A report: one version as it will look, with its state and the next step on top; its PDF, and its progress while it is made."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from organisation.access import SignedInRequest, access, roles
from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, JobState, Role, User
from organisation.views.document import document_again, document_progress, document_response
from organisation.views.form_page import Crumbs
from reporting.domain.corrections import with_corrections
from reporting.domain.free_texts import as_a_draft, count_of_held
from reporting.domain.report import case_known, clearances_of, edits_of
from reporting.domain.report_comments import COMMENTED_STATES, WHOLE
from reporting.domain.report_notices import authors_of
from reporting.domain.report_versions import can_be_thrown_away
from reporting.domain.sections import sections_of
from reporting.models import (
    INSIDE_ROLES,
    OUT_STATES,
    Report,
    ReportComment,
    ReportStep,
    ReportVersion,
    Resolution,
    VersionState,
)
from reporting.permissions import can_clear_texts, can_comment, can_read_version, can_write_report, reviews_reports
from reporting.views.version_address import figures_address

READERS = (*INSIDE_ROLES, Role.BOARD_MEMBER, Role.ANALYST)
REVIEWERS = (*LEADERSHIP_ROLES, Role.STEERING_GROUP)


def found(request: SignedInRequest, public_id: str, number: int | None = None) -> ReportVersion:
    """The newest version that the user may see, or the one that is asked for."""
    rows = (
        ReportVersion.objects.visible_to(request.user).filter(report__public_id=public_id).defer("sources", "changes")
    )
    if number is not None:
        rows = rows.filter(number=number)
    # The report's own rule too: the version's says who sees it, the report's whose it is.
    rows = rows.filter(report__in=Report.objects.visible_to(request.user)).order_by("-number")
    version = rows.select_related("report__municipality", "report__round", "document__job").first()
    if version is None:
        raise Http404
    return version


def read(request: SignedInRequest, public_id: str, number: int | None = None) -> ReportVersion:
    """A version whose text and PDF she may have."""
    version = found(request, public_id, number)
    if not can_read_version(request.user, version):
        raise Http404
    return version


def page_of(report: Report) -> str:
    return reverse("report", args=[report.public_id])


def crumbs_of(report: Report, user: User) -> Crumbs:
    """From where she finds reports: the list, which is in the menu of those inside, or the reading room."""
    inside = user.has_role(*INSIDE_ROLES)
    first = (_("Rapporter"), reverse("report-list")) if inside else (_("Lesesal"), reverse("reading-room"))
    return [first, (report.title, page_of(report))]


def document_parts(version: ReportVersion, *, may_write: bool, newest: bool = True) -> dict[str, Any]:
    """What templates/partials/document.html needs, on the report's page and each second while it is made."""
    public_id = version.report.public_id
    own = [public_id] if newest else [public_id, version.number]
    return {
        "report": version.report,
        "report_version": version,
        "document": version.document,
        "pdf_url": reverse("report-pdf" if newest else "report-version-pdf", args=own),
        "progress_url": reverse("report-progress", args=[public_id]),
        "retry_url": reverse("report-retry", args=[public_id]) if may_write and newest else "",
        "label": _("Rapport"),
        "can_write": may_write,
        "pdf_variant": "secondary" if may_write and newest and version.state == VersionState.APPROVED else "",
    }


@access(roles(*READERS))
@require_GET
def report_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The newest version that she may see."""
    return version_page(request, found(request, public_id))


def version_page(request: SignedInRequest, version: ReportVersion) -> HttpResponse:
    user, report = request.user, version.report
    others = _versions_of(request, report)
    this = next(row for row in others if row.pk == version.pk)
    newest, inside = others[0].pk == version.pk, can_comment(user, report)
    may_write = can_write_report(user, report)
    readable = inside or not version.is_withdrawn
    parts = document_parts(version, may_write=may_write, newest=newest)
    held, content = _content(version) if readable else (0, None)
    parts |= _actions(request, version, may_write=may_write, newest=newest)
    if not readable:
        parts["document"] = None
    job = version.document.job if version.document and readable else None
    made = bool(job and job.state == JobState.DONE)
    rows = _rows(version, content, inside) if content else []
    open_comments = [comment for row in rows for comment in row["comments"] if comment.settled_at is None]
    context = parts | {
        "job": job,
        "content": content,
        "figures_url": figures_address(version, user),
        "rows": rows,
        "open_comments": open_comments,
        "held": held,
        "inside": inside,
        "next_step": _next_step(version, held, made) if inside and newest else "",
        "why_not_approve": parts["is_author"] and parts["reviews"] and version.state == VersionState.IN_REVIEW,
        "last_step": this if inside and version.is_at_work else None,
        "replaced_by": next((row for row in others if row.is_published and row.number > version.number), None),
        "replaces": next((row for row in others if row.is_published and row.number < version.number), None),
        "newer_at_work": next((row for row in others if row.is_at_work and row.number > version.number), None),
        "version_count": len(others),
        "crumbs": [*crumbs_of(report, user)[:1], (report.title, None)] if newest else _crumbs_of_older(version, user),
        "can_make_again": bool(made and parts["retry_url"]),
        "can_see_round": user.has_role(*CASE_ROLES) and report.round_id is not None,
        "resolutions": resolutions_of(user, report),
        "resolutions_elsewhere": may_write and version.state in OUT_STATES and report.round_id is None,
        "can_register_resolution": may_write and version.state in OUT_STATES and report.round_id is not None,
    }
    return render(request, "reporting/report.html", context)


def _versions_of(request: SignedInRequest, report: Report) -> list[ReportVersion]:
    """All she may see, newest first, each with the last step that was taken with it."""
    last = ReportStep.objects.filter(report_version=OuterRef("pk")).order_by("-id")
    names = {"step_before": "before", "step_remark": "remark", "step_at": "at", "step_by": "by__name"}
    rows = ReportVersion.objects.visible_to(request.user).filter(report=report).light()
    return list(rows.annotate(**{name: Subquery(last.values(field)[:1]) for name, field in names.items()}))


def _crumbs_of_older(version: ReportVersion, user: User) -> Crumbs:
    versions = reverse("report-versions", args=[version.report.public_id])
    number = _("Versjon %(number)s") % {"number": version.number}
    return [*crumbs_of(version.report, user), (_("Versjoner"), versions), (number, None)]


def _content(version: ReportVersion) -> tuple[int, dict[str, Any]]:
    """What is read, and how many texts would be held back; of a draft as it will look, with those texts marked."""
    if version.content is not None:
        return 0, version.content
    edited, cleared = edits_of(version), clearances_of(version)
    held = count_of_held(version.figures, edited, cleared)
    content, _changes = with_corrections(version, case_known(version, as_a_draft(version.figures, edited, cleared)))
    return held, content


def _rows(version: ReportVersion, content: dict[str, Any], inside: bool) -> list[dict[str, Any]]:
    """The sections, each with the comments beside it; those on the whole report come first, without a section."""
    beside: dict[str, list[ReportComment]] = {}
    if inside and version.is_at_work:
        for comment in version.comments.select_related("written_by", "settled_by"):
            beside.setdefault(comment.section, []).append(comment)
    rows: list[dict[str, Any]] = [{"section": None, "key": WHOLE, "comments": beside.pop(WHOLE, [])}]
    for section in sections_of(content):
        rows.append({"section": section, "key": section.key, "comments": beside.pop(section.key, [])})
    # Beside a section that the report has no longer.
    rows[0]["comments"] += [comment for comments in beside.values() for comment in comments]
    return rows


def _actions(request: SignedInRequest, version: ReportVersion, *, may_write: bool, newest: bool) -> dict[str, Any]:
    """What she can do with it. Only the newest version is at work; withdrawing names the version."""
    user, report, state = request.user, version.report, version.state
    draft, in_review = version.is_draft and newest, state == VersionState.IN_REVIEW
    returnable = state in (VersionState.IN_REVIEW, VersionState.APPROVED)
    # Whoever writes it takes it back anyhow; whether she may approve is asked where that is the next step.
    reviews = returnable and (in_review or not may_write) and reviews_reports(user, report)
    is_author = reviews and user.pk in authors_of(version)
    return {
        "reviews": reviews,
        "is_author": is_author,
        "can_send": draft and may_write,
        "can_refresh": draft and may_write,
        "can_set_case_number": draft and may_write,
        "can_throw_away": draft and may_write and can_be_thrown_away(version),
        "can_clear": draft and can_clear_texts(user, report),
        "can_approve": in_review and reviews and not is_author,
        "can_publish": may_write and newest and state == VersionState.APPROVED,
        "can_return": returnable and (may_write or (reviews and not is_author)),
        "can_comment": can_comment(user, report) and state in COMMENTED_STATES,
        "can_settle": may_write,
        "can_withdraw": may_write and version.is_published,
        "can_correct": may_write and newest and not version.is_at_work,
    }


def _next_step(version: ReportVersion, held: int, made: bool) -> str:
    """One sentence: what is done next, and by whom."""
    if version.is_draft and held:
        return _("Neste steg: Ledelsen leser tekstene og bekrefter at de ikke peker ut noen, og plankoordinatoren sender rapporten til gjennomgang.")  # fmt: skip  # noqa: E501
    steps = {
        VersionState.DRAFT: _("Neste steg: Plankoordinatoren sender rapporten til gjennomgang."),
        VersionState.IN_REVIEW: _(
            "Neste steg: En annen i ledelsen eller styringsgruppa leser rapporten, og godkjenner den eller sender den tilbake."
        ),
        VersionState.APPROVED: _("Neste steg: Plankoordinatoren publiserer rapporten.")
        if made
        else _("Neste steg: PDF-en lages ferdig, og så publiserer plankoordinatoren rapporten."),
    }
    return steps.get(VersionState(version.state), "")


def resolutions_of(user: User, report: Report) -> list[Resolution]:
    """What was decided on a report; the few newest, with their points where there is no page of its own to go to."""
    rows = Resolution.objects.read_by(user).filter(report_version__report=report)
    return list((rows if can_comment(user, report) else rows.prefetch_related("points"))[:5])


@access(roles(*READERS))
@require_GET
def report_progress(request: SignedInRequest, public_id: str) -> HttpResponse:
    version = read(request, public_id)
    if version.document is None:
        raise Http404
    may_write = can_write_report(request.user, version.report)
    return document_progress(request, **document_parts(version, may_write=may_write))


@access(roles(*READERS))
@require_GET
def report_pdf(request: SignedInRequest, public_id: str) -> HttpResponse | FileResponse:
    return pdf_of(request, read(request, public_id))


def pdf_of(request: SignedInRequest, version: ReportVersion) -> HttpResponse | FileResponse:
    if version.document is None:
        raise Http404
    return document_response(request, version.document, page=page_of(version.report))


@access(roles(Role.COORDINATOR))
@require_POST
def report_retry(request: SignedInRequest, public_id: str) -> HttpResponse:
    version = written(request, public_id)
    if version.document is None:
        raise Http404
    return document_again(request, version.document, page=page_of(version.report), by=request.user)


def written(request: SignedInRequest, public_id: str, number: int | None = None) -> ReportVersion:
    """A version whose report she writes."""
    version = found(request, public_id, number)
    if not can_write_report(request.user, version.report):
        raise PermissionDenied
    return version
