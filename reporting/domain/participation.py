"""Participation per zone and life area over half-years, made of what releases of the vault have told; no database, no clock.

**Why nothing is counted here.** A live count on a page inside the municipality leaves the team around the families as much
as a report does, and two of them with a day between say who came. So a half-year is the newest release whose day is in it,
frozen as the gate let it through (disclosure.py), and what stands here is sums and rows of its numbers. Whatever is made of
numbers that were told tells nothing more than they do, however many half-years are put beside each other: what was not
shown is in no sum. Families by the zone they live in, or by need, would be new counts; no release has them, so they are
not here.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from organisation.periods import HalfYear
from reporting.domain.disclosure import Shown

Cell = Mapping[str, Any]


@dataclass(frozen=True)
class Release:
    """What a release says of sub-projects: by the sub-project's public id and figure, the cell."""

    until: datetime.date
    cells: Mapping[tuple[str, str], Cell]

    @classmethod
    def of(cls, until: datetime.date, content: Mapping[str, Any]) -> "Release":
        return cls(
            until,
            {(row["id"], cell["figure"]): cell for row in content["sub_projects"] for cell in row["figures"]},
        )


@dataclass(frozen=True)
class ShownSum:
    """The sum of the numbers that are shown, of `parts` cells, `hidden` of which are not. `value` None: none is shown.

    `oldest`: a number that changed too little stands from an earlier release; the day of the oldest of those in the sum.
    """

    value: int | None
    parts: int
    hidden: int
    oldest: datetime.date | None = None

    @property
    def is_whole(self) -> bool:
        return self.value is not None and not self.hidden

    @property
    def is_under(self) -> bool:
        return False


class UnderFive(ShownSum):
    """One cell, of which it is told that it is under five. More of them together may be five or more."""

    @property
    def is_under(self) -> bool:
        return True


def by_half_year(releases: Iterable[Release]) -> dict[HalfYear, Release]:
    """The newest release of each half-year; a half-year without one has none."""
    return {HalfYear.of(row.until): row for row in sorted(releases, key=lambda row: row.until)}


def sum_of(release: Release | None, sub_projects: Sequence[str], figure: str) -> ShownSum | None:
    """What a release shows of a figure in some sub-projects together. None where it knows none of them.

    Who takes part in two of them is counted in both.
    """
    if release is None:
        return None
    cells = [release.cells[owner, figure] for owner in sub_projects if (owner, figure) in release.cells]
    if len(cells) == 1 and cells[0]["shown"] == Shown.UNDER:
        return UnderFive(None, parts=1, hidden=1)
    if not cells:
        return None
    shown = [cell for cell in cells if cell["shown"] == Shown.NUMBER]
    total = sum(cell["value"] for cell in shown) if shown else None
    days = [datetime.date.fromisoformat(cell["on"]) for cell in shown]
    oldest = min((day for day in days if day < release.until), default=None)
    return ShownSum(total, len(cells), len(cells) - len(shown), oldest)
