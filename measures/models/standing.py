"""How measures stood when a day ended: their state, whether their evaluation was overdue, whether nobody had logged anything.

Today's state is a column; that of an earlier day is the last state change up to it. The log is read as it is now: an entry
that was written later about an earlier day counts on that day. Each look-up is one step into an index, however long the log is.
"""

import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import BooleanField, Case, DateField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from measures.models.evaluation import next_evaluation
from measures.models.plan import PlanState

if TYPE_CHECKING:
    from measures.models.measure import MeasureQuerySet

    Measures = TypeVar("Measures", bound=MeasureQuerySet)

QUIET_AFTER = datetime.timedelta(days=90)


def in_force(at: datetime.date, is_now: bool) -> Q:
    """That a measure's plan was followed up on a day. When a plan was closed is not known; its last day stands for it."""
    adopted = Q(plan__state=PlanState.ADOPTED)
    return adopted if is_now else adopted | Q(plan__state=PlanState.CLOSED, plan__ends_on__gte=at)


def with_standing(measures: "Measures", at: datetime.date, is_now: bool) -> "Measures":
    """Adds `state_then` (None: it was not there yet), `since_then`, `logged_then`, `evaluated_then`, `next_evaluation_then`,
    and whether it was `evaluation_overdue_then` and `quiet_then`, as of the end of a day. `is_now`: that day is today."""
    from measures.models.measure import LIVE_STATES, StateChange

    changes = StateChange.objects.filter(measure=OuterRef("pk"), on__lte=at).order_by("-on", "-id")
    # Rows that came without their history have had their state since the day that they say.
    known = Q(state_since__lte=at)
    standing: dict[str, Any] = {"state_then": F("state"), "since_then": F("state_since")}
    if not is_now:
        standing = {
            "state_then": Coalesce(Subquery(changes.values("after")[:1]), Case(When(known, then=F("state")))),
            "since_then": Coalesce(Subquery(changes.values("on")[:1]), Case(When(known, then=F("state_since")))),
        }
    measures = measures.annotate(**standing, **_logged(at, is_now))
    measures = measures.annotate(
        next_evaluation_then=next_evaluation("state_then", "since_then", "evaluated_then", "logged_then")
    )
    before = at - QUIET_AFTER
    was_there = Q(state_since__lte=before) | Exists(StateChange.objects.filter(measure=OuterRef("pk"), on__lte=before))
    quiet = (
        in_force(at, is_now)
        & Q(state_then__in=LIVE_STATES)
        & (Q(starts_on=None) | Q(starts_on__lte=before))
        & was_there
        & (Q(logged_then=None) | Q(logged_then__lt=before))
    )
    # What is due on the day itself is not late before the next. The end of a past half-year is over.
    late = Q(next_evaluation_then__lt=at) if is_now else Q(next_evaluation_then__lte=at)
    return measures.annotate(evaluation_overdue_then=_whether(in_force(at, is_now) & late), quiet_then=_whether(quiet))


def _logged(at: datetime.date, is_now: bool) -> dict[str, Any]:
    """The last days with an entry and with an evaluation. The months know them where a month ends, as half-years do; for
    any other day the log itself is asked."""
    from measures.models.log import LogEntry
    from measures.models.log_counts import LogMonth

    if is_now:
        return {"logged_then": F("log_summary__last_logged_on"), "evaluated_then": F("log_summary__last_evaluated_on")}
    day = DateField(null=True)
    if (at + datetime.timedelta(days=1)).day == 1:
        months = LogMonth.objects.filter(measure=OuterRef("pk"), month__lte=at).order_by("-month")

        def last(name: str) -> Subquery:
            return Subquery(months.filter(**{f"{name}__isnull": False}).values(name)[:1], output_field=day)

        return {"logged_then": last("last_logged_on"), "evaluated_then": last("last_evaluated_on")}
    by_then = LogEntry.objects.current().filter(measure=OuterRef("pk"), happened_on__lte=at)
    entries = by_then.order_by("-happened_on", "-id").values("happened_on")
    return {
        "logged_then": Subquery(entries[:1], output_field=day),
        "evaluated_then": Subquery(entries.filter(is_evaluation=True)[:1], output_field=day),
    }


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
