"""Numbers that look wrong beside last year's, or beside each other: they ask for a reason, and are not refused."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from grants.domain.report_answers import Answers
from grants.models import MeasureReport, YearlyReport


@dataclass(frozen=True)
class Jump:
    """An answer that asks for a reason. `form` None: on the unit's own form."""

    form: MeasureReport | None
    question: str
    text: Any


def jumps(report: YearlyReport, answers: Answers | None = None) -> Collection[Jump]:
    """What asks for a reason, in the order of the forms. `answers` where they have been read already."""
    return []
