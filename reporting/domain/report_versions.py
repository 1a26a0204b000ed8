"""New versions of a report that has gone out, and the figures of a draft taken anew. What has gone out stands."""

import datetime

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, locked, refusing
from organisation.models import User
from reporting.domain.free_texts import free
from reporting.domain.refresh import refreshed, refreshed_sources
from reporting.domain.report import counted, hash_of, is_unprotected, note_step
from reporting.domain.report_kinds import KINDS, Built
from reporting.domain.report_notices import settle_of_comment
from reporting.models import Report, ReportText, ReportVersion, TextClearance, VersionState

ONE_AT_WORK = {
    "one_version_at_work": (gettext_lazy("Rapporten har allerede en versjon som det arbeides med."), None),
}
# Bokmål like the rest of a report, whatever the language of whoever corrects it.
REASON_LABEL = "Hva som rettes, og hvorfor"


def correct(
    *, out: ReportVersion, reason: str, refresh: bool, by: User, at: datetime.datetime, on: datetime.date
) -> ReportVersion:
    """A new draft of a report that has gone out, for what is to be put right; the version that is out stays as it is.

    Figures and texts are those of that version, or with `refresh` the figures are taken anew. Texts keep who wrote and
    who cleared them.
    """
    if not reason.strip():
        raise DomainError(_("Skriv hva som rettes, og hvorfor."), "reason")
    with acting(by, "report.correct"), refusing(**ONE_AT_WORK):
        # Held, so that two who correct at once don't make the same number.
        report = Report.objects.select_for_update(no_key=True).get(pk=out.report_id)
        newest = ReportVersion.objects.filter(report=report).order_by("-number").first()
        if newest is None or newest.pk != out.pk or newest.is_at_work:
            if newest and newest.number > 1 and newest.is_at_work:
                raise DomainError(ONE_AT_WORK["one_version_at_work"][0])
            raise DomainError(_("Bare den nyeste versjonen kan rettes, når den har vært publisert."))
        if not refresh and is_unprotected(newest.figures):
            raise DomainError(_("Tallene er fra før små tall ble skjermet, og må hentes på nytt."), "refresh")
        built = _built_anew(report, newest, on) if refresh else Built(newest.figures, newest.sources)
        reason_text = free("correction:reason", REASON_LABEL, "rettelser", reason)
        figures = {**built.figures, "correction": {"reason": reason_text}}
        row = ReportVersion.objects.create(
            report=report, number=newest.number + 1, figures=figures, figures_sha256=hash_of(figures),
            sources=built.sources, correction_reason=reason.strip(), made_at=at, made_by=by,
        )  # fmt: skip
        _copy_texts(newest, row)
        note_step(row=row, before="", by=by, at=at, remark=reason)
    return row


def refresh_draft(
    *, draft: ReportVersion, version: int, by: User, at: datetime.datetime, on: datetime.date
) -> ReportVersion:
    """Take the figures of a draft anew, as they are on a day. Texts that were edited or cleared stay so."""
    with acting(by, "report.refresh"):
        row = _a_draft(locked(draft, version))
        built = _built_anew(row.report, row, on)
        kept = {name: row.figures[name] for name in ("correction",) if name in row.figures}
        row.figures, row.sources = {**built.figures, **kept}, built.sources
        row.figures_sha256 = hash_of(row.figures)
        row.save(update_fields=("version", "figures", "figures_sha256", "sources"))
        note_step(row=row, before=VersionState.DRAFT, by=by, at=at, remark=_("Tallene er hentet på nytt."))
    return row


def set_case_number(*, report: Report, case_number: str, version: int, by: User) -> Report:
    """The archive's case, which may be made after the draft. The report says it from the time it is sent (case_known)."""
    if not case_number.strip():
        raise DomainError(_("Skriv arkivsaksnummeret."), "case_number")
    with acting(by, "report.set_case_number"):
        row = locked(report, version)
        # Held, so that it isn't sent without the number meanwhile.
        drafts = ReportVersion.objects.select_for_update(no_key=True).filter(report=row, state=VersionState.DRAFT)
        if not drafts.values_list("pk", flat=True):
            raise DomainError(_("Bare et utkast kan endres. Send rapporten tilbake til utkast først."))
        row.case_number = case_number.strip()
        row.save(update_fields=("version", "case_number"))
    return row


def can_be_thrown_away(row: ReportVersion) -> bool:
    """A correction while it is a draft; a first version that was never sent, of a report that no round made."""
    if not row.is_draft or row.number > 1:
        return row.is_draft
    return row.report.round_id is None and not row.steps.filter(after=VersionState.IN_REVIEW).exists()


def delete_draft(*, draft: ReportVersion, version: int, by: User) -> None:
    """Throw away a draft, with its texts and comments; with a first one its report too (can_be_thrown_away)."""
    with acting(by, "report.throw_away"):
        row = _a_draft(locked(draft, version))
        if not can_be_thrown_away(row):
            raise DomainError(_("Bare utkast til en rettelse, eller en ny rapport som aldri er sendt, kan kastes."))
        for comment in row.comments.all():
            settle_of_comment(comment=comment, by=by)
        with connection.cursor() as cursor:
            cursor.execute("SELECT reporting_throw_away(%s)", [row.pk])


def _built_anew(report: Report, old: ReportVersion, on: datetime.date) -> Built:
    """The kind's figures of today. A kind may keep some of the old ones: a plan the states and texts of the closing day."""
    built = KINDS[report.kind].build(report, on)
    figures = refreshed(report.kind, old.figures, counted(built.figures, on))
    logo = {name: old.figures[name] for name in ("logo",) if name in old.figures}
    sources = refreshed_sources(report.kind, old.figures, figures, old=old.sources, new=built.sources)
    return Built({**figures, **logo}, sources)


def _copy_texts(source: ReportVersion, target: ReportVersion) -> None:
    ReportText.objects.bulk_create(
        ReportText(
            report_version=target, key=row.key, text=row.text, written_by_id=row.written_by_id,
            writers_before=row.writers_before,
        )
        for row in source.texts.order_by("pk")
    )  # fmt: skip
    TextClearance.objects.bulk_create(
        TextClearance(
            report_version=target, key=row.key, sha256=row.sha256, cleared_at=row.cleared_at,
            cleared_by_id=row.cleared_by_id,
        )
        for row in source.clearances.order_by("pk")
    )  # fmt: skip


def _a_draft(row: ReportVersion) -> ReportVersion:
    if not row.is_draft:
        raise DomainError(_("Bare et utkast kan endres. Send rapporten tilbake til utkast først."))
    return row
