"""Who may do what with rounds and reports."""

from measures.models import Measure
from organisation.models import User
from reporting.models import Report, ReportRound


def can_edit_round(user: User, round: ReportRound) -> bool:
    """Open, summarise and close: the plan coordinator."""
    return ReportRound.objects.editable_by(user).filter(pk=round.pk).exists()


def can_confirm(user: User, measure: Measure) -> bool:
    """The responsible unit's leader. The coordinator may too, for units that have no leader here (the state's, partners)."""
    return Measure.objects.changeable_by(user).filter(pk=measure.pk).exists()


def can_publish(user: User, report: Report) -> bool:
    return Report.objects.editable_by(user).filter(pk=report.pk).exists()
