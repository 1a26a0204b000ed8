"""Counts of one to four on the pages of results: whoever doesn't record them sees <5, as on the dashboards.

No number that is shown together with others gives a hidden one away: a sum with a hidden part is the sum of the parts that are
shown, and says "minst".
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from grants.domain.outcome import OutcomeTotal, StandingOutcome
from grants.models import Outcome, OutcomeKind

LEAST = 5
# Shares and amounts, which are no counts.
NO_COUNTS = ("%", "prosent", "prosentpoeng", "kr", "kroner")


def is_small(row: StandingOutcome | Outcome) -> bool:
    """Whether a number says that persons or families are so few that they may be known. In doubt it counts persons."""
    source = row.outcome if isinstance(row, StandingOutcome) else row
    target = row.log_target if isinstance(row, StandingOutcome) else None
    is_of_things = row.kind == OutcomeKind.EVENTS and not (target and target.counts_people)
    is_share = source is not None and source.measured_in.casefold() in NO_COUNTS
    return not is_of_things and not is_share and 0 < row.value < LEAST


@dataclass(frozen=True)
class ShownPart:
    row: StandingOutcome
    is_exact: bool

    @property
    def is_hidden(self) -> bool:
        return not self.is_exact and is_small(self.row)


@dataclass(frozen=True)
class ShownTotal:
    """A sum as a reader may see it. `value` None: none of its parts is shown."""

    kind: str
    name: str
    parts: tuple[ShownPart, ...]

    @property
    def value(self) -> Decimal | None:
        shown = [part.row.value for part in self.parts if not part.is_hidden]
        return sum(shown, Decimal(0)) if shown else None

    @property
    def is_at_least(self) -> bool:
        return any(part.is_hidden or part.row.is_at_least for part in self.parts)


def shown_total(total: OutcomeTotal, exact: Collection[int]) -> ShownTotal:
    """`exact` are the ids of the sub-projects whose numbers the reader records herself, or may edit."""
    return ShownTotal(total.kind, total.name, tuple(ShownPart(row, row.sub_project_id in exact) for row in total.parts))
