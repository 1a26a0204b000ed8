"""The jury's ranking, in exact fractions. Pure: numbers in, numbers out, so that anyone can compute it again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction


@dataclass(frozen=True)
class Ballot:
    """One member's delivered sheet for one application: points by criterion, without those she could not judge."""

    member: int
    application: int
    points: Mapping[int, int]


@dataclass(frozen=True)
class Result:
    """What the jury's points come to for one application. `rank` and `total` are None when nobody has judged it."""

    application: int
    rank: int | None
    total: Fraction | None
    means: Mapping[int, Fraction]  # by criterion
    groups: Mapping[int, Fraction]  # total by group of members
    sheets: int
    judges: int  # members who may judge it
    needed: int

    @property
    def has_quorum(self) -> bool:
        return self.sheets >= self.needed


def rank(
    *,
    applications: Iterable[int],
    criteria: Mapping[int, int],
    members: Mapping[int, int],
    ballots: Iterable[Ballot],
    excluded: Iterable[int] = (),
    conflicts: Iterable[tuple[int, int]] = (),
    quorum: int | None = None,
) -> list[Result]:
    """The applications from the best to the last.

    `criteria` gives each criterion's weight, `members` each member's group. For each criterion the mean of the points
    of those who count; a missing score is left out, it is not nought. The total is the weighted mean over the criteria
    that have points. Equal totals share a rank, and the next rank is left free: 1, 2, 2, 4. Excluded members count
    nowhere, a member with a conflict of interest (member, application) not for that application.
    `quorum` is how many sheets it takes, more than half of those who may judge when it is None; never none.
    """
    barred, torn = set(excluded), set(conflicts)
    seated = {member for member in members if member not in barred}
    counted = [row for row in ballots if row.member in seated and (row.member, row.application) not in torn]
    rows = []
    for application in sorted(set(applications)):
        own = [row for row in counted if row.application == application]
        judges = sum((member, application) not in torn for member in seated)
        means = _means(own, criteria)
        by_group = {
            group: _total(_means([row for row in own if members[row.member] == group], criteria), criteria)
            for group in sorted({members[row.member] for row in own})
        }
        needed = quorum or judges // 2 + 1
        groups = {group: total for group, total in by_group.items() if total is not None}
        rows.append(Result(application, None, _total(means, criteria), means, groups, len(own), judges, max(needed, 1)))
    totals = [row.total for row in rows if row.total is not None]
    results = [
        row if row.total is None else replace(row, rank=1 + sum(other > row.total for other in totals)) for row in rows
    ]
    return sorted(results, key=lambda row: (row.rank is None, row.rank or 0, row.application))


def cut(results: Iterable[Result], places: int) -> tuple[list[int], list[int]]:
    """Who is inside the number of places for certain, and the tie at the last places, where they don't reach for all."""
    ranked = [row for row in results if row.rank is not None]
    inside: list[int] = []
    for place in sorted({row.rank for row in ranked if row.rank is not None}):
        group = [row.application for row in ranked if row.rank == place]
        if len(inside) + len(group) > places:
            return inside, group if len(inside) < places else []
        inside += group
    return inside, []


def as_decimal(value: Fraction, places: int = 3) -> str:
    """A positive fraction as Norwegians read it, rounded half up: 137/40 is "3,425"."""
    scaled = int(value * 10**places + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**places)
    return f"{whole},{rest:0{places}}"


def _means(ballots: list[Ballot], criteria: Mapping[int, int]) -> dict[int, Fraction]:
    found = {}
    for criterion in criteria:
        points = [row.points[criterion] for row in ballots if criterion in row.points]
        if points:
            found[criterion] = Fraction(sum(points), len(points))
    return found


def _total(means: Mapping[int, Fraction], criteria: Mapping[int, int]) -> Fraction | None:
    weight = sum(criteria[criterion] for criterion in means)
    if not weight:
        return None
    return sum((mean * criteria[criterion] for criterion, mean in means.items()), Fraction(0)) / weight
