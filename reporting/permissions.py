"""Who may do what with rounds and reports."""

from measures.models import Measure, Plan
from organisation.models import LEADERSHIP_ROLES, Municipality, User
from reporting.domain.report_notices import authors_of
from reporting.models import (
    INSIDE_ROLES,
    InvestmentCase,
    Report,
    ReportComment,
    ReportRound,
    ReportVersion,
    ResolutionPoint,
)


def can_edit_round(user: User, round: ReportRound) -> bool:
    """Open, summarise and close: the plan coordinator."""
    return ReportRound.objects.editable_by(user).filter(pk=round.pk).exists()


def can_confirm(user: User, measure: Measure) -> bool:
    """The responsible unit's leader. The coordinator may too, for units that have no leader here (the state's, partners)."""
    return Measure.objects.changeable_by(user).filter(pk=measure.pk).exists()


def can_write_report(user: User, report: Report) -> bool:
    """Edit drafts, send them for review, publish, withdraw and correct: the coordinator."""
    return Report.objects.editable_by(user).filter(pk=report.pk).exists()


def can_read_version(user: User, version: ReportVersion) -> bool:
    """Have its text and its PDF. Whoever is outside sees of a withdrawn one only that it was, and why."""
    return ReportVersion.objects.readable_by(user).filter(pk=version.pk).exists()


def reviews_reports(user: User, report: Report) -> bool:
    """Leadership and the steering group; whether she may review a certain version: can_review_report."""
    return Report.objects.reviewable_by(user).filter(pk=report.pk).exists()


def can_review_report(user: User, version: ReportVersion) -> bool:
    """Approve a version: leadership or the steering group, and none of those who have written it."""
    return reviews_reports(user, version.report) and user.pk not in authors_of(version)


def can_return_report(user: User, version: ReportVersion) -> bool:
    """Send it back to draft: whoever may review it, and the coordinator, who takes it back."""
    return can_write_report(user, version.report) or can_review_report(user, version)


def can_clear_texts(user: User, report: Report) -> bool:
    """Read the texts of a draft, and confirm that they identify nobody: leadership."""
    return report.municipality_id in user.municipality_ids(*LEADERSHIP_ROLES)


def can_comment(user: User, report: Report) -> bool:
    """Whoever reads a report while it is at work may say something beside it."""
    return report.municipality_id in user.municipality_ids(*INSIDE_ROLES)


def can_settle_comment(user: User, comment: ReportComment) -> bool:
    """Whoever wrote the comment, and the coordinator, who does what it asks for."""
    report = comment.report_version.report
    wrote = comment.written_by_id == user.pk and can_comment(user, report)
    return wrote or can_write_report(user, report)


def can_release_family_numbers(user: User, municipality: Municipality) -> bool:
    """Leadership: project lead and coordinator, who see counts of families and nothing else of them."""
    return municipality.pk in user.municipality_ids(*LEADERSHIP_ROLES)


def can_register_resolution(user: User, plan: Plan) -> bool:
    """Register what the board decided and hand out its points, on a closed plan too: the coordinator."""
    return Plan.objects.editable_by(user).filter(pk=plan.pk).exists()


def can_follow_up(user: User, point: ResolutionPoint) -> bool:
    """Note, close and reopen: the responsible unit's leader and the coordinator."""
    return ResolutionPoint.objects.followed_up_by(user).filter(pk=point.pk).exists()


def can_edit_investment(user: User, case: InvestmentCase) -> bool:
    """Leadership: project lead and plan coordinator keep what an account rests on."""
    return InvestmentCase.objects.editable_by(user).filter(pk=case.pk).exists()
