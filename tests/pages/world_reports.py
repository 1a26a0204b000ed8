"""Reports at work beside the one that is approved: a correction of a withdrawn one as a draft, and one in review."""

from django.utils import timezone

from measures.models import Plan
from organisation.models import Role, User
from reporting.domain.report_comments import write_comment
from reporting.models import Report, ReportVersion
from tests.factories import ReportFactory, ReportVersionFactory, RoundFactory


def reports_at_work(plan: Plan, report: Report, users: dict[Role, User], secret: str) -> dict[str, dict[str, object]]:
    """The arguments of their addresses. The texts are those of the world's own report, and wait to be confirmed."""
    by, figures = users[Role.COORDINATOR], report.versions.get().figures

    def made(year: int, **fields: object) -> ReportVersion:
        lasting = fields.pop("report", None) or ReportFactory(
            round=RoundFactory(plan=plan, year=year, closed=True, opened_by=by), title=f"Rapport {year}"
        )
        row: ReportVersion = ReportVersionFactory(report=lasting, figures=figures, made_by=by, **fields)
        return row

    withdrawn = made(1991, state="withdrawn")
    draft = made(1991, report=withdrawn.report, number=2, correction_reason=secret)
    reviewed = made(1992, state="in_review")
    comment = write_comment(row=draft, section="status", text=secret, by=users[Role.PROJECT_LEAD], at=timezone.now())
    of_draft = {"public_id": draft.report.public_id}
    published = {"public_id": report.public_id}
    of_reviewed = {"public_id": reviewed.report.public_id}
    names = "report-texts report-send report-refresh report-throw-away report-case-number"
    return {
        **dict.fromkeys(names.split(), of_draft),
        "report-text": of_draft | {"key": "summary"},
        "report-comment-new": of_draft | {"section": "status"},
        "report-comment-settle": {"comment_id": comment.public_id},
        **dict.fromkeys(("report-approve", "report-return"), of_reviewed),
        **dict.fromkeys(("report-versions", "report-correct"), published),
        **dict.fromkeys(("report-version", "report-version-pdf", "report-withdraw"), published | {"number": 1}),
    }
