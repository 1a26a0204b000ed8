"""Comments beside the sections of a report, while it is a draft or in review. They never become part of it."""

import datetime

from django.utils.translation import gettext as _

from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, locked
from organisation.models import User
from reporting.domain.report_notices import settle_of_comment, tell_authors_of_comment
from reporting.domain.sections import SECTIONS_OF
from reporting.models import ReportComment, ReportVersion, VersionState

COMMENTED_STATES = (VersionState.DRAFT, VersionState.IN_REVIEW)
# In the place of a section: the report as a whole.
WHOLE = "hele"


def commented_sections(kind: str) -> dict[str, str]:
    """What a comment on a report may stand beside, by key: the whole, or one of the sections of its kind."""
    return {WHOLE: _("Hele rapporten")} | {section.key: str(section.title) for section in SECTIONS_OF[kind]}


def write_comment(*, row: ReportVersion, section: str, text: str, by: User, at: datetime.datetime) -> ReportComment:
    """Say something beside a section. The authors are told."""
    with acting(by, "report.comment"):
        row = ReportVersion.objects.select_for_update(no_key=True).select_related("report").get(pk=row.pk)
        if row.state not in COMMENTED_STATES:
            raise DomainError(_("Rapporten kan kommenteres til den er godkjent."))
        if section not in commented_sections(row.report.kind):
            raise DomainError(_("Rapporten har ingen slik del."))
        if not text.strip():
            raise DomainError(_("Skriv en kommentar."), "text")
        comment = ReportComment.objects.create(
            report_version=row, section=section, text=text.strip(), written_at=at, written_by=by
        )
        tell_authors_of_comment(comment=comment, by=by)
    return comment


def settle_comment(*, comment: ReportComment, version: int, by: User, at: datetime.datetime) -> ReportComment:
    """Note that what a comment asks for has been seen to. It stays, as settled."""
    with acting(by, "report.settle_comment"):
        row = locked(comment, version)
        if row.settled_at is not None:
            raise DomainError(_("Kommentaren er alt merket som ferdig."))
        row.settled_at, row.settled_by = at, by
        row.save()
        settle_of_comment(comment=row, by=by)
    return row
