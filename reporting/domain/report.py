"""The life of a report. A version goes from draft through another person's review to publication; nothing else writes its state.

draft -> in review -> approved -> published -> withdrawn
  ^----------'-----------'
"""

import datetime
import hashlib
import json
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grants.domain.spending import day_of
from organisation.domain.documents import discard, make_document
from organisation.domain.errors import DomainError
from organisation.domain.municipality import logo_of
from organisation.domain.writing import acting, locked, refusing
from organisation.models import Document, JobState, Municipality, User
from organisation.periods import HalfYear
from reporting.domain.corrections import with_corrections
from reporting.domain.free_texts import filled_in
from reporting.domain.published_counts import check_before_publishing
from reporting.domain.reading_room import deliver, settle_delivery, tell_of_withdrawal
from reporting.domain.report_kinds import KINDS
from reporting.domain.report_notices import (
    authors_of,
    settle_approval,
    tell_authors_of_approval,
    tell_authors_of_return,
    tell_reviewers,
)
from reporting.models import Report, ReportKind, ReportRound, ReportStep, ReportVersion, VersionState

DOCUMENT_KIND = "report"
PROTECTED_SINCE = 2  # the schema of figures whose counts are protected and whose texts wait to be confirmed
ONE_REPORT = {
    "one_report_of_kind_and_period": (gettext_lazy("Det finnes allerede en rapport for denne perioden."), "period")
}
# All that may be written after a version has been made; its figures may not, and the database refuses it.
WRITTEN = (
    "version", "state", "content", "content_sha256", "correction_reason", "changes", "document", "sent_at", "sent_by",
    "approved_at", "approved_by", "published_at", "published_by", "withdrawn_at", "withdrawn_by", "withdrawn_reason",
)  # fmt: skip
STEPS: dict[str, tuple[str, ...]] = {
    VersionState.DRAFT: (VersionState.IN_REVIEW,),
    VersionState.IN_REVIEW: (VersionState.DRAFT, VersionState.APPROVED),
    VersionState.APPROVED: (VersionState.DRAFT, VersionState.PUBLISHED),
    VersionState.PUBLISHED: (VersionState.WITHDRAWN,),
    VersionState.WITHDRAWN: (),
}


def title_of(kind: str, year: int, half: int | None) -> str:
    """The title of a report that no round makes, in bokmål like all of the report."""
    with translation.override("nb"):
        if kind == ReportKind.SUB_PROJECTS and half:
            return _("Halvårsstatus for delprosjektene, %(period)s") % {"period": HalfYear(year, half).label}
        return _("Årsrapport om tilskudd %(year)s") % {"year": year}


def make_report(
    *,
    municipality: Municipality,
    kind: str,
    title: str,
    year: int,
    half: int | None,
    by: User,
    at: datetime.datetime,
    on: datetime.date,
    round: ReportRound | None = None,
    case_number: str = "",
) -> ReportVersion:
    """A report and its first draft, with the figures as they are on a day. One of each kind and period."""
    with acting(by, "report.make"), refusing(**ONE_REPORT):
        report = Report.objects.create(
            municipality=municipality,
            kind=kind,
            round=round,
            year=year,
            half=half,
            title=title,
            case_number=case_number,
        )
        built = KINDS[kind].build(report, on)
        figures = counted(built.figures, on) | _logo(municipality)
        version = ReportVersion.objects.create(
            report=report,
            figures=figures,
            figures_sha256=hash_of(figures),
            sources=built.sources,
            made_at=at,
            made_by=by,
        )
        note_step(row=version, before="", by=by, at=at)
    return version


def _logo(municipality: Municipality) -> dict[str, str]:
    """The logo of the day, which the report keeps."""
    logo = logo_of(municipality)
    return {"logo": logo} if logo else {}


def counted(figures: dict[str, Any], on: datetime.date) -> dict[str, Any]:
    """The figures with the day they were counted, which later reports have to know (domain/published_counts.py).

    A builder that counts as of another day, the last of a half-year, says so itself.
    """
    return {"counted_on": on.isoformat(), **figures}


def send_for_review(
    *, draft: ReportVersion, version: int, by: User, at: datetime.datetime, remark: str = ""
) -> ReportVersion:
    """Fix the texts and order the PDF: what is sent is what is approved and published. What nobody cleared is held back."""
    with acting(by, "report.send"):
        row = _in(locked(draft, version), VersionState.IN_REVIEW)
        if is_unprotected(row.figures):
            raise DomainError(_("Tallene er fra før små tall ble skjermet. Hent tallene på nytt før rapporten sendes."))
        edited, cleared = edits_of(row), clearances_of(row)
        row.content, row.changes = with_corrections(row, case_known(row, filled_in(row.figures, edited, cleared)))
        row.content_sha256 = hash_of(row.content)
        row.document = make_document(municipality=row.report.municipality, kind=DOCUMENT_KIND, title=row.report.title)
        row.sent_at, row.sent_by = at, by
        _go(row, VersionState.IN_REVIEW, by, at, remark)
        tell_reviewers(sent=row, by=by, at=at)
    return row


def case_known(row: ReportVersion, content: dict[str, Any]) -> dict[str, Any]:
    """The content with the case number that the report has by now; the figures have that of the day they were made."""
    number = row.report.case_number
    return {**content, "case_number": number} if number else content


def take_back(*, reviewed: ReportVersion, version: int, by: User, at: datetime.datetime, remark: str) -> ReportVersion:
    """Back to draft, from review or after approval, with a word on why. The PDF that was made of it is thrown away."""
    if not remark.strip():
        raise DomainError(_("Skriv hva som må endres."), "remark")
    with acting(by, "report.return"):
        row = _in(locked(reviewed, version), VersionState.DRAFT)
        document = row.document
        row.content, row.content_sha256, row.document, row.changes = None, "", None, None
        row.sent_at = row.sent_by = row.approved_at = row.approved_by = None
        _go(row, VersionState.DRAFT, by, at, remark)
        tell_authors_of_return(returned=row, by=by)
        if document is not None:
            discard(document=document, by=by)
    return row


def approve(
    *, reviewed: ReportVersion, version: int, by: User, at: datetime.datetime, remark: str = ""
) -> ReportVersion:
    """Another person than those who wrote it says that it may go out."""
    with acting(by, "report.approve"):
        row = _protected(_in(locked(reviewed, version), VersionState.APPROVED))
        if by.pk in authors_of(row):
            raise DomainError(_("Rapporten må godkjennes av en annen enn den som har skrevet den."))
        row.approved_at, row.approved_by = at, by
        _go(row, VersionState.APPROVED, by, at, remark)
        tell_authors_of_approval(approved=row, by=by)
    return row


def publish(*, approved: ReportVersion, version: int, by: User, at: datetime.datetime) -> ReportVersion:
    """Let the board and the directorate read an approved version, whose PDF is made. What has gone out stands.

    One report of a municipality at a time: each is held against all that was published before it.
    """
    with acting(by, "report.publish"):
        Municipality.objects.select_for_update(no_key=True).get(pk=approved.report.municipality_id)
        row = _protected(_in(locked(approved, version), VersionState.PUBLISHED))
        document = Document.objects.select_related("job").get(report_version=row)
        if document.job.state != JobState.DONE or not document.file:
            raise DomainError(_("Rapporten må være ferdig laget før den kan publiseres."))
        check_before_publishing(row)
        row.published_at, row.published_by = at, by
        _go(row, VersionState.PUBLISHED, by, at)
        settle_approval(published=row, by=by)
        deliver(published=row, by=by, on=day_of(at))
    return row


def withdraw(*, published: ReportVersion, version: int, reason: str, by: User, at: datetime.datetime) -> ReportVersion:
    """Take a published version out of the readers' hands, and say why. That it was there stays visible."""
    if not reason.strip():
        raise DomainError(_("Skriv hvorfor rapporten trekkes tilbake."), "reason")
    with acting(by, "report.withdraw"):
        row = _in(locked(published, version), VersionState.WITHDRAWN)
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = at, by, reason.strip()
        _go(row, VersionState.WITHDRAWN, by, at, reason.strip())
        settle_delivery(withdrawn=row, by=by)
        tell_of_withdrawal(withdrawn=row, by=by, on=day_of(at))
    return row


def edits_of(row: ReportVersion) -> dict[str, str]:
    return dict(row.texts.values_list("key", "text"))


def clearances_of(row: ReportVersion) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key, sha256 in row.clearances.values_list("key", "sha256"):
        found.setdefault(key, set()).add(sha256)
    return found


def hash_of(content: Any) -> str:
    """SHA-256 of JSON content in its one canonical form: sorted keys, UTF-8."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def content_of_document(document: Document) -> dict[str, Any]:
    """What a report's PDF is made from: the content of its version, whose one place is its own table."""
    content: dict[str, Any] | None = document.report_version.content
    if content is None:
        raise ValueError("A draft has no document.")
    return content


def _in(row: ReportVersion, after: str) -> ReportVersion:
    if after not in STEPS[row.state]:
        raise DomainError(
            _("Rapporten er «%(state)s», og da kan du ikke gjøre dette.") % {"state": row.get_state_display().lower()}
        )
    return row


def is_unprotected(figures: dict[str, Any] | None) -> bool:
    """Figures or content from before small counts were protected and texts were held back (schema 1)."""
    schema: int = (figures or {}).get("schema", 1)
    return schema < PROTECTED_SINCE


def _protected(row: ReportVersion) -> ReportVersion:
    if is_unprotected(row.content):
        raise DomainError(
            _(
                "Tallene er fra før små tall ble skjermet. Send rapporten tilbake til utkast, og hent tallene på nytt der."
            )
        )
    return row


def _go(row: ReportVersion, after: str, by: User, at: datetime.datetime, remark: str = "") -> None:
    before, row.state = row.state, after
    row.save(update_fields=WRITTEN)
    note_step(row=row, before=before, by=by, at=at, remark=remark)


def note_step(*, row: ReportVersion, before: str, by: User, at: datetime.datetime, remark: str = "") -> None:
    """Write down a step in a version's life; it stands, whoever reads it later."""
    ReportStep.objects.create(report_version=row, before=before, after=row.state, at=at, by=by, remark=remark.strip())
