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
    """Those that go on without a break: the same scheme, for the same person, holds the day after and for longer."""
    rows = list(rows)
    return {row.pk for row in rows if row.ends_on and any(_goes_on(row, row.ends_on, other) for other in rows)}


def _goes_on(row: Decision, ends_on: datetime.date, other: Decision) -> bool:
    same = all(getattr(row, name) == getattr(other, name) for name in ("subject_id", "kind", "scheme", "service_id"))
    longer = other.ends_on is None or other.ends_on > ends_on
    return same and other.pk != row.pk and other.starts_on <= ends_on + DAY and longer
