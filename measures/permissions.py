"""Who may do what with one row. Each predicate asks the same queryset as the lists, so that the two can't drift apart."""

from django.db.models import Exists, OuterRef

from measures.models import Goal, IndicatorTable, LogEntry, Measure, Plan
from organisation.models import User


def can_edit_plan(user: User, plan: Plan) -> bool:
    return Plan.objects.editable_by(user).filter(pk=plan.pk).exists()


def can_edit_goal(user: User, goal: Goal) -> bool:
    return Goal.objects.editable_by(user).filter(pk=goal.pk).exists()


def can_edit_table(user: User, table: IndicatorTable) -> bool:
    return IndicatorTable.objects.editable_by(user).filter(pk=table.pk).exists()


def can_edit_measure(user: User, measure: Measure) -> bool:
    return Measure.objects.editable_by(user).filter(pk=measure.pk).exists()


def can_log(user: User, measure: Measure) -> bool:
    return Measure.objects.loggable_by(user).filter(pk=measure.pk).exists()


def can_change_state(user: User, measure: Measure) -> bool:
    return Measure.objects.changeable_by(user).filter(pk=measure.pk).exists()


def allowed(user: User) -> dict[str, Exists]:
    """What the user may do with each measure of a query, as the predicates say it one by one: annotations of the row."""
    asked = {
        "may_edit": Measure.objects.editable_by(user),
        "may_log": Measure.objects.loggable_by(user),
        "may_change_state": Measure.objects.changeable_by(user),
    }
    return {name: Exists(rows.filter(pk=OuterRef("pk"))) for name, rows in asked.items()}


def can_correct(user: User, entry: LogEntry) -> bool:
    """Whoever may log on the measure may correct an entry: people change jobs, the log stays."""
    return can_log(user, entry.measure)
