"""How a decision stands on a day: whether it has begun, and how soon it ends."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from families.domain.decision_reminders import AHEAD, SHORTLY
from families.models import Decision

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """`state`: ended, renewed (ends soon, and the next period is there), danger, warning, future, open or running."""

    state: str
    days_left: int | None


def standing(decision: Decision, on: datetime.date, *, renewed: bool = False) -> Standing:
    """As the last day counts, a decision that ends today has no days left and has not ended."""
    left = (decision.ends_on - on).days if decision.ends_on else None
    if left is not None and left < 0:
        return Standing("ended", left)
    if left is not None and left <= AHEAD:
        return Standing("renewed" if renewed else "danger" if left <= SHORTLY else "warning", left)
    if decision.starts_on > on:
        return Standing("future", left)
    return Standing("open" if left is None else "running", left)


def renewed_ids(rows: Iterable[Decision]) -> set[int]:
    """Those with a next period: the same scheme, by the same service for the same person, from the very day after.

    One that only overlaps is another decision beside it: it takes no warning away.
    """
    rows = list(rows)
    begins = {(_what(row), row.starts_on) for row in rows}
    return {row.pk for row in rows if row.ends_on and (_what(row), row.ends_on + DAY) in begins}


def _what(row: Decision) -> tuple[object, ...]:
    return (row.unit_id, row.subject_id, row.kind, row.scheme, row.service_id)
