"""Who may do what with rounds and reports."""

from measures.models import Measure
from organisation.models import LEADERSHIP_ROLES, Municipality, User
from reporting.domain.report import authors_of
from reporting.models import Report, ReportRound, ReportVersion


def can_edit_round(user: User, round: ReportRound) -> bool:
    """Open, summarise and close: the plan coordinator."""
    return ReportRound.objects.editable_by(user).filter(pk=round.pk).exists()


def can_confirm(user: User, measure: Measure) -> bool:
    """The responsible unit's leader. The coordinator may too, for units that have no leader here (the state's, partners)."""
    return Measure.objects.changeable_by(user).filter(pk=measure.pk).exists()


def can_write_report(user: User, report: Report) -> bool:
    """Edit drafts, send them for review, publish, withdraw and correct: the coordinator."""
    return Report.objects.editable_by(user).filter(pk=report.pk).exists()


def can_review_report(user: User, version: ReportVersion) -> bool:
    """Approve or return a version: leadership or the steering group, and none of those who have written it."""
    return Report.objects.reviewable_by(user).filter(pk=version.report_id).exists() and user.pk not in authors_of(
        version
    )


def can_release_family_numbers(user: User, municipality: Municipality) -> bool:
    """Leadership: project lead and coordinator, who see counts of families and nothing else of them."""
    return municipality.pk in user.municipality_ids(*LEADERSHIP_ROLES)
